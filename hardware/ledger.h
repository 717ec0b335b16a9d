// What a run did, as integer counts per population: the first form of the event ledger, made from the counters that
// every run keeps and every recording carries. Energy is a dot product of these counts with a coefficient table
// (energy.h).
//
// A chip updates every neuron at every algorithmic step, an exact (event-driven) run updates none between events. So
// neuron updates are not taken from the run but counted as the chip would do them: neurons x steps.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/simulation.h"
#include "engine/time.h"

namespace volley::hardware {

struct PopulationActivity {
  std::string name;
  std::uint64_t neurons = 0;
  std::uint64_t synaptic_operations = 0;  // synapses of projections that delivered a spike
  std::uint64_t drive_operations = 0;     // spikes from the population's own Poisson drives: one synapse each on a chip
  std::uint64_t updates_active = 0;       // neuron-steps in which the neuron fired
  std::uint64_t updates_inactive = 0;     // all other neuron-steps
  std::uint64_t spikes = 0;
};

struct Ledger {
  Duration duration{0};
  Duration step{0};                               // the algorithmic step that `steps` assumes
  std::uint64_t steps = 0;                        // duration / step, rounded up
  std::vector<PopulationActivity> populations{};  // without sources: their spikes enter over the chip's input
};

// Errors: InvalidArgument when `step` is not positive or the counts do not fit 64 bits.
absl::StatusOr<Ledger> make_ledger(std::span<const PopulationCounters> counters, Duration duration, Duration step);

}  // namespace volley::hardware
