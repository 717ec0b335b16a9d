// What a run would cost on a chip: counts of the ledger times the coefficients of one table.
//
// Nothing is simulated here. A line whose coefficient is unset, or whose events the ledger does not count, has no
// energy and says why; it never counts as 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hardware/chip.h"
#include "hardware/ledger.h"

namespace volley::hardware {

struct EnergyLine {
  std::string population;  // empty: of the whole chip, or summed over populations
  std::string event;       // the coefficient's
  std::string detail;      // tells apart lines with the same event ("from drives"); else empty
  Unit unit = Unit::kChip;
  std::optional<std::uint64_t> count{};  // empty: the ledger does not count this event
  std::optional<double> coefficient_pj{};
  std::string bound{};
  Evidence evidence = Evidence::kAssumed;
  std::string source{};
  std::optional<double> energy_pj{};  // empty when the count or the coefficient is
  std::string why_missing{};          // set exactly when energy_pj is empty
};

struct StaticEnergy {
  std::optional<double> power_mw{};
  std::optional<double> energy_pj{};  // over the ledger's duration, for one chip that runs in real time
  Evidence evidence = Evidence::kAssumed;
  std::string source{};
};

struct EnergyReport {
  std::string chip, chip_title, table, table_title, basis;
  Duration duration{0}, step{0};
  std::uint64_t steps = 0;
  std::vector<EnergyLine> lines{};  // by population in the ledger's order, then lines of the whole chip
  double total_pj = 0;              // of all lines with an energy; without the static part
  // The total if every neuron update were an active one; the recorded counts cannot tell which neurons received input.
  std::optional<double> total_all_active_pj{};
  std::optional<StaticEnergy> static_part{};  // empty when the table has no static power
};

EnergyReport price(const Ledger& ledger, const Chip& chip, const CoefficientTable& table);

// The lines of a report under one heading.
struct EnergyGroup {
  std::string name;
  double energy_pj = 0;  // the groups of a report sum to its total
  std::vector<EnergyLine> lines{};
};

enum class GroupBy { kUnit, kPopulation };

// kUnit: one group per part of the chip, its lines summed over populations. kPopulation: one group per population, the
// last one ("whole chip") for lines that belong to none.
std::vector<EnergyGroup> grouped(const EnergyReport& report, GroupBy by);

}  // namespace volley::hardware
