// A weight in double precision as the float that its synapse delivers and the number of doubles from there to the
// weight, which fits into 32 bits: nothing is lost, and what learns costs four bytes more than what does not.
#pragma once

#include <bit>
#include <cfloat>
#include <cstdint>

namespace volley {

// Weights and magnitudes below this count as 0, above the other as that: they have no nearest float within 2^28
// doubles.
inline constexpr double kLeastWeight = FLT_MIN, kMostWeight = FLT_MAX;

// How many doubles beyond `shown` the weight lies. REQUIRES: shown == static_cast<float>(weight); the weight is 0 or
// its magnitude is from kLeastWeight to kMostWeight.
inline std::int32_t beyond(double weight, float shown) {
  return static_cast<std::int32_t>(std::bit_cast<std::int64_t>(weight) -
                                   std::bit_cast<std::int64_t>(static_cast<double>(shown)));
}

inline double long_weight(float shown, std::int32_t beyond) {
  return std::bit_cast<double>(std::bit_cast<std::int64_t>(static_cast<double>(shown)) + beyond);
}

}  // namespace volley
