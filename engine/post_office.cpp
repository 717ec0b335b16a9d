#include "engine/post_office.h"

namespace volley {
namespace {

// A row with drawn delays is ascending in them: one arrival per run of equal steps.
void file_runs(const Spike& spike, std::uint32_t g, const SynapseGroup& group, std::uint32_t begin, std::uint32_t end,
               Inbox& inbox) {
  while (begin < end) {
    const std::uint16_t step = group.delay_step[begin];
    std::uint32_t run = begin + 1;
    while (run < end && group.delay_step[run] == step) ++run;
    inbox.file_out_of_order({spike.at + step * group.delay_resolution, spike.population, spike.neuron, g, begin, run});
    begin = run;
  }
}

}  // namespace

PostOffice::PostOffice(std::span<const SynapseGroup> groups, std::uint32_t populations)
    : groups_(groups), routes_(populations) {
  for (std::uint32_t g = 0; g < groups.size(); ++g) {
    const SynapseGroup& group = groups[g];
    routes_[index_of(group.source)].push_back({group.offset.data(), group.delay, g, !group.delay_step.empty()});
  }
}

void PostOffice::file(std::span<const Spike> spikes, Inbox& inbox) const {
  for (const Spike& spike : spikes) {
    for (const Route& route : routes_[index_of(spike.population)]) {
      const std::uint32_t begin = route.offset[spike.neuron];
      const std::uint32_t end = route.offset[spike.neuron + 1];
      if (begin == end) continue;
      if (!route.drawn_delays) {
        inbox.file({spike.at + route.delay, spike.population, spike.neuron, route.group, begin, end});
      } else {
        file_runs(spike, route.group, groups_[route.group], begin, end, inbox);
      }
    }
  }
}

}  // namespace volley
