// Spike streams in files: `.bs1` (lava-dl, 40-bit events), N-MNIST `.bin`/`.bs2`, CSV (`time_ms,neuron`), NEST `.dat`
// and
// `.gdf`, SONATA `spikes.h5` and volley's own recordings. One header per format says what each holds.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "io/spike_list.h"

namespace volley::io {

struct SpikeFile {
  SpikeList spikes;    // in the order of the file
  std::string format;  // "bs1", "nmnist", "csv", "nest" or "h5"
};

// Chooses the reader by the file's ending. `population` is only used for formats that hold several; empty: the only
// one. NotFound when there is no such file, else InvalidArgument with path:line or path: byte.
absl::StatusOr<SpikeFile> read_spikes(const std::string& path, const std::string& population = {});

// Chooses the writer by the file's ending: `.bs1`, `.bin`, `.bs2`, `.csv`, `.dat`, `.gdf`.
absl::Status write_spikes(const std::string& path, const SpikeList& spikes);

}  // namespace volley::io
