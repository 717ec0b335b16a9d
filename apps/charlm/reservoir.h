// A spiking reservoir that reads characters, as a network of the engine.
//
// One population of `lif_tick` neurons (models/lif_tick.h) or of its event-driven form, one source with a neuron for
// every row of the drive table. Character c lasts `ticks` ticks; at its onset the source's neuron of that row fires
// once and replaces the held current of every neuron by the row. Spikes travel one tick. The readout is a probe: at the
// end of every character an observer gets the spike counts of that character and a sample of all potentials.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/network.h"
#include "engine/simulation.h"

namespace volley::charlm {

struct Reservoir {
  std::uint32_t neurons = 0;
  std::vector<double> drive;      // rows x neurons, C order: held current of every neuron while a row's character lasts
  std::vector<double> recurrent;  // neurons x neurons, C order: [target][source]; 0: no synapse
  double leak = 0.9;
  double threshold = 1;
  std::uint32_t ticks = 10;        // of a character
  std::string model = "lif_tick";  // or "lif_tick_events"

  std::uint32_t rows() const { return static_cast<std::uint32_t>(drive.size() / neurons); }
};

// The tick: 1 ms of simulated time.
inline constexpr Duration kTick{1'000'000'000};

// The network that reads `rows`, one character each. `reset_every` characters the state is set to 0 (0: never).
// Recurrent weights are the engine's single-precision ones; drives are exact to 2^-48 of their value.
Network reservoir_network(const Reservoir& reservoir, std::span<const std::uint32_t> rows, std::size_t reset_every);

// At the end of a character. Valid during the call only.
struct CharacterState {
  std::size_t index;                      // of the character
  std::span<const std::uint32_t> spikes;  // of every neuron while this character lasted: spikes that were acted on
  std::span<const double> potential;      // of every neuron after the last tick, spikes not reset yet
};

// What a run did. A spike in the last tick before a reset, or of the run, acts on nothing and is not counted.
struct Activity {
  std::uint64_t characters = 0;
  std::uint64_t ticks = 0;
  std::uint64_t spikes = 0;
  std::uint64_t synaptic_events = 0;  // recurrent synapses that delivered a spike
  std::uint64_t neuron_updates = 0;   // neurons x ticks; of the event-driven form: neurons that were brought up to date
  std::uint64_t onsets = 0;           // character onsets, each one replaces the current of all neurons
};

// Called for every character in order; a non-OK status ends the run with it.
using CharacterVisitor = std::function<absl::Status(const CharacterState&)>;

// Builds the network and runs it once over all of `rows`. Errors: those of volley::build, and the visitor's.
absl::StatusOr<Activity> run_reservoir(const Reservoir& reservoir, std::span<const std::uint32_t> rows,
                                       std::size_t reset_every, const CharacterVisitor& visit);

// The same of any network whose population 0 holds the reservoir's neurons, `reservoir.ticks` ticks to a character,
// with a state probe of all of them at every character's end.
absl::StatusOr<Activity> run_by_characters(Network network, const Reservoir& reservoir, std::size_t characters,
                                           std::size_t reset_every, const CharacterVisitor& visit);

}  // namespace volley::charlm
