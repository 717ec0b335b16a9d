// Chips and coefficient tables by the names that users give them.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "hardware/chip.h"

namespace volley::app {

// A shipped chip, or the one in a file (a name with a `/`, or that ends in .yaml or .yml). `option` names what was
// typed.
absl::StatusOr<hardware::Chip> choose_chip(std::string_view option, const std::string& name);

// Empty name: the first. Valid as long as the chip.
absl::StatusOr<const hardware::CoefficientTable*> choose_table(const hardware::Chip& chip, const std::string& name);

}  // namespace volley::app
