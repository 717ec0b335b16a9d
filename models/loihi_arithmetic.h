// The integer arithmetic of Loihi's compartments: decay by a 12-bit factor and wrap-around of its registers.
//
// As published with nengo-loihi's emulator and Lava's bit-accurate LIF model; data/loihi/vectors (tests) pins every
// edge.
#pragma once

#include <cstdint>

namespace volley {

// sgn(x) * ((|x| * keep) >> 12): what is left of x after a decay of 4096 - keep, rounded toward zero.
// REQUIRES: |x| < 2^50, 0 <= keep <= 4096.
constexpr std::int64_t loihi_decay(std::int64_t x, std::int64_t keep) {
  const std::int64_t left = ((x < 0 ? -x : x) * keep) >> 12;
  return x < 0 ? -left : left;
}

// x in `bits` bits and a sign, two's complement: [-2^bits, 2^bits).
constexpr std::int64_t wrap_signed(std::int64_t x, int bits) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(x) << (63 - bits)) >> (63 - bits);
}

// Lava's wrap: the range is (-2^bits, 2^bits], so that -2^bits becomes +2^bits. REQUIRES: |x| < 3 * 2^bits.
constexpr std::int64_t wrap_lava(std::int64_t x, int bits) {
  const std::int64_t limit = std::int64_t{1} << bits;
  if (x > limit) return x - 2 * limit;
  return x <= -limit ? x + 2 * limit : x;
}

}  // namespace volley
