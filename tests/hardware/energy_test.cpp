#include "hardware/energy.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "hardware/chip_library.h"

namespace volley::hardware {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;

std::vector<PopulationCounters> two_populations() {
  PopulationCounters exc{.name = "exc", .size = 100, .is_source = false, .counts = {}};
  exc.counts = {.synaptic_events = 1000, .external_events = 70, .neuron_updates = 0, .spikes = 30};
  PopulationCounters inh{.name = "inh", .size = 7, .is_source = false, .counts = {}};
  inh.counts = {.synaptic_events = 11, .external_events = 0, .neuron_updates = 0, .spikes = 5};
  PopulationCounters input{.name = "input", .size = 3, .is_source = true, .counts = {}};
  input.counts.spikes = 999;
  return {exc, inh, input};
}

EnergyReport davies_report(Duration duration = 10ms) {
  const auto chip = shipped_chip("loihi");
  REQUIRE(chip.ok());
  const auto ledger = make_ledger(two_populations(), duration, 1ms);
  REQUIRE(ledger.ok());
  return price(*ledger, *chip, *chip->table("davies2018"));
}

const EnergyLine& line_of(const EnergyReport& report, std::string_view population, std::string_view event,
                          std::string_view detail = {}) {
  for (const EnergyLine& line : report.lines) {
    if (line.population == population && line.event == event && line.detail == detail) return line;
  }
  FAIL("no such line");
  std::abort();
}

TEST_CASE("A chip updates every neuron at every step: updates are neurons x steps, active when the neuron fired") {
  const auto ledger = make_ledger(two_populations(), 10ms, 1ms);
  REQUIRE(ledger.ok());
  CHECK(ledger->steps == 10);
  REQUIRE(ledger->populations.size() == 2);  // the source has no neurons on the chip
  CHECK(ledger->populations[0].updates_active == 30);
  CHECK(ledger->populations[0].updates_inactive == 100 * 10 - 30);
}

TEST_CASE("A duration that is no multiple of the step counts its last, partial step") {
  CHECK(make_ledger({}, 2500us, 1ms)->steps == 3);
  CHECK(make_ledger({}, 2000us, 1ms)->steps == 2);
  CHECK(make_ledger({}, Duration{0}, 1ms)->steps == 0);
}

TEST_CASE("More spikes than neuron-steps cannot make more active updates than there are updates") {
  const auto ledger = make_ledger(two_populations(), 1us, 1ms);  // 1 step
  REQUIRE(ledger.ok());
  CHECK(ledger->populations[0].updates_active == 30);
  CHECK(ledger->populations[1].updates_active == 5);
  std::vector<PopulationCounters> busy = two_populations();
  busy[1].counts.spikes = 50;
  const auto burst = make_ledger(busy, 1us, 1ms);
  CHECK(burst->populations[1].updates_active == 7);
  CHECK(burst->populations[1].updates_inactive == 0);
}

TEST_CASE("A step that is not positive is refused with its value and a remedy") {
  const auto status = make_ledger({}, 1ms, Duration{0}).status();
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  CHECK(std::string(status.message()).find("algorithmic step 0 ms, must be above 0") == 0);
}

TEST_CASE("Energy is the dot product of counts and coefficients") {
  const EnergyReport report = davies_report();
  // By hand from Davies 2018, Table 2.
  const double expected = (1000 + 70 + 11) * 23.6 + (30 + 5) * 81.0 + (970 + 65) * 52.0 + (30 + 5) * 1.7;
  CHECK(std::abs(report.total_pj - expected) <= 1e-12 * expected);
  CHECK(line_of(report, "exc", "synaptic_operation").energy_pj == 1000 * 23.6);
  CHECK(line_of(report, "exc", "synaptic_operation", "from drives").energy_pj == 70 * 23.6);
  CHECK(*report.total_all_active_pj == Approx(expected + (970 + 65) * 29.0).epsilon(1e-12));
}

TEST_CASE("The groups of every breakdown sum to the total to 1e-12, and so do their lines") {
  // Counts with no common factor, so that rounding would show.
  std::vector<PopulationCounters> many;
  for (std::uint32_t i = 1; i <= 57; ++i) {
    PopulationCounters entry{.name = "p" + std::to_string(i), .size = 1000 * i + 7, .is_source = false, .counts = {}};
    entry.counts = {.synaptic_events = 982451653ull * i,
                    .external_events = 104729ull * i,
                    .neuron_updates = 0,
                    .spikes = 1299709ull % (i + 3)};
    many.push_back(entry);
  }
  const auto chip = shipped_chip("loihi");
  const auto ledger = make_ledger(many, 12345us, 100us);
  REQUIRE(ledger.ok());
  const EnergyReport report = price(*ledger, *chip, *chip->table());
  for (const GroupBy by : {GroupBy::kUnit, GroupBy::kPopulation}) {
    double groups = 0, lines = 0;
    for (const EnergyGroup& group : grouped(report, by)) {
      groups += group.energy_pj;
      for (const EnergyLine& line : group.lines) lines += line.energy_pj.value_or(0);
    }
    CHECK(std::abs(groups - report.total_pj) <= 1e-12 * report.total_pj);
    CHECK(std::abs(lines - report.total_pj) <= 1e-12 * report.total_pj);
  }
  CHECK(grouped(report, GroupBy::kPopulation).size() == 58);
}

TEST_CASE("Unset and uncounted lines have no energy and say why") {
  const EnergyReport report = davies_report();
  const EnergyLine& barrier = line_of(report, "", "barrier");
  CHECK(barrier.count == 10u);
  CHECK_FALSE(barrier.energy_pj.has_value());
  CHECK(barrier.why_missing == "coefficient unset");
  const EnergyLine& hop = line_of(report, "", "hop_east_west");
  CHECK(hop.coefficient_pj == 3.0);
  CHECK_FALSE(hop.count.has_value());
  CHECK_FALSE(hop.energy_pj.has_value());
  CHECK_FALSE(hop.why_missing.empty());
}

TEST_CASE("Every line of the shipped table names its class and source") {
  for (const EnergyLine& line : davies_report().lines) {
    CHECK(line.evidence == Evidence::kPublished);
    CHECK_FALSE(line.source.empty());
  }
}

TEST_CASE("A table without a coefficient leaves its line without energy instead of pricing it at 0") {
  const auto chip = parse_chip(
      "chip: x\ntitle: X\nmesh: {width: 1, height: 1, cores_per_tile: 1, class: assumed, source: s}\ntables:\n  - "
      "name: t\n    title: T\n    basis: B\n    coefficients:\n"
      "      - {event: spike, unit: router, energy_pj: 2, class: assumed, source: s}\n",
      "x.yaml");
  REQUIRE(chip.ok());
  const auto ledger = make_ledger(two_populations(), 10ms, 1ms);
  const EnergyReport report = price(*ledger, *chip, *chip->table());
  CHECK(report.total_pj == 70);
  CHECK(line_of(report, "exc", "synaptic_operation").why_missing == "table t says nothing about it");
  CHECK_FALSE(report.total_all_active_pj.has_value());
  CHECK_FALSE(report.static_part.has_value());
}

TEST_CASE("Static energy is the chip's power over the run and stays out of the total") {
  const EnergyReport report = davies_report(10ms);
  REQUIRE(report.static_part.has_value());
  CHECK(*report.static_part->energy_pj == Approx(104e-3 * 10e-3 * 1e12).epsilon(1e-12));
  CHECK(report.static_part->evidence == Evidence::kSecondary);
  CHECK(report.total_pj < *report.static_part->energy_pj);
}

}  // namespace
}  // namespace volley::hardware
