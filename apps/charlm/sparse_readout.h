// The readout of a grown network: a row of weights for every thing that can fire. Few do, so only their rows are read.
//
//   p = softmax(b + sum of the weight rows of the neurons that fired), trained online by the delta rule
//   w[k] += rate / (1 + n[k])^(1/4) (onehot - p)   for every neuron k that fired, n[k]: how often it did before,
// which a synapse can compute from its own spikes and its output's error alone. Log-linear models of this kind with
// n-gram features: Rosenfeld 1996, Computer Speech & Language 10(3); growth by repeated coincidence is Hebb's postulate
// (1949) applied to which synapses exist.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "apps/charlm/text.h"

namespace volley::charlm {

// Not thread safe. Weights start at 0 and are single precision; rows are added in the order given.
class SparseReadout {
 public:
  SparseReadout() = default;
  SparseReadout(std::size_t rows, std::size_t vocabulary);
  // With the weights that weights() gave: rows x vocabulary.
  SparseReadout(std::size_t vocabulary, std::span<const float> weights);

  // Probabilities of the next symbol when these rows fired; valid until the next call.
  std::span<const double> predict(std::span<const std::uint32_t> rows);
  // Learns from the rows predicted from last. At most once per predict().
  void learn(std::span<const std::uint32_t> rows, Symbol next, double rate);

  std::vector<float> weights() const;

 private:
  std::size_t vocabulary_ = 0, padded_ = 0;
  std::vector<float> weights_;
  std::vector<std::uint32_t> fired_;
  std::vector<float> logits_, step_;
  std::vector<double> probability_;
};

}  // namespace volley::charlm
