// The one order in which the synapses of a projection are shown and numbered: by source neuron, then by target; several
// of a pair by their delay. It does not depend on slices.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "engine/synapses.h"
#include "engine/time.h"
#include "engine/weights.h"

namespace volley {

// A synapse as it is shown: neurons are population indices, the weight is in the unit of the target's port.
struct Synapse {
  std::uint32_t source = 0, target = 0;
  double weight = 0;
  Duration delay{0};
  friend bool operator==(const Synapse&, const Synapse&) = default;
};

// visit(piece, source, position of the synapse in the piece's group) in that order. `pieces`: all of one projection, in
// the order of their neurons.
template <class Visit>
void for_each_in_order(std::span<const ProjectionWeights::Piece> pieces, const Visit& visit) {
  std::size_t sources = 0;
  for (const ProjectionWeights::Piece& piece : pieces) sources = std::max(sources, piece.group->offset.size());
  std::vector<std::uint32_t> order;
  for (std::uint32_t source = 0; source + 1 < sources; ++source) {
    for (const ProjectionWeights::Piece& piece : pieces) {
      const SynapseGroup& group = *piece.group;
      if (group.offset.empty()) continue;
      const std::uint32_t begin = group.offset[source], end = group.offset[source + 1];
      if (group.delay_step.empty()) {  // targets ascend
        for (std::uint32_t k = begin; k < end; ++k) visit(piece, source, k);
        continue;
      }
      order.resize(end - begin);
      std::iota(order.begin(), order.end(), begin);
      std::stable_sort(order.begin(), order.end(),
                       [&](std::uint32_t a, std::uint32_t b) { return group.target[a] < group.target[b]; });
      for (const std::uint32_t k : order) visit(piece, source, k);
    }
  }
}

// Of a settled group.
inline double weight_of(const ProjectionWeights::Piece& piece, std::size_t position) {
  if (piece.plastic != nullptr) return piece.plastic->weight(position, *piece.group);
  return piece.group->weight.empty() ? piece.group->uniform_weight : static_cast<double>(piece.group->weight[position]);
}

inline Synapse synapse_of(const ProjectionWeights::Piece& piece, std::uint32_t source, std::size_t position) {
  const SynapseGroup& group = *piece.group;
  return {source, piece.first_neuron + group.target[position], weight_of(piece, position),
          group.delay_step.empty() ? group.delay : group.delay_step[position] * group.delay_resolution};
}

}  // namespace volley
