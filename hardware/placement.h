// Which core every neuron sits on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace volley::hardware {

// Sources are outside the chip and have no place. A placement knows neither chip nor network; check_placement()
// (capacity.h) says whether the three go together.
struct Placement {
  std::string method;                               // "sequential", "balanced", "traffic", or the file it came from
  std::vector<std::vector<std::uint16_t>> core_of;  // by population, then neuron

  friend bool operator==(const Placement&, const Placement&) = default;
};

// One more than the highest core in use; 0 without neurons.
std::uint32_t cores_spanned(const Placement& placement);
// How many different cores hold neurons.
std::uint32_t cores_used(const Placement& placement);

}  // namespace volley::hardware
