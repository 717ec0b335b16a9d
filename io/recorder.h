// Records a run to HDF5 while it goes on: spikes in SONATA's `spikes.h5` layout, traces as SONATA reports, and what is
// needed to repeat the run (configuration, seed, version, build, input hashes, times). io/recording_layout.h has the
// layout.
//
// A process that is killed leaves a file that io/recording.h reads up to the last flush, and h5py with swmr=True.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/model.h"
#include "engine/observer.h"
#include "engine/synapse_order.h"
#include "io/run_counters.h"
#include "io/run_plan.h"

namespace volley::io {

struct RecorderOptions {
  std::size_t chunk_spikes = 32768;     // spikes per HDF5 chunk
  std::size_t queue_bytes = 64u << 20;  // the run waits when the writer is this far behind
  double flush_seconds = 1.0;           // wall time between flushes: what a killed process can lose
  bool overwrite = true;                // false: AlreadyExists when the file is there
  bool compact = true;                  // close() rewrites files of which more than a fifth is waste
  // What the observed simulation has counted so far, for every flush; called on the thread of on_window() and close(),
  // and must stay callable until the recorder is destroyed. Without it only close() tells the counts.
  std::function<RunCounters()> counters = {};
};

struct RunMetadata {
  RunPlan plan;  // network, resolved configuration, inputs
  std::uint64_t seed = 1;
  unsigned threads = 1;
  std::string command_line;
  std::string directory;                 // in which it was given: what relative paths of inputs are relative to
  Duration until{0};                     // how long the run was meant to be; 0: not known
  std::vector<std::string> probe_units;  // of every state probe, then of every weight probe; empty: pure numbers
  std::vector<std::vector<Synapse>> probed_synapses = {};  // Simulation::probed_synapses()
};

// The units of a network's state probes and weight probes, as the models document them.
std::vector<std::string> probe_units(const Network& network, const ModelCatalog& models);

// How a run ended; written by close().
enum class Outcome { kComplete, kInterrupted, kFailed };

// on_window() copies what the probes ask for into a batch of its own, and hands that over to a bounded queue when it is
// large enough to be worth a lock or when the next flush is near; a thread of its own compresses and writes.
class Recorder : public Observer {
 public:
  // Replaces what is at `path` by an empty recording that can be read from now on; if that cannot be made, what is
  // there stays. Errors are those of check_output() (io/output_path.h) with the plan's inputs, FailedPrecondition while
  // another recorder writes to `path`, ResourceExhausted without room.
  static absl::StatusOr<std::unique_ptr<Recorder>> create(const std::string& path, const RunMetadata& metadata,
                                                          const RecorderOptions& options = {});
  ~Recorder() override;  // closes as kFailed if close() was not called

  // The writer's error, if it had one: ResourceExhausted on a full disk, naming file, cause and how far the file goes.
  absl::Status on_window(const WindowReport& report) override;

  // Drains the queue, writes the counters (the first form of the ledger) and how far the run got, and closes the file.
  // After an error of the writer the file is closed as kFailed, readable up to the last flush, and the error is
  // returned. Call it once, with counters_of(simulation).
  absl::Status close(Outcome outcome, const RunCounters& counters);

  // In place of close(), and from any thread, where the run does not come back: the file is closed as kInterrupted with
  // what on_window() handed over so far, which is of one moment with its counts. How far that goes.
  absl::StatusOr<Time> abandon();

  // Handed to the file so far; any thread may ask.
  std::uint64_t spikes_written() const;

 private:
  struct Impl;
  explicit Recorder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace volley::io
