// Reads recordings back: volley's own, and any SONATA `spikes.h5` or report.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/simulation.h"
#include "engine/time.h"
#include "io/run_plan.h"

namespace volley::io {

struct RecordedTrace {
  std::string population;  // of a foreign report: its group; of weights: their targets'
  std::string variable;    // "" in foreign reports
  std::string unit;
  std::string projection;              // of weights, else ""
  std::vector<std::uint32_t> neurons;  // by column; a neuron with several compartments comes several times
  std::vector<std::uint32_t> sources;  // by column, of weights only: `neurons` are their targets
  std::vector<double> times_ms;
  std::vector<float> values;  // times_ms.size() x neurons.size(), row-major
};

struct ProjectionCounters {
  std::string name, source, target;
  std::uint64_t synaptic_events = 0;
};

// What a report holds, without its values.
struct RecordedReport {
  std::string population, variable, unit, projection;  // as in RecordedTrace
  std::uint64_t columns = 0, samples = 0;
};

struct RecordingInfo {
  bool is_volley = false;  // else only the populations with their spikes are known
  std::string version, build, resolved, command_line, started, finished;
  std::string directory;  // in which the command was given; empty: not known
  std::string outcome;    // "complete", "interrupted", "failed", or "unfinished": still going on, or killed
  std::string error;      // why it failed
  std::uint64_t seed = 0;
  unsigned threads = 0;
  double until_ms = 0;    // 0: not known
  double reached_ms = 0;  // every recorded spike before this is in the file
  std::vector<InputFile> inputs;
  std::vector<PopulationCounters> populations;  // in the network's order
  std::vector<ProjectionCounters> projections;
  std::map<std::string, std::uint64_t> recorded_spikes;  // by population
  std::vector<RecordedReport> reports;
};

// Whether the regular file at `path` begins as HDF5 files do, whatever it is called.
bool is_hdf5(const std::string& path);

// Opens closed files and those that a killed run left behind, and reads them in a child process (io/isolated.h):
// damaged files are errors, whatever is wrong with them. Each call reads the file anew.
class Recording {
 public:
  // NotFound when there is no file; InvalidArgument or DataLoss name the file and the HDF5 path.
  static absl::StatusOr<Recording> open(const std::string& path);
  Recording(Recording&&) noexcept;
  Recording& operator=(Recording&&) noexcept;
  ~Recording();

  const RecordingInfo& info() const;
  // In the file's order; times are exact picoseconds for volley's own files. A file whose spikes belong to no
  // population has them under "". NotFound lists the populations that there are.
  absl::StatusOr<std::vector<std::pair<Time, std::uint32_t>>> spikes(const std::string& population) const;
  absl::StatusOr<std::vector<RecordedTrace>> traces() const;

 private:
  struct Impl;
  explicit Recording(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace volley::io
