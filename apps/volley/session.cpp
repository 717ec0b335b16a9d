#include "apps/volley/session.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "apps/volley/build_plan.h"
#include "apps/volley/cpu_time.h"
#include "apps/volley/interrupt.h"
#include "apps/volley/ledger_file.h"
#include "apps/volley/progress.h"
#include "apps/volley/raster_observer.h"
#include "apps/volley/set_up.h"
#include "apps/volley/silence.h"
#include "apps/volley/status.h"
#include "apps/volley/values.h"
#include "apps/volley/watchdog.h"
#include "engine/connect.h"
#include "hardware/chip_library.h"
#include "hardware/ledger.h"
#include "io/edge_csv_writer.h"
#include "io/recorder.h"

namespace volley::app {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

// The estimate that ends every run: the first table of the chip. Empty if the counts do not fit.
std::optional<hardware::EnergyReport> estimate(const std::vector<SessionPopulation>& populations, Duration reached,
                                               const hardware::Chip* asked, Duration step) {
  std::vector<PopulationCounters> counters;
  for (const SessionPopulation& entry : populations) {
    counters.push_back(entry.counters);
    counters.back().is_source = entry.counters.is_source || entry.replayed;
  }
  const auto chip = asked == nullptr ? hardware::shipped_chip("loihi") : *asked;
  const auto ledger = hardware::make_ledger(counters, reached, step);
  if (!chip.ok() || !ledger.ok()) return std::nullopt;
  return hardware::price(*ledger, *chip, *chip->table());
}

absl::StatusOr<std::unique_ptr<io::Recorder>> open_output(const SessionRequest& request, const ModelCatalog& models,
                                                          const Simulation& simulation) {
  if (request.output.empty()) return nullptr;
  std::error_code error;  // a folder that was removed has no name
  io::RunMetadata metadata{.plan = request.plan,
                           .seed = request.plan.seed,
                           .threads = request.threads,
                           .command_line = request.command_line,
                           .directory = std::filesystem::current_path(error).string(),
                           .until = request.until,
                           .probe_units = io::probe_units(request.plan.network, models),
                           .probed_synapses = simulation.probed_synapses()};
  io::RecorderOptions options;
  options.counters = [&simulation] { return io::counters_of(simulation); };
  auto recorder = io::Recorder::create(request.output, metadata, options);
  if (!recorder.ok()) return absl::InvalidArgumentError(recorder.status().message());
  return std::move(*recorder);
}

absl::StatusOr<std::optional<WrittenFile>> close_output(io::Recorder* recorder, const std::string& path,
                                                        const absl::Status& ran, const Simulation& simulation) {
  if (recorder == nullptr) return std::nullopt;
  const io::Outcome outcome = ran.ok()                 ? io::Outcome::kComplete
                              : absl::IsCancelled(ran) ? io::Outcome::kInterrupted
                                                       : io::Outcome::kFailed;
  if (absl::Status closed = recorder->close(outcome, io::counters_of(simulation)); !closed.ok())
    return run_failed(closed);
  WrittenFile file{path, recorder->spikes_written(), 0};
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  if (!error) file.bytes = bytes;
  return file;
}

// REQUIRES: the network has such projections.
absl::StatusOr<std::vector<WrittenWeights>> save_weights(const std::vector<SavedWeights>& files,
                                                         const Simulation& simulation) {
  std::vector<WrittenWeights> written;
  const std::vector<ProjectionSpec>& projections = simulation.network().projections;
  for (const SavedWeights& file : files) {
    const auto found = std::find_if(projections.begin(), projections.end(), [&](const ProjectionSpec& projection) {
      return projection_name(projection) == file.projection;
    });
    const auto synapses =
        io::write_edges_csv(file.path, simulation, static_cast<std::size_t>(found - projections.begin()));
    if (!synapses.ok()) return synapses.status();
    written.push_back({file, *synapses});
  }
  return written;
}

// Windows last milliseconds, of huge networks a second.
constexpr std::chrono::seconds kGrace{5};

// Ends the program where the run does not come back from a window.
[[noreturn]] void give_up(io::Recorder* recorder, const std::string& path, Console& console) {
  std::string what = "interrupted within a window of the run that does not end: something fires without bound";
  if (recorder != nullptr) {
    const absl::StatusOr<Time> reached = recorder->abandon();
    absl::StrAppend(&what, "; ",
                    reached.ok() ? absl::StrCat(path, " holds everything before ", exact_ms(*reached), " ms")
                                 : std::string(reached.status().message()));
  }
  console.error(what);
  _exit(static_cast<int>(ExitCode::kInterrupted));
}

std::vector<SessionPopulation> populations_of(const Simulation& simulation, const Statistics& statistics,
                                              const std::vector<std::string>& replayed) {
  std::vector<SessionPopulation> populations;
  const std::vector<FiringStatistics> firing = statistics.summary(simulation.now().time_since_epoch());
  const std::vector<PopulationCounters> counters = simulation.counters();
  for (std::size_t i = 0; i < counters.size(); ++i) {
    const bool is_replayed = std::find(replayed.begin(), replayed.end(), counters[i].name) != replayed.end();
    populations.push_back({counters[i], firing[i], is_replayed});
  }
  return populations;
}

}  // namespace

absl::StatusOr<SessionResult> run_session(SessionRequest request, const ModelCatalog& models, Console& console) {
  if (request.until > kEnd - kStart) {  // before an older recording is replaced
    return usage_error(absl::StrCat("a run of ", short_time(request.until), " is too long; at most 53 days"));
  }
  Interrupt interrupt;  // before any thread that simulates or records
  end_at_first_signal(interrupt, console);
  const Clock::time_point begin = Clock::now();
  const double cpu_begin = process_cpu_seconds();
  auto simulation = build_plan(request.plan, models, request.threads);
  if (!simulation.ok()) return absl::InvalidArgumentError(simulation.status().message());
  SessionResult result{.network = request.plan.network.name,
                       .seed = request.plan.seed,
                       .threads = request.threads,
                       .until = request.until,
                       .build_seconds = seconds_since(begin),
                       .build_cpu_seconds = process_cpu_seconds() - cpu_begin,
                       .memory = simulation->memory()};
  console.detail(absl::StrCat("built ", with_commas(result.memory.synapses), " synapses (",
                              short_bytes(result.memory.synapse_bytes), ") in ", short_seconds(result.build_seconds)));
  std::unique_ptr<PlacedRun> placed;
  if (request.placed) {
    auto prepared = PlacedRun::prepare(*simulation, *request.placed, result.why_unplaced);
    if (!prepared.ok()) return prepared.status();
    placed = *std::move(prepared);
  }
  interrupt.on_first([&] { simulation->request_stop(); });  // from here on there are files to close
  if (placed) {
    if (absl::Status opened = placed->open_timeline(); !opened.ok()) return opened;
  }
  auto recorder = open_output(request, models, *simulation);
  if (!recorder.ok()) return recorder.status();

  Statistics statistics(simulation->counters());
  Progress progress(console, request.until);
  RasterObserver raster(simulation->counters());
  simulation->add_observer(statistics);
  if (request.raster) simulation->add_observer(raster);
  if (*recorder) simulation->add_observer(**recorder);
  if (request.observer != nullptr) simulation->add_observer(*request.observer);
  if (placed) simulation->add_observer(placed->observer());
  simulation->add_observer(progress);

  const Clock::time_point started = Clock::now();
  const double cpu_started = process_cpu_seconds();
  Watchdog watchdog(kGrace, [&] { give_up(recorder->get(), request.output, console); });
  interrupt.on_first([&] {
    simulation->request_stop();
    watchdog.start();
  });
  const absl::Status ran = interrupt.came() ? absl::CancelledError("interrupted") : simulation->run(request.until);
  watchdog.disarm();
  interrupt.on_first([] {});  // flushing and closing must not be cut short by the first signal
  progress.finish();
  result.run_seconds = seconds_since(started);
  result.interrupted = absl::IsCancelled(ran);
  result.reached = std::min(simulation->now().time_since_epoch(), request.until);

  result.memory = simulation->memory();  // synapses that learn remember more by now
  auto written = close_output(recorder->get(), request.output, ran, *simulation);
  result.run_cpu_seconds = process_cpu_seconds() - cpu_started;
  if (!ran.ok() && !result.interrupted) return run_failed(ran);
  if (!written.ok()) return written.status();
  result.written = *std::move(written);
  if (placed) {
    auto counted = placed->finish(kStart + result.reached);
    if (!counted.ok()) return run_failed(counted.status());
    result.placed = *std::move(counted);
    if (result.written) {
      const absl::Status stored = store_ledger(result.written->path, result.placed->ledger, result.placed->times);
      if (!stored.ok()) return run_failed(stored);
      const absl::Status kept = store_placement(result.written->path, *result.placed);
      if (!kept.ok()) return run_failed(kept);
    }
  }
  auto weights = save_weights(request.save_weights, *simulation);
  if (!weights.ok()) return run_failed(weights.status());
  result.weights = *std::move(weights);
  result.populations = populations_of(*simulation, statistics, request.replayed);
  result.energy = estimate(result.populations, result.reached, request.chip, request.step);
  result.silent = explain_silence(simulation->network(), models, result.populations, result.reached);
  if (request.raster) result.raster = raster.draw(result.reached, console.width());
  return result;
}

}  // namespace volley::app
