// Random numbers as a pure function of (seed, purpose, entity, counter): Philox4x32-10 (Salmon et al., "Parallel random
// numbers: as easy as 1, 2, 3", SC 2011). No generator is shared, so no result depends on who draws first, and the
// transforms below use only correctly rounded arithmetic, so the bits are the same on every machine.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/network.h"
#include "engine/philox.h"

namespace volley {

// What a stream is for. Numbers are part of the results: append, never reorder.
enum class Purpose : std::uint32_t {
  kConnect = 1,        // entity: projection, item: target (or source) neuron
  kWeight = 2,         // entity: projection, item: target (or source) neuron
  kDelay = 3,          // entity: projection, item: target (or source) neuron
  kParameter = 4,      // entity: population and hashed parameter name, item: neuron
  kPoissonDrive = 5,   // entity: drive, item: block of neurons
  kPoissonSource = 6,  // entity: source, item: block of neurons
  kNoise = 7,          // entity: drive, item: neuron
  kLoihi = 8,          // entity: projection, item: synapse
  kPlacement = 9,      // entity: 0, item: stage of the search
  kUser = 1000,        // first number free for apps
};

// The key of a stream. Distinct (seed, purpose, entity) have distinct keys up to a 64-bit mix of the triple.
struct StreamKey {
  std::uint64_t seed = 0;
  Purpose purpose{};
  std::uint64_t entity = 0;
};

// The two 32-bit words of a Philox key.
PhiloxKey philox_key(StreamKey key);

// A 64-bit FNV-1a hash, for entities that have names.
constexpr std::uint64_t hash_name(std::string_view name) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return h;
}

// 64 random bits as a number of the open interval (0, 1): the middles of 2^52 equal parts, all of them exact.
constexpr double open_unit(std::uint64_t bits) {
  // 1 + k 2^-52 without a conversion, less 1 - 2^-53; no rounding.
  return std::bit_cast<double>(0x3ff0000000000000u | bits >> 12) - (1 - 0x1p-53);
}

// One stream: draws number 0, 1, 2, ... of (key, item). Copyable; not thread safe. `Blocks`, 1 or 8, of four words are
// made at once; the numbers are the same.
template <std::size_t Blocks>
class BasicRandomStream {
 public:
  BasicRandomStream(StreamKey key, std::uint64_t item, std::uint64_t first_block = 0)
      : BasicRandomStream(philox_key(key), item, first_block) {}
  BasicRandomStream(PhiloxKey key, std::uint64_t item, std::uint64_t first_block = 0)
      : key_(key), item_(item), counter_(first_block) {}

  std::uint32_t next_u32() {
    if (used_ == kWords) refill();
    return words_[used_++];
  }
  std::uint64_t next_u64() {
    const std::uint64_t high = next_u32();
    return high << 32 | next_u32();
  }
  // Uniform on the open interval (0, 1), 52 bits.
  double next_uniform() { return open_unit(next_u64()); }
  // Uniform on {0, ..., n - 1}, unbiased (Lemire 2019, "Fast random integer generation in an interval"). REQUIRES: n >
  // 0.
  std::uint32_t next_below(std::uint32_t n);
  // Standard normal by inversion, one uniform each.
  double next_normal();
  // Exponential with mean 1.
  double next_exponential();
  // Number of failures before the first success, at most 2^63 - 1. Pass log1p_portable(-p) once computed.
  // REQUIRES: 0 < p < 1.
  std::uint64_t next_geometric(double log_one_minus_p);
  // Binomial(n, p), in constant expected time.
  std::uint64_t next_binomial(std::uint64_t n, double p);
  double next(const Distribution& distribution);

  // Many at once: out[0], out[1], ... are the numbers that the single call would give one after the other.
  void fill_below(std::uint32_t n, std::span<std::uint32_t> out);
  void fill_uniform(std::span<double> out);
  void fill_geometric(double log_one_minus_p, std::span<double> out);  // not bounded
  void fill(const Distribution& distribution, std::span<double> out);

 private:
  static constexpr std::uint32_t kWords = 4 * Blocks;

  void refill();
  std::uint64_t binomial_by_rejection(double n, double p);

  PhiloxKey key_;
  std::uint64_t item_;
  std::uint64_t counter_;
  std::uint32_t used_ = kWords;
  std::uint32_t words_[kWords];
};

using RandomStream = BasicRandomStream<1>;      // 48 bytes; for streams that are kept
using BulkRandomStream = BasicRandomStream<8>;  // for streams that are drawn from many times at once
extern template class BasicRandomStream<1>;
extern template class BasicRandomStream<8>;

// Inverse of the standard normal distribution function, relative error below 1e-15 (Wichura 1988, algorithm AS 241).
// REQUIRES: 0 < p < 1.
double normal_quantile(double p);
// The same of every entry, in place.
void normal_quantiles(std::span<double> p);

// Mean of a distribution (for estimates and messages; ClippedNormal: of the unclipped one).
double mean_of(const Distribution& distribution);

}  // namespace volley
