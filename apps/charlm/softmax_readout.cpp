#include "apps/charlm/softmax_readout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "engine/elementary.h"

namespace volley::charlm {
namespace {

constexpr std::size_t kLanes = 16;

std::size_t padded(std::size_t vocabulary) { return (vocabulary + kLanes - 1) / kLanes * kLanes; }

using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

Lanes load(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}
void store(const Lanes& lanes, float* to) { std::memcpy(to, &lanes, sizeof lanes); }

// logits = sum over f of now[f] w[f], where w[f] += before[f] step comes first if there is something to learn. A row of
// weights is kBlocks vectors, so that logits and step stay in registers.
template <std::size_t kBlocks, bool kLearn>
void walk(float* w, std::span<const float> now, std::span<const float> before, const float* step, float* logits) {
  Lanes sum[kBlocks] = {}, taught[kBlocks];
  for (std::size_t b = 0; b < kBlocks; ++b) taught[b] = load(step + b * kLanes);
  for (std::size_t f = 0; f < now.size(); ++f) {
    for (std::size_t b = 0; b < kBlocks; ++b, w += kLanes) {
      Lanes weight = load(w);
      if constexpr (kLearn) {
        weight += before[f] * taught[b];
        store(weight, w);
      }
      sum[b] += now[f] * weight;
    }
  }
  for (std::size_t b = 0; b < kBlocks; ++b) store(sum[b], logits + b * kLanes);
}

using Walk = void (*)(float*, std::span<const float>, std::span<const float>, const float*, float*);

// A symbol is a byte, so a row has 1 to 16 blocks.
template <bool kLearn>
Walk walk_of(std::size_t blocks) {
  constexpr auto kWalks = []<std::size_t... kBefore>(std::index_sequence<kBefore...>) {
    return std::array<Walk, sizeof...(kBefore)>{walk<kBefore + 1, kLearn>...};
  }
  (std::make_index_sequence<256 / kLanes>());
  return kWalks[blocks - 1];
}

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
  const Walk walk = pending_ ? walk_of<true>(padded_ / kLanes) : walk_of<false>(padded_ / kLanes);
  walk(weights_.data(), z_, z_before_, step_.data(), logits_.data());
  pending_ = false;
  const float* const logits = logits_.data();
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
