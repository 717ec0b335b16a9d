// Which of Loihi's weight formats stores a set of weights best.
//
// The synapses of a format share an exponent (-8 to 7), a number of bits (1 to 6, or 8) and a sign mode. What arrives
// at the accumulator is a multiple of `step` within +-highest: with q = 2^(8 - magnitude bits), step = 64 max(1, q
// 2^exp) and highest = 64 floor((256 - q) 2^exp) (models/loihi_weights.h; Davies et al. 2018, IEEE Micro 38(1)).
#pragma once

#include <optional>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "models/loihi_weights.h"

namespace volley::hardware {

inline constexpr int kMostWeightBits = 8;  // of Loihi's formats

struct StoredFormat {
  LoihiWeightFormat format;
  double step = 64;          // in units of the accumulator, as `highest`
  double highest = 0;        // largest magnitude that the format stores
  double squared_error = 0;  // summed over the weights, in units of the accumulator
};

// Magnitude bits of a format: one bit of a format of mixed signs is the sign.
constexpr int magnitude_bits(int bits, bool mixed_sign) { return bits - (mixed_sign ? 1 : 0); }

// The largest magnitude that any exponent gives with so many bits. REQUIRES: magnitude_bits(bits, mixed_sign) >= 1.
double largest_weight(int bits, bool mixed_sign);

// The format with the least squared error of weight * scale, without clipping any of them; of equal ones that with the
// fewest bits. `bits`: given, or empty to choose; at most `most`, the largest size that the chip stores. Errors:
// InvalidArgument for bits that the chip does not store or that are too few for both signs; OutOfRange for a weight
// that no format holds. Messages begin with the value.
absl::StatusOr<StoredFormat> choose_weight_format(std::span<const float> weights, double scale,
                                                  std::optional<int> bits = {}, int most = kMostWeightBits);

// "8 bits, exponent 2, excitatory".
std::string describe(const LoihiWeightFormat& format, std::span<const float> weights);

}  // namespace volley::hardware
