// Which spikes a network's spike probes ask for.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/network.h"

namespace volley::io {

class SpikeSelection {
 public:
  // InvalidArgument when a probe names no population or source of the network.
  static absl::StatusOr<SpikeSelection> make(const Network& network);

  // Appends those of `spikes` that are asked for, in their order.
  void select(std::span<const Spike> spikes, std::vector<Spike>& out) const;
  // Populations and sources with a probe, in the network's order.
  std::vector<PopulationId> populations() const;

 private:
  struct Part {
    std::uint32_t first = 0, count = 0;  // everything asked for lies in [first, first + count)
    std::vector<bool> chosen;            // by neuron; empty: all of that
  };
  void add(Part& part, std::uint32_t first, std::uint32_t count, std::uint32_t size);

  std::vector<Part> parts_;  // by population
  bool everything_ = true;   // all neurons of all populations
  bool gaps_ = false;        // some part has a list of chosen neurons
};

}  // namespace volley::io
