// The weights of one projection, to be read and changed between runs: what training procedures and savers work on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/plasticity.h"
#include "engine/synapses.h"

namespace volley {

// The synapses of one source neuron into one slice of the target population: target[k], counted from neuron
// `first_neuron` of that population, with weight[k] in the unit of the target's port.
struct WeightRow {
  std::uint32_t first_neuron;
  std::span<const std::uint16_t> target;
  std::span<float> weight;
};

// A view into a Simulation (see Simulation::weights()), valid until that is moved or destroyed. Weights that are
// written count for every spike that is delivered afterwards, also for spikes that are on their way. Do not use it
// while the simulation runs. Weights of a plastic projection are those that a spike finds that arrives now; it keeps
// more of them than rows show, so change them with set().
class ProjectionWeights {
 public:
  struct Piece {
    std::uint32_t first_neuron;
    SynapseGroup* group;
    PlasticSynapses* plastic = nullptr;
  };

  // `pieces`: one per slice of the target, in the order of its neurons.
  explicit ProjectionWeights(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}

  // Neurons of the projection's source.
  std::uint32_t sources() const {
    return pieces_.empty() ? 0 : static_cast<std::uint32_t>(pieces_.front().group->offset.size() - 1);
  }
  // Slices of the target population. More than one where the target is cut, as it is for several threads.
  std::size_t slices() const { return pieces_.size(); }
  std::size_t synapses() const {
    std::size_t n = 0;
    for (const Piece& piece : pieces_) n += piece.group->weight.size();
    return n;
  }

  // Targets ascend; a pair with several synapses comes several times. REQUIRES: source < sources(), slice < slices().
  WeightRow row(std::uint32_t source, std::size_t slice = 0) const {
    const Piece& piece = pieces_[slice];
    SynapseGroup& group = *piece.group;
    const std::size_t begin = group.offset[source], n = group.offset[source + 1] - begin;
    return {piece.first_neuron, {group.target.data() + begin, n}, {group.weight.data() + begin, n}};
  }

  // Synapse number k of that row, in double precision where it is plastic.
  double get(std::uint32_t source, std::size_t slice, std::size_t k) const {
    const Piece& piece = pieces_[slice];
    const std::size_t at = piece.group->offset[source] + k;
    return piece.plastic == nullptr ? static_cast<double>(piece.group->weight[at])
                                    : piece.plastic->weight(at, *piece.group);
  }
  void set(std::uint32_t source, std::size_t slice, std::size_t k, double weight) const {
    const Piece& piece = pieces_[slice];
    const std::size_t at = piece.group->offset[source] + k;
    piece.group->weight[at] = static_cast<float>(weight);
    if (piece.plastic != nullptr) piece.plastic->set_weight(at, weight, *piece.group);
  }

  // visit(source, row) for every row that is not empty, source by source.
  template <class Visit>
  void for_each_row(const Visit& visit) const {
    for (std::uint32_t source = 0; source < sources(); ++source) {
      for (std::size_t slice = 0; slice < slices(); ++slice) {
        const WeightRow found = row(source, slice);
        if (!found.weight.empty()) visit(source, found);
      }
    }
  }

 private:
  std::vector<Piece> pieces_;
};

}  // namespace volley
