// What a character costs: counts of operations, and their energy under several sets of coefficients.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/charlm/reservoir.h"

namespace volley::charlm {

// Per character, means over a run.
struct Work {
  double spikes = 0;
  double synaptic_events = 0;     // recurrent synapses that delivered a spike
  double input_events = 0;        // neurons whose current a character onset replaced
  double neuron_updates = 0;      // clocked: neurons x ticks
  double dense_operations = 0;    // multiply-accumulates of a conventional network
  double readout_operations = 0;  // multiply-accumulates
  double firing = 0;              // share of neurons that fire in a tick
};

// `readout`: multiply-accumulates of one prediction.
Work work_of(const Activity& activity, std::uint32_t neurons, double dense_operations, double readout);

struct EnergyOfCharacter {
  std::string set;                   // the coefficients' name
  std::string evidence;              // "assumed", "published", "fitted": of the network's coefficients
  std::optional<double> network_pj;  // empty where the set has no price for it
  double readout_pj = 0;
};

// The sets: "source" (0.5 pJ an operation of a spiking network, updates free, 5 pJ one of a conventional network:
// assumed by the project that charlm repeats), "45nm" (arithmetic in single precision at 45 nm, Horowitz 2014, ISSCC:
// an addition 0.9 pJ, a multiplication 3.7 pJ), and Loihi's tables `davies2018` and `fitted`
// (hardware/chips/loihi.yaml; the readout, which is not on the chip, at 45nm). Errors: those of hardware::make_ledger
// and the shipped chip's.
absl::StatusOr<std::vector<EnergyOfCharacter>> energy_of(const Work& work, std::uint32_t neurons, std::uint32_t ticks);

}  // namespace volley::charlm
