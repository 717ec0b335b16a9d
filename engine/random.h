// Random numbers as a pure function of (seed, purpose, entity, counter): Philox4x32-10 (Salmon et al., "Parallel random
// numbers: as easy as 1, 2, 3", SC 2011). No generator is shared, so no result depends on who draws first, and the
// transforms below use only correctly rounded arithmetic, so the bits are the same on every machine.
#pragma once

#include <array>
#include <cstdint>
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
  kUser = 1000,        // first number free for apps
};

// The key of a stream. Distinct (seed, purpose, entity) have distinct keys up to a 64-bit mix of the triple.
struct StreamKey {
  std::uint64_t seed = 0;
  Purpose purpose{};
  std::uint64_t entity = 0;
};

// A 64-bit FNV-1a hash, for entities that have names.
constexpr std::uint64_t hash_name(std::string_view name) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return h;
}

// One stream: draws number 0, 1, 2, ... of (key, item). Copyable; 48 bytes; not thread safe.
class RandomStream {
 public:
  RandomStream(StreamKey key, std::uint64_t item, std::uint64_t first_block = 0);

  std::uint32_t next_u32() {
    if (used_ == 4) refill();
    return block_[used_++];
  }
  std::uint64_t next_u64() {
    const std::uint64_t high = next_u32();
    return high << 32 | next_u32();
  }
  // Uniform on the open interval (0, 1), 53 bits.
  double next_uniform() { return (static_cast<double>(next_u64() >> 11) + 0.5) * 0x1p-53; }
  // Uniform on {0, ..., n - 1}, unbiased (Lemire 2019). REQUIRES: n > 0.
  std::uint32_t next_below(std::uint32_t n);
  // Standard normal by inversion, one uniform each.
  double next_normal();
  // Exponential with mean 1.
  double next_exponential();
  // Number of failures before the first success. REQUIRES: 0 < p <= 1. Pass log1p(-p) once computed.
  std::uint64_t next_geometric(double log_one_minus_p);
  // Binomial(n, p), exact.
  std::uint64_t next_binomial(std::uint64_t n, double p);
  double next(const Distribution& distribution);

 private:
  void refill();

  PhiloxKey key_;
  std::uint64_t item_;
  std::uint64_t counter_;
  PhiloxBlock block_{};
  std::uint32_t used_ = 4;
};

// The two 32-bit words of a Philox key.
PhiloxKey philox_key(StreamKey key);

// Inverse of the standard normal distribution function, relative error below 1e-15 (Wichura 1988, algorithm AS 241).
// REQUIRES: 0 < p < 1.
double normal_quantile(double p);

// Mean of a distribution (for estimates and messages; ClippedNormal: of the unclipped one).
double mean_of(const Distribution& distribution);

}  // namespace volley
