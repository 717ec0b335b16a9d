#include "hardware/chip_energy.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace volley::hardware {
namespace {

bool is_operation(std::string_view event, const CoefficientTable& table) {
  // One figure for every format, or one for each; the ledger's synapses are of the sparse format.
  return event == "synaptic_operation" ||
         (event == "synaptic_operation_sparse" && table.find("synaptic_operation", Measure::kEnergyPj) == nullptr);
}

// How often `event` happened at a part. Empty: not an event of a part.
std::optional<std::uint64_t> count_at(std::string_view event, const CoefficientTable& table, std::uint64_t updates,
                                      const PartCounts& counts) {
  if (is_operation(event, table)) return counts.synaptic_operations;
  if (event.starts_with("synaptic_operation")) return 0;
  if (event == "neuron_access" || event == "neuron_update") return updates;
  if (event == "neuron_update_active" || event == "neuron_spike") return counts.updates_firing;
  if (event == "neuron_update_inactive") return updates - counts.updates_firing;
  if (event == "axon_out") return counts.messages_out;
  if (event == "axon_in" || event == "spike") return counts.messages_in;
  if (event == "learning_update") return counts.learning_updates;
  return std::nullopt;
}

std::optional<std::uint64_t> count_on_links(std::string_view event, const LedgerWindow& window) {
  if (event != "hop_east_west" && event != "hop_north_south") return std::nullopt;
  std::uint64_t hops = 0;
  for (const LedgerLink& link : window.links) {
    if (is_east_west(link.direction) == (event == "hop_east_west")) hops += link.messages;
  }
  return hops;
}

void price_steps(const ChipLedger& ledger, const CoefficientTable& table, ChipEnergy& energy) {
  std::uint64_t neurons = 0;
  for (const LedgerPart& part : ledger.parts) neurons += part.neurons;
  const StepCounts& steps = ledger.by_step;
  energy.by_step_pj.assign(ledger.steps, 0.0);
  for (const PricedEvent& event : energy.events) {
    if (!event.energy_pj) continue;
    for (std::uint64_t s = 0; s < ledger.steps; ++s) {
      const PartCounts counts{
          steps.synaptic_operations[s], steps.updates_firing[s],  steps.spikes[s], steps.messages[s],
          steps.messages_in[s],         steps.learning_updates[s]};
      const auto at_parts = count_at(event.event, table, neurons, counts);
      const std::uint64_t count = at_parts                           ? *at_parts
                                  : event.event == "hop_east_west"   ? steps.hops_east_west[s]
                                  : event.event == "hop_north_south" ? steps.hops_north_south[s]
                                                                     : 1;
      energy.by_step_pj[s] += static_cast<double>(count) * *event.coefficient_pj;
    }
  }
}

}  // namespace

double ChipEnergy::of(Unit unit) const {
  double sum = 0;
  for (const PricedEvent& event : events) {
    if (event.unit == unit) sum += event.energy_pj.value_or(0);
  }
  return sum;
}

ChipEnergy price_window(const ChipLedger& ledger, const LedgerWindow& window, const CoefficientTable& table) {
  ChipEnergy energy{.chip = ledger.chip, .table = table.name, .basis = table.basis};
  energy.by_part_pj.assign(ledger.parts.size(), 0.0);
  for (const LedgerLink& link : window.links) {
    energy.by_link.push_back({link.tile, link.direction, link.messages, 0});
  }
  for (const Coefficient& coefficient : table.coefficients) {
    if (coefficient.measure != Measure::kEnergyPj) continue;
    PricedEvent event{.event = coefficient.event,
                      .unit = coefficient.unit,
                      .coefficient_pj = coefficient.value,
                      .bound = coefficient.bound,
                      .evidence = coefficient.evidence,
                      .source = coefficient.source};
    const bool is_known = event.event != "learning_update" || ledger.learning_is_counted;
    for (std::size_t p = 0; p < ledger.parts.size() && is_known; ++p) {
      const std::uint64_t updates = ledger.parts[p].neurons * window.steps;
      const auto count = count_at(event.event, table, updates, window.parts[p]);
      if (!count) break;
      event.count = event.count.value_or(0) + *count;
      energy.by_part_pj[p] += static_cast<double>(*count) * coefficient.value.value_or(0);
    }
    if (const auto hops = count_on_links(event.event, window)) {
      event.count = hops;
      for (PricedLink& link : energy.by_link) {
        if (is_east_west(link.direction) == (event.event == "hop_east_west")) {
          link.energy_pj += static_cast<double>(link.messages) * coefficient.value.value_or(0);
        }
      }
    }
    if (event.event == "barrier") event.count = window.steps;
    if (!event.count) {
      event.why_missing = is_known ? "not counted: no run has such events yet"
                                   : "not counted: the ledger is of a volley that did not count learning";
    } else if (!coefficient.value) {
      event.why_missing = "coefficient unset";
    } else {
      event.energy_pj = static_cast<double>(*event.count) * *coefficient.value;
      energy.total_pj += *event.energy_pj;
    }
    energy.events.push_back(std::move(event));
  }
  return energy;
}

ChipEnergy price(const ChipLedger& ledger, const CoefficientTable& table) {
  ChipEnergy energy = price_window(ledger, ledger.total(), table);
  price_steps(ledger, table, energy);
  return energy;
}

std::optional<double> operation_pj(const CoefficientTable& table) {
  for (const char* event : {"synaptic_operation", "synaptic_operation_sparse"}) {
    if (const Coefficient* found = table.find(event, Measure::kEnergyPj)) return found->value;
  }
  return std::nullopt;
}

std::vector<double> by_core(const ChipLedger& ledger, const ChipEnergy& energy) {
  std::vector<double> result;
  for (std::size_t p = 0; p < ledger.parts.size(); ++p) {
    if (result.size() <= ledger.parts[p].core) result.resize(ledger.parts[p].core + 1);
    result[ledger.parts[p].core] += energy.by_part_pj[p];
  }
  return result;
}

std::vector<double> by_population(const ChipLedger& ledger, const ChipEnergy& energy) {
  std::vector<double> result(ledger.populations.size());
  for (std::size_t p = 0; p < ledger.parts.size(); ++p) {
    result[ledger.parts[p].population] += energy.by_part_pj[p];
  }
  return result;
}

}  // namespace volley::hardware
