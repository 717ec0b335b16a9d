// Synapses of one projection that end in one slice, stored by source neuron: the rows that an arriving spike walks.
//
// A row is contiguous and its targets are slice-local 16-bit indices (no slice holds more than 65,536 neurons). One
// weight for all costs 2 bytes a synapse, one weight each 6, drawn delays 2 more; plus 4 bytes per source neuron.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/spike.h"
#include "engine/time.h"

namespace volley {

// Which input of a neuron a synapse ends on: position in the model's list of ports.
using Port = std::uint8_t;

// The synapses of one source neuron with one delay into one slice.
// `weight` is empty when all weights of the projection are `uniform_weight`.
struct Row {
  std::span<const std::uint16_t> target;
  std::span<const float> weight;
  double uniform_weight;
  Port port;
  bool consecutive = false;  // targets are target[0], target[0] + 1, ...: a walk needs no list
};

// Thread safe for reading. Filled once by connect() (engine/connect.h).
struct SynapseGroup {
  PopulationId source{};
  std::uint32_t projection = 0;  // position in Network::projections
  Port port = 0;
  double uniform_weight = 0;
  Duration delay{0};                      // of every synapse, when delay_step is empty
  Duration delay_resolution{0};           // else a synapse's delay is delay_step * delay_resolution
  std::vector<std::uint32_t> offset;      // source size + 1 entries: row i is [offset[i], offset[i + 1])
  std::vector<std::uint16_t> target;      // ascending within one delay of a row
  std::vector<float> weight;              // empty: uniform
  std::vector<std::uint16_t> delay_step;  // empty: one delay; else ascending within a row
  bool consecutive = false;               // every row's targets are consecutive, as those of all-to-all projections

  Row row(std::uint32_t begin, std::uint32_t end) const {
    const std::size_t n = end - begin;
    return {{target.data() + begin, n},
            weight.empty() ? std::span<const float>{} : std::span<const float>{weight.data() + begin, n},
            uniform_weight,
            port,
            consecutive};
  }
  std::size_t bytes() const {
    return offset.capacity() * 4 + target.capacity() * 2 + weight.capacity() * 4 + delay_step.capacity() * 2;
  }
};

// One spike reaching the synapses [begin, end) of one group: one per spike and delay, never one per synapse.
struct Arrival {
  Time at;
  PopulationId source;
  std::uint32_t neuron;  // that fired
  std::uint32_t group;   // index into the slice's groups
  std::uint32_t begin, end;

  // The canonical order in which a neuron sees its input.
  friend constexpr bool operator<(const Arrival& a, const Arrival& b) {
    if (a.at != b.at) return a.at < b.at;
    if (a.source != b.source) return a.source < b.source;
    if (a.neuron != b.neuron) return a.neuron < b.neuron;
    return a.group != b.group ? a.group < b.group : a.begin < b.begin;
  }
};

}  // namespace volley
