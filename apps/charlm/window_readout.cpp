#include "apps/charlm/window_readout.h"

#include <algorithm>

#include "engine/elementary.h"

namespace volley::charlm {

void WindowReadout::predict(std::span<const double> features) {
  std::fill(scores_.begin(), scores_.end(), 0.0);
  for (std::size_t f = 0; f < features.size(); ++f) {
    if (features[f] == 0) continue;
    const double* const row = weights_.data() + f * vocabulary_;
    for (std::size_t s = 0; s < vocabulary_; ++s) scores_[s] += features[f] * row[s];
  }
  const double most = *std::max_element(scores_.begin(), scores_.end());
  double sum = 0;
  for (double& score : scores_) sum += score = exp_portable(score - most);
  for (double& score : scores_) score /= sum;
}

void WindowReadout::train(const Features& features, std::span<const Symbol> targets, double rate, unsigned epochs) {
  for (unsigned epoch = 0; epoch < epochs; ++epoch) {
    for (std::size_t r = 0; r < targets.size(); ++r) {
      const std::span<const double> row = features.row(r);
      predict(row);
      for (double& p : scores_) p = -p;
      scores_[targets[r]] += 1;
      for (std::size_t f = 0; f < row.size(); ++f) {
        const double step = rate * row[f];
        if (step == 0) continue;
        double* const weights = weights_.data() + f * vocabulary_;
        for (std::size_t s = 0; s < vocabulary_; ++s) weights[s] += step * scores_[s];
      }
    }
  }
}

WindowScore WindowReadout::test(const Features& features, std::span<const Symbol> targets, std::size_t most) {
  const std::size_t rows = std::min(most, targets.size());
  double loss = 0, right = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    predict(features.row(r));
    loss -= log_portable(scores_[targets[r]] + 1e-10);
    right += std::max_element(scores_.begin(), scores_.end()) - scores_.begin() == targets[r] ? 1 : 0;
  }
  return {exp_portable(loss / static_cast<double>(rows)), right / static_cast<double>(rows)};
}

std::vector<Symbol> targets_of(const Text& text, const Windows& windows, std::span<const std::size_t> chosen) {
  std::vector<Symbol> targets;
  for (const std::size_t w : chosen) targets.push_back(text.symbols[windows.start[w] + windows.length]);
  return targets;
}

}  // namespace volley::charlm
