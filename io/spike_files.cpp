#include "io/spike_files.h"

#include <filesystem>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "io/bs1.h"
#include "io/file_bytes.h"
#include "io/nest_ascii.h"
#include "io/nmnist.h"
#include "io/recording.h"
#include "io/spike_csv.h"

namespace volley::io {
namespace {

std::string ending_of(const std::string& path) {
  return absl::AsciiStrToLower(std::filesystem::path(path).extension().string());
}

absl::Status unknown_ending(const std::string& path, const char* endings) {
  return absl::InvalidArgumentError(absl::StrFormat("%s: ending `%s`, must be one of %s", path,
                                                    std::filesystem::path(path).extension().string(), endings));
}

absl::StatusOr<SpikeFile> labelled(absl::StatusOr<SpikeList> spikes, const char* format) {
  if (!spikes.ok()) return spikes.status();
  return SpikeFile{*std::move(spikes), format};
}

// `population` empty: the only one that has spikes in the file.
absl::StatusOr<SpikeList> read_recording(const std::string& path, std::string population) {
  const absl::StatusOr<Recording> recording = Recording::open(path);
  if (!recording.ok()) return recording.status();
  const auto& recorded = recording->info().recorded_spikes;
  if (population.empty()) {
    if (recorded.size() != 1) {
      const std::string names =
          absl::StrJoin(recorded, ", ", [](std::string* out, const auto& entry) { absl::StrAppend(out, entry.first); });
      return absl::InvalidArgumentError(
          absl::StrFormat("%s:/spikes: %d populations (%s); choose one", path, recorded.size(), names));
    }
    population = recorded.begin()->first;
  }
  return recording->spikes(population);
}

}  // namespace

absl::StatusOr<SpikeFile> read_spikes(const std::string& path, const std::string& population) {
  const std::string ending = ending_of(path);
  const bool bs1 = ending == ".bs1", nmnist = ending == ".bin" || ending == ".bs2", csv = ending == ".csv";
  const bool nest = ending == ".dat" || ending == ".gdf";
  if (ending == ".h5") return labelled(read_recording(path, population), "h5");
  if (!bs1 && !nmnist && !csv && !nest) return unknown_ending(path, ".bs1, .bin, .bs2, .csv, .dat, .gdf, .h5");
  const absl::StatusOr<std::string> bytes = read_file_bytes(path);
  if (!bytes.ok()) return bytes.status();
  if (bs1) return labelled(decode_bs1(*bytes, path), "bs1");
  if (nmnist) return labelled(decode_nmnist(*bytes, path), "nmnist");
  if (csv) return labelled(decode_spike_csv(*bytes, path, population), "csv");
  return labelled(decode_nest_ascii(*bytes, path), "nest");
}

absl::Status write_spikes(const std::string& path, const SpikeList& spikes) {
  const std::string ending = ending_of(path);
  absl::StatusOr<std::string> bytes = std::string();
  if (ending == ".bs1") {
    bytes = encode_bs1(spikes, path);
  } else if (ending == ".bin" || ending == ".bs2") {
    bytes = encode_nmnist(spikes, path);
  } else if (ending == ".csv") {
    bytes = encode_spike_csv(spikes);
  } else if (ending == ".dat") {
    bytes = encode_nest_dat(spikes);
  } else if (ending == ".gdf") {
    bytes = encode_nest_gdf(spikes);
  } else {
    return unknown_ending(path, ".bs1, .bin, .bs2, .csv, .dat, .gdf");
  }
  if (!bytes.ok()) return bytes.status();
  return write_file_bytes(path, *bytes);
}

}  // namespace volley::io
