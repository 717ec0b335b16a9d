#include "hardware/energy.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace volley::hardware {
namespace {

// What the ledger knows of an event, for one population or for the chip.
struct Count {
  std::string_view event;
  std::string_view detail;
  std::optional<std::uint64_t> value;
  std::string_view why_missing;
};

EnergyLine line_of(const CoefficientTable& table, const std::string& population, const Count& count) {
  EnergyLine line{.population = population,
                  .event = std::string(count.event),
                  .detail = std::string(count.detail),
                  .count = count.value};
  const Coefficient* coefficient = table.find(count.event, Measure::kEnergyPj);
  if (coefficient == nullptr) {
    line.why_missing = absl::StrCat("table ", table.name, " says nothing about it");
    return line;
  }
  line.unit = coefficient->unit;
  line.coefficient_pj = coefficient->value;
  line.bound = coefficient->bound;
  line.evidence = coefficient->evidence;
  line.source = coefficient->source;
  if (!count.value) {
    line.why_missing = std::string(count.why_missing);
  } else if (!coefficient->value) {
    line.why_missing = "coefficient unset";
  } else {
    line.energy_pj = static_cast<double>(*count.value) * *coefficient->value;
  }
  return line;
}

// Tables cut the same work in different ways. Whether this one has `event`; and of the usual cut, whether it does not
// have `instead` in its place.
bool asks_for(const CoefficientTable& table, std::string_view event, std::string_view instead = {}) {
  if (table.find(event, Measure::kEnergyPj) != nullptr) return true;
  return !instead.empty() && table.find(instead, Measure::kEnergyPj) == nullptr;
}

// What of one population the table has a price for, or should have.
std::vector<Count> counts_of(const PopulationActivity& entry, const CoefficientTable& table) {
  std::vector<Count> counts;
  const auto add = [&](bool asked, const Count& count) {
    if (asked) counts.push_back(count);
  };
  const bool formats = !asks_for(table, "synaptic_operation", "synaptic_operation_sparse");
  const std::string_view operation = formats ? "synaptic_operation_sparse" : "synaptic_operation";
  const std::uint64_t updates = entry.updates_active + entry.updates_inactive;
  add(true, {operation, "", entry.synaptic_operations, ""});
  add(true, {operation, "from drives", entry.drive_operations, ""});
  add(asks_for(table, "neuron_access"), {"neuron_access", "", updates, ""});
  add(asks_for(table, "neuron_update"), {"neuron_update", "", updates, ""});
  add(asks_for(table, "neuron_spike"), {"neuron_spike", "", entry.updates_active, ""});
  add(asks_for(table, "neuron_update_active", "neuron_access"), {"neuron_update_active", "", entry.updates_active, ""});
  add(asks_for(table, "neuron_update_inactive", "neuron_access"),
      {"neuron_update_inactive", "", entry.updates_inactive, ""});
  add(asks_for(table, "spike", "axon_out"), {"spike", "", entry.spikes, ""});
  return counts;
}

std::optional<StaticEnergy> static_part_of(const CoefficientTable& table, Duration duration) {
  const Coefficient* power = table.find("chip_static", Measure::kPowerMw);
  if (power == nullptr) return std::nullopt;
  StaticEnergy part{.power_mw = power->value, .evidence = power->evidence, .source = power->source};
  // 1 mW over 1 s is 1e9 pJ.
  if (power->value) part.energy_pj = *power->value * to_seconds(duration) * 1e9;
  return part;
}

std::optional<double> all_active(const Ledger& ledger, const CoefficientTable& table, double total_pj) {
  const Coefficient* active = table.find("neuron_update_active", Measure::kEnergyPj);
  const Coefficient* inactive = table.find("neuron_update_inactive", Measure::kEnergyPj);
  if (active == nullptr || inactive == nullptr || !active->value || !inactive->value) return std::nullopt;
  double extra = 0;
  for (const PopulationActivity& entry : ledger.populations) {
    extra += static_cast<double>(entry.updates_inactive) * (*active->value - *inactive->value);
  }
  return total_pj + extra;
}

// Adds `line` to the line of the same event in `lines`, or appends it.
void merge(std::vector<EnergyLine>& lines, EnergyLine line) {
  line.population.clear();
  const auto same = std::find_if(lines.begin(), lines.end(), [&](const EnergyLine& other) {
    return other.event == line.event && other.detail == line.detail;
  });
  if (same == lines.end()) {
    lines.push_back(std::move(line));
    return;
  }
  if (same->count && line.count) *same->count += *line.count;
  if (same->energy_pj && line.energy_pj) *same->energy_pj += *line.energy_pj;
}

}  // namespace

EnergyReport price(const Ledger& ledger, const Chip& chip, const CoefficientTable& table) {
  EnergyReport report{.chip = chip.name,
                      .chip_title = chip.title,
                      .table = table.name,
                      .table_title = table.title,
                      .basis = table.basis,
                      .duration = ledger.duration,
                      .step = ledger.step,
                      .steps = ledger.steps};
  for (const PopulationActivity& entry : ledger.populations) {
    for (const Count& count : counts_of(entry, table)) {
      report.lines.push_back(line_of(table, entry.name, count));
    }
  }
  constexpr std::string_view kUnplaced = "not counted: needs a placement of neurons on cores";
  for (const std::string_view event : {"axon_out", "axon_in"}) {
    if (asks_for(table, event)) report.lines.push_back(line_of(table, {}, {event, "", std::nullopt, kUnplaced}));
  }
  for (const Count& count :
       {Count{"hop_east_west", "", std::nullopt, kUnplaced}, Count{"hop_north_south", "", std::nullopt, kUnplaced},
        Count{"learning_update", "", std::nullopt, "not counted: the run's counters have none"},
        Count{"barrier", "", ledger.steps, ""}}) {
    report.lines.push_back(line_of(table, {}, count));
  }
  for (const EnergyLine& line : report.lines) report.total_pj += line.energy_pj.value_or(0);
  report.total_all_active_pj = all_active(ledger, table, report.total_pj);
  report.static_part = static_part_of(table, ledger.duration);
  return report;
}

std::vector<EnergyGroup> grouped(const EnergyReport& report, GroupBy by) {
  std::vector<EnergyGroup> groups;
  for (const EnergyLine& line : report.lines) {
    const std::string name = by == GroupBy::kUnit      ? std::string(name_of(line.unit))
                             : line.population.empty() ? "whole chip"
                                                       : line.population;
    auto group =
        std::find_if(groups.begin(), groups.end(), [&](const EnergyGroup& entry) { return entry.name == name; });
    if (group == groups.end()) group = groups.insert(groups.end(), EnergyGroup{.name = name});
    group->energy_pj += line.energy_pj.value_or(0);
    if (by == GroupBy::kUnit) {
      merge(group->lines, line);
    } else {
      group->lines.push_back(line);
    }
  }
  return groups;
}

}  // namespace volley::hardware
