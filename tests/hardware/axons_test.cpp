#include "hardware/axons.h"

#include <catch2/catch.hpp>

#include "models/catalog.h"
#include "tests/support/run_network.h"

namespace volley::hardware {
namespace {

using test::population;
using test::projection;

Explicit edges(std::initializer_list<std::pair<std::uint32_t, std::uint32_t>> pairs) {
  Explicit rule;
  for (const auto& [source, target] : pairs) rule.edges.push_back({source, target, 1, std::chrono::milliseconds(1)});
  return rule;
}

TEST_CASE("A neuron has one axon per core it reaches, with the synapses of all its projections there") {
  Network network;
  network.populations = {population("a", "lif_delta", 3), population("b", "lif_delta", 4)};
  network.sources = {test::spike_list("in", 2, {})};
  network.projections = {projection("a", "b", edges({{0, 0}, {0, 1}, {0, 3}, {2, 2}}), 1, 1),
                         projection("a", "a", edges({{0, 1}, {1, 0}}), 1, 1),
                         projection("in", "b", edges({{1, 3}, {1, 2}}), 1, 1)};
  const Simulation simulation = test::must_build(network, standard_models());
  const Placement placement{"by hand", {{0, 2, 0}, {2, 2, 5, 5}}};
  const AxonTable table = make_axon_table(simulation, placement);

  const auto axons = [&](std::uint32_t p, std::uint32_t neuron) {
    const auto found = table.of(PopulationId{p}, neuron);
    return std::vector<Axon>(found.begin(), found.end());
  };
  CHECK(axons(0, 0) == std::vector<Axon>{{2, 3}, {5, 1}});
  CHECK(axons(0, 1) == std::vector<Axon>{{0, 1}});
  CHECK(axons(0, 2) == std::vector<Axon>{{5, 1}});
  for (std::uint32_t neuron = 0; neuron < 4; ++neuron) CHECK(axons(1, neuron).empty());
  CHECK(axons(2, 0).empty());
  CHECK(axons(2, 1) == std::vector<Axon>{{5, 2}});
  CHECK(table.first_sender == std::vector<std::uint32_t>{0, 3, 7, 9});
  CHECK(cores_spanned(placement) == 6);
  CHECK(cores_used(placement) == 3);
}

TEST_CASE("The axons do not depend on how populations are cut into slices") {
  Network network;
  network.populations = {population("a", "lif_delta", 500)};
  network.projections = {projection("a", "a", FixedIndegree{40}, 1, 1), projection("a", "a", FixedOutdegree{7}, 2, 3)};
  network.projections[1].name = "second";
  Placement placement{"by hand", {std::vector<std::uint16_t>(500)}};
  for (std::uint32_t i = 0; i < 500; ++i) placement.core_of[0][i] = static_cast<std::uint16_t>(i * 7 % 11);
  const AxonTable whole = make_axon_table(test::must_build(network, standard_models()), placement);
  const AxonTable sliced = make_axon_table(
      test::must_build(network, standard_models(), {.seed = 1, .threads = 2, .slice_size = 33}), placement);
  CHECK(whole.axons == sliced.axons);
  CHECK(whole.offset == sliced.offset);
  std::uint64_t synapses = 0;
  for (const Axon& axon : whole.axons) synapses += axon.synapses;
  CHECK(synapses == 500 * 47);
}

}  // namespace
}  // namespace volley::hardware
