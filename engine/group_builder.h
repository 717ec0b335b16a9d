// Fills a SynapseGroup in two passes over the same synapses: count them per source, then place them.
#pragma once

#include <cstdint>
#include <span>

#include "engine/synapses.h"

namespace volley {

// Of one neuron's synapses, in their order; empty spans: all alike.
struct SynapseValues {
  std::span<const float> weight;
  std::span<const std::uint16_t> delay_step;
};

// Use: count() every synapse; start_placing(); place() exactly the same synapses; finish(). Not thread safe.
class GroupBuilder {
 public:
  static constexpr std::uint64_t kMostSynapses = 0xffff'fffe;  // of one group: rows are 32-bit positions

  // `header`: all scalars of the finished group.
  GroupBuilder(SynapseGroup header, std::uint32_t source_size);

  void count(std::uint32_t source) {
    ++group_.offset[source];
    ++synapses_;
  }
  void count(std::span<const std::uint32_t> sources) {
    for (const std::uint32_t source : sources) ++group_.offset[source];
    synapses_ += sources.size();
  }

  std::uint64_t synapses() const { return synapses_; }
  // REQUIRES: synapses() <= kMostSynapses.
  void start_placing(bool with_weights, bool with_delays);

  void place(std::uint32_t source, std::uint16_t target, float weight, std::uint16_t delay_step) {
    const std::uint32_t at = group_.offset[source]++;
    group_.target[at] = target;
    if (!group_.weight.empty()) group_.weight[at] = weight;
    if (!group_.delay_step.empty()) group_.delay_step[at] = delay_step;
  }
  // All synapses of one target. REQUIRES: the spans are empty exactly where the group has no such values.
  void place(std::span<const std::uint32_t> sources, std::uint16_t target, const SynapseValues& values);

  // Brings every row into its order: by delay, then target, then order of placing. `targets_ascend`: synapses were
  // placed in ascending order of target, which saves sorting by it.
  SynapseGroup finish(bool targets_ascend);

 private:
  SynapseGroup group_;  // while counting, offset[i] counts row i; while placing, it is where row i goes on
  std::uint64_t synapses_ = 0;
};

}  // namespace volley
