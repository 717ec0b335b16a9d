// The conventional networks that a spiking reservoir is compared with: frozen random weights, one state vector that
// every character moves. Only a readout of the state is trained.
//
//   DNN    h = tanh(0.5 tanh(A[c]) + 0.5 h B),  A, B ~ N(0, 0.1^2)
//   LSTM   f, i, o = sigmoid([c, h] W_f,i,o), g = tanh([c, h] W_g), C = f C + i g, h = o tanh(C), W ~ N(0, 0.1^2)
//   ESN    h = tanh(A[c] + h B), A ~ N(0, 0.5^2), B ~ N(0, 0.9^2 / neurons): spectral radius 0.9 by the circular law
// DNN and LSTM are those of github.com/hafufu-stack/snn-language-model; ESN: Jaeger 2001, GMD report 148.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "apps/charlm/numpy_random.h"
#include "apps/charlm/text.h"

namespace volley::charlm {

// Not thread safe.
class DenseModel {
 public:
  virtual ~DenseModel() = default;
  virtual void reset() = 0;
  // One character given as what its one-hot vector times the input matrix is: input_row() of the symbol, or another
  // row.
  virtual void read(std::span<const double> input) = 0;
  void read(Symbol symbol) { read(input_row(symbol)); }
  std::span<const double> state() const { return state_; }
  // REQUIRES: symbol < vocabulary.
  std::span<const double> input_row(Symbol symbol) const {
    return std::span(input_).subspan(symbol * columns_, columns_);
  }
  // vocabulary x columns, and the square part; to prune and to round them.
  std::vector<double>& input() { return input_; }
  std::vector<double>& recurrent() { return recurrent_; }
  std::size_t columns() const { return columns_; }
  // Multiply-accumulates of one character, its input counted as a row that is looked up.
  std::uint64_t operations() const { return recurrent_.size(); }

 protected:
  std::vector<double> input_, recurrent_, state_;
  std::size_t columns_ = 0;
};

// Each draws from `random` in the published order. The LSTM's input rows hold its four gates side by side.
std::unique_ptr<DenseModel> make_dnn(NumpyRandom& random, std::size_t vocabulary, std::size_t neurons);
std::unique_ptr<DenseModel> make_lstm(NumpyRandom& random, std::size_t vocabulary, std::size_t neurons);
std::unique_ptr<DenseModel> make_esn(NumpyRandom& random, std::size_t vocabulary, std::size_t neurons);

}  // namespace volley::charlm
