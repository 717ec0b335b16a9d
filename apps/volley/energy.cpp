// volley energy
#include "hardware/energy.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/volley/console.h"
#include "apps/volley/json_reports.h"
#include "apps/volley/requests.h"
#include "apps/volley/values.h"
#include "hardware/chip_library.h"
#include "hardware/ledger.h"
#include "io/did_you_mean.h"
#include "io/recording.h"

namespace volley::app {
namespace {

constexpr Duration kUsualStep{1'000'000'000};  // Loihi's networks usually advance 1 ms a step

absl::StatusOr<hardware::Chip> chip_named(const std::string& name) {
  auto chip = hardware::shipped_chip(name);
  if (chip.ok()) return chip;
  std::vector<std::string> known;
  for (const std::string_view other : hardware::shipped_chip_names()) known.emplace_back(other);
  return usage_error(absl::StrCat("--chip ", name, ": no such chip; ", io::did_you_mean(name, known)));
}

absl::StatusOr<const hardware::CoefficientTable*> table_named(const hardware::Chip& chip, const std::string& name) {
  if (const hardware::CoefficientTable* table = chip.table(name)) return table;
  std::vector<std::string> known;
  for (const hardware::CoefficientTable& table : chip.tables) known.push_back(table.name);
  return usage_error(
      absl::StrCat("--table ", name, ": chip ", chip.name, " has no such table; ", io::did_you_mean(name, known)));
}

std::vector<std::string> row_of(const hardware::EnergyLine& line, double total_pj) {
  const std::string event = line.detail.empty() ? line.event : absl::StrCat(line.event, ", ", line.detail);
  const std::string bound = line.bound.empty() ? "" : absl::StrCat(" (", line.bound, ")");
  return {absl::StrCat("  ", event),
          line.count ? with_commas(*line.count) : "not counted",
          line.coefficient_pj ? absl::StrCat(absl::StrFormat("%g", *line.coefficient_pj), " pJ", bound) : "unset",
          line.energy_pj ? short_energy(*line.energy_pj) : "-",
          line.energy_pj && total_pj > 0 ? absl::StrFormat("%.1f%%", 100 * *line.energy_pj / total_pj) : "-",
          std::string(hardware::name_of(line.unit)),
          line.coefficient_pj ? std::string(hardware::name_of(line.evidence)) : "-",
          line.source.empty() ? line.why_missing : line.source};
}

std::string breakdown(const hardware::EnergyReport& report, hardware::GroupBy by) {
  std::vector<std::vector<std::string>> rows{{by == hardware::GroupBy::kUnit ? "unit" : "population", "count",
                                              "coefficient", "energy", "share", "unit", "class", "source"}};
  for (const hardware::EnergyGroup& group : hardware::grouped(report, by)) {
    const bool priced = std::any_of(group.lines.begin(), group.lines.end(),
                                    [](const hardware::EnergyLine& line) { return line.energy_pj.has_value(); });
    const std::string share =
        priced && report.total_pj > 0 ? absl::StrFormat("%.1f%%", 100 * group.energy_pj / report.total_pj) : "-";
    rows.push_back({group.name, "", "", priced ? short_energy(group.energy_pj) : "-", share, "", "", ""});
    for (const hardware::EnergyLine& line : group.lines) rows.push_back(row_of(line, report.total_pj));
  }
  return align(rows, "lrlrrlll");
}

std::string energy_report(const hardware::EnergyReport& report, hardware::GroupBy by) {
  std::string text =
      absl::StrCat(report.chip_title, ", estimated with table ", report.table, " (", report.table_title, "; ",
                   report.basis, ")\n", short_time(report.duration), " in ", with_commas(report.steps), " steps of ",
                   short_time(report.step), "; every neuron is updated once a step, active when it fires\n\n",
                   breakdown(report, by), "\ntotal  ", short_energy(report.total_pj), "\n");
  if (report.total_all_active_pj) {
    absl::StrAppend(&text, "       ", short_energy(*report.total_all_active_pj),
                    " if every update were active: the counts cannot tell which neurons received input\n");
  }
  if (report.static_part) {
    const hardware::StaticEnergy& part = *report.static_part;
    absl::StrAppend(&text, "static ", part.energy_pj ? short_energy(*part.energy_pj) : "unset",
                    ", not in the total: ", part.power_mw ? absl::StrCat(short_number(*part.power_mw), " mW") : "unset",
                    " for one chip running in real time (", std::string(hardware::name_of(part.evidence)), ": ",
                    part.source, ")\n");
  }
  std::string missing;
  for (const hardware::EnergyLine& line : report.lines) {
    if (!line.population.empty() || line.why_missing.empty()) continue;
    absl::StrAppend(&missing, "  ", line.event, ": ", line.why_missing, "\n");
  }
  if (!missing.empty()) absl::StrAppend(&text, "without an energy, and not counted as 0:\n", missing);
  return text;
}

}  // namespace

absl::StatusOr<ExitCode> carry_out(const EnergyRequest& request, Console& console) {
  const auto chip = chip_named(request.chip);
  if (!chip.ok()) return chip.status();
  const auto table = table_named(*chip, request.table);
  if (!table.ok()) return table.status();
  const auto recording = io::Recording::open(request.recording);
  if (!recording.ok()) return unreadable(recording.status());
  const io::RecordingInfo& info = recording->info();
  if (!info.is_volley || info.populations.empty()) {
    return absl::DataLossError(
        absl::StrCat(request.recording, ": holds no event counts", "; energy needs a recording made by volley run -o"));
  }
  if (info.outcome == "unfinished" && info.reached_ms <= 0) {
    return absl::DataLossError(absl::StrCat(request.recording,
                                            ": the run has only begun, or was killed before its first counts were ",
                                            "written, about a second after it began; run it again"));
  }
  const auto ledger =
      hardware::make_ledger(info.populations, duration_from_ms(info.reached_ms), request.step.value_or(kUsualStep));
  if (!ledger.ok()) return ledger.status();
  const hardware::EnergyReport report = hardware::price(*ledger, *chip, **table);
  const auto by = request.by == Breakdown::kUnit ? hardware::GroupBy::kUnit : hardware::GroupBy::kPopulation;
  console.data(request.json ? json_of(report, by, request.recording) : energy_report(report, by));
  return ExitCode::kOk;
}

}  // namespace volley::app
