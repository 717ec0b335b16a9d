// One run from a plan to its figures: builds, simulates with progress, records, and can be interrupted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/volley/console.h"
#include "apps/volley/placed_run.h"
#include "apps/volley/requests.h"
#include "apps/volley/statistics.h"
#include "engine/simulation.h"
#include "hardware/chip.h"
#include "hardware/energy.h"
#include "io/run_plan.h"

namespace volley::app {

struct SessionRequest {
  io::RunPlan plan;
  Duration until{0};
  unsigned threads = 1;
  std::string output;  // empty: nothing is written
  std::string command_line;
  bool raster = false;                    // draw one
  std::vector<std::string> replayed;      // populations whose spikes come from a recording
  const hardware::Chip* chip = nullptr;   // that the estimate is for; nullptr: loihi
  Duration step{1'000'000'000};           // of that chip
  Observer* observer = nullptr;           // one more
  std::optional<PlacedRequest> placed{};  // count and time the run on a chip
  std::vector<SavedWeights> save_weights = {};
};

struct WrittenFile {
  std::string path;
  std::uint64_t spikes = 0;
  std::uint64_t bytes = 0;
};

struct WrittenWeights {
  SavedWeights file;
  std::size_t synapses = 0;
};

struct SessionPopulation {
  PopulationCounters counters;
  FiringStatistics firing;
  bool replayed = false;
};

struct SessionResult {
  std::string network;
  std::uint64_t seed = 0;
  unsigned threads = 0;
  Duration until{0}, reached{0};
  bool interrupted = false;
  double build_seconds = 0, build_cpu_seconds = 0;
  double run_seconds = 0, run_cpu_seconds = 0;   // CPU time of all threads, with what the recording costs
  MemoryReport memory;                           // at the end
  std::vector<SessionPopulation> populations{};  // as Simulation::counters()
  std::optional<hardware::EnergyReport> energy{};
  std::vector<std::string> silent{};  // why a population may have stayed silent, one sentence each
  std::optional<WrittenFile> written{};
  std::vector<WrittenWeights> weights{};  // as the run left them, also an interrupted one
  std::optional<PlacedResult> placed{};
  std::string why_unplaced{};  // why there is none although it was asked for
  std::string raster{};        // empty: none was asked for, or there were no spikes
};

// Errors: InvalidArgument when the network cannot be built or the output cannot be created, otherwise a failed run; the
// output is closed and readable in every case. An interruption is no error: `interrupted` is set.
absl::StatusOr<SessionResult> run_session(SessionRequest request, const ModelCatalog& models, Console& console);

}  // namespace volley::app
