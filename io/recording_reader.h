// Reads recordings and foreign SONATA files with HDF5 in this process. io/recording.h does it safely for damaged files.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "io/hdf5.h"
#include "io/recording.h"

namespace volley::io {

// The groups that grow ("/spikes/exc") with how many rows of each are complete; what lies behind those may be half
// written. Empty for files that volley did not write, which are complete.
absl::StatusOr<std::map<std::string, std::uint64_t>> complete_rows(hid_t file, const std::string& path);

absl::StatusOr<RecordingInfo> read_recording_info(const std::string& path);
absl::StatusOr<std::vector<std::pair<Time, std::uint32_t>>> read_recorded_spikes(const std::string& path,
                                                                                 const std::string& population);
// What the reports of an open file hold. One that cannot be read is left out; read_recorded_traces() says what is
// wrong.
absl::StatusOr<std::vector<RecordedReport>> read_recorded_reports(hid_t file, const std::string& path);
absl::StatusOr<std::vector<RecordedTrace>> read_recorded_traces(const std::string& path);

}  // namespace volley::io
