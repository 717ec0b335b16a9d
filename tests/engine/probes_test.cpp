#include "engine/probes.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/run_network.h"
#include "tests/support/witness_model.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

// Ten neurons; neuron i receives weight i + 1 at 1 ms, 2 ms, ...
Network counting(std::vector<StateProbe> probes) {
  Network network;
  network.populations = {population("cells", "witness", 10)};
  network.sources = {{"clock", 1, {}, RegularSource{kStart + 1ms, 1ms, {}}}};
  Explicit edges;
  for (std::uint32_t i = 0; i < 10; ++i) edges.edges.push_back({0, i, static_cast<float>(i + 1), 0ms});
  network.projections = {projection("clock", "cells", std::move(edges), 0, 0)};
  network.state_probes = std::move(probes);
  return network;
}

std::vector<Sample> samples(const Network& network, Duration duration, const Options& options = {}) {
  WitnessLog log;
  return record(network, witness_catalog(log), duration, options).samples;
}

}  // namespace

TEST_CASE("a sample at t includes the events at t") {
  const std::vector<Sample> expected = {{0, kStart, {0}}, {0, kStart + 1ms, {1}}, {0, kStart + 2ms, {2}}};
  CHECK(samples(counting({{"cells", {0}, "received", kStart, 1ms, {}}}), 3ms) == expected);
}

TEST_CASE("a sample one picosecond before an event does not include it") {
  const std::vector<Sample> taken =
      samples(counting({{"cells", {0}, "received", kStart + 1ms - Duration{1}, 1ms, {}}}), 2500us);
  CHECK(taken == std::vector<Sample>{{0, kStart + 1ms - Duration{1}, {0}}, {0, kStart + 2ms - Duration{1}, {1}}});
}

TEST_CASE("samples at given times are taken exactly there") {
  const std::vector<Time> times = {kStart + 1ms, kStart + 1ms + Duration{1}, kStart + 2900us, kStart + 7ms};
  const std::vector<Sample> taken = samples(counting({{"cells", {1}, "received", kStart, Duration{0}, times}}), 5ms);
  CHECK(taken == std::vector<Sample>{{0, times[0], {2}}, {0, times[1], {2}}, {0, times[2], {4}}});
}

TEST_CASE("a probe gives its neurons in its own order, also across slices and with repeats") {
  const Network network = counting({{"cells", {7, 0, 9, 0, 3}, "received", kStart + 1ms, 1s, {}}});
  for (const std::uint32_t slice : {1u, 3u, 4u, 10u}) {
    CHECK(samples(network, 2ms, {1, 1, slice}) == std::vector<Sample>{{0, kStart + 1ms, {8, 1, 10, 1, 4}}});
  }
}

TEST_CASE("a probe without a list takes the whole population") {
  for (const std::uint32_t slice : {1u, 3u, 10u}) {
    CHECK(samples(counting({{"cells", {}, "received", kStart + 1ms, 1s, {}}}), 2ms, {1, 1, slice}) ==
          std::vector<Sample>{{0, kStart + 1ms, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}});
  }
}

TEST_CASE("probes of one instant report in the order in which they were declared") {
  const std::vector<Sample> taken = samples(
      counting({{"cells", {2}, "received", kStart, 2ms, {}}, {"cells", {1}, "received", kStart, 1ms, {}}}), 2001us);
  CHECK(
      taken ==
      std::vector<Sample>{
          {0, kStart, {0}}, {1, kStart, {0}}, {1, kStart + 1ms, {2}}, {0, kStart + 2ms, {6}}, {1, kStart + 2ms, {4}}});
}

TEST_CASE("silence is sampled at every interval, and no sample is lost between reports") {
  Network network = counting({{"cells", {0}, "received", kStart, 1us, {}}});
  network.sources[0].kind = RegularSource{kStart + 11ms, 1ms, 1};
  const std::vector<Sample> taken = samples(network, 12ms);
  REQUIRE(taken.size() == 12'000);
  for (std::size_t k = 0; k < taken.size(); ++k) {
    REQUIRE(taken[k].at == kStart + static_cast<std::int64_t>(k) * Duration(1us));
    REQUIRE(taken[k].values.front() == (k >= 11'000 ? 1 : 0));
  }
}

TEST_CASE("a probe whose next sample lies beyond the end of time takes no more") {
  const std::vector<Sample> taken =
      samples(counting({{"cells", {0}, "received", kStart + 1ms, kNever.time_since_epoch(), {}}}), 5ms);
  CHECK(taken == std::vector<Sample>{{0, kStart + 1ms, {1}}});
}

// What Simulation::sample() reads is the state just before now(): an event at now() itself is still to come.
TEST_CASE("a whole population can be read between runs, in any slicing, and reading changes nothing") {
  const std::vector<double> once = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  for (const std::uint32_t slice : {1u, 3u, 10u}) {
    WitnessLog log, undisturbed;
    auto read = build(counting({}), witness_catalog(log), {1, 1, slice});
    auto unread = build(counting({}), witness_catalog(undisturbed), {1, 1, slice});
    REQUIRE(read.ok());
    REQUIRE(unread.ok());
    REQUIRE(read->run(1ms).ok());
    CHECK(*read->sample("cells", "received") == std::vector<double>(10, 0));
    REQUIRE(read->run(1ms).ok());
    CHECK(*read->sample("cells", "received") == once);
    REQUIRE(read->run(500us).ok());
    REQUIRE(unread->run(2500us).ok());
    CHECK(*read->sample("cells", "received") == *unread->sample("cells", "received"));
    CHECK(read->sample("cell", "received").status().code() == absl::StatusCode::kNotFound);
    CHECK(read->sample("cells", "received?").status().code() == absl::StatusCode::kNotFound);
  }
}

}  // namespace volley::test
