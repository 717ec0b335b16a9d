#include "models/decay_frame.h"

#include <algorithm>
#include <cassert>

namespace volley {
namespace {

__extension__ typedef unsigned __int128 Wide;

// floor(2^128 / (tau_ps * ln 2)), with tau_ps = tau_ms * 10^9 taken exactly.
Wide half_lives_per_ps(double tau_ms) {
  // 1 / ln 2 = log2(e), times 2^127.
  constexpr Wide kLog2E = Wide{0xb8aa3b295c17f0bb} << 64 | 0xbe87fed0691d3e89;
  int exponent;
  const auto mantissa = static_cast<std::uint64_t>(std::ldexp(std::frexp(tau_ms, &exponent), 53));
  // tau_ps = divisor * 2^(exponent - 53); the quotient is kLog2E * 2^(1 + 53 - exponent) / divisor, by long division.
  const Wide divisor = Wide{mantissa} * 1'000'000'000u;
  const int extra = 54 - exponent;
  Wide quotient = 0;
  Wide remainder = 0;
  for (int bit = 127; bit >= -extra; --bit) {
    remainder = remainder << 1 | (bit >= 0 ? kLog2E >> bit & 1 : Wide{0});
    quotient <<= 1;
    if (remainder >= divisor) {
      remainder -= divisor;
      quotient |= 1;
    }
  }
  return quotient;
}

}  // namespace

DecayFrame::DecayFrame(double tau_ms) : tau_ms_(tau_ms), inverse_tau_ps_(1.0 / (tau_ms * 1e9)) {
  assert(tau_ms >= 1e-6 && tau_ms <= 1e9);
  const Wide rate = half_lives_per_ps(tau_ms);
  rate_high_ = static_cast<std::uint64_t>(rate >> 64);
  rate_low_ = static_cast<std::uint64_t>(rate);
  block_end_ = kStart;
  rebase(kStart);
}

double DecayFrame::rescale_to(Time t) const {
  const std::int64_t moved = block_of(t) - base_;
  return power_of_two(-std::min<std::int64_t>(moved, 1022));  // small enough for rescaled() to give 0
}

double DecayFrame::rebase(Time t) {
  const double power = rescale_to(t);
  base_ = block_of(t);
  // The first picosecond of the next block: a close guess, then exact by bisection over a few neighbours.
  const double half_life_ps = tau_ms_ * 1e9 * 0x1.62e42fefa39efp-1;
  const double guess = static_cast<double>(base_ + kBlock) * half_life_ps;
  if (!(guess < 9.2e18)) {
    block_end_ = kNever;
    return power;
  }
  const auto margin = static_cast<std::int64_t>(guess * 0x1p-50) + 2;
  std::int64_t low = std::max<std::int64_t>(static_cast<std::int64_t>(guess) - margin, 0);  // in the block
  std::int64_t high = static_cast<std::int64_t>(guess) + margin;                            // past it
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (block_of(Time{Duration{middle}}) > base_ ? high : low) = middle;
  }
  block_end_ = Time{Duration{high}};
  return power;
}

}  // namespace volley
