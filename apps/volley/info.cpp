// volley info
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "apps/volley/catalog.h"
#include "apps/volley/console.h"
#include "apps/volley/json_reports.h"
#include "apps/volley/load.h"
#include "apps/volley/requests.h"
#include "apps/volley/values.h"
#include "io/file_bytes.h"
#include "io/recording.h"
#include "io/spike_files.h"

namespace volley::app {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string inputs_text(const std::vector<io::InputFile>& inputs) {
  std::string text;
  for (const io::InputFile& input : inputs)
    absl::StrAppend(&text, "input      ", input.path, "  sha256 ", input.sha256, "\n");
  return text;
}

std::string reports_text(const io::RecordingInfo& info) {
  const auto or_dash = [](const std::string& word) { return word.empty() ? "-" : word; };
  Rows reports{{"probe of", "variable", "unit", "neurons or synapses", "samples"}};
  for (const io::RecordedReport& report : info.reports) {
    reports.push_back({report.projection.empty() ? report.population : report.projection, or_dash(report.variable),
                       or_dash(report.unit), with_commas(report.columns), with_commas(report.samples)});
  }
  return align(reports, "lllrr");
}

// Of a file that another simulator wrote.
std::string sonata_text(const io::RecordingInfo& info, const std::string& file) {
  const bool spikes = !info.recorded_spikes.empty() || info.reports.empty();
  std::string text = absl::StrCat(file, ": SONATA ", spikes ? "spikes" : "reports", "\n");
  if (spikes) {
    Rows rows{{"population", "spikes"}};
    for (const auto& [name, count] : info.recorded_spikes) rows.push_back({name, with_commas(count)});
    absl::StrAppend(&text, align(rows, "lr"));
  }
  if (!info.reports.empty()) absl::StrAppend(&text, spikes ? "\n" : "", reports_text(info));
  return text;
}

std::string recording_text(const io::RecordingInfo& info, const std::string& file) {
  if (!info.is_volley) return sonata_text(info, file);
  Rows rows{{"population", "neurons", "spikes", "recorded", "synaptic events", "drive events"}};
  std::string text = absl::StrCat(
      file, ": recording, ", info.outcome, info.error.empty() ? "" : absl::StrCat(" (", info.error, ")"), ", ",
      short_time(duration_from_ms(info.reached_ms)), " of ", short_time(duration_from_ms(info.until_ms)),
      "\ncommand    ", info.command_line, "\nseed       ", info.seed, ", threads ", info.threads, "\nvolley     ",
      info.version, " (", info.build, ")\nstarted    ", info.started, "\nfinished   ",
      info.finished.empty() ? "not yet, or the run was killed" : info.finished, "\n", inputs_text(info.inputs), "\n");
  for (const PopulationCounters& entry : info.populations) {
    const auto recorded = info.recorded_spikes.find(entry.name);
    rows.push_back({entry.name + (entry.is_source ? " (source)" : ""), with_commas(entry.size),
                    with_commas(entry.counts.spikes),
                    recorded == info.recorded_spikes.end() ? "-" : with_commas(recorded->second),
                    with_commas(entry.counts.synaptic_events), with_commas(entry.counts.external_events)});
  }
  absl::StrAppend(&text, align(rows, "lrrrrr"));
  if (!info.projections.empty()) {
    Rows projections{{"projection", "from", "to", "synaptic events"}};
    for (const io::ProjectionCounters& entry : info.projections) {
      projections.push_back({entry.name, entry.source, entry.target, with_commas(entry.synaptic_events)});
    }
    absl::StrAppend(&text, "\n", align(projections, "lllr"));
  }
  if (!info.reports.empty()) absl::StrAppend(&text, "\n", reports_text(info));
  return text;
}

std::string network_text(const io::RunPlan& plan, const std::string& file) {
  std::string text =
      absl::StrCat(file, ": network ", plan.network.name, ", seed ", plan.seed, ", ",
                   plan.until > Duration{0} ? "until " + short_time(plan.until) : "without a length of time", "\n",
                   inputs_text(plan.inputs), "\n");
  Rows rows{{"population", "model", "neurons"}};
  for (const PopulationSpec& entry : plan.network.populations) {
    rows.push_back({entry.name, entry.model, with_commas(entry.size)});
  }
  for (const SourceSpec& entry : plan.network.sources)
    rows.push_back({entry.name, "(source)", with_commas(entry.size)});
  absl::StrAppend(&text, align(rows, "llr"));
  Rows projections{{"projection", "from", "to"}};
  for (const ProjectionSpec& entry : plan.network.projections) {
    projections.push_back({entry.name.empty() ? absl::StrCat(entry.source, "_to_", entry.target) : entry.name,
                           entry.source, entry.target});
  }
  return absl::StrCat(text, "\n", align(projections, "lll"));
}

SpikeFileSummary summary_of(const std::string& path, const io::SpikeFile& file) {
  SpikeFileSummary summary{.file = path, .format = file.format, .spikes = file.spikes.size()};
  if (file.spikes.empty()) return summary;
  summary.first = summary.last = file.spikes.front().first;
  for (const auto& [at, neuron] : file.spikes) {
    summary.first = std::min(summary.first, at);
    summary.last = std::max(summary.last, at);
    summary.highest_neuron = std::max(summary.highest_neuron, neuron);
  }
  return summary;
}

std::string text_of(const SpikeFileSummary& summary) {
  std::string text = absl::StrCat(summary.file, ": ", with_commas(summary.spikes), " spikes (", summary.format, ")");
  if (summary.spikes > 0) {
    absl::StrAppend(&text, ", neurons up to ", summary.highest_neuron, ", ", exact_ms(summary.first), " to ",
                    exact_ms(summary.last), " ms");
  }
  return text + "\n";
}

}  // namespace

absl::StatusOr<ExitCode> carry_out(const InfoRequest& request, Console& console) {
  if (!std::filesystem::exists(request.file)) {
    return absl::NotFoundError(absl::StrCat(request.file, ": no such file; check the path"));
  }
  if (absl::Status status = io::check_regular_file(request.file); !status.ok()) return unreadable(status);
  const std::string ending = ending_of(request.file);
  if (ending == "yaml" || ending == "yml" || ending == "net") {
    const auto plan =
        load_plan({.file = request.file, .overrides = {}, .inputs = {}, .seed = {}, .until = {}}, volley_catalog());
    if (!plan.ok()) return plan.status();
    console.data(request.json ? json_of_network(*plan, request.file) : network_text(*plan, request.file));
    return ExitCode::kOk;
  }
  if (ending == "h5" || ending == "hdf5" || io::is_hdf5(request.file)) {
    const auto recording = io::Recording::open(request.file);
    if (!recording.ok()) return unreadable(recording.status());
    console.data(request.json ? json_of(recording->info(), request.file)
                              : recording_text(recording->info(), request.file));
    return ExitCode::kOk;
  }
  const auto spikes = io::read_spikes(request.file);
  if (!spikes.ok()) return unreadable(spikes.status());
  const SpikeFileSummary summary = summary_of(request.file, *spikes);
  console.data(request.json ? json_of(summary) : text_of(summary));
  return ExitCode::kOk;
}

}  // namespace volley::app
