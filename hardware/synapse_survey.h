// What a network's connectivity asks of a chip's synapses: the weights that are drawn, the sum that can reach a neuron
// in one step, the longest delay.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/network.h"

namespace volley::hardware {

// Sums of one neuron's incoming weights by sign, in the projections' unit; `inhibition` is at most 0.
struct InputSum {
  double excitation = 0, inhibition = 0;
};

struct ProjectionSurvey {
  std::vector<float> weights;  // of every synapse; one entry when all are equal, none when there is no synapse
  std::uint64_t synapses = 0;
  Duration shortest{0}, longest{0};  // delays, as drawn on the projection's own resolution
};

// Draws the synapses of projection `index` as build() would, adds their weights to `sums` (one per neuron of the
// target), and keeps the distinct values. Errors: those of connect().
absl::StatusOr<ProjectionSurvey> survey(const Network& network, std::uint32_t index, std::uint64_t seed,
                                        std::vector<InputSum>& sums);

}  // namespace volley::hardware
