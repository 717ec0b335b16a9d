// Streams of features: what a frozen model makes of a text, one row per character. A readout learns to predict the next
// character from the row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "apps/charlm/dense_models.h"
#include "apps/charlm/reservoir.h"
#include "apps/charlm/text.h"

namespace volley::charlm {

// After character `index`. The row is valid during the call only.
using FeatureVisitor = std::function<absl::Status(std::size_t index, std::span<const double> row)>;

// A part of a row.
struct Columns {
  std::size_t first = 0, count = 0;
};

class FeatureStream {
 public:
  virtual ~FeatureStream() = default;
  virtual std::size_t columns() const = 0;
  // Reads the symbols from a state of zero, which is then never reset. REQUIRES: they are below the vocabulary.
  virtual absl::StatusOr<Activity> run(std::span<const Symbol> symbols, const FeatureVisitor& visit) const = 0;
  // Multiply-accumulates of one character; 0 for a reservoir of spikes, whose Activity counts.
  virtual std::uint64_t dense_operations() const = 0;
};

// Rows of a reservoir's stream: spike counts of the character, potentials after it, and, if `with_sums`, spike counts
// of the last 20 characters; `neurons` columns each.
inline Columns counts_of(std::size_t neurons) { return {0, neurons}; }
inline Columns membrane_of(std::size_t neurons) { return {neurons, neurons}; }
inline Columns hybrid_of(std::size_t neurons) { return {0, 2 * neurons}; }
inline Columns sums_of(std::size_t neurons) { return {2 * neurons, neurons}; }
std::unique_ptr<FeatureStream> stream_of(Reservoir reservoir, bool with_sums = false);

// Rows are the model's state vector.
enum class DenseKind { kDnn, kLstm, kEsn };
std::unique_ptr<FeatureStream> stream_of(DenseKind kind, std::size_t vocabulary, std::size_t neurons,
                                         std::uint32_t seed);

// The reservoirs of the fair table: Model A's weights from `seed`, the input times `input_scale`, and no recurrent
// synapses unless `recurrent`.
Reservoir fair_reservoir(std::size_t vocabulary, std::uint32_t neurons, std::uint32_t seed, double input_scale,
                         bool recurrent);

}  // namespace volley::charlm
