// A network's synapses as a chip stores them, flat: who sends to whom, in which format. What placement and capacity
// read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/simulation.h"
#include "hardware/chip.h"

namespace volley::hardware {

// Bits of one stored synapse without the index of its target.
struct SynapseFormat {
  std::uint32_t weight_bits = 0;
  std::uint32_t delay_bits = 0;
  std::uint32_t tag_bits = 0;
  std::uint32_t sum() const { return weight_bits + delay_bits + tag_bits; }
};

// Memory of `synapses` synapses of one axon with `bits_per_synapse` bits each: ceil((n b + 10) / 64) * 64 for every
// block of up to 64 synapses. The 10 bits are the block's format and its length, as in NengoLoihi's SynapseConfig.
std::uint64_t bits_per_axon(std::uint64_t synapses, std::uint32_t bits_per_synapse);

// The smallest size in `sizes` (ascending) that can tell `targets` targets apart; the largest one when none can.
std::uint32_t index_bits_for(std::uint64_t targets, std::span<const std::uint32_t> sizes);

// How many steps a delay takes beyond the one that every spike takes: the nearest whole number of at least one, less it.
std::int64_t extra_steps(Duration delay, Duration step);

// What sends along one projection, or one drive: the synapses have one format.
struct Bundle {
  std::string name;  // "projection exc_to_inh", "drive background"
  SynapseFormat format;
  std::int64_t delay_steps = 0;  // longest, beyond the one step that every spike takes
  double delay_ms = 0;           // the same as the network gives it
  bool rounded = false;          // some delay is no multiple of the step
};

// Senders are the neurons of populations, then those of sources, in the network's order (as in AxonTable), then one for
// every neuron with a Poisson drive of its own: on a chip that input must arrive along an axon too. A part is all
// synapses of one sender in one bundle; parts are ordered by sender.
struct Wiring {
  std::vector<std::string> populations;     // names of populations and sources
  std::vector<std::uint32_t> first_sender;  // by population or source; one more entry
  std::uint32_t neurons = 0;                // senders that have a place
  std::vector<Bundle> bundles;
  bool formats_known = false;  // the chip says how it stores synapses

  std::vector<std::uint32_t> first_part;  // by sender; one more entry
  std::vector<std::uint32_t> sender_of;   // by part
  std::vector<std::uint32_t> bundle_of;   // by part
  std::vector<std::uint64_t> first_out;   // by part; one more entry
  std::vector<std::uint32_t> out;         // target neurons
  std::vector<std::uint64_t> first_in;    // by neuron; one more entry
  std::vector<std::uint32_t> in;          // parts, once for every synapse

  std::uint32_t senders() const { return static_cast<std::uint32_t>(first_part.size()) - 1; }
  std::span<const std::uint32_t> targets(std::uint32_t part) const {
    return {out.data() + first_out[part], out.data() + first_out[part + 1]};
  }
  std::span<const std::uint32_t> incoming(std::uint32_t neuron) const {
    return {in.data() + first_in[neuron], in.data() + first_in[neuron + 1]};
  }
  std::uint32_t population_of(std::uint32_t sender) const;  // REQUIRES: no drive's sender
};

// `step`: the chip's algorithmic step. Weights take the chip's largest stored size, tags all their bits in projections whose
// learning changes them and none elsewhere, delays the fewest bits that hold the longest one of their projection.
Wiring make_wiring(const Simulation& simulation, const Chip& chip, Duration step);

}  // namespace volley::hardware
