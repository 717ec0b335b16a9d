#include "io/recording_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "io/hdf5_read.h"
#include "io/recording_layout.h"

namespace volley::io {
namespace {

using CompleteRows = std::map<std::string, std::uint64_t>;

absl::Status newer_format(const std::string& path, std::uint64_t format) {
  return absl::InvalidArgumentError(absl::StrCat(path, ":/volley@format: ", format, ", this program reads ",
                                                 kRecordingFormat, "; use a newer version of volley"));
}

absl::StatusOr<Progress> read_progress(hid_t file, const std::string& path, std::size_t columns) {
  const absl::StatusOr<h5::Array<std::uint64_t>> rows = h5::read<std::uint64_t>(file, "/volley/progress");
  if (!rows.ok()) return rows.status();
  std::optional<Progress> progress = decode_progress(rows->values, columns);
  if (!progress) return absl::DataLossError(path + ":/volley/progress: no row has a valid checksum");
  return *std::move(progress);
}

// --- spikes -------------------------------------------------------------------------------------------------------
struct SpikeGroup {
  std::string population, group, ids;
};

absl::StatusOr<std::vector<SpikeGroup>> spike_groups(hid_t file) {
  std::vector<SpikeGroup> groups;
  if (!h5::is_group(file, "/spikes")) return groups;
  const auto add = [&](const std::string& population, const std::string& group) {
    if (!h5::has(file, group + "/timestamps")) return;
    for (const char* ids : {"/node_ids", "/gids"}) {
      if (h5::has(file, group + ids)) return groups.push_back({population, group, group + ids});
    }
  };
  add("", "/spikes");
  const absl::StatusOr<std::vector<std::string>> names = h5::children(file, "/spikes");
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (h5::is_group(file, "/spikes/" + name)) add(name, "/spikes/" + name);
  }
  return groups;
}

absl::StatusOr<std::uint64_t> length_of(hid_t file, const std::string& path) {
  const absl::StatusOr<h5::Handle> dataset = h5::open_dataset(file, path);
  if (!dataset.ok()) return dataset.status();
  const absl::StatusOr<std::vector<hsize_t>> shape = h5::shape_of(dataset->get());
  if (!shape.ok()) return shape.status();
  if (shape->size() != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(h5::name_of(dataset->get()), ": has ", shape->size(), " dimensions, must have one"));
  }
  return shape->front();
}

// Of a file that volley wrote, what is complete; of any other, both columns must be equally long.
absl::StatusOr<std::uint64_t> spike_count(hid_t file, const SpikeGroup& group, const CompleteRows& complete) {
  const absl::StatusOr<std::uint64_t> times = length_of(file, group.group + "/timestamps");
  if (!times.ok()) return times.status();
  const absl::StatusOr<std::uint64_t> ids = length_of(file, group.ids);
  if (!ids.ok()) return ids.status();
  const auto known = complete.find(group.group);
  const std::uint64_t count = std::min({*times, *ids, known == complete.end() ? *times : known->second});
  if ((known == complete.end() && *times != *ids) || (known != complete.end() && count < known->second)) {
    return absl::DataLossError(absl::StrCat(h5::name_of(file), group.group, ": ", *times, " timestamps and ", *ids,
                                            " node ids", known == complete.end() ? "" : ", fewer than were recorded"));
  }
  return count;
}

// Milliseconds in one unit of a dataset of times.
absl::StatusOr<double> milliseconds_per_unit(hid_t file, const std::string& path) {
  const absl::StatusOr<h5::Handle> dataset = h5::open_dataset(file, path);
  if (!dataset.ok()) return dataset.status();
  const std::string unit = h5::string_attribute(dataset->get(), "units").value_or("ms");
  static constexpr std::pair<const char*, double> kUnits[] = {
      {"ms", 1},        {"milliseconds", 1}, {"millisecond", 1},    {"s", 1e3},
      {"seconds", 1e3}, {"us", 1e-3},        {"microseconds", 1e-3}};
  for (const auto& [name, factor] : kUnits) {
    if (unit == name) return factor;
  }
  return absl::InvalidArgumentError(
      absl::StrCat(h5::name_of(dataset->get()), "@units: `", unit, "`, must be ms, s or us"));
}

// Both bounds of what a picosecond count holds, with a margin for rounding.
constexpr double kMostMs = 9.2e9;

absl::StatusOr<std::vector<std::pair<Time, std::uint32_t>>> joined(const SpikeGroup& group, double ms_per_unit,
                                                                   const std::vector<double>& times,
                                                                   const std::vector<std::uint64_t>& ids,
                                                                   const std::vector<std::int32_t>& residual_ps) {
  std::vector<std::pair<Time, std::uint32_t>> spikes;
  spikes.reserve(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double ms = times[i] * ms_per_unit;
    if (!(std::abs(ms) < kMostMs)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s/timestamps[%d]: %g ms, must be finite and below %g ms", group.group, i, ms, kMostMs));
    }
    if (ids[i] > std::numeric_limits<std::uint32_t>::max()) {
      return absl::InvalidArgumentError(absl::StrFormat("%s[%d]: %d, must be below 2^32", group.ids, i, ids[i]));
    }
    const Duration residual{residual_ps.empty() ? 0 : residual_ps[i]};
    spikes.emplace_back(time_from_ms(ms) + residual, static_cast<std::uint32_t>(ids[i]));
  }
  return spikes;
}

// --- /volley ------------------------------------------------------------------------------------------------------
// Reads values one after the other; the first failure is kept and the rest is left empty.
class MetadataReader {
 public:
  explicit MetadataReader(hid_t file) : file_(file) {}

  std::string text(const std::string& name) { return take(h5::read_string(file_, "/volley/" + name)); }
  std::vector<std::string> texts(const std::string& name, std::size_t count = kAny) {
    return checked(name, take(h5::read_strings(file_, "/volley/" + name)).values, count);
  }
  std::vector<std::uint64_t> numbers(const std::string& name, std::size_t count) {
    return checked(name, take(h5::read<std::uint64_t>(file_, "/volley/" + name)).values, count);
  }
  const absl::Status& status() const { return status_; }

 private:
  static constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

  template <class T>
  T take(absl::StatusOr<T> value) {
    if (value.ok()) return *std::move(value);
    if (status_.ok()) status_ = value.status();
    return T{};
  }
  template <class T>
  std::vector<T> checked(const std::string& name, std::vector<T> values, std::size_t count) {
    if (count != kAny && values.size() != count) {
      if (status_.ok()) {
        status_ = absl::DataLossError(
            absl::StrCat(h5::name_of(file_), "volley/", name, ": ", values.size(), " values, expected ", count));
      }
      values.assign(count, T{});
    }
    return values;
  }

  hid_t file_;
  absl::Status status_;
};

absl::Status read_run(hid_t file, const std::string& path, RecordingInfo& info) {
  const absl::StatusOr<h5::Handle> group = h5::open_group(file, "/volley");
  if (!group.ok()) return group.status();
  const std::uint64_t format = h5::integer_attribute(group->get(), "format").value_or(0);
  if (format != kRecordingFormat) return newer_format(path, format);
  const absl::StatusOr<h5::Array<std::string>> columns = h5::read_strings(file, "/volley/columns");
  if (!columns.ok()) return columns.status();
  const absl::StatusOr<Progress> progress = read_progress(file, path, columns->values.size());
  if (!progress.ok()) return progress.status();
  info.is_volley = true;
  info.seed = h5::integer_attribute(group->get(), "seed").value_or(0);
  info.threads = static_cast<unsigned>(h5::integer_attribute(group->get(), "threads").value_or(0));
  info.until_ms = h5::number_attribute(group->get(), "until_ps").value_or(0) / 1e9;
  info.reached_ms = to_ms(progress->reached);
  MetadataReader reader(file);
  info.version = reader.text("version");
  info.build = reader.text("build");
  info.resolved = reader.text("configuration");
  info.command_line = reader.text("command_line");
  if (h5::has(file, "/volley/directory")) info.directory = reader.text("directory");
  info.started = reader.text("started");
  info.finished = reader.text("finished");
  info.outcome = reader.text("outcome");
  if (info.outcome.empty()) info.outcome = "unfinished";
  info.error = reader.text("error");

  const std::vector<std::string> files = reader.texts("inputs/path");
  const std::vector<std::string> digests = reader.texts("inputs/sha256", files.size());
  for (std::size_t i = 0; i < files.size(); ++i) info.inputs.push_back({files[i], digests[i]});

  const std::vector<std::string> names = reader.texts("populations/name");
  const std::vector<std::uint64_t> sizes = reader.numbers("populations/size", names.size());
  const std::vector<std::uint64_t> is_source = reader.numbers("populations/is_source", names.size());
  const std::vector<std::string> projections = reader.texts("projections/name");
  const std::vector<std::string> sources = reader.texts("projections/source", projections.size());
  const std::vector<std::string> targets = reader.texts("projections/target", projections.size());
  std::vector<std::uint64_t> counters = progress->counters;
  if (counters.empty()) {  // of a version that told them at the end only
    counters = reader.numbers("populations/counters", kPopulationCounters * names.size());
    const std::vector<std::uint64_t> events = reader.numbers("projections/synaptic_events", projections.size());
    counters.insert(counters.end(), events.begin(), events.end());
  }
  if (const std::size_t n = kPopulationCounters * names.size() + projections.size(); counters.size() != n) {
    return absl::DataLossError(absl::StrCat(path, ":/volley/progress: ", counters.size(), " counters, expected ", n));
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::uint64_t* c = &counters[kPopulationCounters * i];
    info.populations.push_back(
        {names[i],
         static_cast<std::uint32_t>(sizes[i]),
         is_source[i] != 0,
         {.synaptic_events = c[1], .external_events = c[2], .neuron_updates = c[3], .spikes = c[0]}});
  }
  for (std::size_t i = 0; i < projections.size(); ++i) {
    const std::uint64_t events = counters[kPopulationCounters * names.size() + i];
    info.projections.push_back({projections[i], sources[i], targets[i], events});
  }
  return reader.status();
}

}  // namespace

absl::StatusOr<CompleteRows> complete_rows(hid_t file, const std::string& path) {
  CompleteRows complete;
  if (!h5::has(file, "/volley/progress")) return complete;
  const absl::StatusOr<h5::Array<std::string>> columns = h5::read_strings(file, "/volley/columns");
  if (!columns.ok()) return columns.status();
  const absl::StatusOr<Progress> progress = read_progress(file, path, columns->values.size());
  if (!progress.ok()) return progress.status();
  for (std::size_t i = 0; i < progress->rows.size(); ++i) complete[columns->values[i]] = progress->rows[i];
  return complete;
}

absl::StatusOr<RecordingInfo> read_recording_info(const std::string& path) {
  const absl::StatusOr<h5::Handle> file = h5::open_file(path);
  if (!file.ok()) return file.status();
  if (!h5::has(file->get(), "/spikes") && !h5::has(file->get(), "/report")) {
    return absl::InvalidArgumentError(path + ": has neither /spikes nor /report; it is not a recording");
  }
  RecordingInfo info;
  if (h5::has(file->get(), "/volley")) {
    if (absl::Status status = read_run(file->get(), path, info); !status.ok()) return status;
  }
  const absl::StatusOr<CompleteRows> complete = complete_rows(file->get(), path);
  if (!complete.ok()) return complete.status();
  const absl::StatusOr<std::vector<SpikeGroup>> groups = spike_groups(file->get());
  if (!groups.ok()) return groups.status();
  for (const SpikeGroup& group : *groups) {
    const absl::StatusOr<std::uint64_t> count = spike_count(file->get(), group, *complete);
    if (!count.ok()) return count.status();
    info.recorded_spikes[group.population] = *count;
  }
  absl::StatusOr<std::vector<RecordedReport>> reports = read_recorded_reports(file->get(), path);
  if (!reports.ok()) return reports.status();
  info.reports = *std::move(reports);
  return info;
}

absl::StatusOr<std::vector<std::pair<Time, std::uint32_t>>> read_recorded_spikes(const std::string& path,
                                                                                 const std::string& population) {
  const absl::StatusOr<h5::Handle> file = h5::open_file(path);
  if (!file.ok()) return file.status();
  const absl::StatusOr<std::vector<SpikeGroup>> groups = spike_groups(file->get());
  if (!groups.ok()) return groups.status();
  const auto group =
      std::find_if(groups->begin(), groups->end(), [&](const SpikeGroup& g) { return g.population == population; });
  if (group == groups->end()) {
    std::string known;
    for (const SpikeGroup& g : *groups) absl::StrAppend(&known, known.empty() ? "" : ", ", "`", g.population, "`");
    return absl::NotFoundError(
        absl::StrCat(path, ":/spikes: no population `", population, "`; it has ", known.empty() ? "none" : known));
  }
  const absl::StatusOr<CompleteRows> complete = complete_rows(file->get(), path);
  if (!complete.ok()) return complete.status();
  const absl::StatusOr<std::uint64_t> count = spike_count(file->get(), *group, *complete);
  if (!count.ok()) return count.status();
  const absl::StatusOr<double> unit = milliseconds_per_unit(file->get(), group->group + "/timestamps");
  if (!unit.ok()) return unit.status();
  const auto times = h5::read_prefix<double>(file->get(), group->group + "/timestamps", *count);
  if (!times.ok()) return times.status();
  const auto ids = h5::read_prefix<std::uint64_t>(file->get(), group->ids, *count);
  if (!ids.ok()) return ids.status();
  std::vector<std::int32_t> residuals;
  if (complete->count(group->group) != 0 && h5::has(file->get(), group->group + "/residual_ps")) {
    auto read = h5::read_prefix<std::int32_t>(file->get(), group->group + "/residual_ps", *count);
    if (!read.ok()) return read.status();
    residuals = *std::move(read);
  }
  return joined(*group, *unit, *times, *ids, residuals);
}

}  // namespace volley::io
