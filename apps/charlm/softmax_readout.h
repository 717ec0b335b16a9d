// The readout of the fair protocol: softmax regression on standardised features, trained online by the delta rule.
//
//   z = (x - mean) / (sd sqrt(F)),  p = softmax(b + z W),  W += rate z (onehot - p)^T,  b += rate (onehot - p)
//
// Every change of a weight is the product of what its feature did and of the error of its output: the rule is local.
// Weights start at 0 and are single precision; sums are taken in a fixed order, so results are the same everywhere.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "apps/charlm/features.h"
#include "apps/charlm/text.h"

namespace volley::charlm {

// Mean and standard deviation of every column, gathered row by row.
class Standard {
 public:
  explicit Standard(std::size_t columns) : sum_(columns), square_(columns), shift_(columns) {}
  void add(std::span<const double> row);
  double mean(std::size_t column) const;
  // 0 for a column that never changed.
  double inverse_sd(std::size_t column) const;

 private:
  std::size_t rows_ = 0;
  std::vector<double> sum_, square_, shift_;  // about the first row, so that nothing cancels
};

// Not thread safe.
class SoftmaxReadout {
 public:
  SoftmaxReadout(const Standard& standard, Columns columns, std::size_t vocabulary);
  // From a file: everything that weights(), bias() and so on give.
  SoftmaxReadout(Columns columns, std::size_t vocabulary, std::vector<float> mean, std::vector<float> scale,
                 std::vector<float> weights);

  // Probabilities of the next symbol after this row; valid until the next call.
  std::span<const double> predict(std::span<const double> row);
  // Learns from the row given last. At most once per predict().
  void learn(Symbol next, double rate);

  Columns columns() const { return columns_; }
  std::size_t vocabulary() const { return vocabulary_; }
  std::span<const float> mean() const { return mean_; }
  std::span<const float> scale() const { return scale_; }
  // columns + 1 rows (the last one the bias) of vocabulary entries, what was learned included.
  std::vector<float> weights();

 private:
  void settle();

  Columns columns_;
  std::size_t vocabulary_, padded_;
  std::vector<float> mean_, scale_;
  std::vector<float> weights_;       // columns + 1 rows of padded_
  std::vector<float> z_, z_before_;  // the last entry is the bias's 1
  std::vector<float> step_;          // what z_before_ is to be multiplied with and added; padded_
  bool pending_ = false;             // whether step_ is still to be applied
  std::vector<float> logits_;
  std::vector<double> probability_;
};

}  // namespace volley::charlm
