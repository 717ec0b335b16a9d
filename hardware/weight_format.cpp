#include "hardware/weight_format.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_format.h"

namespace volley::hardware {
namespace {

constexpr int kBits[] = {8, 6, 5, 4, 3, 2, 1};  // the chip has no format of 7 bits
constexpr int kLowestExponent = -8, kHighestExponent = 7;

StoredFormat stored(int bits, bool mixed, int exponent) {
  const double quantum = std::ldexp(1, 8 - magnitude_bits(bits, mixed));
  StoredFormat stored;
  stored.format = {.weight_exponent = exponent, .weight_bits = bits, .mixed_sign = mixed};
  stored.step = 64 * std::max(1.0, std::ldexp(quantum, exponent));
  stored.highest = std::floor(64 * std::floor(std::ldexp(256 - quantum, exponent)) / stored.step) * stored.step;
  return stored;
}

// Gives up once it exceeds `limit`.
double squared_error(std::span<const float> weights, double scale, double step, double limit) {
  double sum = 0;
  for (std::size_t i = 0; i < weights.size() && sum <= limit; ++i) {
    const double weight = weights[i] * scale;
    const double error = weight - std::round(weight / step) * step;
    sum += error * error;
  }
  return sum;
}

struct Extremes {
  double low = 0, high = 0;
  bool mixed() const { return low < 0 && high > 0; }
};

Extremes extremes_of(std::span<const float> weights) {
  Extremes e;
  for (const double w : weights) {
    e.low = std::min(e.low, w);
    e.high = std::max(e.high, w);
  }
  return e;
}

absl::Status check_bits(int bits, bool mixed, int most) {
  if (std::find(std::begin(kBits), std::end(kBits), bits) == std::end(kBits)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("weight bits %d, must be 1 to 6, or 8, which the chip stores; choose another number", bits));
  }
  if (bits > most) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "weight bits %d, must be at most %d, the largest size that the chip stores; give fewer", bits, most));
  }
  if (magnitude_bits(bits, mixed) >= 1) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "weight bits %d, must be at least 2 for weights of both signs; split the projection by sign or give more bits",
      bits));
}

}  // namespace

double largest_weight(int bits, bool mixed_sign) { return stored(bits, mixed_sign, kHighestExponent).highest; }

absl::StatusOr<StoredFormat> choose_weight_format(std::span<const float> weights, double scale, std::optional<int> bits,
                                                  int most) {
  const Extremes extremes = extremes_of(weights);
  const bool mixed = extremes.mixed();
  if (bits) {
    if (absl::Status status = check_bits(*bits, mixed, most); !status.ok()) return status;
  }
  const double largest = std::max(-extremes.low, extremes.high) * std::fabs(scale);
  std::optional<StoredFormat> best;
  for (const int candidate : kBits) {
    if (candidate > most || (bits && candidate != *bits) || magnitude_bits(candidate, mixed) < 1) continue;
    for (int exponent = kLowestExponent; exponent <= kHighestExponent; ++exponent) {
      StoredFormat next = stored(candidate, mixed, exponent);
      if (std::round(largest / next.step) * next.step > next.highest) continue;
      const double limit = best ? best->squared_error : std::numeric_limits<double>::infinity();
      next.squared_error = squared_error(weights, scale, next.step, limit);
      const bool fewer_bits = best && next.squared_error == limit && candidate < best->format.weight_bits;
      if (next.squared_error < limit || fewer_bits) best = next;
    }
  }
  if (best) return *best;
  const double bound = largest_weight(bits.value_or(most), mixed);
  return absl::OutOfRangeError(absl::StrFormat(
      "weight %g in units of the accumulator, must be at most %g; lower the weights or the scale", largest, bound));
}

std::string describe(const LoihiWeightFormat& format, std::span<const float> weights) {
  const Extremes extremes = extremes_of(weights);
  return absl::StrFormat("%d bit%s, exponent %d, %s", format.weight_bits, format.weight_bits == 1 ? "" : "s",
                         format.weight_exponent,
                         extremes.mixed()   ? "mixed signs"
                         : extremes.low < 0 ? "inhibitory"
                                            : "excitatory");
}

}  // namespace volley::hardware
