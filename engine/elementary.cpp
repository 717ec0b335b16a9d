#include "engine/elementary.h"

#include <limits>

namespace volley {

using elementary_detail::kLn2High;
using elementary_detail::kLn2Low;

double exp_portable(double x) {
  if (!(x > -708.0)) return x != x ? x : 0.0;
  if (x > 709.0) return std::numeric_limits<double>::infinity();
  std::int64_t n = static_cast<std::int64_t>(x * 1.4426950408889634);
  if (x < 0 && static_cast<double>(n) * kLn2High > x) --n;
  const double r = (x - static_cast<double>(n) * kLn2High) - static_cast<double>(n) * kLn2Low;
  return exp_fraction(r) * power_of_two(n);
}

}  // namespace volley
