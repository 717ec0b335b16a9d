// The weights of all class networks, and how they lie in memory. All forms use this one layout, so that what one has
// learnt can be loaded into another.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "apps/edlearn/settings.h"

namespace volley::edlearn {

// Layer 0 goes from the inputs to the first hidden layer, the last from the last hidden layer to the output.
struct Shape {
  std::uint32_t pixels = 0;           // with the bias pixel, if there is one
  std::vector<std::uint32_t> hidden;  // neurons per class network
  friend bool operator==(const Shape&, const Shape&) = default;

  std::size_t layers() const { return hidden.size() + 1; }
  // Per class network. Source 2 p of layer 0 is pixel p's excitatory neuron, 2 p + 1 its inhibitory one; all networks
  // share them.
  std::uint32_t sources(std::size_t layer) const { return layer == 0 ? 2 * pixels : hidden[layer - 1]; }
  std::uint32_t targets(std::size_t layer) const { return layer < hidden.size() ? hidden[layer] : 1; }
  // Rows of a layer, and how long each is: inputs reach all networks, every other neuron its own.
  std::uint32_t rows(std::size_t layer) const { return layer == 0 ? sources(0) : kClasses * sources(layer); }
  std::uint32_t row_size(std::size_t layer) const { return layer == 0 ? kClasses * targets(0) : targets(layer); }
  std::size_t size(std::size_t layer) const { return std::size_t{rows(layer)} * row_size(layer); }
};

// layer[l]: rows(l) rows of row_size(l) weights. Target t of network n is column n * targets + t of layer 0; source s
// of network n is row n * sources + s of every other.
struct Weights {
  Shape shape;
  std::vector<std::vector<float>> layer;
  std::vector<double> gains;  // of a spiking network: mV per unit of weight, by layer that ends on spiking neurons

  std::span<float> row(std::size_t l, std::size_t r) {
    return {layer[l].data() + r * shape.row_size(l), shape.row_size(l)};
  }
  std::span<const float> row(std::size_t l, std::size_t r) const {
    return {layer[l].data() + r * shape.row_size(l), shape.row_size(l)};
  }
};

// o_source * o_target of the weight in column `column` of row `row`.
inline float sign_of(const Shape& shape, std::size_t layer, std::size_t row, std::size_t column) {
  return learning::type_of(row % shape.sources(layer)) * learning::type_of(column % shape.targets(layer));
}

// Uniform magnitudes from [w1, w2) with their signs. REQUIRES: 0 <= w1 <= w2.
Weights initial_weights(const Shape& shape, double w1, double w2, std::uint64_t seed);

// Weights whose sign is not o_source * o_target; zero has either.
std::size_t wrong_signs(const Weights& weights);

}  // namespace volley::edlearn
