// A chip as data: its mesh, its limits and its coefficient tables, read from YAML (hardware/chips/*.yaml, or a user's
// own file; schema in README.md).
//
// A coefficient says what one event costs. It always carries how well it is known and where it comes from; one that
// nobody has published is unset, which is not 0. Tables are never mixed: every figure names the table it comes from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "hardware/evidence.h"
#include "hardware/limits.h"
#include "hardware/mesh.h"

namespace volley::hardware {

// What a coefficient counts in; the names are the YAML keys and the JSON keys.
enum class Measure { kEnergyPj, kTimeNs, kPowerMw };

// Which part of the chip an event happens in.
enum class Unit { kSynapse, kNeuron, kRouter, kLearning, kBarrier, kChip };

std::string_view name_of(Measure measure);    // "energy_pj"
std::string_view symbol_of(Measure measure);  // "pJ"
std::string_view name_of(Unit unit);

struct Coefficient {
  std::string event;  // "synaptic_operation"; events that a table may name are in event_names()
  Unit unit = Unit::kChip;
  Measure measure = Measure::kEnergyPj;
  std::optional<double> value;  // empty: unset
  std::string bound;            // "minimum", "maximum" or "" when it is neither
  Evidence evidence = Evidence::kAssumed;
  std::string source;
  // Only of barriers: the value holds from this number of tiles with neurons on. Empty: whatever the number.
  std::optional<std::uint32_t> tiles{};
};

struct CoefficientTable {
  std::string name;
  std::string title;
  std::string basis;  // what all its values have in common ("pre-silicon simulation at 0.75 V")
  std::vector<Coefficient> coefficients;

  // nullptr when the table says nothing about it, not even that it is unset. Of several, such as the two ends of a band
  // or a barrier for several numbers of tiles, the first.
  const Coefficient* find(std::string_view event, Measure measure) const;
};

// How long a barrier takes that spans `mapped_tiles` tiles: the entry with the largest number of tiles that is not
// above it, without interpolation. Empty when the table has no such entry, or its value is unset.
std::optional<double> barrier_ns(const CoefficientTable& table, std::uint32_t mapped_tiles);

struct Chip {
  std::string name;
  std::string title;
  Mesh mesh;
  Limits limits;
  std::vector<CoefficientTable> tables;  // the first is the default; never empty

  // Empty name: the default. nullptr when there is none of that name.
  const CoefficientTable* table(std::string_view name = {}) const;
};

// Every event that a coefficient may be given for, in the order in which reports print them.
std::vector<std::string_view> event_names();

// Reads a chip from YAML text. InvalidArgument lists every problem, one per line, as "path:line:column: message;
// remedy".
absl::StatusOr<Chip> parse_chip(std::string_view yaml, std::string_view path);

}  // namespace volley::hardware
