// Writes synapses as text: the weights that a run ends with, to begin another one with.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "engine/simulation.h"

namespace volley::io {

// Replaces `path`, at once, by the synapses of projection number `projection` as they are now: what read_edges_csv()
// (io/edge_csv.h) reads, one synapse a line in the order of Simulation::for_each_synapse(). A weight is the shortest
// decimal that reads back as the same float, a delay is exact. Returns the number of synapses. On an error, which names
// the path and the system's reason, what was there stays.
absl::StatusOr<std::size_t> write_edges_csv(const std::string& path, const Simulation& simulation,
                                            std::size_t projection);

}  // namespace volley::io
