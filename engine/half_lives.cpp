#include "engine/half_lives.h"

#include <cassert>
#include <cmath>

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

HalfLives::HalfLives(double tau_ms) {
  assert(tau_ms >= 1e-6 && tau_ms <= 1e9);
  const Wide rate = half_lives_per_ps(tau_ms);
  rate_high_ = static_cast<std::uint64_t>(rate >> 64);
  rate_low_ = static_cast<std::uint64_t>(rate);
}

}  // namespace volley
