// The readout of the published experiments: softmax(f^T W) without bias, trained on one target per window by online
// gradient descent, W += rate f (onehot - p)^T.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "apps/charlm/model_a.h"

namespace volley::charlm {

struct WindowScore {
  double perplexity = 0;  // exp(mean(-ln(p + 1e-10)))
  double accuracy = 0;    // share of targets with the largest probability
};

class WindowReadout {
 public:
  // `weights`: features x vocabulary.
  WindowReadout(std::vector<double> weights, std::size_t vocabulary)
      : weights_(std::move(weights)), vocabulary_(vocabulary), scores_(vocabulary) {}

  // `epochs` passes over all rows in order. REQUIRES: targets.size() == features.rows().
  void train(const Features& features, std::span<const Symbol> targets, double rate, unsigned epochs);
  // Of the first `most` rows.
  WindowScore test(const Features& features, std::span<const Symbol> targets, std::size_t most);

  std::span<double> weights() { return weights_; }

 private:
  void predict(std::span<const double> features);

  std::vector<double> weights_;
  std::size_t vocabulary_;
  std::vector<double> scores_;  // probabilities after predict()
};

// The targets of the windows chosen.
std::vector<Symbol> targets_of(const Text& text, const Windows& windows, std::span<const std::size_t> chosen);

}  // namespace volley::charlm
