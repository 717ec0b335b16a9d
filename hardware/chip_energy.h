// What a placed run costs on a chip: the counts of its ledger times the coefficients of one table, with every
// breakdown.
//
// Nothing is simulated. An event whose coefficient is unset, or that the ledger does not count, has no energy and says
// why; it never counts as 0. All breakdowns are sums of the same products: by unit, core, population and link they add
// up to the total, and so do the steps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hardware/chip.h"
#include "hardware/chip_ledger.h"

namespace volley::hardware {

struct PricedEvent {
  std::string event;  // the coefficient's
  Unit unit = Unit::kChip;
  std::optional<std::uint64_t> count{};  // empty: the ledger does not count this event
  std::optional<double> coefficient_pj{};
  std::string bound{};
  Evidence evidence = Evidence::kAssumed;
  std::string source{};
  std::optional<double> energy_pj{};
  std::string why_missing{};  // set exactly when energy_pj is empty
};

struct PricedLink {
  std::uint32_t tile = 0;
  Direction direction = Direction::kEast;
  std::uint64_t messages = 0;
  double energy_pj = 0;
};

struct ChipEnergy {
  std::string chip, table, basis;
  std::vector<PricedEvent> events{};  // every energy of the table, in the table's order
  double total_pj = 0;                // dynamic energy: of all events that have one
  std::vector<double> by_part_pj{};   // as ChipLedger::parts; without hops
  std::vector<PricedLink> by_link{};
  std::vector<double> by_step_pj{};

  double of(Unit unit) const;
};

// Of the whole run, or of one window of it (by_step_pj is then empty).
ChipEnergy price(const ChipLedger& ledger, const CoefficientTable& table);
ChipEnergy price_window(const ChipLedger& ledger, const LedgerWindow& window, const CoefficientTable& table);

// What the table asks for one synaptic operation of the format that the ledger counts; empty: unset, or not in it.
std::optional<double> operation_pj(const CoefficientTable& table);

// Energy of the parts, summed by core (index: core) or by population (index: ChipLedger::populations).
std::vector<double> by_core(const ChipLedger& ledger, const ChipEnergy& energy);
std::vector<double> by_population(const ChipLedger& ledger, const ChipEnergy& energy);

}  // namespace volley::hardware
