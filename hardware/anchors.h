// Other machines' published energies per operation, times this run's counts: rows to compare an estimate with, not
// estimates of those machines. Each anchor carries its class and source like a coefficient.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hardware/evidence.h"

namespace volley::hardware {

enum class AnchorCount {
  kMacs,        // multiply-accumulates of a dense network of the same shape
  kOperations,  // synaptic operations of the run
};

struct Anchor {
  std::string_view name;
  AnchorCount counts;
  std::optional<double> pj;  // per count; empty: unset
  Evidence evidence;
  std::string_view source;
};

// In the order in which reports print them.
std::span<const Anchor> anchors();

// A projection's ends, for the dense network of the same shape.
struct DenseShape {
  std::uint64_t source_size = 0, target_size = 0;
};

// Multiply-accumulates of one pass through a conventional network of the same shape: every projection dense, source
// size x target size. Saturates at 2^64 - 1.
std::uint64_t dense_macs(std::span<const DenseShape> projections);

struct Comparison {
  std::string name;     // "dense ANN every step, fp32 MAC at 45 nm"
  std::string anchor;   // "fp32 MAC at 45 nm"
  double count = 0;     // MACs or operations
  std::string counted;  // what `count` is
  std::optional<double> pj_each{}, energy_pj{};
  Evidence evidence = Evidence::kAssumed;  // of the energy per count
  bool count_is_assumed = false;           // nobody ran that network: a dense one of the same shape
  std::string source{};
};

// `macs`: of one pass. Rows of MACs come twice: one pass every step, as the spiking network computes, and one pass per
// inference. Empty `macs`: the shape is not known, and only rows of operations come.
std::vector<Comparison> comparisons(std::optional<std::uint64_t> macs, std::uint64_t steps, std::uint64_t inferences,
                                    std::uint64_t operations);

}  // namespace volley::hardware
