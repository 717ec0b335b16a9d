// Makes the groups and datasets of a recording (io/recording_layout.h) and opens it for appending.
#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "engine/connect.h"
#include "io/hdf5_write.h"
#include "io/recording_file.h"
#include "io/recording_layout.h"

namespace volley::io {
namespace {

// Values in a chunk of a report: 128 KiB of floats.
constexpr std::size_t kReportChunkValues = 32768;

const std::string& name_of(const Network& network, PopulationId id) {
  const std::size_t i = index_of(id), n = network.populations.size();
  return i < n ? network.populations[i].name : network.sources[i - n].name;
}

// What becomes one group below /report.
struct ReportContent {
  std::string population, variable, projection;  // the last of weight probes only
  std::string unit;
  std::vector<std::uint64_t> neurons;  // by column; of synapses the targets
  std::vector<std::uint64_t> sources;  // by column, of synapses only
  Time start;
  Duration interval;
  bool listed_times;
};

absl::StatusOr<std::vector<std::uint64_t>> probed_neurons(const Network& network, const StateProbe& probe) {
  if (!probe.neurons.empty()) return std::vector<std::uint64_t>(probe.neurons.begin(), probe.neurons.end());
  for (const PopulationSpec& population : network.populations) {
    if (population.name != probe.population) continue;
    std::vector<std::uint64_t> all(population.size);
    std::iota(all.begin(), all.end(), std::uint64_t{0});
    return all;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("state probe of ", probe.variable, ": no population `", probe.population, "`"));
}

// In the order of report_names().
absl::StatusOr<std::vector<ReportContent>> reports_of(const RunMetadata& metadata) {
  const Network& network = metadata.plan.network;
  std::vector<ReportContent> reports;
  const auto unit = [&] {
    return reports.size() < metadata.probe_units.size() ? metadata.probe_units[reports.size()] : "";
  };
  for (const StateProbe& probe : network.state_probes) {
    absl::StatusOr<std::vector<std::uint64_t>> neurons = probed_neurons(network, probe);
    if (!neurons.ok()) return neurons.status();
    if (neurons->empty()) {
      return absl::InvalidArgumentError(absl::StrCat("state probe of ", probe.population, ": has no neurons"));
    }
    reports.push_back({probe.population,
                       probe.variable,
                       "",
                       unit(),
                       *std::move(neurons),
                       {},
                       probe.start,
                       probe.interval,
                       !probe.times.empty()});
  }
  for (std::size_t i = 0; i < network.weight_probes.size(); ++i) {
    const WeightProbe& probe = network.weight_probes[i];
    if (i >= metadata.probed_synapses.size() || metadata.probed_synapses[i].empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("weight probe of ", probe.projection, ": has no synapses; hand over the simulation's"));
    }
    ReportContent report{"",          "weight",       probe.projection,    unit(), {}, {},
                         probe.start, probe.interval, !probe.times.empty()};
    for (const ProjectionSpec& projection : network.projections) {
      if (projection_name(projection) == probe.projection) report.population = projection.target;
    }
    for (const Synapse& synapse : metadata.probed_synapses[i]) {
      report.neurons.push_back(synapse.target);
      report.sources.push_back(synapse.source);
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

// A name becomes one HDF5 link.
absl::Status check_name(const std::string& name) {
  if (!name.empty() && name != "." && name.find('/') == std::string::npos) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("population `", name, "`: cannot be recorded; choose a name that is not empty and without `/`"));
}

void write_spike_group(h5::Writer& writer, const std::string& group, hsize_t chunk, bool residuals) {
  writer.group(group);
  writer.enum_attribute(group, "sorting", {"none", "by_id", "by_time"}, 2);
  writer.column(group + "/timestamps", H5T_IEEE_F64LE, {chunk});
  writer.text_attribute(group + "/timestamps", "units", "ms");
  writer.column(group + "/node_ids", H5T_STD_U64LE, {chunk});
  if (!residuals) return;
  writer.column(group + "/residual_ps", H5T_STD_I32LE, {chunk});
  writer.text_attribute(group + "/residual_ps", "units", "ps");
}

void write_report_group(h5::Writer& writer, const std::string& group, const ReportContent& report, hsize_t chunk_rows) {
  const hsize_t n = report.neurons.size();
  std::vector<std::uint64_t> pointers(n + 1);
  std::iota(pointers.begin(), pointers.end(), std::uint64_t{0});
  const std::vector<std::uint32_t> elements(n);
  const double start = to_ms(report.start), step = to_ms(report.interval);
  const double axis[3] = {start, start, step};
  writer.group(group);
  writer.text_attribute(group, "population", report.population);
  writer.text_attribute(group, "variable", report.variable);
  if (!report.projection.empty()) writer.text_attribute(group, "projection", report.projection);
  writer.column(group + "/data", H5T_IEEE_F32LE, {chunk_rows, n});
  writer.text_attribute(group + "/data", "units", report.unit);
  writer.numbers<std::uint64_t>(group + "/mapping/node_ids", {n}, report.neurons);
  writer.enum_attribute(group + "/mapping/node_ids", "sorted", {"FALSE", "TRUE"},
                        std::is_sorted(report.neurons.begin(), report.neurons.end()));
  if (!report.sources.empty()) writer.numbers<std::uint64_t>(group + "/mapping/source_ids", {n}, report.sources);
  writer.numbers<std::uint64_t>(group + "/mapping/index_pointers", {n + 1}, pointers);
  writer.numbers<std::uint32_t>(group + "/mapping/element_ids", {n}, elements);
  writer.numbers<double>(group + "/mapping/time", {3}, axis);
  writer.text_attribute(group + "/mapping/time", "units", "ms");
  if (!report.listed_times) return;
  writer.column(group + "/mapping/times", H5T_IEEE_F64LE, {chunk_rows});
  writer.text_attribute(group + "/mapping/times", "units", "ms");
}

// What is written between a full disk and a closed file: one chunk of a spike column or report, and the metadata.
std::size_t reserve_bytes(const RunMetadata& metadata, std::size_t recorded, std::size_t chunk_spikes) {
  const Network& network = metadata.plan.network;
  std::size_t chunk = std::max(8 * chunk_spikes, 4 * kReportChunkValues);
  for (const StateProbe& probe : network.state_probes) {
    for (const PopulationSpec& population : network.populations) {
      const bool all = probe.neurons.empty() && population.name == probe.population;
      chunk = std::max(chunk, 4 * (all ? population.size : probe.neurons.size()));
    }
  }
  for (const std::vector<Synapse>& synapses : metadata.probed_synapses) chunk = std::max(chunk, 4 * synapses.size());
  const std::size_t reports = network.state_probes.size() + network.weight_probes.size();
  return (std::size_t{1} << 20) + 2 * chunk + 8192 * (3 * recorded + 2 * reports);
}

}  // namespace

struct RecordingFile::Layout {
  struct Report {
    std::string group;
    std::size_t neurons, chunk_rows;
    Duration interval;
    bool listed_times;
    std::uint64_t axis;
  };
  std::vector<std::string> spike_groups;
  std::vector<Report> reports;
};

absl::Status RecordingFile::open_columns(const Layout& layout) {
  const h5::Quiet quiet;
  absl::Status status;
  const auto open = [&](const std::string& dataset, const ColumnShape& shape) {
    h5::Handle handle(H5Dopen2(hdf5_.get(), dataset.c_str(), H5P_DEFAULT), H5Dclose);
    if (!handle && status.ok()) status = h5::failure(path_ + ":" + dataset, "cannot be opened again");
    return ColumnWriter(std::move(handle), shape, *file_, codec_);
  };
  for (const std::string& group : layout.spike_groups) {
    SpikeColumns columns{open(group + "/timestamps", {8, 1, chunk_spikes_}),
                         open(group + "/node_ids", {8, 1, chunk_spikes_}), std::nullopt};
    if (residuals_) columns.residuals = open(group + "/residual_ps", {4, 1, chunk_spikes_});
    spike_columns_.push_back(std::move(columns));
  }
  for (const Layout::Report& report : layout.reports) {
    ReportColumns columns{open(report.group + "/data", {4, report.neurons, report.chunk_rows}), std::nullopt};
    if (report.listed_times) columns.times = open(report.group + "/mapping/times", {8, 1, report.chunk_rows});
    columns.axis = report.axis;
    columns.neurons = report.neurons;
    columns.chunk_rows = report.chunk_rows;
    columns.interval = report.interval;
    report_columns_.push_back(std::move(columns));
  }
  return status;
}

absl::Status RecordingFile::make(const RunMetadata& metadata, const std::vector<PopulationId>& recorded) {
  const h5::Quiet quiet;
  const absl::StatusOr<h5::Handle> access = file_->access_list();
  if (!access.ok()) return access.status();
  hdf5_ = h5::Handle(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access->get()), H5Fclose);
  if (!hdf5_) return h5::failure(path_, "cannot be created");
  h5::Writer writer(hdf5_.get());
  const std::uint32_t version[2] = {0, 1};
  writer.number_attribute<std::uint32_t>("/", "magic", 0x0A7A);
  writer.numbers_attribute<std::uint32_t>("/", "version", version);
  writer.group("/spikes");

  const Network& network = metadata.plan.network;
  Layout layout;
  std::vector<std::string> growing;
  slot_.assign(network.populations.size() + network.sources.size(), 0);
  for (const PopulationId id : recorded) {
    const std::string& name = name_of(network, id);
    if (absl::Status status = check_name(name); !status.ok()) return status;
    slot_[index_of(id)] = static_cast<std::uint32_t>(layout.spike_groups.size());
    layout.spike_groups.push_back("/spikes/" + name);
    write_spike_group(writer, layout.spike_groups.back(), chunk_spikes_, residuals_);
  }
  growing = layout.spike_groups;
  const absl::StatusOr<std::vector<ReportContent>> reports = reports_of(metadata);
  if (!reports.ok()) return reports.status();
  const std::vector<std::string> names = report_names(network);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (absl::Status status = check_name(names[i]); !status.ok()) return status;
    const ReportContent& report = (*reports)[i];
    const std::string group = "/report/" + names[i];
    const std::size_t n = report.neurons.size(), rows = std::max<std::size_t>(1, kReportChunkValues / n);
    write_report_group(writer, group, report, rows);
    layout.reports.push_back(
        {group, n, rows, report.interval, report.listed_times, writer.offset_of(group + "/mapping/time")});
    growing.push_back(group);
  }
  counters_.assign(counter_words(network), 0);
  committed_ = {kStart, std::vector<std::uint64_t>(growing.size()), counters_};
  fields_ = write_metadata(writer, metadata, growing);
  if (!writer.status().ok()) return writer.status();
  // From here on the file is consistent after every single write, so it may have its name.
  if (H5Fflush(hdf5_.get(), H5F_SCOPE_LOCAL) < 0 || H5Fstart_swmr_write(hdf5_.get()) < 0) {
    return h5::failure(path_, "cannot be made readable while it grows");
  }
  if (absl::Status status = open_columns(layout); !status.ok()) return status;
  if (!file_->trouble().ok()) return file_->trouble();
  return file_->publish();
}

absl::StatusOr<std::unique_ptr<RecordingFile>> RecordingFile::create(const std::string& path,
                                                                     const RunMetadata& metadata,
                                                                     const RecorderOptions& options,
                                                                     const std::vector<PopulationId>& recorded) {
  const std::size_t reserve = reserve_bytes(metadata, recorded.size(), options.chunk_spikes);
  absl::StatusOr<std::unique_ptr<AppendFile>> file = AppendFile::create(path, reserve);
  if (!file.ok()) return file.status();
  const bool residuals = metadata.until.count() == 0 || metadata.until > kExactMilliseconds;
  std::unique_ptr<RecordingFile> recording(
      new RecordingFile(path, std::max<std::size_t>(options.chunk_spikes, 1), residuals, *std::move(file)));
  if (absl::Status status = recording->make(metadata, recorded); !status.ok()) return status;
  return recording;
}

}  // namespace volley::io
