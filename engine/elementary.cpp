#include "engine/elementary.h"

#include <limits>

namespace volley {
namespace {

// ln 2 in two parts; the high one has 32 significant bits, so that small multiples of it are exact.
constexpr double kLn2High = 0x1.62e42fee00000p-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

}  // namespace

double exp_portable(double x) {
  if (!(x > -708.0)) return x != x ? x : 0.0;
  if (x > 709.0) return std::numeric_limits<double>::infinity();
  std::int64_t n = static_cast<std::int64_t>(x * 1.4426950408889634);
  if (x < 0 && static_cast<double>(n) * kLn2High > x) --n;
  const double r = (x - static_cast<double>(n) * kLn2High) - static_cast<double>(n) * kLn2Low;
  return exp_fraction(r) * power_of_two(n);
}

double log_portable(double x) {
  // x = m * 2^e with m in [sqrt(1/2), sqrt(2)); ln m = 2 atanh(s), s = (m - 1)/(m + 1), |s| < 0.1716.
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  std::int64_t e = static_cast<std::int64_t>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++e;
  }
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
  const double n = static_cast<double>(e);
  return n * kLn2High - ((half_square - (tail + n * kLn2Low)) - f);
}

}  // namespace volley
