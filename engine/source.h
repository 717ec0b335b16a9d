// Sources: spikes from outside that are known before the window in which they fall opens (lists, regular trains,
// Poisson processes; later live streams and replays). Unlike populations they may project with delay 0.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "engine/network.h"
#include "engine/spike.h"
#include "engine/time.h"

namespace volley {

// Not thread safe.
class SpikeSource {
 public:
  virtual ~SpikeSource() = default;
  // Of the next spike; kNever when there is none.
  virtual Time next_time() const = 0;
  // Appends every spike before `end` that was not produced before, in canonical order.
  virtual void produce(Time end, std::vector<Spike>& out) = 0;
};

// A list of spikes that may grow.
class ListSource : public SpikeSource {
 public:
  // Spikes to come, in any order. REQUIRES: no time before the last `end`.
  virtual void add(std::span<const std::pair<Time, std::uint32_t>> spikes) = 0;
};

// `position`: of the source in Network::sources, the entity of its random stream.
std::unique_ptr<SpikeSource> make_source(const SourceSpec& spec, PopulationId id, std::uint32_t position,
                                         std::uint64_t seed);

}  // namespace volley
