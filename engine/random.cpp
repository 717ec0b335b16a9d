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
void BasicRandomStream<Blocks>::fill_uniform(std::span<double> out) {
  for (std::size_t done = 0; done < out.size();) {
    if (used_ == kWords) refill();
    const std::size_t take = std::min<std::size_t>((kWords - used_) / 2, out.size() - done);
    if (take == 0) {  // a number's two words lie in two refills
      out[done++] = next_uniform();
      continue;
    }
    const std::uint32_t* const word = words_ + used_;
    double* const to = out.data() + done;
    for (std::size_t i = 0; i < take; ++i) to[i] = open_unit(std::uint64_t{word[2 * i]} << 32 | word[2 * i + 1]);
    used_ += static_cast<std::uint32_t>(2 * take);
    done += take;
  }
}

template <std::size_t Blocks>
void BasicRandomStream<Blocks>::fill_geometric(double log_one_minus_p, std::span<double> out) {
  fill_uniform(out);
  for (double& x : out) x = log_portable(x) / log_one_minus_p;  // apart: GCC makes vector code of each, not of both
  for (double& x : out) x = std::floor(x);
}

template <std::size_t Blocks>
void BasicRandomStream<Blocks>::fill(const Distribution& distribution, std::span<double> out) {
  struct Fill {
    BasicRandomStream& stream;
    std::span<double> out;

    void normal(double mean, double sd, std::span<double> part) const {
      stream.fill_uniform(part);
      normal_quantiles(part);
      for (double& x : part) x = mean + sd * x;
    }
    void operator()(const Constant& d) const { std::fill(out.begin(), out.end(), d.value); }
    void operator()(const Uniform& d) const {
      stream.fill_uniform(out);
      for (double& x : out) {
        x = d.low + (d.high - d.low) * x;
        x = x < d.high ? x : d.low;  // a rounded-up end of the half-open interval
      }
    }
    void operator()(const Normal& d) const { normal(d.mean, d.sd, out); }
    void operator()(const ClippedNormal& d) const {
      // Never draws more than are missing, so that the stream ends where single draws would. At most some ten thousand
      // tries each for limits that build() accepts.
      for (std::size_t kept = 0; kept < out.size();) {
        const std::size_t tried = kept;
        normal(d.mean, d.sd, out.subspan(tried));
        for (std::size_t i = tried; i < out.size(); ++i) {
          const double x = out[i];
          out[kept] = x;
          kept += x >= d.low && x <= d.high;
        }
      }
    }
    void operator()(const Lognormal& d) const {
      normal(d.mu, d.sigma, out);
      for (double& x : out) x = exp_portable(x);
    }
  };
  std::visit(Fill{*this, out}, distribution);
}

template class BasicRandomStream<1>;
template class BasicRandomStream<8>;

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
