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
  // `groups` must outlive the office. `populations`: number of populations and sources together.
  PostOffice(std::span<const SynapseGroup> groups, std::uint32_t populations);

  // Files one arrival per spike and delay in `inbox`. Spikes come in canonical order.
  void file(std::span<const Spike> spikes, Inbox& inbox) const;

 private:
  std::span<const SynapseGroup> groups_;
  std::vector<std::vector<std::uint32_t>> groups_of_;  // by population
};

}  // namespace volley
