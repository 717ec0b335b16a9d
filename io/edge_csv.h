// Synapses as text: `source,target,weight,delay_ms`, one synapse a line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/network.h"

namespace volley::io {

// What a list of edges must fit.
struct EdgeBounds {
  std::uint32_t sources = 0;  // indices are below
  std::uint32_t targets = 0;
};

// The first line names the four columns, in any order. Weights are in the unit of the target's port and are kept as
// float, delays are above 0 and kept to the picosecond. Lines that begin with '#' and empty lines are skipped. The
// first thing wrong is InvalidArgument with path:line:column; a file that is not there is NotFound.
absl::StatusOr<std::vector<Edge>> read_edges_csv(const std::string& path, const EdgeBounds& bounds);

// The same for bytes in memory; `path` is for messages.
absl::StatusOr<std::vector<Edge>> decode_edges_csv(std::string_view text, const std::string& path,
                                                   const EdgeBounds& bounds);

}  // namespace volley::io
