// The quantile function of the standard normal distribution: Wichura (1988), "The percentage points of the normal
// distribution", Applied Statistics 37, 477-484, algorithm AS 241 (PPND16), whose constants these are.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "engine/elementary.h"
#include "engine/random.h"

namespace volley {
namespace {

constexpr double kCentral = 0.425;  // |p - 1/2| up to here: the central formula
constexpr double kNear = 5;         // sqrt(-ln p) up to here: the near tail, p > 1.4e-11

template <std::size_t N>
inline double polynomial(const double (&high_to_low)[N], double x) {
  double p = high_to_low[0];
  for (std::size_t i = 1; i < N; ++i) p = p * x + high_to_low[i];
  return p;
}

inline double central(double q) {
  constexpr double kTop[] = {2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4,
                             4.5921953931549871457e+4, 1.3731693765509461125e+4, 1.9715909503065514427e+3,
                             1.3314166789178437745e+2, 3.3871328727963666080e+0};
  constexpr double kBottom[] = {
      5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
      5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1.0};
  const double r = 0.180625 - q * q;
  return q * polynomial(kTop, r) / polynomial(kBottom, r);
}

inline double near_tail(double r) {
  constexpr double kTop[] = {7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
                             1.27045825245236838258e+0, 3.64784832476320460504e+0, 5.76949722146069140550e+0,
                             4.63033784615654529590e+0, 1.42343711074968357734e+0};
  constexpr double kBottom[] = {
      1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
      6.89767334985100004550e-1, 1.67638483018380384940e+0, 2.05319162663775882187e+0, 1.0};
  return polynomial(kTop, r - 1.6) / polynomial(kBottom, r - 1.6);
}

double far_tail(double r) {
  constexpr double kTop[] = {2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
                             2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e+0,
                             5.46378491116411436990e+0, 6.65790464350110377720e+0};
  constexpr double kBottom[] = {
      2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
      1.48753612908506148525e-2,  1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0};
  return polynomial(kTop, r - 5.0) / polynomial(kBottom, r - 5.0);
}

// Of the smaller of p and 1 - p.
inline double root_of_log(double p) { return std::sqrt(-log_portable(std::min(p, 1 - p))); }

constexpr std::size_t kBatch = 256;

// One batch: the central formula for all, then again those that it does not hold for. No branch within a loop, so that
// every loop but the last is vector code.
void quantiles_of_batch(std::span<double> p) {
  double given[kBatch], tail[kBatch];
  std::uint32_t where[kBatch];
  std::size_t tails = 0;
  std::copy(p.begin(), p.end(), given);
  for (double& x : p) x = central(x - 0.5);
  for (std::size_t i = 0; i < p.size(); ++i) {
    where[tails] = static_cast<std::uint32_t>(i);
    tails += !(std::abs(given[i] - 0.5) <= kCentral);
  }
  for (std::size_t k = 0; k < tails; ++k) tail[k] = given[where[k]];
  double root[kBatch];
  for (std::size_t k = 0; k < tails; ++k) root[k] = root_of_log(tail[k]);
  for (std::size_t k = 0; k < tails; ++k) tail[k] = std::copysign(near_tail(root[k]), tail[k] - 0.5);
  for (std::size_t k = 0; k < tails; ++k) p[where[k]] = root[k] <= kNear ? tail[k] : normal_quantile(given[where[k]]);
}

}  // namespace

double normal_quantile(double p) {
  const double q = p - 0.5;
  if (std::abs(q) <= kCentral) return central(q);
  const double r = root_of_log(p);
  const double x = r <= kNear ? near_tail(r) : far_tail(r);
  return q < 0 ? -x : x;
}

void normal_quantiles(std::span<double> p) {
  for (std::size_t done = 0; done < p.size(); done += kBatch) {
    quantiles_of_batch(p.subspan(done, std::min(kBatch, p.size() - done)));
  }
}

}  // namespace volley
