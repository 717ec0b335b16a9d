// The ledger of a placed network: what happened where on the chip, as integer counts. Energy is a dot product of these
// counts with a coefficient table, and so is every breakdown of it, by core, population, link, step or inference.
//
// Two sums of the same events: by part of the chip and window, and by step. `problem()` says that they agree.
//
// A synapse whose projection learns is updated once for every spike of either of its neurons: the unit in which the
// cost of pairwise STDP was published. Spikes that fall into one learning epoch are updates of their own, so with long
// epochs this is an upper bound.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/simulation.h"
#include "engine/time.h"
#include "hardware/axons.h"
#include "hardware/mesh.h"
#include "hardware/placement.h"
#include "hardware/step_observer.h"

namespace volley::hardware {

// The neurons of one population on one core.
struct LedgerPart {
  std::uint32_t core = 0;
  std::uint32_t population = 0;  // position in `populations`
  std::uint64_t neurons = 0;
  friend bool operator==(const LedgerPart&, const LedgerPart&) = default;
};

struct PartCounts {
  std::uint64_t synaptic_operations = 0;
  std::uint64_t updates_firing = 0;  // neuron-steps in which the neuron fired; all others are quiet
  std::uint64_t spikes = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t messages_in = 0;       // to the core; counted at the first part on it that they reach
  std::uint64_t learning_updates = 0;  // of the synapses onto the part
  friend bool operator==(const PartCounts&, const PartCounts&) = default;
};

// Messages that left a tile towards a neighbour.
struct LedgerLink {
  std::uint32_t tile = 0;
  Direction direction = Direction::kEast;
  std::uint64_t messages = 0;
  friend bool operator==(const LedgerLink&, const LedgerLink&) = default;
};

// By step, over the whole chip.
struct StepCounts {
  // messages: out of cores; messages_in: into cores, with those of sources.
  std::vector<std::uint64_t> synaptic_operations, updates_firing, spikes, messages, messages_in, learning_updates,
      hops_east_west, hops_north_south;
  friend bool operator==(const StepCounts&, const StepCounts&) = default;
};

struct LedgerWindow {
  std::uint64_t steps = 0;
  std::vector<PartCounts> parts;  // as ChipLedger::parts
  std::vector<LedgerLink> links;  // by tile and direction; without those that carried nothing
  friend bool operator==(const LedgerWindow&, const LedgerWindow&) = default;
};

struct ChipLedger {
  std::string chip;
  std::string placement;                 // its method
  std::vector<std::string> populations;  // without sources
  Duration step{0};
  std::uint64_t steps = 0;
  std::uint32_t tiles_used = 0;  // that hold neurons
  std::uint32_t cores_used = 0;
  std::uint64_t outside_messages = 0;  // from sources to cores: not on the mesh
  std::vector<LedgerPart> parts;       // by core, then population
  std::vector<LedgerWindow> windows;   // one after the other
  StepCounts by_step;
  // Events of Poisson drives, by population: input that a chip would get along axons, but that no axon here carries. In
  // no other count. Empty: not known.
  std::vector<std::uint64_t> drive_events{};
  bool learning_is_counted = true;  // false of ledgers from before it was

  // All windows as one.
  LedgerWindow total() const;
  // "" or what does not fit together.
  std::string problem() const;
};

// Counts into a ledger. Operations and links are counted per neuron and multiplied out at the end of a window, so the
// cost of a spike does not depend on its synapses.
class LedgerCounter final : public StepListener {
 public:
  // `window_steps`: steps per window; 0: one window. The axon table must outlive the counter.
  LedgerCounter(const Simulation& simulation, const AxonTable& axons, const Placement& placement, const Mesh& mesh,
                std::string chip, Duration step, std::uint64_t window_steps);

  void on_step(std::uint64_t step, std::span<const std::uint32_t> senders) override;

  // Closes the last window and takes the events of drives from the simulation's counters. Call once, while the
  // simulation is there.
  ChipLedger finish();

 private:
  struct PerSpike {  // what one spike of a sender is
    std::uint64_t operations = 0, messages = 0, learning = 0, hops_east_west = 0, hops_north_south = 0;
    bool outside = false;
  };
  void count_learning(const Placement& parts);
  void close_window();
  void count_route(std::uint32_t from_tile, std::uint32_t to_tile, std::uint64_t messages);

  const Simulation& simulation_;
  const AxonTable& axons_;
  Mesh mesh_;
  std::uint64_t window_steps_;
  ChipLedger ledger_;
  std::vector<std::uint32_t> part_of_;  // by sender of a population
  std::vector<std::uint32_t> core_of_;  // likewise
  AxonTable parts_of_axons_;            // the axons once more, with parts in place of cores
  AxonTable learning_axons_;            // the same of synapses that learn; empty if there are none
  std::vector<std::uint64_t> learns_;   // by sender of a population: synapses onto it that learn
  std::vector<PerSpike> per_spike_;     // by sender
  std::vector<std::uint64_t> fired_;    // by sender, in this window: spikes
  std::vector<std::uint64_t> firing_;   // by sender, in this window: steps with a spike
  std::vector<std::uint64_t> carried_;  // by tile and direction, in this window
  std::uint64_t in_window_ = 0;         // steps
};

}  // namespace volley::hardware
