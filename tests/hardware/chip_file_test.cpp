// What a chip's file says beyond its first table: mesh, limits, the other tables; and what is refused.
#include <catch2/catch.hpp>
#include <string>

#include "hardware/chip.h"
#include "hardware/chip_library.h"

namespace volley::hardware {
namespace {

Chip shipped(std::string_view name) {
  auto chip = shipped_chip(name);
  INFO(std::string(chip.status().message()));
  REQUIRE(chip.ok());
  return *std::move(chip);
}

std::string message_for(const std::string& yaml) { return std::string(parse_chip(yaml, "x.yaml").status().message()); }

std::string chip_text(
    const std::string& mesh, const std::string& limits = "",
    const std::string& coefficient = "{event: spike, unit: router, energy_pj: 1, class: assumed, source: s}") {
  return "chip: x\ntitle: X\nmesh: {" + mesh + "}\n" + limits +
         "tables:\n  - {name: t, title: T, basis: B, coefficients: [" + coefficient + "]}\n";
}

const std::string kMesh = "width: 2, height: 2, cores_per_tile: 3, class: assumed, source: s";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("The shipped Loihi has the mesh and the limits of the first generation") {
  const Chip chip = shipped("loihi");
  CHECK(chip.mesh.width == 8);
  CHECK(chip.mesh.height == 4);
  CHECK(chip.mesh.core_count() == 128);
  CHECK(chip.mesh.clock_ns->value == 1);
  CHECK(chip.mesh.subnets->value == 2);
  CHECK(chip.mesh.receive_buffer->value == 8);
  CHECK(chip.mesh.end_of_step->value == EndOfStep::kSerial);
  CHECK(chip.mesh.end_of_step->evidence == Evidence::kFitted);
  CHECK(chip.limits.compartments->value == 1024);
  CHECK(chip.limits.synaptic_memory_bits->value == 128 * 1024 * 8);
  CHECK(chip.limits.input_axons->value == 4096);
  CHECK(chip.limits.output_axons->value == 4096);
  CHECK(chip.limits.weight_bits->value == 9);
  CHECK(chip.limits.index_bits->value == std::vector<std::uint32_t>{0, 6, 7, 8, 9, 10, 11, 12});
  CHECK(chip.limits.delay_steps->value == 62);
  CHECK(chip.limits.tag_bits->value == 9);
  CHECK(chip.limits.graded_spike_bits->value == 0);
  for (const NumberField& field : kNumberFields) {
    if (const auto& limit = chip.limits.*field.member) CHECK_FALSE(limit->source.empty());
  }
}

TEST_CASE("The fitted table holds SANA-FE's regression") {
  const Chip chip = shipped("loihi");
  const CoefficientTable* table = chip.table("fitted");
  REQUIRE(table != nullptr);
  // Boyle et al., TCAD 44(8), 2025, and the SANA-FE architecture file that goes with it.
  const std::tuple<const char*, double, double> rows[] = {{"synaptic_operation_dense", 35.5, 3.8},
                                                          {"synaptic_operation_sparse", 33.6, 4.7},
                                                          {"synaptic_operation_conv", 24.0, 3.1},
                                                          {"neuron_access", 51.2, 6.0},
                                                          {"neuron_update", 21.6, 3.7},
                                                          {"neuron_spike", 69.3, 30.0},
                                                          {"axon_out", 111, 5.1},
                                                          {"axon_in", 0, 16},
                                                          {"hop_east_west", 3.0, 4.1},
                                                          {"hop_north_south", 4.2, 6.5}};
  for (const auto& [event, pj, ns] : rows) {
    INFO(event);
    const Coefficient* energy = table->find(event, Measure::kEnergyPj);
    REQUIRE(energy != nullptr);
    CHECK(energy->value == pj);
    CHECK(energy->evidence == Evidence::kFitted);
    const Coefficient* time = table->find(event, Measure::kTimeNs);
    REQUIRE(time != nullptr);
    CHECK(time->value == ns);
  }
  const Coefficient* learning = table->find("learning_update", Measure::kEnergyPj);
  REQUIRE(learning != nullptr);
  CHECK_FALSE(learning->value.has_value());
}

TEST_CASE("A barrier takes the entry with the largest number of tiles that is not above the mapped ones") {
  const Chip chip = shipped("loihi");
  const std::pair<std::uint32_t, double> fitted[] = {{1, 600},   {2, 1000},  {3, 1000},  {4, 1400},
                                                     {28, 1400}, {29, 1800}, {32, 1800}, {0, 600}};
  for (const auto& [tiles, ns] : fitted) CHECK(barrier_ns(*chip.table("fitted"), tiles) == ns);
  CHECK(barrier_ns(*chip.table("davies2018"), 1) == 113);
  CHECK(barrier_ns(*chip.table("davies2018"), 31) == 113);
  CHECK(barrier_ns(*chip.table("davies2018"), 32) == 465);
  CHECK_FALSE(barrier_ns(*shipped("generic").table(), 3).has_value());
  CHECK_FALSE(barrier_ns(CoefficientTable{}, 3).has_value());
}

TEST_CASE("The static power of a powered core is a band of measured values, the same in both tables") {
  const Chip chip = shipped("loihi");
  for (const CoefficientTable& table : chip.tables) {
    std::vector<std::pair<std::string, double>> band;
    for (const Coefficient& entry : table.coefficients) {
      if (entry.event != "core_static") continue;
      CHECK(entry.measure == Measure::kPowerMw);
      CHECK(entry.evidence == Evidence::kMeasured);
      band.emplace_back(entry.bound, entry.value.value());
    }
    CHECK(band == std::vector<std::pair<std::string, double>>{{"minimum", 0.38}, {"maximum", 0.73}});
  }
}

TEST_CASE("No energy of Loihi 2 has a value, and its published limits have") {
  const Chip chip = shipped("loihi2");
  for (const Coefficient& entry : chip.table()->coefficients) {
    if (entry.measure == Measure::kEnergyPj) CHECK_FALSE(entry.value.has_value());
  }
  CHECK(chip.limits.compartments->value == 8192);
  CHECK(chip.limits.graded_spike_bits->value == 32);
  CHECK_FALSE(chip.limits.input_axons.has_value());
  CHECK_FALSE(chip.limits.index_bits.has_value());
}

TEST_CASE("Only the mesh and the tables are needed; limits that are missing or unset are unknown") {
  const auto chip = parse_chip(chip_text(kMesh,
                                         "limits: {compartments: {value: unset, class: assumed, source: s},"
                                         " input_axons: {value: 7, class: measured, source: here}}\n"),
                               "x.yaml");
  REQUIRE(chip.ok());
  CHECK(chip->mesh.core_count() == 12);
  CHECK_FALSE(chip->limits.compartments.has_value());
  CHECK_FALSE(chip->limits.output_axons.has_value());
  CHECK(chip->limits.input_axons->value == 7);
  CHECK(chip->limits.input_axons->evidence == Evidence::kMeasured);
  CHECK_FALSE(chip->mesh.clock_ns.has_value());
}

TEST_CASE("A chip without mesh or without tables is refused") {
  CHECK(has(message_for("chip: x\ntitle: X\ntables: [{name: t, title: T, basis: B, coefficients: []}]"),
            "x.yaml:1:1: `mesh` must be a mapping with `width`"));
  CHECK(has(message_for("chip: x\ntitle: X\nmesh: {" + kMesh + "}\n"),
            "x.yaml:1:1: `tables` must be a list of at least one coefficient table"));
}

TEST_CASE("A coefficient without a unit, or below 0, is refused") {
  CHECK(has(message_for(chip_text(kMesh, "", "{event: spike, unit: router, value: 3, class: assumed, source: s}")),
            "unknown key `value`"));
  CHECK(has(message_for(chip_text(kMesh, "", "{event: spike, unit: router, value: 3, class: assumed, source: s}")),
            "0 values given, must be exactly one of energy_pj, time_ns, power_mw; the unit is part of the key"));
  CHECK(has(message_for(chip_text(kMesh, "", "{event: spike, unit: router, time_ns: -0.5, class: assumed, source: s}")),
            "`time_ns` is -0.5, must be a number from 0 to 1e+06"));
  CHECK(has(message_for(chip_text(kMesh, "", "{event: spike, unit: router, time_ns: .nan, class: assumed, source: s}")),
            "`time_ns` is .nan, must be a number"));
}

TEST_CASE("Coefficients and properties of the network that sums or tables could not hold are refused") {
  const auto coefficient = [](const std::string& value) {
    return chip_text(kMesh, "", "{event: spike, unit: router, " + value + ", class: assumed, source: s}");
  };
  CHECK(has(message_for(coefficient("energy_pj: 1e13")), "`energy_pj` is 1e13, must be a number from 0 to 1e+12"));
  CHECK(has(message_for(coefficient("time_ns: 1e7")), "`time_ns` is 1e7, must be a number from 0 to 1e+06"));
  CHECK(has(message_for(coefficient("power_mw: .inf")), "`power_mw` is .inf, must be a number from 0 to 1e+09"));
  CHECK(parse_chip(coefficient("energy_pj: 1e12"), "x.yaml").ok());
  const std::pair<const char*, const char*> wrong[] = {
      {"clock_ns: {value: 0.0001", "`clock_ns` is 0.0001, must be a number from 0.001 to 1e+06"},
      {"clock_ns: {value: 1e30", "`clock_ns` is 1e30, must be a number"},
      {"clock_ns: {value: .nan", "`clock_ns` is .nan, must be a number"},
      {"subnets: {value: 17", "`subnets` is 17, must be a whole number from 1 to 16"},
      {"receive_buffer: {value: 1025", "`receive_buffer` is 1025, must be a whole number from 1 to 1024"}};
  for (const auto& [given, message] : wrong) {
    CHECK(has(message_for(chip_text(kMesh + ", " + given + ", class: assumed, source: s}")), message));
  }
  CHECK(has(message_for(chip_text(kMesh, "limits: {compartments: {value: 0, class: assumed, source: s}}\n")),
            "`compartments` is 0, must be a whole number from 1"));
}

TEST_CASE("Tiles may be listed, but must not overlap, lie outside the mesh or be missing") {
  const auto listed = parse_chip(chip_text(kMesh + ", tiles: [[0, 0], [1, 0], [1, 1], [0, 1]]"), "x.yaml");
  REQUIRE(listed.ok());
  CHECK(listed->mesh.position_of_core(3) == Position{1, 0});
  CHECK(has(message_for(chip_text(kMesh + ", tiles: [[0, 0], [1, 0], [1, 1], [1, 0]]")),
            "tiles 1 and 3 overlap at [1, 0]; give every tile a place of its own"));
  CHECK(has(message_for(chip_text(kMesh + ", tiles: [[0, 0], [1, 0], [1, 1], [0, 2]]")),
            "`y` is 2, must be a whole number from 0 to 1"));
  CHECK(has(message_for(chip_text(kMesh + ", tiles: [[0, 0], [1, 0]]")), "`tiles` has 2 places, must have 4"));
}

TEST_CASE("Sizes that are no counts, or make more cores than can be numbered, are refused") {
  CHECK(has(message_for(chip_text("width: 0, height: 2, cores_per_tile: 3, class: assumed, source: s")),
            "`width` is 0, must be a whole number from 1 to 65535"));
  CHECK(has(message_for(chip_text("width: 2, height: -2, cores_per_tile: 3, class: assumed, source: s")),
            "`height` is -2, must be"));
  CHECK(has(message_for(chip_text("width: 2, height: 2, class: assumed, source: s")), "`cores_per_tile` is missing"));
  CHECK(has(message_for(chip_text("width: 256, height: 256, cores_per_tile: 4, class: assumed, source: s")),
            "256 x 256 tiles of 4 cores are 262144 cores, must be at most 65535"));
  CHECK(has(message_for(chip_text(kMesh, "limits: {compartments: {value: -1, class: assumed, source: s}}\n")),
            "`compartments` is -1, must be a whole number"));
  CHECK(has(message_for(chip_text(kMesh, "limits: {compartment: {value: 1, class: assumed, source: s}}\n")),
            "unknown key `compartment`; did you mean `compartments`?"));
  CHECK(has(message_for(chip_text(kMesh, "limits: {index_bits: {value: [6, 0], class: assumed, source: s}}\n")),
            "`index_bits` has 0 after 6, must ascend"));
  CHECK(has(message_for(chip_text(kMesh, "limits: {input_axons: {value: 3, source: s}}\n")), "`class` is missing"));
}

TEST_CASE("Two barriers for the same number of tiles, and tiles of anything else, are refused") {
  CHECK(has(message_for(chip_text(kMesh, "",
                                  "{event: barrier, unit: barrier, tiles: 2, time_ns: 1, class: assumed, source: s}, "
                                  "{event: barrier, unit: barrier, tiles: 2, time_ns: 2, class: assumed, source: s}")),
            "`barrier` has two values of time_ns for 2 tiles; remove one"));
  CHECK(has(message_for(
                chip_text(kMesh, "", "{event: spike, unit: router, tiles: 2, time_ns: 1, class: assumed, source: s}")),
            "`tiles` is only for the event barrier"));
}

}  // namespace
}  // namespace volley::hardware
