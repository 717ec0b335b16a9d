// Goodness of fit for tests with fixed seeds.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace volley::test {

// How many standard deviations a chi-square statistic lies from what its degrees of freedom let expect (Wilson &
// Hilferty 1931). Far below is as suspicious as far above.
inline double chi_square_z(double statistic, double degrees_of_freedom) {
  const double v = 2.0 / (9.0 * degrees_of_freedom);
  return (std::cbrt(statistic / degrees_of_freedom) - (1 - v)) / std::sqrt(v);
}

// Of counts against expected counts that have the same sum. Neighbours are merged until at least ten are expected.
inline double chi_square_z(const std::vector<double>& counted, const std::vector<double>& expected) {
  double statistic = 0, bins = 0, c = 0, e = 0, last_c = 0, last_e = 0;
  for (std::size_t i = 0; i < counted.size(); ++i) {
    c += counted[i];
    e += expected[i];
    if (e < 10) continue;
    statistic += (c - e) * (c - e) / e;
    ++bins;
    last_c = c, last_e = e;
    c = e = 0;
  }
  if (e > 0 && bins > 0) {  // what is left joins the last bin
    statistic -= (last_c - last_e) * (last_c - last_e) / last_e;
    c += last_c, e += last_e;
    statistic += (c - e) * (c - e) / e;
  }
  return chi_square_z(statistic, bins - 1);
}

// A false alarm once in 150,000 tests.
inline constexpr double kSuspicious = 4.5;

inline double binomial_probability(double n, double p, double k) {
  return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(p) +
                  (n - k) * std::log1p(-p));
}

inline double normal_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

}  // namespace volley::test
