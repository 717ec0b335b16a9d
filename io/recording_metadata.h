// Writes what is known of a run before it begins: everything below /volley, with blank places for what is known after
// it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/hdf5_write.h"
#include "io/recorder.h"

namespace volley::io {

// Offsets in the file of what is written over later.
struct RunFields {
  std::uint64_t outcome = 0, finished = 0, error = 0;
  std::uint64_t progress = 0;             // two rows
  std::uint64_t population_counters = 0;  // 0: there are none
  std::uint64_t projection_events = 0;
};

// `columns` are the paths of the groups that grow. Errors stay in the writer.
RunFields write_metadata(h5::Writer& writer, const RunMetadata& metadata, const std::vector<std::string>& columns);

// Now, as "2024-05-01T12:00:00Z".
std::string utc_now();

}  // namespace volley::io
