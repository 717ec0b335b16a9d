#include "apps/charlm/softmax_readout.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/elementary.h"

namespace volley::charlm {
namespace {

constexpr std::size_t kLanes = 16;

std::size_t padded(std::size_t vocabulary) { return (vocabulary + kLanes - 1) / kLanes * kLanes; }

}  // namespace

void Standard::add(std::span<const double> row) {
  if (rows_++ == 0) shift_.assign(row.begin(), row.end());
  for (std::size_t c = 0; c < row.size(); ++c) {
    const double x = row[c] - shift_[c];
    sum_[c] += x;
    square_[c] += x * x;
  }
}

double Standard::mean(std::size_t column) const {
  return rows_ == 0 ? 0.0 : shift_[column] + sum_[column] / static_cast<double>(rows_);
}

double Standard::inverse_sd(std::size_t column) const {
  if (rows_ == 0) return 0;
  const auto n = static_cast<double>(rows_);
  const double variance = square_[column] / n - sum_[column] / n * (sum_[column] / n);
  return variance > 1e-18 ? 1.0 / std::sqrt(variance) : 0.0;
}

SoftmaxReadout::SoftmaxReadout(const Standard& standard, Columns columns, std::size_t vocabulary)
    : columns_(columns), vocabulary_(vocabulary), padded_(padded(vocabulary)) {
  const double root = std::sqrt(static_cast<double>(columns.count));
  for (std::size_t c = columns.first; c < columns.first + columns.count; ++c) {
    mean_.push_back(static_cast<float>(standard.mean(c)));
    scale_.push_back(static_cast<float>(standard.inverse_sd(c) / root));
  }
  weights_.assign((columns.count + 1) * padded_, 0.0f);
  z_.assign(columns.count + 1, 1.0f);
  z_before_ = z_;
  step_.assign(padded_, 0.0f);
  logits_.assign(padded_, 0.0f);
  probability_.assign(vocabulary, 0.0);
}

SoftmaxReadout::SoftmaxReadout(Columns columns, std::size_t vocabulary, std::vector<float> mean,
                               std::vector<float> scale, std::vector<float> weights)
    : SoftmaxReadout(Standard(columns.first + columns.count), columns, vocabulary) {
  mean_ = std::move(mean);
  scale_ = std::move(scale);
  for (std::size_t r = 0; r <= columns.count; ++r) {
    std::copy_n(weights.data() + r * vocabulary, vocabulary, weights_.data() + r * padded_);
  }
}

// One pass over the weights: what the last character taught is added on the way, so that memory is walked once.
std::span<const double> SoftmaxReadout::predict(std::span<const double> row) {
  std::swap(z_, z_before_);
  const double* const x = row.data() + columns_.first;
  for (std::size_t f = 0; f < columns_.count; ++f) z_[f] = (static_cast<float>(x[f]) - mean_[f]) * scale_[f];
  z_.back() = 1.0f;
  std::fill(logits_.begin(), logits_.end(), 0.0f);
  float* const logits = logits_.data();
  const float* const step = step_.data();
  for (std::size_t f = 0; f < z_.size(); ++f) {
    float* const w = weights_.data() + f * padded_;
    const float now = z_[f], before = z_before_[f];
    if (pending_) {
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC ivdep
#endif
      for (std::size_t s = 0; s < padded_; ++s) {
        w[s] += before * step[s];
        logits[s] += now * w[s];
      }
    } else {
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC ivdep
#endif
      for (std::size_t s = 0; s < padded_; ++s) logits[s] += now * w[s];
    }
  }
  pending_ = false;
  double most = logits[0];
  for (std::size_t s = 1; s < vocabulary_; ++s) most = std::max(most, static_cast<double>(logits[s]));
  double sum = 0;
  double* const p = probability_.data();
  for (std::size_t s = 0; s < vocabulary_; ++s) p[s] = exp_branch_free(static_cast<double>(logits[s]) - most);
  for (std::size_t s = 0; s < vocabulary_; ++s) sum += p[s];
  for (std::size_t s = 0; s < vocabulary_; ++s) p[s] /= sum;
  return probability_;
}

void SoftmaxReadout::learn(Symbol next, double rate) {
  for (std::size_t s = 0; s < vocabulary_; ++s) {
    step_[s] = static_cast<float>(rate * ((s == next ? 1.0 : 0.0) - probability_[s]));
  }
  pending_ = true;
}

void SoftmaxReadout::settle() {
  if (!pending_) return;
  for (std::size_t f = 0; f < z_.size(); ++f) {
    for (std::size_t s = 0; s < padded_; ++s) weights_[f * padded_ + s] += z_[f] * step_[s];
  }
  pending_ = false;
}

std::vector<float> SoftmaxReadout::weights() {
  settle();
  std::vector<float> dense;
  dense.reserve((columns_.count + 1) * vocabulary_);
  for (std::size_t r = 0; r <= columns_.count; ++r) {
    const auto row = weights_.begin() + static_cast<std::ptrdiff_t>(r * padded_);
    dense.insert(dense.end(), row, row + static_cast<std::ptrdiff_t>(vocabulary_));
  }
  return dense;
}

}  // namespace volley::charlm
