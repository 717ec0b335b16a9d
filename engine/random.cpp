#include "engine/random.h"

#include <cmath>

#include "engine/elementary.h"

namespace volley {
namespace {

// SplitMix64's finaliser (Steele, Lea & Flood 2014): spreads every input bit over all output bits.
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

double polynomial(std::initializer_list<double> high_to_low, double x) {
  double p = 0;
  for (const double c : high_to_low) p = p * x + c;
  return p;
}

}  // namespace

PhiloxKey philox_key(StreamKey key) {
  const std::uint64_t k = mix(mix(key.seed) ^ mix(static_cast<std::uint64_t>(key.purpose) << 32) ^ mix(~key.entity));
  return {static_cast<std::uint32_t>(k), static_cast<std::uint32_t>(k >> 32)};
}

RandomStream::RandomStream(StreamKey key, std::uint64_t item, std::uint64_t first_block)
    : key_(philox_key(key)), item_(item), counter_(first_block) {}

void RandomStream::refill() {
  block_ = philox({static_cast<std::uint32_t>(counter_), static_cast<std::uint32_t>(counter_ >> 32),
                   static_cast<std::uint32_t>(item_), static_cast<std::uint32_t>(item_ >> 32)},
                  key_);
  ++counter_;
  used_ = 0;
}

std::uint32_t RandomStream::next_below(std::uint32_t n) {
  std::uint64_t product = std::uint64_t{next_u32()} * n;
  if (static_cast<std::uint32_t>(product) < n) {
    const std::uint32_t threshold = (0u - n) % n;
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{next_u32()} * n;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

double RandomStream::next_normal() { return normal_quantile(next_uniform()); }

double RandomStream::next_exponential() { return -log_portable(next_uniform()); }

std::uint64_t RandomStream::next_geometric(double log_one_minus_p) {
  const double skipped = std::floor(log_portable(next_uniform()) / log_one_minus_p);
  return skipped >= 0x1p63 ? ~std::uint64_t{0} >> 1 : static_cast<std::uint64_t>(skipped);
}

std::uint64_t RandomStream::next_binomial(std::uint64_t n, double p) {
  if (p <= 0 || n == 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - next_binomial(n, 1 - p);
  // Small mean: count successes by their geometric gaps. Large mean: split the range at the median order statistic,
  // which is Beta distributed; a normal-free, exact recursion (Devroye 1986, X.4.3) whose depth is log2(n p).
  const double log_one_minus_p = log_portable(1 - p);
  if (static_cast<double>(n) * p <= 64) {
    std::uint64_t successes = 0;
    std::uint64_t position = next_geometric(log_one_minus_p);
    while (position < n) {
      ++successes;
      position += 1 + next_geometric(log_one_minus_p);
    }
    return successes;
  }
  // Condition on sub-blocks: Binomial(n, p) = Binomial(n/2, p) + Binomial(n - n/2, p).
  return next_binomial(n / 2, p) + next_binomial(n - n / 2, p);
}

double RandomStream::next(const Distribution& distribution) {
  struct Draw {
    RandomStream& stream;
    double operator()(const Constant& d) const { return d.value; }
    double operator()(const Uniform& d) const { return d.low + (d.high - d.low) * stream.next_uniform(); }
    double operator()(const Normal& d) const { return d.mean + d.sd * stream.next_normal(); }
    double operator()(const ClippedNormal& d) const {
      // Redrawing is at most a few hundred tries for limits that build() accepts.
      for (;;) {
        const double x = d.mean + d.sd * stream.next_normal();
        if (x >= d.low && x <= d.high) return x;
      }
    }
    double operator()(const Lognormal& d) const { return exp_portable(d.mu + d.sigma * stream.next_normal()); }
  };
  return std::visit(Draw{*this}, distribution);
}

double normal_quantile(double p) {
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q *
           polynomial(
               {2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4, 4.5921953931549871457e+4,
                1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2, 3.3871328727963666080e+0},
               r) /
           polynomial(
               {5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
                5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1.0},
               r);
  }
  const double tail = q < 0 ? p : 1 - p;
  double r = std::sqrt(-log_portable(tail));
  double x;
  if (r <= 5) {
    r -= 1.6;
    x = polynomial({7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
                    1.27045825245236838258e+0, 3.64784832476320460504e+0, 5.76949722146069140550e+0,
                    4.63033784615654529590e+0, 1.42343711074968357734e+0},
                   r) /
        polynomial(
            {1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
             6.89767334985100004550e-1, 1.67638483018380384940e+0, 2.05319162663775882187e+0, 1.0},
            r);
  } else {
    r -= 5;
    x = polynomial({2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
                    2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e+0,
                    5.46378491116411436990e+0, 6.65790464350110377720e+0},
                   r) /
        polynomial({2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
                    7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
                    5.99832206555887937690e-1, 1.0},
                   r);
  }
  return q < 0 ? -x : x;
}

double mean_of(const Distribution& distribution) {
  struct Mean {
    double operator()(const Constant& d) const { return d.value; }
    double operator()(const Uniform& d) const { return 0.5 * (d.low + d.high); }
    double operator()(const Normal& d) const { return d.mean; }
    double operator()(const ClippedNormal& d) const { return d.mean; }
    double operator()(const Lognormal& d) const { return exp_portable(d.mu + 0.5 * d.sigma * d.sigma); }
  };
  return std::visit(Mean{}, distribution);
}

}  // namespace volley
