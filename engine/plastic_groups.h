// The plastic synapses of one slice, beside its groups: who of them learns, who modulates whom, and how a slice is
// moved through a window while its weights change.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/connect.h"
#include "engine/model.h"
#include "engine/plasticity.h"
#include "engine/slice.h"
#include "engine/spike.h"
#include "engine/synapses.h"
#include "engine/time.h"

namespace volley {

// Whose spikes reach the synapses of a group as pulses.
struct ModulatorPath {
  PopulationId source;
  std::uint32_t group;
  double strength;
  Duration delay;
};

// Not thread safe: a slice's own.
struct PlasticGroups {
  PlasticGroups() = default;
  explicit PlasticGroups(std::size_t groups) : synapses(groups) {}

  bool any() const {
    return std::any_of(synapses.begin(), synapses.end(), [](const auto& s) { return s != nullptr; });
  }
  void fired(std::span<const Spike> spikes, std::uint32_t first) {
    for (const auto& s : synapses) {
      if (s != nullptr) s->fired(spikes, first);
    }
  }
  void modulated_by(std::span<const Spike> spikes);
  // PlasticSynapses::settle() of all.
  void settle(Time now, std::span<SynapseGroup> groups) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
      if (synapses[g] != nullptr) synapses[g]->settle(now, groups[g]);
    }
  }
  std::size_t bytes() const;

  std::vector<std::unique_ptr<PlasticSynapses>> synapses;  // by group; nullptr: static
  std::vector<ModulatorPath> modulators;
};

// The learning synapses of a group onto `target` that was just connected, with all parameters of its rule filled in.
// REQUIRES: the projection is plastic and its description checked.
absl::StatusOr<std::unique_ptr<PlasticSynapses>> make_plastic(const ConnectRequest& request,
                                                              const PopulationSpec& target, const ModelCatalog& models,
                                                              SynapseGroup& group);

// Slice::advance() with synapses that learn: each arrival changes its synapses before it delivers them. A synapse that
// is reached twice cuts the window in two, so that the slice has taken the first weight before the second is made.
void advance_learning(PlasticGroups& learning, Slice& slice, Window window, std::span<const Arrival> due,
                      std::span<SynapseGroup> groups, std::vector<Spike>& fired);

}  // namespace volley
