// Reads SONATA reports: volley's traces and those of other simulators.
#include <cmath>
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "io/hdf5_read.h"
#include "io/recording_layout.h"
#include "io/recording_reader.h"

namespace volley::io {
namespace {

absl::Status mismatch(const std::string& path, const std::string& what) {
  return absl::DataLossError(absl::StrCat(path, ": ", what));
}

// The neuron of every column. index_pointers has the first column of every node, and usually the end as one more entry.
absl::StatusOr<std::vector<std::uint32_t>> column_neurons(hid_t file, const std::string& group, std::uint64_t columns) {
  const auto nodes = h5::read<std::uint64_t>(file, group + "/mapping/node_ids");
  if (!nodes.ok()) return nodes.status();
  std::vector<std::uint64_t> pointers;
  if (h5::has(file, group + "/mapping/index_pointers")) {
    auto read = h5::read<std::uint64_t>(file, group + "/mapping/index_pointers");
    if (!read.ok()) return read.status();
    pointers = std::move(read->values);
  } else {
    for (std::uint64_t i = 0; i < nodes->values.size(); ++i) pointers.push_back(i);
  }
  const std::size_t n = nodes->values.size();
  if (pointers.size() == n) pointers.push_back(columns);
  if (pointers.size() != n + 1) return mismatch(group + "/mapping/index_pointers", "must have a value for every node");
  std::vector<std::uint32_t> neurons(columns);
  for (std::size_t i = 0; i < n; ++i) {
    if (pointers[i] > pointers[i + 1] || pointers[i + 1] > columns) {
      return mismatch(group + "/mapping/index_pointers", "must ascend up to the number of columns");
    }
    if (nodes->values[i] > std::numeric_limits<std::uint32_t>::max()) {
      return mismatch(group + "/mapping/node_ids", absl::StrCat(nodes->values[i], ", must be below 2^32"));
    }
    for (std::uint64_t c = pointers[i]; c < pointers[i + 1]; ++c)
      neurons[c] = static_cast<std::uint32_t>(nodes->values[i]);
  }
  return neurons;
}

absl::StatusOr<std::vector<double>> row_times(hid_t file, const std::string& group, std::uint64_t rows) {
  const std::string listed = group + "/mapping/times";
  if (h5::has(file, listed)) return h5::read_prefix<double>(file, listed, rows);
  const auto axis = h5::read<double>(file, group + "/mapping/time");
  if (!axis.ok()) return axis.status();
  if (axis->values.size() != 3) return mismatch(group + "/mapping/time", "must be start, stop, step");
  const double start = axis->values[0], step = axis->values[2];
  constexpr double kMostMs = 9.2e9;
  if (!(std::abs(start) < kMostMs && std::abs(step) < kMostMs &&
        std::abs(start + step * static_cast<double>(rows)) < kMostMs)) {
    return mismatch(group + "/mapping/time", "must be finite and below 9.2e9 ms");
  }
  // In picoseconds, so that the times are those that were sampled and not sums of rounded steps.
  std::vector<double> times(rows);
  for (std::uint64_t i = 0; i < rows; ++i) {
    times[i] = to_ms(time_from_ms(start) + duration_from_ms(step) * static_cast<std::int64_t>(i));
  }
  return times;
}

absl::StatusOr<RecordedReport> read_report(hid_t file, const std::string& name, std::optional<std::uint64_t> complete) {
  const std::string group = "/report/" + name, path = group + "/data";
  const absl::StatusOr<h5::Handle> opened = h5::open_group(file, group);
  if (!opened.ok()) return opened.status();
  const absl::StatusOr<h5::Handle> data = h5::open_dataset(file, path);
  if (!data.ok()) return data.status();
  const absl::StatusOr<std::vector<hsize_t>> shape = h5::shape_of(data->get());
  if (!shape.ok()) return shape.status();
  if (shape->size() != 2) return mismatch(path, "must have two dimensions, time and element");
  const std::uint64_t columns = (*shape)[1];
  std::uint64_t rows = columns == 0 ? 0 : (*shape)[0];
  if (complete && *complete > rows) return mismatch(path, "has fewer rows than were recorded");
  if (complete) rows = *complete;
  return RecordedReport{h5::string_attribute(opened->get(), "population").value_or(name),
                        h5::string_attribute(opened->get(), "variable").value_or(""),
                        h5::string_attribute(data->get(), "units").value_or(""),
                        h5::string_attribute(opened->get(), "projection").value_or(""),
                        columns,
                        rows};
}

// The source neuron of every column, of reports of weights; empty of others.
absl::StatusOr<std::vector<std::uint32_t>> column_sources(hid_t file, const std::string& group, std::uint64_t columns) {
  const std::string path = group + "/mapping/source_ids";
  if (!h5::has(file, path)) return std::vector<std::uint32_t>();
  const auto ids = h5::read<std::uint64_t>(file, path);
  if (!ids.ok()) return ids.status();
  if (ids->values.size() != columns) return mismatch(path, "must have a value for every column");
  std::vector<std::uint32_t> sources;
  for (const std::uint64_t id : ids->values) {
    if (id > std::numeric_limits<std::uint32_t>::max()) return mismatch(path, absl::StrCat(id, ", must be below 2^32"));
    sources.push_back(static_cast<std::uint32_t>(id));
  }
  return sources;
}

absl::StatusOr<RecordedTrace> read_trace(hid_t file, const std::string& name, std::optional<std::uint64_t> complete) {
  const std::string group = "/report/" + name, path = group + "/data";
  absl::StatusOr<RecordedReport> report = read_report(file, name, complete);
  if (!report.ok()) return report.status();
  const std::uint64_t columns = report->columns, rows = report->samples;
  RecordedTrace trace;
  trace.population = std::move(report->population);
  trace.variable = std::move(report->variable);
  trace.unit = std::move(report->unit);
  trace.projection = std::move(report->projection);
  absl::StatusOr<std::vector<std::uint32_t>> sources = column_sources(file, group, columns);
  if (!sources.ok()) return sources.status();
  trace.sources = *std::move(sources);
  absl::StatusOr<std::vector<std::uint32_t>> neurons = column_neurons(file, group, columns);
  if (!neurons.ok()) return neurons.status();
  trace.neurons = *std::move(neurons);
  absl::StatusOr<std::vector<double>> times = row_times(file, group, rows);
  if (!times.ok()) return times.status();
  trace.times_ms = *std::move(times);
  absl::StatusOr<std::vector<float>> values = h5::read_prefix<float>(file, path, rows);
  if (!values.ok()) return values.status();
  trace.values = *std::move(values);
  if (trace.values.size() != trace.times_ms.size() * trace.neurons.size())
    return mismatch(path, "does not match mapping");
  return trace;
}

// visit(name, complete rows if they are known) for every report that has data. Files of the reference library hold
// some without.
absl::Status for_each_report(hid_t file, const std::string& path, const auto& visit) {
  if (!h5::is_group(file, "/report")) return absl::OkStatus();
  const absl::StatusOr<std::map<std::string, std::uint64_t>> complete = complete_rows(file, path);
  if (!complete.ok()) return complete.status();
  const absl::StatusOr<std::vector<std::string>> names = h5::children(file, "/report");
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (!h5::has(file, "/report/" + name + "/data")) continue;
    const auto known = complete->find("/report/" + name);
    const absl::Status status =
        visit(name, known == complete->end() ? std::nullopt : std::optional<std::uint64_t>(known->second));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<RecordedReport>> read_recorded_reports(hid_t file, const std::string& path) {
  std::vector<RecordedReport> reports;
  const absl::Status status =
      for_each_report(file, path, [&](const std::string& name, std::optional<std::uint64_t> complete) {
        absl::StatusOr<RecordedReport> report = read_report(file, name, complete);
        if (report.ok()) reports.push_back(*std::move(report));
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return reports;
}

absl::StatusOr<std::vector<RecordedTrace>> read_recorded_traces(const std::string& path) {
  const absl::StatusOr<h5::Handle> file = h5::open_file(path);
  if (!file.ok()) return file.status();
  std::vector<RecordedTrace> traces;
  const absl::Status status =
      for_each_report(file->get(), path, [&](const std::string& name, std::optional<std::uint64_t> complete) {
        absl::StatusOr<RecordedTrace> trace = read_trace(file->get(), name, complete);
        if (trace.ok()) traces.push_back(*std::move(trace));
        return trace.status();
      });
  if (!status.ok()) return status;
  return traces;
}

}  // namespace volley::io
