#include "engine/expected_memory.h"

#include <catch2/catch.hpp>

#include "tests/support/run_network.h"
#include "tests/support/witness_model.h"

namespace volley::test {
namespace {

Network pair_of(std::uint32_t size, Rule rule) {
  Network network;
  network.populations = {population("a", "witness", size), population("b", "witness", 10)};
  network.projections = {projection("a", "b", std::move(rule), 1, 1)};
  return network;
}

TEST_CASE("a network fits into exactly what its neurons and synapses take at least") {
  const auto takes = [](const Network& network, std::uint64_t bytes) {
    CHECK(memory_problem(network, bytes).empty());
    CHECK_FALSE(memory_problem(network, bytes - 1).empty());
  };
  const std::uint64_t neurons = 8 * 110;
  takes(pair_of(100, AllToAll{}), neurons + 2 * 1000);
  takes(pair_of(100, FixedIndegree{7}), neurons + 2 * 70);
  takes(pair_of(100, FixedOutdegree{3}), neurons + 2 * 300);
  takes(pair_of(100, PairwiseBernoulli{0.5}), neurons + 2 * 500);
  takes(pair_of(100, FixedTotal{12}), neurons + 2 * 12);
  Network drawn = pair_of(100, FixedTotal{12});
  drawn.projections[0].weight = Normal{1, 1};
  takes(drawn, neurons + 6 * 12);
  drawn.projections[0].delay_ms = Uniform{1, 2};
  takes(drawn, neurons + 8 * 12);
}

TEST_CASE("what is too large for the memory is refused by its largest part") {
  CHECK(memory_problem(pair_of(100, FixedIndegree{4'000'000'000}), 1'000'000'000) ==
        "projection a_to_b: its 4e+10 synapses take at least 80 GB (the network 80 GB), must be at most the 1 GB of "
        "memory that are free; lower the numbers of its rule, or sizes");
  CHECK(memory_problem(pair_of(4'000'000'000, FixedTotal{1}), 1'000'000'000).find("population a: its 4e+09 neurons") ==
        0);
}

TEST_CASE("the machine has memory, and build() refuses what is beyond it before it draws") {
  CHECK(available_memory() > 1'000'000);
  WitnessLog log;
  Network vast = pair_of(1'000'000, AllToAll{});
  vast.populations[1].size = 4'000'000;
  vast.projections[0].weight = Normal{1, 1};  // 24 TB
  CHECK(build(vast, witness_catalog(log)).status().message().find("projection a_to_b: its 4e+12 synapses") == 0);
}

}  // namespace
}  // namespace volley::test
