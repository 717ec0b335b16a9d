#include "engine/source.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

namespace volley::test {
namespace {

constexpr Time at_ps(std::int64_t ps) { return Time{Duration{ps}}; }
constexpr PopulationId kId{4};

std::unique_ptr<SpikeSource> source(SourceSpec spec) { return make_source(spec, kId, 0, 1); }

std::vector<Spike> produce(SpikeSource& source, Time end) {
  std::vector<Spike> spikes;
  source.produce(end, spikes);
  return spikes;
}

}  // namespace

TEST_CASE("a regular source fires all its neurons at start, start + interval, ...") {
  const auto regular = source({"r", 2, {}, RegularSource{at_ps(50), Duration{100}, {}}});
  CHECK(regular->next_time() == at_ps(50));
  CHECK(produce(*regular, at_ps(50)).empty());
  const std::vector<Spike> expected = {
      {at_ps(50), kId, 0}, {at_ps(50), kId, 1}, {at_ps(150), kId, 0}, {at_ps(150), kId, 1}};
  CHECK(produce(*regular, at_ps(151)) == expected);
  CHECK(regular->next_time() == at_ps(250));
}

TEST_CASE("a regular source with a count falls silent after it, and one with count 0 never speaks") {
  const auto three = source({"r", 1, {}, RegularSource{kStart, Duration{10}, 3}});
  CHECK(produce(*three, at_ps(1'000'000)).size() == 3);
  CHECK(three->next_time() == kNever);
  CHECK(source({"r", 1, {}, RegularSource{kStart, Duration{10}, 0}})->next_time() == kNever);
}

TEST_CASE("a regular source whose interval reaches beyond the end of time fires once") {
  const Duration half = kNever.time_since_epoch() / 2;
  const auto rare = source({"r", 1, {}, RegularSource{Time{half}, half + half, {}}});
  CHECK(rare->next_time() == Time{half});
  CHECK(produce(*rare, Time{half} + Duration{1}).size() == 1);
  CHECK(rare->next_time() == kNever);
}

TEST_CASE("a spike list may come in any order and holds every spike as often as it is given") {
  const auto list =
      source({"l", 9, {}, SpikeListSource{{{at_ps(70), 3}, {at_ps(20), 8}, {at_ps(70), 1}, {at_ps(20), 8}}, ""}});
  CHECK(list->next_time() == at_ps(20));
  CHECK(produce(*list, at_ps(70)) == std::vector<Spike>{{at_ps(20), kId, 8}, {at_ps(20), kId, 8}});
  CHECK(produce(*list, at_ps(71)) == std::vector<Spike>{{at_ps(70), kId, 1}, {at_ps(70), kId, 3}});
  CHECK(list->next_time() == kNever);
  CHECK(produce(*list, kNever).empty());
}

TEST_CASE("an empty spike list is silent") { CHECK(source({"l", 9, {}, SpikeListSource{}})->next_time() == kNever); }

TEST_CASE("spikes of a source come in canonical order also where two fall into one picosecond") {
  // 2,000 neurons at 10 MHz: 20 spikes in every nanosecond, many of them at the same picosecond.
  const auto dense = source({"p", 2000, {}, PoissonSource{{{kStart, 1e7}}}});
  const std::vector<Spike> spikes = produce(*dense, at_ps(1'000'000));
  REQUIRE(spikes.size() > 15'000);
  std::size_t ties = 0;
  for (std::size_t k = 1; k < spikes.size(); ++k) ties += spikes[k].at == spikes[k - 1].at;
  REQUIRE(ties > 50);
  CHECK(std::is_sorted(spikes.begin(), spikes.end()));
}

TEST_CASE("a Poisson source produces the same spikes in one piece and in many") {
  const SourceSpec spec{"p", 700, {}, PoissonSource{{{kStart, 1000}}}};
  const std::vector<Spike> whole = produce(*source(spec), at_ps(100'000'000'000));
  const auto pieces = source(spec);
  std::vector<Spike> joined;
  while (pieces->next_time() < at_ps(100'000'000'000)) {
    pieces->produce(std::min(pieces->next_time() + Duration{37'000'001}, at_ps(100'000'000'000)), joined);
  }
  CHECK(joined == whole);
}

TEST_CASE("two Poisson sources are different, and so are two seeds") {
  const SourceSpec spec{"p", 10, {}, PoissonSource{{{kStart, 1000}}}};
  const auto spikes = [&](std::uint32_t position, std::uint64_t seed) {
    return produce(*make_source(spec, kId, position, seed), at_ps(1'000'000'000'000));
  };
  CHECK(spikes(0, 1) == spikes(0, 1));
  CHECK(spikes(0, 1) != spikes(1, 1));
  CHECK(spikes(0, 1) != spikes(0, 2));
}

}  // namespace volley::test
