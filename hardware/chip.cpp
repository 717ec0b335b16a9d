#include "hardware/chip.h"

#include <algorithm>

#include "hardware/chip_words.h"

namespace volley::hardware {

std::string_view name_of(Evidence evidence) { return name_in(kEvidenceNames, evidence); }
std::string_view name_of(Measure measure) { return name_in(kMeasureNames, measure); }
std::string_view name_of(Unit unit) { return name_in(kUnitNames, unit); }

std::string_view name_of(EndOfStep order) { return name_in(kEndOfStepNames, order); }

std::string_view symbol_of(Measure measure) {
  switch (measure) {
    case Measure::kEnergyPj:
      return "pJ";
    case Measure::kTimeNs:
      return "ns";
    case Measure::kPowerMw:
      return "mW";
  }
  return {};
}

std::vector<std::string_view> event_names() { return {kEvents.begin(), kEvents.end()}; }

const Coefficient* CoefficientTable::find(std::string_view event, Measure measure) const {
  const auto found = std::find_if(coefficients.begin(), coefficients.end(), [&](const Coefficient& entry) {
    return entry.event == event && entry.measure == measure;
  });
  return found == coefficients.end() ? nullptr : &*found;
}

const CoefficientTable* Chip::table(std::string_view wanted) const {
  if (tables.empty()) return nullptr;
  if (wanted.empty()) return &tables.front();
  const auto found =
      std::find_if(tables.begin(), tables.end(), [&](const CoefficientTable& entry) { return entry.name == wanted; });
  return found == tables.end() ? nullptr : &*found;
}

std::optional<double> barrier_ns(const CoefficientTable& table, std::uint32_t mapped_tiles) {
  const Coefficient* best = nullptr;
  for (const Coefficient& entry : table.coefficients) {
    if (entry.event != "barrier" || entry.measure != Measure::kTimeNs) continue;
    if (entry.tiles.value_or(0) > std::max(mapped_tiles, 1u)) continue;
    if (best == nullptr || entry.tiles.value_or(0) > best->tiles.value_or(0)) best = &entry;
  }
  return best == nullptr ? std::nullopt : best->value;
}

}  // namespace volley::hardware
