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
    : groups_(groups), groups_of_(populations) {
  for (std::uint32_t g = 0; g < groups.size(); ++g) groups_of_[index_of(groups[g].source)].push_back(g);
}

void PostOffice::file(std::span<const Spike> spikes, Inbox& inbox) const {
  for (const Spike& spike : spikes) {
    for (const std::uint32_t g : groups_of_[index_of(spike.population)]) {
      const SynapseGroup& group = groups_[g];
      const std::uint32_t begin = group.offset[spike.neuron];
      const std::uint32_t end = group.offset[spike.neuron + 1];
      if (begin == end) continue;
      if (group.delay_step.empty()) {
        inbox.file({spike.at + group.delay, spike.population, spike.neuron, g, begin, end});
      } else {
        file_runs(spike, g, group, begin, end, inbox);
      }
    }
  }
}

}  // namespace volley
