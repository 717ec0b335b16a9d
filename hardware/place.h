// Puts neurons on cores. Every method keeps all limits that are known, splits populations where it must, and gives the
// same placement for the same input and seed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "hardware/placement.h"
#include "hardware/wiring.h"

namespace volley::hardware {

// Errors of all: ResourceExhausted when the network does not fit on one chip, with how many cores are missing and which
// limit fills them, or with the neuron that fits on no core.

// In the order of the network, each core filled before the next is begun.
absl::StatusOr<Placement> place_sequential(const Wiring& wiring, const Chip& chip);

// As many cores as sequential and in the same order, but the fullest core as empty as that allows.
absl::StatusOr<Placement> place_balanced(const Wiring& wiring, const Chip& chip);

// Few spike-hops: clusters of neurons that talk to one another are grown and put on cores, then clusters are placed on
// the mesh, then single neurons are moved. The two stages are those of SpiNeMap (Balaji et al., "Mapping Spiking Neural
// Networks to Neuromorphic Hardware", IEEE TVLSI 28(1):76-86, 2020), with simulated annealing (Kirkpatrick et al.,
// Science 220:671-680, 1983) in place of its particle swarm, and moves and swaps of neurons as in Fiduccia and
// Mattheyses, DAC 1982, with the exact cost. Never worse than sequential. `rate_of_neuron`: spikes per unit of time of
// every neuron of the populations, at least 0; only ratios matter. Empty: all fire alike.
absl::StatusOr<Placement> place_by_traffic(const Wiring& wiring, const Chip& chip,
                                           std::span<const double> rate_of_neuron, std::uint64_t seed);

// Sum over axons from placed neurons of the neuron's rate (empty: 1) times the hops to the axon's core.
double spike_hops(const Wiring& wiring, const Mesh& mesh, const Placement& placement,
                  std::span<const double> rate_of_neuron);

// A placement by hand: `placement: {exc: [[0, 512, 0], ...]}`, schema in README.md. `path` is for messages.
// InvalidArgument lists every problem: unknown populations, cores that the chip lacks, neurons with no core or with
// two.
absl::StatusOr<Placement> parse_placement(std::string_view yaml, std::string_view path, const Wiring& wiring,
                                          const Chip& chip);
// The same placement as text that parse_placement() reads.
std::string placement_yaml(const Placement& placement, const Wiring& wiring, std::string_view chip);

}  // namespace volley::hardware
