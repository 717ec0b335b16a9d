#include "apps/charlm/dense_models.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/elementary.h"

namespace volley::charlm {
namespace {

double tanh_portable(double x) {
  const double shrunk = exp_branch_free(-2.0 * std::fabs(x));
  return std::copysign((1.0 - shrunk) / (1.0 + shrunk), x);
}
double sigmoid(double x) { return 1.0 / (1.0 + exp_branch_free(-x)); }

// out += h M, M: h.size() x out.size().
void add_product(std::span<const double> h, const std::vector<double>& matrix, std::span<double> out) {
  const std::size_t columns = out.size();
  double* const to = out.data();
  for (std::size_t from = 0; from < h.size(); ++from) {
    const double factor = h[from];
    const double* const row = matrix.data() + from * columns;
    for (std::size_t c = 0; c < columns; ++c) to[c] += factor * row[c];
  }
}

// h = tanh(squash(input) + h B)
class SimpleRecurrent final : public DenseModel {
 public:
  SimpleRecurrent(std::vector<double> input, std::vector<double> recurrent, std::size_t neurons, bool halved)
      : halved_(halved), sum_(neurons) {
    input_ = std::move(input);
    recurrent_ = std::move(recurrent);
    state_.assign(neurons, 0);
    columns_ = neurons;
  }
  void reset() override { std::fill(state_.begin(), state_.end(), 0.0); }
  void read(std::span<const double> input) override {
    std::fill(sum_.begin(), sum_.end(), 0.0);
    add_product(state_, recurrent_, sum_);
    for (std::size_t i = 0; i < state_.size(); ++i) {
      state_[i] = tanh_portable(halved_ ? 0.5 * tanh_portable(input[i]) + 0.5 * sum_[i] : input[i] + sum_[i]);
    }
  }

 private:
  bool halved_;  // the published DNN's form
  std::vector<double> sum_;
};

class Lstm final : public DenseModel {
 public:
  Lstm(NumpyRandom& random, std::size_t vocabulary, std::size_t neurons) : cell_(neurons), gates_(4 * neurons) {
    columns_ = 4 * neurons;
    state_.assign(neurons, 0);
    input_.resize(vocabulary * columns_);
    recurrent_.resize(neurons * columns_);
    for (std::size_t gate = 0; gate < 4; ++gate) {  // forget, input, candidate, output
      for (std::size_t row = 0; row < vocabulary + neurons; ++row) {
        double* const to =
            row < vocabulary ? input_.data() + row * columns_ : recurrent_.data() + (row - vocabulary) * columns_;
        for (std::size_t c = 0; c < neurons; ++c) to[gate * neurons + c] = random.normal() * 0.1;
      }
    }
  }
  void reset() override {
    std::fill(state_.begin(), state_.end(), 0.0);
    std::fill(cell_.begin(), cell_.end(), 0.0);
  }
  void read(std::span<const double> input) override {
    std::copy(input.begin(), input.end(), gates_.begin());
    add_product(state_, recurrent_, gates_);
    const std::size_t n = state_.size();
    for (std::size_t i = 0; i < n; ++i) {
      const double forget = sigmoid(gates_[i]), in = sigmoid(gates_[n + i]), out = sigmoid(gates_[3 * n + i]);
      cell_[i] = forget * cell_[i] + in * tanh_portable(gates_[2 * n + i]);
      state_[i] = out * tanh_portable(cell_[i]);
    }
  }

 private:
  std::vector<double> cell_, gates_;
};

}  // namespace

std::unique_ptr<DenseModel> make_dnn(NumpyRandom& random, std::size_t vocabulary, std::size_t neurons) {
  std::vector<double> input = random.normals(vocabulary * neurons, 0.1);
  std::vector<double> recurrent = random.normals(neurons * neurons, 0.1);
  return std::make_unique<SimpleRecurrent>(std::move(input), std::move(recurrent), neurons, true);
}

std::unique_ptr<DenseModel> make_lstm(NumpyRandom& random, std::size_t vocabulary, std::size_t neurons) {
  return std::make_unique<Lstm>(random, vocabulary, neurons);
}

std::unique_ptr<DenseModel> make_esn(NumpyRandom& random, std::size_t vocabulary, std::size_t neurons) {
  std::vector<double> input = random.normals(vocabulary * neurons, 0.5);
  std::vector<double> recurrent = random.normals(neurons * neurons, 0.9 / std::sqrt(static_cast<double>(neurons)));
  return std::make_unique<SimpleRecurrent>(std::move(input), std::move(recurrent), neurons, false);
}

}  // namespace volley::charlm
