#include "io/recording.h"

#include <fstream>
#include <string_view>

#include "io/byte_pack.h"
#include "io/isolated.h"
#include "io/recording_reader.h"

namespace volley::io {

bool is_hdf5(const std::string& path) {
  constexpr std::string_view kSignature("\x89HDF\r\n\x1a\n", 8);
  std::string begin(kSignature.size(), '\0');
  std::ifstream file(path, std::ios::binary);
  return file.read(begin.data(), static_cast<std::streamsize>(begin.size())) && begin == kSignature;
}

namespace {

// Fields in one order for both directions.
template <class Pack, class Info>
void each_field(Pack&& pack, Info& info) {
  pack(info.is_volley);
  for (auto* text : {&info.version, &info.build, &info.resolved, &info.command_line, &info.started, &info.finished,
                     &info.outcome, &info.error, &info.directory}) {
    pack(*text);
  }
  pack(info.seed);
  pack(info.threads);
  pack(info.until_ms);
  pack(info.reached_ms);
}
template <class Pack, class Population>
void each_population_field(Pack&& pack, Population& p) {
  pack(p.name);
  pack(p.size);
  pack(p.is_source);
  for (auto* count :
       {&p.counts.spikes, &p.counts.synaptic_events, &p.counts.external_events, &p.counts.neuron_updates}) {
    pack(*count);
  }
}

std::string packed(const RecordingInfo& info) {
  BytePacker out;
  const auto put = [&out](const auto& value) { out.put(value); };
  const auto put_count = [&out](std::size_t n) { out.put(static_cast<std::uint64_t>(n)); };
  each_field(put, info);
  put_count(info.inputs.size());
  for (const InputFile& input : info.inputs) {
    put(input.path);
    put(input.sha256);
  }
  put_count(info.populations.size());
  for (const PopulationCounters& population : info.populations) each_population_field(put, population);
  put_count(info.projections.size());
  for (const ProjectionCounters& p : info.projections) {
    for (const std::string* text : {&p.name, &p.source, &p.target}) put(*text);
    put(p.synaptic_events);
  }
  put_count(info.recorded_spikes.size());
  for (const auto& [population, count] : info.recorded_spikes) {
    put(population);
    put(count);
  }
  put_count(info.reports.size());
  for (const RecordedReport& r : info.reports) {
    for (const std::string* text : {&r.population, &r.variable, &r.unit, &r.projection}) put(*text);
    put(r.columns);
    put(r.samples);
  }
  return out.take();
}

bool unpack(const std::string& bytes, RecordingInfo& info) {
  ByteUnpacker in(bytes);
  const auto get = [&in](auto& value) { in.get(value); };
  each_field(get, info);
  info.inputs.resize(in.count(16));
  for (InputFile& input : info.inputs) {
    get(input.path);
    get(input.sha256);
  }
  info.populations.resize(in.count(45));
  for (PopulationCounters& population : info.populations) each_population_field(get, population);
  info.projections.resize(in.count(32));
  for (ProjectionCounters& p : info.projections) {
    for (std::string* text : {&p.name, &p.source, &p.target}) get(*text);
    get(p.synaptic_events);
  }
  for (std::size_t n = in.count(16); n > 0; --n) {
    std::string population;
    get(population);
    get(info.recorded_spikes[population]);
  }
  info.reports.resize(in.count(48));
  for (RecordedReport& r : info.reports) {
    for (std::string* text : {&r.population, &r.variable, &r.unit, &r.projection}) get(*text);
    get(r.columns);
    get(r.samples);
  }
  return in.ok();
}

absl::Status garbled(const std::string& path) { return absl::DataLossError(path + ": the reader's answer is garbled"); }

}  // namespace

struct Recording::Impl {
  std::string path;
  RecordingInfo info;
};

Recording::Recording(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Recording::Recording(Recording&&) noexcept = default;
Recording& Recording::operator=(Recording&&) noexcept = default;
Recording::~Recording() = default;

absl::StatusOr<Recording> Recording::open(const std::string& path) {
  const absl::StatusOr<std::string> bytes = run_isolated(path, [&]() -> absl::StatusOr<std::string> {
    const absl::StatusOr<RecordingInfo> info = read_recording_info(path);
    if (!info.ok()) return info.status();
    return packed(*info);
  });
  if (!bytes.ok()) return bytes.status();
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  if (!unpack(*bytes, impl->info)) return garbled(path);
  return Recording(std::move(impl));
}

const RecordingInfo& Recording::info() const { return impl_->info; }

absl::StatusOr<std::vector<std::pair<Time, std::uint32_t>>> Recording::spikes(const std::string& population) const {
  const absl::StatusOr<std::string> bytes = run_isolated(impl_->path, [&]() -> absl::StatusOr<std::string> {
    const auto spikes = read_recorded_spikes(impl_->path, population);
    if (!spikes.ok()) return spikes.status();
    BytePacker out;
    out.reserve(8 + 12 * spikes->size());
    out.put(static_cast<std::uint64_t>(spikes->size()));
    for (const auto& [at, neuron] : *spikes) {
      out.put(at.time_since_epoch().count());
      out.put(neuron);
    }
    return out.take();
  });
  if (!bytes.ok()) return bytes.status();
  ByteUnpacker in(*bytes);
  std::vector<std::pair<Time, std::uint32_t>> spikes(in.count(12));
  for (auto& [at, neuron] : spikes) {
    Duration::rep picoseconds = 0;
    in.get(picoseconds);
    in.get(neuron);
    at = Time{Duration{picoseconds}};
  }
  if (!in.ok()) return garbled(impl_->path);
  return spikes;
}

absl::StatusOr<std::vector<RecordedTrace>> Recording::traces() const {
  const absl::StatusOr<std::string> bytes = run_isolated(impl_->path, [&]() -> absl::StatusOr<std::string> {
    const absl::StatusOr<std::vector<RecordedTrace>> traces = read_recorded_traces(impl_->path);
    if (!traces.ok()) return traces.status();
    BytePacker out;
    out.put(static_cast<std::uint64_t>(traces->size()));
    for (const RecordedTrace& trace : *traces) {
      for (const std::string* text : {&trace.population, &trace.variable, &trace.unit, &trace.projection}) {
        out.put(*text);
      }
      out.put(trace.neurons);
      out.put(trace.sources);
      out.put(trace.times_ms);
      out.put(trace.values);
    }
    return out.take();
  });
  if (!bytes.ok()) return bytes.status();
  ByteUnpacker in(*bytes);
  std::vector<RecordedTrace> traces(in.count(64));
  for (RecordedTrace& trace : traces) {
    for (std::string* text : {&trace.population, &trace.variable, &trace.unit, &trace.projection}) in.get(*text);
    in.get(trace.neurons);
    in.get(trace.sources);
    in.get(trace.times_ms);
    in.get(trace.values);
  }
  if (!in.ok()) return garbled(impl_->path);
  return traces;
}

}  // namespace volley::io
