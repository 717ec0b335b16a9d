// Spike streams in files: `.bs1` (lava-dl, 40-bit events), N-MNIST `.bin`/`.bs2`, CSV (`time_ms,neuron`), NEST `.dat` and
// `.gdf`, SONATA `spikes.h5` and volley's own recordings.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/time.h"

namespace volley::io {

struct SpikeFile {
  std::vector<std::pair<Time, std::uint32_t>> spikes;  // in the order of the file
  std::string format;                                  // "bs1", "csv", ...
};

// Chooses the reader by the file's ending. `population` is only used for formats that hold several; empty: the only one.
absl::StatusOr<SpikeFile> read_spikes(const std::string& path, const std::string& population = {});

// Chooses the writer by the file's ending: `.bs1`, `.csv`, `.dat`, `.gdf`.
absl::Status write_spikes(const std::string& path, const std::vector<std::pair<Time, std::uint32_t>>& spikes);

}  // namespace volley::io
