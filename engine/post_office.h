// Turns spikes into arrivals for one slice: which groups of synapses a spike reaches there, and when.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/inbox.h"
#include "engine/spike.h"
#include "engine/synapses.h"

namespace volley {

// Not thread safe: a slice's own.
class PostOffice {
 public:
  // `groups` must outlive the office, with rows and delays as they are. `populations`: number of populations and
  // sources together.
  PostOffice(std::span<const SynapseGroup> groups, std::uint32_t populations);

  // Files one arrival per spike and delay in `inbox`. Spikes come in canonical order.
  void file(std::span<const Spike> spikes, Inbox& inbox) const;

 private:
  // What is asked of a group for every spike, side by side.
  struct Route {
    const std::uint32_t* offset;
    Duration delay;
    std::uint32_t group;
    bool drawn_delays;
  };

  std::span<const SynapseGroup> groups_;
  std::vector<std::vector<Route>> routes_;  // by population
};

}  // namespace volley
