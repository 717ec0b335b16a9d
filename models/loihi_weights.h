// From a synapse's stored mantissa to the integer that a spike adds to the accumulator.
#pragma once

#include <algorithm>
#include <cstdint>

namespace volley {

// How the public emulators treat the bits of a mantissa that the weight format does not store, and the lower end of the
// range. They agree on all weights that the chip can store.
enum class LoihiRounding {
  kTowardZero,  // Brian2Loihi; range +-(2^21 - 64)
  kLava,        // mixed-sign mantissas downward, others toward zero; range [-2^21, 2^21 - 64]
};

struct LoihiWeightFormat {
  int weight_exponent = 0;  // -8 to 7, shared by the synapses of one format
  int weight_bits = 8;      // 1 to 8
  bool mixed_sign = true;   // both signs in one format: the sign takes one of the bits
  LoihiRounding rounding = LoihiRounding::kTowardZero;
};

// The mantissa without the bits that the format does not store: a multiple of 2^(8 - (weight_bits - mixed_sign)).
constexpr std::int64_t loihi_truncated(std::int64_t mantissa, const LoihiWeightFormat& format) {
  const std::int64_t quantum = std::int64_t{1} << (8 - (format.weight_bits - (format.mixed_sign ? 1 : 0)));
  const std::int64_t toward_zero = mantissa / quantum * quantum;
  const bool downward = format.rounding == LoihiRounding::kLava && format.mixed_sign;
  return downward && toward_zero > mantissa ? toward_zero - quantum : toward_zero;
}

// w_act = clip(floor(truncated * 2^(6 + weight_exponent) / 64) * 64): a multiple of 64.
// REQUIRES: |mantissa| <= 256, the format within its bounds.
constexpr std::int64_t loihi_weight(std::int64_t mantissa, const LoihiWeightFormat& format) {
  const std::int64_t truncated = loihi_truncated(mantissa, format);
  const int exponent = format.weight_exponent;
  const std::int64_t scaled = exponent >= 0 ? truncated * (std::int64_t{1} << exponent) : truncated >> -exponent;
  const std::int64_t highest = (std::int64_t{1} << 21) - 64;
  const std::int64_t lowest = format.rounding == LoihiRounding::kLava ? -(std::int64_t{1} << 21) : -highest;
  return std::clamp(scaled * 64, lowest, highest);
}

}  // namespace volley
