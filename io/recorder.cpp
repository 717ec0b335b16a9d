#include "io/recorder.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/connect.h"
#include "engine/resolve.h"
#include "io/bounded_queue.h"
#include "io/hdf5.h"
#include "io/output_path.h"
#include "io/recording_file.h"
#include "io/spike_selection.h"

namespace volley::io {
namespace {

using Clock = std::chrono::steady_clock;

// The run hands its spikes over in pieces of this size, and the writer is woken for so much; less would make the two
// threads meet too often, more would leave the cache.
constexpr std::size_t kHandOverBytes = 64u << 10, kWakeBytes = 512u << 10;

absl::Status check_path(const std::string& path, const RunMetadata& metadata, bool overwrite) {
  if (absl::Status status = check_output(path, metadata.plan.inputs); !status.ok()) return status;
  std::error_code error;
  if (!overwrite && std::filesystem::exists(path, error)) {
    return absl::AlreadyExistsError(path + ": exists already; name another file or allow overwriting");
  }
  return absl::OkStatus();
}

}  // namespace

struct Recorder::Impl {
  Impl(std::string file_path, const RecorderOptions& recorder_options, SpikeSelection spikes,
       std::unique_ptr<RecordingFile> recording)
      : path(std::move(file_path)),
        options(recorder_options),
        selection(std::move(spikes)),
        queue(std::max<std::size_t>(options.queue_bytes, 1), kWakeBytes),
        file(std::move(recording)),
        writer([this] { write(); }) {}

  // The writer's thread. It ends with the first error and closes the queue, so that nobody waits for room.
  void write() {
    const h5::Quiet quiet;
    const auto interval = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(std::clamp(options.flush_seconds, 0.001, 1e6)));
    Clock::time_point flush = Clock::now() + interval;
    // Shortly before a flush the run is asked for what it still keeps to itself.
    const Clock::duration notice = interval / 8;
    RecordedBatch batch;
    while (queue.take(batch, wanted.load(std::memory_order_relaxed) ? flush : flush - notice)) {
      absl::Status status = file->append(batch);
      const Clock::time_point now = Clock::now();
      if (now >= flush - notice) wanted.store(true, std::memory_order_relaxed);
      if (status.ok() && now >= flush) {
        status = file->commit();
        flush = Clock::now() + interval;
      }
      spikes_written.store(file->spikes(), std::memory_order_relaxed);
      if (!status.ok()) {
        error = std::move(status);
        queue.close();
        wanted.store(true, std::memory_order_relaxed);  // so that the run hears of it soon
        return;
      }
    }
  }

  absl::Status hand_over() {
    wanted.store(false, std::memory_order_relaxed);
    if (options.counters) held.counters = options.counters();
    const bool accepted = queue.produce([this](RecordedBatch& batch) {
      if (!held.spikes.empty()) batch.spikes.reserve((kWakeBytes + kHandOverBytes) / sizeof(Spike));
      batch.append(held);
    });
    held.clear();
    if (accepted) return absl::OkStatus();
    return error.ok() ? absl::FailedPreconditionError(path + ": the recording is closed") : error;
  }

  absl::Status finish(Outcome outcome, const RunCounters* counters) {
    if (file) hand_over().IgnoreError();  // the writer's error, if it had one, is the file's
    return end(outcome, counters).status();
  }

  // How far the file goes.
  absl::StatusOr<Time> end(Outcome outcome, const RunCounters* counters) {
    queue.close();
    if (writer.joinable()) writer.join();
    if (!file) return absl::FailedPreconditionError(path + ": the recording was closed before");
    const absl::Status status = file->finish(outcome, counters);
    const Time reached = file->committed();
    const std::uint64_t waste = file->wasted_bytes();
    std::error_code error_code;
    const std::uintmax_t size = std::filesystem::file_size(path, error_code);
    constexpr std::uint64_t kWorthwhile = 64u << 10;
    if (status.ok() && !error_code && options.compact && waste > kWorthwhile && waste > size / 5) {
      file->compact().IgnoreError();  // the recording is whole either way
    }
    file.reset();  // and with it the lock
    if (!status.ok()) return status;
    return reached;
  }

  std::string path;
  RecorderOptions options;
  SpikeSelection selection;
  std::mutex run_side;               // of on_window(), close() and abandon()
  RecordedBatch held;                // the run's
  std::atomic<bool> wanted = false;  // by the writer: what is held
  BoundedQueue<RecordedBatch> queue;
  std::unique_ptr<RecordingFile> file;  // the writer's until it is joined
  std::atomic<std::uint64_t> spikes_written = 0;
  absl::Status error;  // the writer's until the queue is closed
  std::thread writer;  // last: it uses all of the above
};

absl::StatusOr<std::unique_ptr<Recorder>> Recorder::create(const std::string& path, const RunMetadata& metadata,
                                                           const RecorderOptions& options) {
  if (absl::Status status = check_path(path, metadata, options.overwrite); !status.ok()) return status;
  absl::StatusOr<SpikeSelection> selection = SpikeSelection::make(metadata.plan.network);
  if (!selection.ok()) return selection.status();
  absl::StatusOr<std::unique_ptr<RecordingFile>> file =
      RecordingFile::create(path, metadata, options, selection->populations());
  if (!file.ok()) return file.status();
  return std::unique_ptr<Recorder>(
      new Recorder(std::make_unique<Impl>(path, options, *std::move(selection), *std::move(file))));
}

Recorder::Recorder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Recorder::~Recorder() {
  const std::lock_guard lock(impl_->run_side);
  if (impl_->file) impl_->finish(Outcome::kFailed, nullptr).IgnoreError();
}

absl::Status Recorder::on_window(const WindowReport& report) {
  const std::lock_guard lock(impl_->run_side);
  RecordedBatch& held = impl_->held;
  impl_->selection.select(report.spikes, held.spikes);
  for (const TraceSample& sample : report.samples) {
    held.samples.push_back({sample.probe, sample.at});
    held.values.insert(held.values.end(), sample.values.begin(), sample.values.end());
  }
  held.reached = report.window.end;
  if (held.bytes() < kHandOverBytes && !impl_->wanted.load(std::memory_order_relaxed)) return absl::OkStatus();
  return impl_->hand_over();
}

absl::Status Recorder::close(Outcome outcome, const RunCounters& counters) {
  const std::lock_guard lock(impl_->run_side);
  return impl_->finish(outcome, &counters);
}

absl::StatusOr<Time> Recorder::abandon() {
  const std::lock_guard lock(impl_->run_side);
  return impl_->end(Outcome::kInterrupted, nullptr);
}

std::uint64_t Recorder::spikes_written() const { return impl_->spikes_written.load(std::memory_order_relaxed); }

std::vector<std::string> probe_units(const Network& network, const ModelCatalog& models) {
  std::vector<std::string> units;
  for (const StateProbe& probe : network.state_probes) {
    std::string& unit = units.emplace_back();
    for (const PopulationSpec& population : network.populations) {
      const ModelType* model = population.name == probe.population ? models.find(population.model) : nullptr;
      if (model == nullptr) continue;
      for (const VariableInfo& variable : model->info().variables) {
        if (variable.name == probe.variable) unit = variable.unit;
      }
    }
  }
  for (const WeightProbe& probe : network.weight_probes) {
    std::string& unit = units.emplace_back();
    for (const ProjectionSpec& projection : network.projections) {
      if (projection_name(projection) != probe.projection) continue;
      for (const PopulationSpec& population : network.populations) {
        const ModelType* model = population.name == projection.target ? models.find(population.model) : nullptr;
        if (model != nullptr) unit = model->info().ports[port_of(model->info(), projection.port)].unit;
      }
    }
  }
  return units;
}

}  // namespace volley::io
