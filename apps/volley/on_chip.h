// A plan as the chip would run it: quantised, with what that changed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/volley/requests.h"
#include "engine/model.h"
#include "hardware/chip.h"
#include "hardware/quantise.h"

namespace volley::app {

struct OnChip {
  hardware::Chip chip;
  Duration step{0};
  std::vector<hardware::Rounding> roundings;  // worst first
  std::vector<hardware::QuantisedPopulation> populations;
  std::vector<std::string> notes;       // on limits that nobody can check, one sentence each
  std::vector<std::string> cannot_fit;  // why no placement can exist, one sentence each
};

// Whether networks run as its integers: Loihi, and chips of the user's own files.
bool has_integers(const hardware::Chip& chip);

// Replaces the plan's network by its integers. The resolved description becomes that of the integers, with the
// roundings as comments at its head; that of a .net file, whose layers are integers already, stays. Errors:
// InvalidArgument with every problem; those of networks that are too large for a place that was asked for come before
// anything is drawn.
absl::StatusOr<OnChip> put_on_chip(const ChipRequest& request, const ModelCatalog& models, io::RunPlan& plan);

// A run without a place is no answer to what was asked for.
inline bool needs_place(const ChipRequest& request) { return !request.placement.empty() || !request.timeline.empty(); }

// The roundings as a table, at most `most` of them, and how many more there are.
std::string rounding_report(const OnChip& on_chip, std::size_t most);

}  // namespace volley::app
