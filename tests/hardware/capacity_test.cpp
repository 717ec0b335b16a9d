#include "hardware/capacity.h"

#include "tests/hardware/placed_network.h"
#include "tests/support/full_catalog.h"

namespace volley::hardware {
namespace {

using test::population;
using test::projection;

Placement all_on(std::uint16_t core, std::uint32_t neurons) {
  return {"by hand", {std::vector<std::uint16_t>(neurons, core)}};
}

TEST_CASE("Memory of an axon follows ceil((n b + 10) / 64) * 64 for every 64 synapses") {
  CHECK(bits_per_axon(0, 18) == 0);
  CHECK(bits_per_axon(1, 18) == 64);
  CHECK(bits_per_axon(3, 18) == 64);   // 3 * 18 + 10 = 64
  CHECK(bits_per_axon(4, 18) == 128);  // 82
  CHECK(bits_per_axon(64, 18) == 1216);
  CHECK(bits_per_axon(65, 18) == 1216 + 64);
  CHECK(bits_per_axon(128, 18) == 2 * 1216);
  CHECK(bits_per_axon(64, 9) == 640);
}

TEST_CASE("a projection whose rule changes tags stores them, and no other does") {
  Network network;
  network.populations = {population("cells", "loihi_cuba", 100)};
  network.projections = {projection("cells", "cells", FixedIndegree{64}, 128, 1),
                         projection("cells", "cells", FixedIndegree{64}, 128, 1)};
  network.projections[1].name = "tagged";
  for (ProjectionSpec& spec : network.projections) {
    spec.plasticity = {"loihi", {{"dw", "2^-2*t*y0"}}, {}};
  }
  network.projections[1].plasticity->parameters["dt"] = "x1*y0";
  const auto tags = [&] {
    const Wiring wiring =
        make_wiring(test::must_build(network, test::full_catalog()), loihi(), std::chrono::milliseconds(1));
    return std::pair(wiring.bundles[0].format.tag_bits, wiring.bundles[1].format.tag_bits);
  };
  CHECK(tags() == std::pair(0u, 9u));
  network.projections[1].plasticity->frozen = true;
  CHECK(tags() == std::pair(0u, 0u));
}

TEST_CASE("Index bits are the smallest size that tells all targets apart") {
  const std::vector<std::uint32_t> sizes{0, 6, 7, 8, 9, 10, 11, 12};
  CHECK(index_bits_for(1, sizes) == 0);
  CHECK(index_bits_for(2, sizes) == 6);
  CHECK(index_bits_for(64, sizes) == 6);
  CHECK(index_bits_for(65, sizes) == 7);
  CHECK(index_bits_for(1024, sizes) == 10);
  CHECK(index_bits_for(4096, sizes) == 12);
}

TEST_CASE("One compartment, axon or bit more than a core has is refused, and the limit itself is not") {
  const Chip chip = loihi();
  const CoreUse full{
      .compartments = 1024, .synaptic_memory_bits = 1'048'576, .input_axons = 4096, .output_axons = 4096};
  CHECK(check_core(3, full, chip).empty());
  const std::pair<CoreUse, const char*> cases[] = {
      {{.compartments = 1025}, "core 3: 1,025 compartments, at most 1,024 (published); "},
      {{.synaptic_memory_bits = 1'048'577},
       "core 3: 1,048,577 bits of synaptic memory, at most 1,048,576 (published); "},
      {{.input_axons = 4097}, "core 3: 4,097 input axons, at most 4,096 (secondary); "},
      {{.output_axons = 4097}, "core 3: 4,097 output axons, at most 4,096 (secondary); "}};
  for (const auto& [use, message] : cases) {
    const auto problems = check_core(3, use, chip);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].starts_with(message));
  }
}

TEST_CASE("1,025 neurons on one core name the population; 1,024 fit") {
  const Chip chip = loihi();
  CHECK(check_placement(wiring_of(cells(1024), chip), chip, all_on(7, 1024)).empty());
  const auto problems = check_placement(wiring_of(cells(1025), chip), chip, all_on(7, 1025));
  REQUIRE(problems.size() == 1);
  CHECK(problems[0] ==
        "core 7: 1,025 compartments, at most 1,024 (published); population cells has 1,025 of the neurons; use fewer "
        "neurons per core, or fewer neurons");
}

TEST_CASE("4,097 senders to one core are refused and named, also when they come from outside; 4,096 fit") {
  const Chip chip = loihi();
  for (const std::uint32_t senders : {4096u, 4097u}) {
    Network network = cells(1);
    network.sources = {test::spike_list("in", senders, {})};
    network.projections = {projection("in", "cells", AllToAll{}, 1, 1)};
    const auto problems = check_placement(wiring_of(network, chip), chip, all_on(0, 1));
    CHECK(problems.size() == senders - 4096);
    for (const std::string& problem : problems) {
      CHECK(problem.starts_with(
          "core 0: 4,097 input axons, at most 4,096 (secondary); source in has 4,097 of the senders;"));
    }
  }
}

TEST_CASE("4,097 output axons of one core are refused and named; 4,096 fit") {
  const Chip chip = loihi();
  for (const std::uint32_t extra : {0u, 1u}) {
    // 32 neurons that reach all 128 cores, and perhaps one that reaches one.
    Network network;
    network.populations = {population("hubs", "lif_delta", 33), population("leaves", "lif_delta", 128)};
    Explicit rule;
    for (std::uint32_t hub = 0; hub < 32; ++hub) {
      for (std::uint32_t leaf = 0; leaf < 128; ++leaf)
        rule.edges.push_back({hub, leaf, 1, std::chrono::milliseconds(1)});
    }
    if (extra != 0) rule.edges.push_back({32, 5, 1, std::chrono::milliseconds(1)});
    network.projections = {projection("hubs", "leaves", rule, 1, 1)};
    Placement placement{"by hand", {std::vector<std::uint16_t>(33, 9), {}}};
    for (std::uint16_t core = 0; core < 128; ++core) placement.core_of[1].push_back(core);
    const auto problems = check_placement(wiring_of(network, chip), chip, placement);
    CHECK(problems.size() == extra);
    for (const std::string& problem : problems) {
      CHECK(problem.starts_with("core 9: 4,097 output axons, at most 4,096 (secondary); population hubs has 4,097"));
    }
  }
}

TEST_CASE("Synaptic memory is counted by the formula and names the projection that fills it") {
  const Chip chip = loihi();
  // 1,024 targets: 8 bits of weight, none of delay, 10 of index. 64 synapses take 64 * 18 + 10 -> 1,216 bits, so one
  // sender to all takes 16 * 1,216 = 19,456, and 53 of them 1,031,168; the 54th is too many.
  for (const std::uint32_t senders : {53u, 54u}) {
    Network network = cells(1024);
    network.sources = {test::spike_list("in", senders, {})};
    network.projections = {projection("in", "cells", AllToAll{}, 1, 1)};
    const Wiring wiring = wiring_of(network, chip);
    CHECK(core_use(wiring, chip, all_on(0, 1024))[0].synaptic_memory_bits == senders * 19'456);
    const auto problems = check_placement(wiring, chip, all_on(0, 1024));
    REQUIRE(problems.size() == senders - 53);
    for (const std::string& problem : problems) {
      CHECK(has(problem, "1,050,624 bits of synaptic memory, at most 1,048,576"));
      CHECK(has(problem, "projection in_to_cells has 1,050,624 of the bits"));
    }
  }
}

TEST_CASE("Longer delays take bits in every synapse") {
  const Chip chip = loihi();
  const std::pair<double, std::uint32_t> cases[] = {{1, 0}, {2, 1}, {3, 2}, {9, 4}, {63, 6}};
  for (const auto& [delay_ms, bits] : cases) {
    Network network = cells(2);
    network.projections = {projection("cells", "cells", AllToAll{}, 1, delay_ms)};
    const Wiring wiring = wiring_of(network, chip);
    CHECK(wiring.bundles[0].format.delay_bits == bits);
    CHECK(missing_features(network, wiring, chip).empty());
  }
}

TEST_CASE("A delay of 63 steps beyond the usual one is refused") {
  const Chip chip = loihi();
  Network network = cells(2);
  network.projections = {projection("cells", "cells", AllToAll{}, 1, 64)};
  const auto problems = missing_features(network, wiring_of(network, chip), chip);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0] ==
        "projection cells_to_cells: delay 64 ms is 63 steps beyond the one that every spike takes, at most 62 "
        "(secondary); shorten the delay or lengthen --step");
}

TEST_CASE("Alpha currents are refused on Loihi with the models that it computes") {
  const Chip chip = loihi();
  Network network;
  network.populations = {population("a", "lif_alpha", 2), population("b", "lif_exp", 2)};
  const auto problems = missing_features(network, wiring_of(network, chip), chip);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0] ==
        "population a: model lif_alpha, but the cores of loihi compute loihi_cuba, lif_exp, lif_delta, if_delta "
        "(published); choose one of these models");
}

TEST_CASE("Graded spikes are refused on Loihi 1 and carried by Loihi 2") {
  CHECK(missing_payload("population a", 8, loihi()) ==
        "population a: graded spikes of 8 bits, but spikes of loihi carry none (published); send single spikes, or "
        "choose a chip with graded ones");
  CHECK(missing_payload("population a", 0, loihi()).empty());
  const auto loihi2 = shipped_chip("loihi2");
  REQUIRE(loihi2.ok());
  CHECK(missing_payload("population a", 32, *loihi2).empty());
  CHECK(has(missing_payload("population a", 33, *loihi2), "carry at most 32"));
}

TEST_CASE("A placement of another network, or on cores that the chip lacks, is refused") {
  const Chip chip = loihi();
  const Wiring wiring = wiring_of(cells(3), chip);
  CHECK(has(check_placement(wiring, chip, {"x", {}}).at(0), "the placement has 0 populations, the network has 1"));
  CHECK(has(check_placement(wiring, chip, all_on(0, 2)).at(0), "population cells: 2 places for 3 neurons"));
  CHECK(check_placement(wiring, chip, all_on(128, 3)).at(0) ==
        "population cells, neuron 0: core 128, but loihi has cores 0 to 127; choose one of them");
}

TEST_CASE("What Loihi 2 does not publish is said to be unchecked, not taken as unlimited in silence") {
  const auto chip = shipped_chip("loihi2");
  REQUIRE(chip.ok());
  std::string all;
  for (const std::string& note : unchecked(wiring_of(cells(3), *chip), *chip)) all += note + "\n";
  CHECK(has(all, "input axons: not checked, loihi2 has no known limit"));
  CHECK(has(all, "how loihi2 stores a synapse is not known"));
  CHECK(unchecked(wiring_of(cells(3), loihi()), loihi()).empty());
}

TEST_CASE("A Poisson drive takes an axon and a synapse for every neuron it drives") {
  const Chip chip = loihi();
  Network network = cells(10);
  network.drives = {{.name = "noise",
                     .population = "cells",
                     .range = {.first = 2, .count = 5},
                     .kind = PoissonDrive{.rate_hz = {{kStart, 10}}, .weight = 1, .port = ""}}};
  const CoreUse use = core_use(wiring_of(network, chip), chip, all_on(0, 10))[0];
  CHECK(use.input_axons == 5);
  CHECK(use.synaptic_memory_bits == 5 * 64);
}

}  // namespace
}  // namespace volley::hardware
