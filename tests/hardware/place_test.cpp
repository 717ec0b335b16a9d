#include "hardware/place.h"

#include "hardware/accounts.h"
#include "hardware/capacity.h"
#include "tests/hardware/placed_network.h"

namespace volley::hardware {
namespace {

using test::projection;

Chip chip_with(std::uint64_t compartments, std::uint64_t inputs = 4096, std::uint64_t outputs = 4096) {
  Chip chip = loihi();
  chip.limits.compartments->value = compartments;
  chip.limits.input_axons->value = inputs;
  chip.limits.output_axons->value = outputs;
  return chip;
}

Placement must(absl::StatusOr<Placement> placement) {
  INFO(message_of(placement.status()));
  REQUIRE(placement.ok());
  return *std::move(placement);
}

void check_legal(const Wiring& wiring, const Chip& chip, const Placement& placement) {
  const auto problems = check_placement(wiring, chip, placement);
  INFO((problems.empty() ? std::string() : problems.front()));
  CHECK(problems.empty());
}

TEST_CASE("Sequential fills core after core and splits populations") {
  const Chip chip = loihi();
  Network network;
  network.populations = {test::population("a", "lif_delta", 1500), test::population("b", "lif_delta", 600)};
  const Placement placement = must(place_sequential(wiring_of(network, chip), chip));
  CHECK(placement.method == "sequential");
  CHECK(placement.core_of[0][1023] == 0);
  CHECK(placement.core_of[0][1024] == 1);
  CHECK(placement.core_of[1][547] == 1);
  CHECK(placement.core_of[1][548] == 2);
}

TEST_CASE("Balanced uses as many cores as sequential, evenly") {
  const Chip chip = loihi();
  const Wiring wiring = wiring_of(cells(1025), chip);
  CHECK(cores_used(must(place_sequential(wiring, chip))) == 2);
  const auto use = core_use(wiring, chip, must(place_balanced(wiring, chip)));
  CHECK(use[0].compartments == 513);
  CHECK(use[1].compartments == 512);
}

TEST_CASE("Too large a network is refused with the cores that are missing and what fills them") {
  const Chip chip = loihi();
  for (const auto& place : {place_sequential, place_balanced}) {
    CHECK(message_of(place(wiring_of(cells(128 * 1024 + 1), chip), chip).status()) ==
          "the network needs 129 cores, loihi has 128: 1 are missing; most cores are full by compartments; use fewer "
          "neurons per core, or fewer neurons");
  }
  CHECK(has(message_of(place_by_traffic(wiring_of(cells(128 * 1024 + 1), chip), chip, {}, 1).status()),
            "the network needs 129 cores, loihi has 128"));
  must(place_sequential(wiring_of(cells(128 * 1024), chip), chip));
}

TEST_CASE("A neuron with more senders than a core takes in is refused by name") {
  const Chip chip = loihi();
  Network network = cells(3);
  network.sources = {test::spike_list("in", 4097, {})};
  Explicit rule;
  for (std::uint32_t i = 0; i < 4097; ++i) rule.edges.push_back({i, 2, 1, std::chrono::milliseconds(1)});
  network.projections = {projection("in", "cells", rule, 1, 1)};
  const Wiring wiring = wiring_of(network, chip);
  for (const auto& status : {place_sequential(wiring, chip).status(), place_balanced(wiring, chip).status(),
                             place_by_traffic(wiring, chip, {}, 1).status()}) {
    CHECK(has(message_of(status),
              "neuron cells[2] fits on no core of loihi: alone it needs 4,097 input axons, at most 4,096 (secondary)"));
  }
}

TEST_CASE("Every method keeps every limit, whichever of them is the tight one") {
  const Network network = shuffled_modules(12, 40, 12, 5);
  Chip memory = loihi();
  memory.limits.synaptic_memory_bits->value = 40'000;
  const Chip chips[] = {chip_with(37), chip_with(1024, 150), chip_with(1024, 4096, 190), memory};
  for (const Chip& chip : chips) {
    const Wiring wiring = wiring_of(network, chip);
    check_legal(wiring, chip, must(place_sequential(wiring, chip)));
    check_legal(wiring, chip, must(place_balanced(wiring, chip)));
    check_legal(wiring, chip, must(place_by_traffic(wiring, chip, {}, 3)));
  }
}

TEST_CASE("Placement by traffic has at least a quarter fewer spike-hops than sequential on shuffled modules") {
  for (const auto& [modules, size, limit] :
       {std::tuple{32u, 64u, 64u}, std::tuple{16u, 100u, 64u}, std::tuple{20u, 50u, 128u}}) {
    const Chip chip = chip_with(limit);
    const Wiring wiring = wiring_of(shuffled_modules(modules, size, 16, modules), chip);
    const Placement sequential = must(place_sequential(wiring, chip));
    const Placement traffic = must(place_by_traffic(wiring, chip, {}, 1));
    check_legal(wiring, chip, traffic);
    const double before = spike_hops(wiring, chip.mesh, sequential, {});
    const double after = spike_hops(wiring, chip.mesh, traffic, {});
    INFO(modules << " modules of " << size << ", " << limit << " a core: " << before << " -> " << after);
    CHECK(after <= 0.75 * before);
  }
}

TEST_CASE("The same seed gives the same placement") {
  const Chip chip = chip_with(50);
  const Wiring wiring = wiring_of(shuffled_modules(10, 60, 10, 2), chip);
  CHECK(must(place_by_traffic(wiring, chip, {}, 7)) == must(place_by_traffic(wiring, chip, {}, 7)));
}

TEST_CASE("Rates decide which neurons come close") {
  // 0 and 1 talk to 2; no core holds more than two.
  const Chip chip = [] {
    Chip c = chip_with(2);
    c.mesh.cores_per_tile = 1;
    return c;
  }();
  Network network = cells(3);
  Explicit rule;
  rule.edges = {{0, 2, 1, std::chrono::milliseconds(1)}, {1, 2, 1, std::chrono::milliseconds(1)}};
  network.projections = {projection("cells", "cells", rule, 1, 1)};
  const Wiring wiring = wiring_of(network, chip);
  for (const std::size_t loud : {0u, 1u}) {
    std::vector<double> rate{1, 1, 1};
    rate[loud] = 100;
    const Placement placement = must(place_by_traffic(wiring, chip, rate, 1));
    CHECK(placement.core_of[0][2] == placement.core_of[0][loud]);
    CHECK(spike_hops(wiring, chip.mesh, placement, rate) == 1);
  }
}

TEST_CASE("Spike-hops count one message per neuron and destination core") {
  const Chip chip = loihi();
  Network network = cells(4);
  Explicit rule;
  for (const std::uint32_t target : {1u, 2u, 3u}) rule.edges.push_back({0, target, 1, std::chrono::milliseconds(1)});
  network.projections = {projection("cells", "cells", rule, 1, 1)};
  const Wiring wiring = wiring_of(network, chip);
  const Placement placement{"by hand", {{0, 127, 127, 16}}};
  CHECK(spike_hops(wiring, chip.mesh, placement, {}) == 10 + 1);
  const std::vector<double> rate{2.5, 9, 9, 9};
  CHECK(spike_hops(wiring, chip.mesh, placement, rate) == 2.5 * 11);
}

TEST_CASE("The books after many moves are those of a fresh count") {
  const Chip chip = loihi();
  const Wiring wiring = wiring_of(shuffled_modules(6, 20, 9, 4), chip);
  Accounts moved(wiring, chip), fresh(wiring, chip);
  moved.count_hops(std::vector<double>(wiring.neurons, 1), chip.mesh);
  fresh.count_hops(std::vector<double>(wiring.neurons, 1), chip.mesh);
  RandomStream random({1, Purpose::kUser, 0}, 0);
  for (std::uint32_t n = 0; n < wiring.neurons; ++n) moved.add(n, n % 8);
  for (int i = 0; i < 500; ++i) moved.move(random.next_below(wiring.neurons), random.next_below(8));
  for (std::uint32_t n = 0; n < wiring.neurons; ++n) fresh.add(n, moved.core_of(n));
  for (std::uint32_t core = 0; core < 8; ++core) {
    CHECK(moved.use(core).compartments == fresh.use(core).compartments);
    CHECK(moved.use(core).synaptic_memory_bits == fresh.use(core).synaptic_memory_bits);
    CHECK(moved.use(core).input_axons == fresh.use(core).input_axons);
    CHECK(moved.use(core).output_axons == fresh.use(core).output_axons);
  }
  CHECK(moved.spike_hops() == Approx(fresh.spike_hops()));
}

TEST_CASE("A placement by hand is read back from what was written, and its faults are listed with positions") {
  const Chip chip = loihi();
  const Wiring wiring = wiring_of(cells(5), chip);
  const Placement placement{"p.yaml", {{3, 3, 7, 0, 0}}};
  CHECK(must(parse_placement(placement_yaml(placement, wiring, "loihi"), "p.yaml", wiring, chip)) == placement);
  const auto refusal = [&](const std::string& text) {
    return message_of(parse_placement(text, "p.yaml", wiring, chip).status());
  };
  CHECK(has(refusal("placement: {cells: [[0, 4, 1]]}"), "p.yaml:1:20: population cells: neuron 4 has no core"));
  CHECK(has(refusal("placement: {cells: [[0, 5, 1], [2, 1, 3]]}"), "neuron 2 is on core 1 already"));
  CHECK(has(refusal("placement: {cells: [[0, 5, 1]], cells: [[0, 5, 2]]}"), "p.yaml:1:33: `cells` is given twice"));
  CHECK(has(refusal("placement: {cells: [[0, 5, 128]]}"), "`core` is 128, must be a whole number from 0 to 127"));
  CHECK(has(refusal("placement: {cells: [[0, 6, 1]]}"), "`count` is 6, must be a whole number from 1 to 5"));
  CHECK(has(refusal("placement: {cell: [[0, 5, 1]]}"), "unknown key `cell`; did you mean `cells`?"));
  CHECK(has(refusal("placement: {}"), "population cells has no place; add it"));
  CHECK(
      has(refusal("chip: other\nplacement: {cells: [[0, 5, 1]]}"), "a placement for chip other, but --chip is loihi"));
  CHECK(has(refusal("[1, 2"), "p.yaml:1:"));
}

}  // namespace
}  // namespace volley::hardware
