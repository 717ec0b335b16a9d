#include "apps/charlm/sparse_readout.h"

#include <algorithm>
#include <cmath>

#include "engine/elementary.h"

namespace volley::charlm {

SparseReadout::SparseReadout(std::size_t rows, std::size_t vocabulary)
    : vocabulary_(vocabulary),
      padded_((vocabulary + 15) / 16 * 16),
      weights_(rows * padded_, 0.0f),
      fired_(rows, 0),
      logits_(padded_),
      step_(padded_),
      probability_(vocabulary) {}

SparseReadout::SparseReadout(std::size_t vocabulary, std::span<const float> weights)
    : SparseReadout(weights.size() / vocabulary, vocabulary) {
  for (std::size_t row = 0; row < fired_.size(); ++row) {
    std::copy_n(weights.data() + row * vocabulary_, vocabulary_, weights_.data() + row * padded_);
  }
}

std::vector<float> SparseReadout::weights() const {
  std::vector<float> dense(fired_.size() * vocabulary_);
  for (std::size_t row = 0; row < fired_.size(); ++row) {
    std::copy_n(weights_.data() + row * padded_, vocabulary_, dense.data() + row * vocabulary_);
  }
  return dense;
}

std::span<const double> SparseReadout::predict(std::span<const std::uint32_t> rows) {
  std::fill(logits_.begin(), logits_.end(), 0.0f);
  for (const std::uint32_t row : rows) {
    const float* const w = weights_.data() + std::size_t{row} * padded_;
    for (std::size_t s = 0; s < padded_; ++s) logits_[s] += w[s];
  }
  double most = logits_[0], sum = 0;
  for (std::size_t s = 1; s < vocabulary_; ++s) most = std::max(most, static_cast<double>(logits_[s]));
  for (std::size_t s = 0; s < vocabulary_; ++s)
    probability_[s] = exp_branch_free(static_cast<double>(logits_[s]) - most);
  for (std::size_t s = 0; s < vocabulary_; ++s) sum += probability_[s];
  for (double& p : probability_) p /= sum;
  return probability_;
}

void SparseReadout::learn(std::span<const std::uint32_t> rows, Symbol next, double rate) {
  for (std::size_t s = 0; s < vocabulary_; ++s) {
    step_[s] = static_cast<float>((s == next ? 1.0 : 0.0) - probability_[s]);
  }
  for (const std::uint32_t row : rows) {
    const auto gain = static_cast<float>(rate / std::sqrt(std::sqrt(1.0 + fired_[row]++)));
    float* const w = weights_.data() + std::size_t{row} * padded_;
    for (std::size_t s = 0; s < padded_; ++s) w[s] += gain * step_[s];
  }
}

}  // namespace volley::charlm
