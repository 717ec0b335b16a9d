// Axons: which cores a neuron's spike goes to once a network is placed, and how many synapses wait there.
//
// A spike is one message per destination core, whatever number of synapses it reaches there. So a pair (neuron,
// destination core) takes one output axon on the neuron's core and one input axon on the destination.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/simulation.h"
#include "hardware/placement.h"

namespace volley::hardware {

struct Axon {
  std::uint16_t core;      // the destination
  std::uint32_t synapses;  // of the neuron that end there, over all projections
  friend constexpr bool operator==(const Axon&, const Axon&) = default;
};

// Senders are the neurons of populations, then those of sources, in the order of the network.
struct AxonTable {
  std::vector<std::uint32_t> first_sender;  // by PopulationId; one more entry: the number of senders
  std::vector<std::uint64_t> offset;        // sender s has axons [offset[s], offset[s + 1])
  std::vector<Axon> axons;                  // ascending by core within a sender

  std::uint32_t sender(PopulationId population, std::uint32_t neuron) const {
    return first_sender[index_of(population)] + neuron;
  }
  // Valid as long as the table.
  std::span<const Axon> of(std::uint32_t sender) const {
    return {axons.data() + offset[sender], axons.data() + offset[sender + 1]};
  }
  std::span<const Axon> of(PopulationId population, std::uint32_t neuron) const {
    return of(sender(population, neuron));
  }
};

// Of all synapses, or only of those whose projection is chosen (by position in Network::projections). REQUIRES: the
// placement has a core for every neuron of every population of the simulation's network.
AxonTable make_axon_table(const Simulation& simulation, const Placement& placement,
                          const std::vector<bool>* chosen = nullptr);

}  // namespace volley::hardware
