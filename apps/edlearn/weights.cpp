#include "apps/edlearn/weights.h"

#include "apps/edlearn/streams.h"
#include "engine/random.h"

namespace volley::edlearn {

Weights initial_weights(const Shape& shape, double w1, double w2, std::uint64_t seed) {
  Weights weights{.shape = shape, .layer = std::vector<std::vector<float>>(shape.layers()), .gains = {}};
  std::vector<double> drawn;
  for (std::size_t l = 0; l < shape.layers(); ++l) {
    weights.layer[l].resize(shape.size(l));
    BulkRandomStream random(stream(seed, kInitialWeights), l);
    drawn.resize(shape.row_size(l));
    for (std::size_t r = 0; r < shape.rows(l); ++r) {
      random.fill_uniform(drawn);
      const std::span<float> row = weights.row(l, r);
      for (std::size_t c = 0; c < row.size(); ++c) {
        row[c] = static_cast<float>(w1 + (w2 - w1) * drawn[c]) * sign_of(shape, l, r, c);
      }
    }
  }
  return weights;
}

std::size_t wrong_signs(const Weights& weights) {
  std::size_t wrong = 0;
  for (std::size_t l = 0; l < weights.shape.layers(); ++l) {
    for (std::size_t r = 0; r < weights.shape.rows(l); ++r) {
      const std::span<const float> row = weights.row(l, r);
      for (std::size_t c = 0; c < row.size(); ++c) wrong += row[c] * sign_of(weights.shape, l, r, c) < 0;
    }
  }
  return wrong;
}

}  // namespace volley::edlearn
