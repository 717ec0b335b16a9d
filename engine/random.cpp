#include "engine/random.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/elementary.h"
#include "engine/simd.h"

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

// Eight words as next_below(n) takes them, at once. False, and `out` is void, where one of them must be rejected.
inline bool bound_eight(const std::uint32_t* word, std::uint32_t n, std::uint32_t threshold, std::uint32_t* out) {
  constexpr std::uint64_t kLow = 0xffffffffu;
  const U64x4 factor = {n, n, n, n};
  U64x4 words;
  std::memcpy(&words, word, sizeof words);
  const U64x4 even = multiply_low_halves(words, factor);
  const U64x4 odd = multiply_low_halves(words >> 32, factor);
  const U64x4 bounded = even >> 32 | (odd & ~kLow);
  std::memcpy(out, &bounded, sizeof bounded);
  const auto rejected = ((even & kLow) < threshold) | ((odd & kLow) < threshold);
  return (rejected[0] | rejected[1] | rejected[2] | rejected[3]) == 0;
}

// ln k! by Stirling's series; the remainder is below 1e-12 for k >= 10, and a table serves below.
double log_factorial(double k) {
  static constexpr double kSmall[10] = {0.0,
                                        0.0,
                                        0.69314718055994530942,
                                        1.79175946922805500081,
                                        3.17805383034794561965,
                                        4.78749174278204599425,
                                        6.57925121201010099506,
                                        8.52516136106541430017,
                                        10.60460290274525022842,
                                        12.80182748008146961121};
  constexpr double kHalfLog2Pi = 0.91893853320467274178;
  if (k < 10) return kSmall[static_cast<int>(k)];
  const double z = 1 / (k * k);
  return (k + 0.5) * log_portable(k) - k + kHalfLog2Pi + (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z / 1680))) / k;
}

}  // namespace

PhiloxKey philox_key(StreamKey key) {
  const std::uint64_t k = mix(mix(key.seed) ^ mix(static_cast<std::uint64_t>(key.purpose) << 32) ^ mix(~key.entity));
  return {static_cast<std::uint32_t>(k), static_cast<std::uint32_t>(k >> 32)};
}

template <std::size_t Blocks>
void BasicRandomStream<Blocks>::refill() {
  if constexpr (Blocks == 1) {
    const PhiloxBlock block = philox({static_cast<std::uint32_t>(counter_), static_cast<std::uint32_t>(counter_ >> 32),
                                      static_cast<std::uint32_t>(item_), static_cast<std::uint32_t>(item_ >> 32)},
                                     key_);
    std::copy(block.begin(), block.end(), words_);
  } else {
    philox_words(key_, item_, counter_, words_);
  }
  counter_ += Blocks;
  used_ = 0;
}

template <std::size_t Blocks>
std::uint32_t BasicRandomStream<Blocks>::next_below(std::uint32_t n) {
  std::uint64_t product = std::uint64_t{next_u32()} * n;
  if (static_cast<std::uint32_t>(product) < n) {
    const std::uint32_t threshold = (0u - n) % n;
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{next_u32()} * n;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

template <std::size_t Blocks>
void BasicRandomStream<Blocks>::fill_below(std::uint32_t n, std::span<std::uint32_t> out) {
  const std::uint32_t threshold = (0u - n) % n;
  std::size_t done = 0;
  while (done < out.size()) {
    if (used_ == kWords) refill();
    const std::size_t take = std::min<std::size_t>(kWords - used_, out.size() - done);
    if (take >= 8 && bound_eight(words_ + used_, n, threshold, out.data() + done)) {
      used_ += 8;
      done += 8;
    } else {  // at the ends, and where one of the eight was rejected
      for (std::size_t last = done + std::min<std::size_t>(take, 8); done < last; ++done) out[done] = next_below(n);
    }
  }
}

template <std::size_t Blocks>
double BasicRandomStream<Blocks>::next_normal() {
  return normal_quantile(next_uniform());
}

template <std::size_t Blocks>
double BasicRandomStream<Blocks>::next_exponential() {
  return -log_portable(next_uniform());
}

template <std::size_t Blocks>
std::uint64_t BasicRandomStream<Blocks>::next_geometric(double log_one_minus_p) {
  const double skipped = std::floor(log_portable(next_uniform()) / log_one_minus_p);
  return skipped >= 0x1p63 ? ~std::uint64_t{0} >> 1 : static_cast<std::uint64_t>(skipped);
}

template <std::size_t Blocks>
std::uint64_t BasicRandomStream<Blocks>::next_binomial(std::uint64_t n, double p) {
  if (p <= 0 || n == 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - next_binomial(n, 1 - p);
  if (static_cast<double>(n) * p > 16) return binomial_by_rejection(static_cast<double>(n), p);
  // Small mean: count successes by their geometric gaps.
  const double log_one_minus_p = log1p_portable(-p);
  std::uint64_t successes = 0;
  for (std::uint64_t at = next_geometric(log_one_minus_p); at < n; at += 1 + next_geometric(log_one_minus_p)) {
    ++successes;
  }
  return successes;
}

// Transformed rejection with squeeze (Hoermann 1993, "The generation of binomial random variates", algorithm BTRS; the
// names are the paper's). REQUIRES: n p >= 10, p <= 1/2.
template <std::size_t Blocks>
std::uint64_t BasicRandomStream<Blocks>::binomial_by_rejection(double n, double p) {
  const double deviation = std::sqrt(n * p * (1 - p));
  const double b = 1.15 + 2.53 * deviation;
  const double a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double c = n * p + 0.5;
  const double v_r = 0.92 - 4.2 / b;
  const double alpha = (2.83 + 5.1 / b) * deviation;
  const double mode = std::floor((n + 1) * p);
  const double log_odds = log_portable(p / (1 - p));
  const double log_mode = log_factorial(mode) + log_factorial(n - mode);
  for (;;) {
    const double v = next_uniform();
    const double u = next_uniform() - 0.5;
    const double u_s = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / u_s + b) * u + c);
    if (k < 0 || k > n) continue;
    if (u_s >= 0.07 && v <= v_r) return static_cast<std::uint64_t>(k);
    const double height = log_portable(v * alpha / (a / (u_s * u_s) + b));
    if (height <= log_mode - log_factorial(k) - log_factorial(n - k) + (k - mode) * log_odds) {
      return static_cast<std::uint64_t>(k);
    }
  }
}

template <std::size_t Blocks>
double BasicRandomStream<Blocks>::next(const Distribution& distribution) {
  double x;
  fill(distribution, {&x, 1});
  return x;
}

template <std::size_t Blocks>
void BasicRandomStream<Blocks>::fill(const Distribution& distribution, std::span<double> out) {
  struct Fill {
    BasicRandomStream& stream;
    std::span<double> out;
    void operator()(const Constant& d) const { std::fill(out.begin(), out.end(), d.value); }
    void operator()(const Uniform& d) const {
      for (double& x : out) {
        x = d.low + (d.high - d.low) * stream.next_uniform();
        if (x >= d.high) x = d.low;  // a rounded-up end of the half-open interval
      }
    }
    void operator()(const Normal& d) const {
      for (double& x : out) x = d.mean + d.sd * stream.next_normal();
    }
    void operator()(const ClippedNormal& d) const {
      // Redrawing is at most a few hundred tries for limits that build() accepts.
      for (double& x : out) {
        do x = d.mean + d.sd * stream.next_normal();
        while (!(x >= d.low && x <= d.high));
      }
    }
    void operator()(const Lognormal& d) const {
      for (double& x : out) x = exp_portable(d.mu + d.sigma * stream.next_normal());
    }
  };
  std::visit(Fill{*this, out}, distribution);
}

template class BasicRandomStream<1>;
template class BasicRandomStream<8>;

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
