#include "hardware/axons.h"

#include <algorithm>

namespace volley::hardware {
namespace {

struct Group {
  const SynapseGroup* synapses;
  const std::uint16_t* core_of;  // by slice-local target
};

}  // namespace

AxonTable make_axon_table(const Simulation& simulation, const Placement& placement, const std::vector<bool>* chosen) {
  const Network& network = simulation.network();
  AxonTable table;
  table.first_sender.push_back(0);
  for (const PopulationSpec& entry : network.populations) {
    table.first_sender.push_back(table.first_sender.back() + entry.size);
  }
  for (const SourceSpec& entry : network.sources) table.first_sender.push_back(table.first_sender.back() + entry.size);

  std::vector<std::vector<Group>> groups_of(table.first_sender.size() - 1);  // by sending population
  simulation.for_each_synapse_group([&](PopulationId target, std::uint32_t first, const SynapseGroup& group) {
    if (chosen != nullptr && !(*chosen)[group.projection]) return;
    groups_of[index_of(group.source)].push_back({&group, placement.core_of[index_of(target)].data() + first});
  });

  std::vector<std::uint32_t> synapses(cores_spanned(placement));  // of one sender, by core
  std::vector<std::uint16_t> reached;
  table.offset.reserve(table.first_sender.back() + 1u);
  table.offset.push_back(0);
  for (std::size_t population = 0; population < groups_of.size(); ++population) {
    const std::uint32_t size = table.first_sender[population + 1] - table.first_sender[population];
    for (std::uint32_t neuron = 0; neuron < size; ++neuron) {
      reached.clear();
      for (const Group& group : groups_of[population]) {
        for (std::uint32_t s = group.synapses->offset[neuron]; s < group.synapses->offset[neuron + 1]; ++s) {
          const std::uint16_t core = group.core_of[group.synapses->target[s]];
          if (synapses[core]++ == 0) reached.push_back(core);
        }
      }
      std::sort(reached.begin(), reached.end());
      for (const std::uint16_t core : reached) {
        table.axons.push_back({core, synapses[core]});
        synapses[core] = 0;
      }
      table.offset.push_back(table.axons.size());
    }
  }
  return table;
}

}  // namespace volley::hardware
