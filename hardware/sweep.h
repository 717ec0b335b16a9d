// Re-pricing one ledger many times: what-if over a coefficient.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hardware/chip.h"
#include "hardware/chip_ledger.h"

namespace volley::hardware {

// The ledger with all its parts and windows as one, so that pricing costs the same whatever the size of the network.
// Its prices by event and unit are those of the whole ledger to the last bit, because energies are products of whole
// counts.
ChipLedger condensed(const ChipLedger& ledger);

// The same of the steps before `end`. REQUIRES: end <= ledger.steps.
ChipLedger condensed_steps(const ChipLedger& ledger, std::uint64_t end);

struct CoefficientKey {
  std::string event;
  Measure measure = Measure::kEnergyPj;
};

// The coefficients of a table that change an energy, as "event.measure", each once.
std::vector<std::string> keys_of(const CoefficientTable& table);

// "event" or "event.measure" ("chip_static.power_mw"). Without a measure: the energy if the table has one for the
// event, else the power. Empty: the table has no such coefficient, or it is a time, which changes no energy.
std::optional<CoefficientKey> parse_key(std::string_view text, const CoefficientTable& table);

// The table with that coefficient set, in every entry that has it. REQUIRES: value >= 0, key from parse_key().
CoefficientTable with(CoefficientTable table, const CoefficientKey& key, double value);

// A line of `points` values from `first` to `last`, both included; one point: `first`.
std::vector<double> evenly_spaced(double first, double last, std::uint64_t points);

}  // namespace volley::hardware
