#include "hardware/placement.h"

#include <algorithm>

namespace volley::hardware {

std::uint32_t cores_spanned(const Placement& placement) {
  std::uint32_t end = 0;
  for (const auto& population : placement.core_of) {
    for (const std::uint16_t core : population) end = std::max<std::uint32_t>(end, core + 1u);
  }
  return end;
}

std::uint32_t cores_used(const Placement& placement) {
  std::vector<bool> used(cores_spanned(placement));
  for (const auto& population : placement.core_of) {
    for (const std::uint16_t core : population) used[core] = true;
  }
  return static_cast<std::uint32_t>(std::count(used.begin(), used.end(), true));
}

}  // namespace volley::hardware
