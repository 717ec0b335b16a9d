#include "hardware/chip.h"

#include <catch2/catch.hpp>
#include <string>

#include "hardware/chip_library.h"

namespace volley::hardware {
namespace {

const Coefficient& coefficient(const CoefficientTable& table, std::string_view event, Measure measure) {
  const Coefficient* found = table.find(event, measure);
  REQUIRE(found != nullptr);
  return *found;
}

std::string message_for(std::string_view yaml) { return std::string(parse_chip(yaml, "x.yaml").status().message()); }

std::string chip_with(const std::string& coefficient_lines) {
  return "chip: x\ntitle: X\nmesh: {width: 1, height: 1, cores_per_tile: 1, class: assumed, source: s}\ntables:\n  - "
         "name: t\n    title: T\n    basis: B\n    coefficients:\n" +
         coefficient_lines;
}

TEST_CASE("The shipped davies2018 table holds the published figures of Davies et al. 2018, Table 2") {
  const auto chip = shipped_chip("loihi");
  REQUIRE(chip.ok());
  const CoefficientTable* table = chip->table("davies2018");
  REQUIRE(table != nullptr);
  // Davies et al., "Loihi: A Neuromorphic Manycore Processor with On-Chip Learning", IEEE Micro 38(1), 2018, Table 2.
  const std::pair<const char*, double> published_pj[] = {
      {"synaptic_operation", 23.6}, {"neuron_update_active", 81}, {"neuron_update_inactive", 52}, {"spike", 1.7},
      {"hop_east_west", 3.0},       {"hop_north_south", 4.0},     {"learning_update", 120}};
  for (const auto& [event, value] : published_pj) {
    const Coefficient& entry = coefficient(*table, event, Measure::kEnergyPj);
    CHECK(entry.value == value);
    CHECK(entry.evidence == Evidence::kPublished);
    CHECK(entry.source.find("Table 2") != std::string::npos);
  }
  const std::pair<const char*, double> published_ns[] = {
      {"synaptic_operation", 3.5}, {"neuron_update_active", 8.4}, {"neuron_update_inactive", 5.3}, {"spike", 2.1},
      {"hop_east_west", 4.1},      {"hop_north_south", 6.5},      {"learning_update", 6.1}};
  for (const auto& [event, value] : published_ns) {
    CHECK(coefficient(*table, event, Measure::kTimeNs).value == value);
  }
  CHECK(coefficient(*table, "synaptic_operation", Measure::kEnergyPj).bound == "minimum");
  CHECK(coefficient(*table, "synaptic_operation", Measure::kTimeNs).bound == "maximum");
  CHECK(coefficient(*table, "chip_static", Measure::kPowerMw).evidence == Evidence::kSecondary);
}

TEST_CASE("An unset coefficient is known to be unset and is not zero") {
  const auto chip = shipped_chip("loihi");
  REQUIRE(chip.ok());
  CHECK_FALSE(coefficient(*chip->table(), "barrier", Measure::kEnergyPj).value.has_value());
  CHECK(chip->table()->find("barrier", Measure::kPowerMw) == nullptr);
}

TEST_CASE("Every shipped chip parses, and its name is its file's name") {
  REQUIRE_FALSE(shipped_chip_names().empty());
  for (const std::string_view name : shipped_chip_names()) {
    const auto chip = shipped_chip(name);
    REQUIRE(chip.ok());
    CHECK(chip->name == name);
  }
}

TEST_CASE("An unknown chip is refused with the name that may be meant") {
  const auto status = shipped_chip("loihi9").status();
  CHECK(status.code() == absl::StatusCode::kNotFound);
  CHECK(std::string(status.message()) == "no chip `loihi9`; did you mean `loihi`?");
}

TEST_CASE("A value that is not a number of at least 0 is refused at its line and column") {
  const std::string message =
      message_for(chip_with("      - {event: spike, unit: router, energy_pj: -1, class: published, source: s}\n"));
  CHECK(message ==
        "x.yaml:9:49: `energy_pj` is -1, must be a number from 0 to 1e+12, or the word unset when nobody knows it");
}

TEST_CASE("All problems of a table are listed at once") {
  const std::string message =
      message_for(chip_with("      - {event: spikes, unit: router, energy_pj: 1, class: published, source: s}\n"
                            "      - {event: spike, unit: router, energy_pj: 1, time_ns: 2, class: rumour, source: s}\n"
                            "      - {event: barrier, unit: barrier, energy_pj: 1, class: assumed, sources: s}\n"));
  CHECK(message.find("x.yaml:9:17: event `spikes` is unknown") != std::string::npos);
  CHECK(message.find("x.yaml:10:71: `class` is `rumour`, must be one of published, measured") != std::string::npos);
  CHECK(message.find("2 values given, must be exactly one of energy_pj, time_ns, power_mw") != std::string::npos);
  CHECK(message.find("unknown key `sources`") != std::string::npos);
  CHECK(message.find("`source` is missing") != std::string::npos);
}

TEST_CASE("Text that is no YAML, or no chip, is refused with a position") {
  CHECK(message_for("a: [1, 2").find("x.yaml:1:") == 0);
  CHECK(message_for("- 1").find("x.yaml:1:1: a chip is a mapping") == 0);
  CHECK(message_for("chip: x\ntitle: X\ntables: []").find("x.yaml:3:9: `tables` must be a list of at least one") !=
        std::string::npos);
}

}  // namespace
}  // namespace volley::hardware
