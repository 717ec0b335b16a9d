// The chips that volley ships, embedded in the program from hardware/chips/*.yaml.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "hardware/chip.h"

namespace volley::hardware {

std::vector<std::string_view> shipped_chip_names();

// NotFound lists the names that exist.
absl::StatusOr<Chip> shipped_chip(std::string_view name);
// The text of its file. Lives as long as the program; errors as those of shipped_chip().
absl::StatusOr<std::string_view> shipped_chip_yaml(std::string_view name);

}  // namespace volley::hardware
