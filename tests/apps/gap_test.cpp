// The gap between two runs: coincidences, rates, and the answers of a labelled readout.
#include "apps/volley/gap.h"

#include <catch2/catch.hpp>
#include <chrono>

namespace volley::app {
namespace {

using namespace std::chrono_literals;

io::SpikeList train(std::vector<std::pair<double, std::uint32_t>> spikes) {
  io::SpikeList list;
  for (const auto& [ms, neuron] : spikes) list.emplace_back(time_from_ms(ms), neuron);
  return list;
}

PopulationGap gap(const io::SpikeList& exact, const io::SpikeList& chip, std::uint32_t neurons = 3) {
  return gap_of("cells", neurons, exact, chip, Duration{1ms}, Duration{1s});
}

TEST_CASE("Equal trains have a gap of nothing") {
  const auto spikes = train({{1, 0}, {2, 0}, {2, 1}});
  const PopulationGap same = gap(spikes, spikes);
  CHECK(same.ratio == 1.0);
  CHECK(same.f1 == 1.0);
  CHECK(same.correlation == Approx(1.0));
  CHECK(same.exact_hz == 1.0);
}

TEST_CASE("A spike coincides with at most one other of its neuron, at most a step away") {
  CHECK(gap(train({{5, 0}}), train({{6, 0}})).f1 == 1.0);
  CHECK(gap(train({{5, 0}}), train({{6.001, 0}})).f1 == 0.0);
  CHECK(gap(train({{5, 0}}), train({{5, 1}})).f1 == 0.0);
  CHECK(gap(train({{5, 0}}), train({{4.5, 0}, {5.5, 0}})).f1 == Approx(2.0 / 3));
  CHECK(gap(train({{5, 0}, {6, 0}}), train({{6, 0}, {7, 0}})).f1 == 1.0);
}

TEST_CASE("What has no value is left empty instead of being 0 or 1") {
  const PopulationGap silent = gap({}, {});
  CHECK_FALSE(silent.ratio);
  CHECK_FALSE(silent.f1);
  CHECK_FALSE(silent.correlation);
  CHECK_FALSE(gap({}, train({{1, 0}})).ratio);
  CHECK(gap({}, train({{1, 0}})).f1 == 0.0);
  CHECK_FALSE(gap(train({{1, 0}, {1, 1}, {1, 2}}), train({{1, 0}})).correlation);
}

TEST_CASE("Rates correlate with the sign of what neurons do") {
  const auto rising = train({{1, 1}, {1, 2}, {2, 2}}), falling = train({{1, 0}, {2, 0}, {1, 1}});
  CHECK(gap(rising, falling).correlation == Approx(-1.0));
}

TEST_CASE("A readout answers with the neuron that fires most in a window, the lowest of several, or not at all") {
  const io::Readout readout{"out", time_from_ms(10), 10ms, {1, 0, 2, 1}};
  // Before the start; window 0: neuron 1; window 1: a tie of 0 and 2; window 2: silent; window 3 is not finished.
  const auto spikes = train({{9, 2}, {9.5, 2}, {10, 1}, {12, 1}, {15, 2}, {20, 2}, {29, 0}, {41, 1}});
  const ReadoutScore result = score(readout, spikes, 49ms);
  CHECK(result.windows == 3);
  CHECK(result.correct == 2);
  CHECK(result.silent == 1);
  CHECK(result.answers == std::vector<std::optional<std::uint32_t>>{1u, 0u, std::nullopt});
  CHECK(score(readout, spikes, 50ms).correct == 3);
  CHECK(score(readout, spikes, 5ms).windows == 0);
  CHECK(score(readout, spikes, 10s).windows == 4);
}

}  // namespace
}  // namespace volley::app
