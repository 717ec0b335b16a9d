// Records a run to HDF5 while it goes on: spikes in SONATA's `spikes.h5` layout, traces as SONATA reports, and what is
// needed to repeat the run (configuration, seed, version, build, input hashes, times).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/observer.h"
#include "engine/simulation.h"
#include "io/run_plan.h"

namespace volley::io {

struct RecorderOptions {
  std::size_t chunk_spikes = 32768;       // spikes per HDF5 chunk
  std::size_t queue_bytes = 64u << 20;    // the run waits when the writer is this far behind
  double flush_seconds = 1.0;             // wall time between flushes: what a killed process can lose
  bool overwrite = true;
};

struct RunMetadata {
  RunPlan plan;               // network, resolved configuration, inputs
  std::uint64_t seed = 1;
  unsigned threads = 1;
  std::string command_line;
  Duration until{0};          // how long the run was meant to be
};

// How a run ended; written by close().
enum class Outcome { kComplete, kInterrupted, kFailed };

// on_window() copies what the probes ask for into a bounded queue; a thread of its own compresses and writes.
class Recorder : public Observer {
 public:
  // Creates `path`; refuses when the directory is missing or not writable, naming it.
  static absl::StatusOr<std::unique_ptr<Recorder>> create(const std::string& path, const RunMetadata& metadata,
                                                          const RecorderOptions& options = {});
  ~Recorder() override;  // closes as kFailed if close() was not called

  absl::Status on_window(const WindowReport& report) override;

  // Drains the queue, writes the counters (the first form of the ledger) and how far the run got, and closes the file.
  // On a full disk the file stays readable up to the last flush, and the status says so.
  absl::Status close(Outcome outcome, const Simulation& simulation);

  std::uint64_t spikes_written() const;

 private:
  struct Impl;
  explicit Recorder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace volley::io
