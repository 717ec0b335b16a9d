// Weights that are saved and loaded again are the same floats.
#include "io/edge_csv_writer.h"

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "io/edge_csv.h"
#include "io/file_bytes.h"
#include "tests/support/full_catalog.h"
#include "tests/support/run_network.h"
#include "tests/support/temporary_folder.h"

namespace volley::io {
namespace {

using namespace std::chrono_literals;

// 20 inputs to 30 neurons; weights, delays and pairs are drawn.
Network drawn() {
  Network network;
  network.populations = {test::population("cells", "lif_delta", 30, {{"tau_m", 20.0}, {"v_threshold", 20.0}})};
  network.sources = {{"in", 20, {}, PoissonSource{{{kStart, 500}}}}};
  network.projections = {test::projection("in", "cells", FixedIndegree{15}, 0, 0)};
  network.projections[0].weight = Normal{1.5, 0.4};
  network.projections[0].delay_ms = Uniform{0.5, 5};
  return network;
}

std::vector<Synapse> synapses_of(const Simulation& simulation) {
  std::vector<Synapse> all;
  simulation.for_each_synapse(0, [&](const Synapse& synapse) { all.push_back(synapse); });
  return all;
}

std::vector<Edge> reread(const std::string& path) {
  const auto edges = read_edges_csv(path, {20, 30});
  INFO(edges.status());
  REQUIRE(edges.ok());
  return *edges;
}

TEST_CASE("a network with saved edges has the same synapses and the same spikes, static and after learning") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("weights.csv");
  for (const bool learns : {false, true}) {
    Network network = drawn();
    if (learns)
      network.projections[0].plasticity = {"pair_stdp", {{"a_plus", 0.02}, {"a_minus", 0.02}, {"w_max", 9.0}}, {}};
    Simulation simulation = test::must_build(network, test::full_catalog());
    const std::vector<Synapse> before = synapses_of(simulation);
    REQUIRE(simulation.run(200ms).ok());
    const auto written = write_edges_csv(path, simulation, 0);
    REQUIRE(written.ok());
    CHECK(*written == 450);
    std::vector<Synapse> expected = synapses_of(simulation);
    CHECK((expected == before) == !learns);
    for (Synapse& synapse : expected) synapse.weight = static_cast<double>(static_cast<float>(synapse.weight));

    Network loaded = drawn();
    loaded.projections[0].rule = Explicit{reread(path), path};
    CHECK(synapses_of(test::must_build(loaded, test::full_catalog())) == expected);
    if (!learns) {
      const auto spikes = [](const Network& n) { return test::record(n, test::full_catalog(), 200ms).spikes; };
      CHECK(spikes(loaded).size() > 4000);
      CHECK(spikes(loaded) == spikes(network));
    }
    // The same file from other slices.
    Simulation sliced = test::must_build(network, test::full_catalog(), {1, 1, 7});
    REQUIRE(sliced.run(200ms).ok());
    REQUIRE(write_edges_csv(folder.path("sliced.csv"), sliced, 0).ok());
    CHECK(*read_file_bytes(folder.path("sliced.csv")) == *read_file_bytes(path));
  }
}

TEST_CASE("every finite float and every delay survive") {
  Network network = drawn();
  Explicit edges;
  RandomStream random(StreamKey{1, Purpose::kUser, 7}, 0);
  while (edges.edges.size() < 60'000) {
    const auto weight = std::bit_cast<float>(random.next_u32());
    if (!std::isfinite(weight)) continue;
    const auto k = static_cast<std::uint32_t>(edges.edges.size());
    edges.edges.push_back({k % 20, k / 20 % 30, weight, Duration{1'234'567'891}});
  }
  network.projections[0].rule = edges;
  const Simulation simulation = test::must_build(network, test::full_catalog());
  const test::TemporaryFolder folder;
  REQUIRE(*write_edges_csv(folder.path("w.csv"), simulation, 0) == 60'000);
  const std::vector<Edge> read = reread(folder.path("w.csv"));
  const std::vector<Synapse> synapses = synapses_of(simulation);
  REQUIRE(read.size() == synapses.size());
  for (std::size_t k = 0; k < read.size(); ++k) {
    REQUIRE(std::bit_cast<std::uint32_t>(read[k].weight) ==
            std::bit_cast<std::uint32_t>(static_cast<float>(synapses[k].weight)));
    REQUIRE(read[k].delay == Duration{1'234'567'891});
  }
}

TEST_CASE("what cannot be written leaves what was there, and no part of a file") {
  const test::TemporaryFolder folder;
  const Simulation simulation = test::must_build(drawn(), test::full_catalog());
  const auto missing = write_edges_csv(folder.path("no/such.csv"), simulation, 0);
  CHECK(test::message_of(missing.status()).find("such.csv: cannot be written: No such file") != std::string::npos);
  const std::string full = folder.path("full.csv");
  std::filesystem::create_symlink("/dev/full", full + ".part");
  folder.file("full.csv", "old");
  CHECK_FALSE(write_edges_csv(full, simulation, 0).ok());
  CHECK(*read_file_bytes(full) == "old");
  CHECK_FALSE(std::filesystem::is_symlink(full + ".part"));
}

}  // namespace
}  // namespace volley::io
