// Elementary functions from +, -, *, / alone, so that they round the same way on every machine, vectorised or not.
// The C library's versions differ between processors in the last bit.
#pragma once

#include <bit>
#include <cstdint>

namespace volley {

// exp(x) for x in [0, ln 2], within 1.5 ulp: the Taylor polynomial of degree 13 in Horner form around the middle.
inline double exp_fraction(double x) {
  // exp(x) = exp(m) * exp(x - m) with m = ln(2)/2 and |x - m| <= 0.3466; remainder below 2^-56.
  constexpr double kMiddle = 0.34657359027997264;
  constexpr double kExpMiddle = 1.414213562373095, kExpMiddleLow = 1.0897353451090442e-16;  // sum: exp(kMiddle)
  const double y = x - kMiddle;
  double p = 1.0 / 6227020800.0;
  p = p * y + 1.0 / 479001600.0;
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
  const double r = (x - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33;  // ln 2 in two parts
  return exp_fraction(r) * power_of_two(std::bit_cast<std::int64_t>(shifted) - std::bit_cast<std::int64_t>(kMagic));
}

// Natural logarithm of a normal positive number, within 1 ulp.
double log_portable(double x);

// log(1 + x) for x > -1, within 3 ulp also where x is tiny (Kahan's correction of the rounding of 1 + x).
inline double log1p_portable(double x) {
  const double y = 1.0 + x;
  return y == 1.0 ? x : log_portable(y) * (x / (y - 1.0));
}

}  // namespace volley
