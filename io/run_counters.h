// What a simulation counted, as a value: the first form of the ledger.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/simulation.h"
#include "engine/time.h"

namespace volley::io {

struct RunCounters {
  Time reached = kStart;
  std::vector<PopulationCounters> populations;  // in the network's order: populations, then sources
  std::vector<std::uint64_t> projection_events;
};

RunCounters counters_of(const Simulation& simulation);

}  // namespace volley::io
