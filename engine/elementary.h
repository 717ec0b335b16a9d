// Elementary functions from +, -, *, / alone, so that they round the same way on every machine, vectorised or not.
// The C library's versions differ between processors in the last bit.
#pragma once

#include <bit>
#include <cstdint>

namespace volley {

namespace elementary_detail {
// ln 2 in two parts; the high one has 32 significant bits, so that small multiples of it are exact.
inline constexpr double kLn2High = 0x1.62e42fee00000p-1;
inline constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
}  // namespace elementary_detail

// exp(x) for x in [0, ln 2], within 1.5 ulp: the Taylor polynomial of degree 13 in Horner form around the middle.
[[gnu::always_inline]] inline double exp_fraction(double x) {
  // exp(x) = exp(m) * exp(x - m) with m = ln(2)/2 and |x - m| <= 0.3466; remainder below 2^-56.
  constexpr double kMiddle = 0.34657359027997264;
  constexpr double kExpMiddle = 1.414213562373095, kExpMiddleLow = 1.0897353451090442e-16;  // sum: exp(kMiddle)
  const double y = x - kMiddle;
  double p = y * (1.0 / 6227020800.0) + 1.0 / 479001600.0;
  p = p * y + 1.0 / 39916800.0;
  p = p * y + 1.0 / 3628800.0;
  p = p * y + 1.0 / 362880.0;
  p = p * y + 1.0 / 40320.0;
  p = p * y + 1.0 / 5040.0;
  p = p * y + 1.0 / 720.0;
  p = p * y + 1.0 / 120.0;
  p = p * y + 1.0 / 24.0;
  p = p * y + 1.0 / 6.0;
  p = p * y + 0.5;
  const double rise = y + y * y * p;  // exp(y) - 1: the leading part of the sum below is exact
  return kExpMiddle + (kExpMiddleLow + kExpMiddle * rise);
}

// 2^n for n in [-1022, 1023].
inline double power_of_two(std::int64_t n) { return std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52); }

// exp(x) for any x, within 2 ulp; 0 below -708, infinity above 709.
double exp_portable(double x);

// exp(x) for x in [-700, 700] without a branch, so that loops over it vectorise; within 2 ulp. Below -700 it stays at
// exp(-700).
inline double exp_branch_free(double x) {
  constexpr double kMagic = 0x1.8p52;  // adding it rounds to a whole number, held in the lowest bits
  x = x < -700.0 ? -700.0 : x;
  const double shifted = (x * 1.4426950408889634 - 0.5) + kMagic;
  const double n = shifted - kMagic;
  const double r = (x - n * elementary_detail::kLn2High) - n * elementary_detail::kLn2Low;
  return exp_fraction(r) * power_of_two(std::bit_cast<std::int64_t>(shifted) - std::bit_cast<std::int64_t>(kMagic));
}

// Natural logarithm of a normal positive number, within 1 ulp. Without branches, so that loops over it become vector
// code.
inline double log_portable(double x) {
  // x = m * 2^n with m in [sqrt(1/2), sqrt(2)); ln m = 2 atanh(s), s = (m - 1)/(m + 1), |s| < 0.1716.
  constexpr std::uint64_t kJustAboveRootHalf = 0x3fe6a09e667f3bceu;
  constexpr std::uint64_t kBias = std::uint64_t{1024} << 52;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t shifted = bits - kJustAboveRootHalf + kBias;
  const double m = std::bit_cast<double>(bits - (shifted & 0xfff0000000000000u) + kBias);
  // An integer in the last bits of 2^52 is a double without a conversion, which would not become vector code.
  const double n = std::bit_cast<double>(shifted >> 52 | 0x4330000000000000u) - (0x1p52 + 1024);
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double p = 1.0 / 21.0;
  p = p * z + 1.0 / 19.0;
  p = p * z + 1.0 / 17.0;
  p = p * z + 1.0 / 15.0;
  p = p * z + 1.0 / 13.0;
  p = p * z + 1.0 / 11.0;
  p = p * z + 1.0 / 9.0;
  p = p * z + 1.0 / 7.0;
  p = p * z + 1.0 / 5.0;
  p = p * z + 1.0 / 3.0;
  // ln m = f - f^2/2 + s (f^2/2 + 2 z p): the leading terms are exact, so nothing cancels near m = 1.
  const double half_square = 0.5 * f * f;
  const double tail = s * (half_square + 2.0 * z * p);
  return n * elementary_detail::kLn2High - ((half_square - (tail + n * elementary_detail::kLn2Low)) - f);
}

// log(1 + x) for x > -1, within 3 ulp also where x is tiny (Kahan's correction of the rounding of 1 + x).
inline double log1p_portable(double x) {
  const double y = 1.0 + x;
  return y == 1.0 ? x : log_portable(y) * (x / (y - 1.0));
}

}  // namespace volley
