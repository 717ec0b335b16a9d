// volley energy
#include "hardware/energy.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "apps/volley/chip_choice.h"
#include "apps/volley/console.h"
#include "apps/volley/energy_page.h"
#include "apps/volley/energy_sweep.h"
#include "apps/volley/energy_text.h"
#include "apps/volley/json_energy.h"
#include "apps/volley/ledger_energy.h"
#include "apps/volley/ledger_file.h"
#include "apps/volley/outputs.h"
#include "apps/volley/own_plan.h"
#include "apps/volley/requests.h"
#include "hardware/ledger.h"
#include "hardware/sweep.h"
#include "io/file_bytes.h"
#include "io/recording.h"

namespace volley::app {
namespace {

constexpr Duration kUsualStep{1'000'000'000};  // Loihi's networks usually advance 1 ms a step
constexpr hardware::Unit kUnits[] = {hardware::Unit::kSynapse,  hardware::Unit::kNeuron,  hardware::Unit::kRouter,
                                     hardware::Unit::kLearning, hardware::Unit::kBarrier, hardware::Unit::kChip};

absl::StatusOr<ExitCode> write_page(const std::string& path, const EnergyPage& page, Console& console) {
  if (absl::Status written = io::write_file_bytes(path, html_of(page)); !written.ok()) {
    return usage_error(
        absl::StrCat("--html: ", std::string(written.message()), "; choose a file in a folder that exists"));
  }
  console.say(absl::StrCat("wrote ", path, "; open it in a browser"));
  return ExitCode::kOk;
}

// Adds energies of lines or events by unit.
template <class Lines>
SweepPoint point_of(const Lines& lines) {
  SweepPoint point;
  for (const hardware::Unit unit : kUnits) {
    double sum = 0;
    bool any = false;
    for (const auto& line : lines) {
      if (line.unit != unit || !line.energy_pj) continue;
      sum += *line.energy_pj;
      any = true;
    }
    if (any) point.unit_pj.emplace_back(unit, sum);
  }
  for (const auto& line : lines) {
    if (line.energy_pj) point.dynamic_pj = point.dynamic_pj.value_or(0) + *line.energy_pj;
  }
  return point;
}

ExitCode print(const Sweep& sweep, const EnergyRequest& request, Console& console) {
  console.data(request.json ? json_of(sweep, request.recording) : csv_of(sweep));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> sweep_ledger(const EnergyRequest& request, const LedgerEnergy& energy, Console& console) {
  const hardware::CoefficientTable& table = energy.tables.front().table;
  const hardware::ChipLedger counts = hardware::condensed(energy.ledger());
  const hardware::ChipLedger complete = hardware::condensed_steps(
      energy.ledger(), std::min(energy.inferences * energy.inference_steps, energy.ledger().steps));
  const bool cores = request.sweep->key.starts_with("core_static");
  const std::string static_event = cores ? "core_static" : "chip_static";
  auto sweep = run_sweep(*request.sweep, energy.chip, table, [&](const hardware::CoefficientTable& each) {
    SweepPoint point = point_of(hardware::price_window(counts, counts.windows.front(), each).events);
    if (point.dynamic_pj) {
      const double pj = energy.incomplete_steps == 0
                            ? *point.dynamic_pj
                            : hardware::price_window(complete, complete.windows.front(), each).total_pj;
      point.inference_pj = pj / static_cast<double>(energy.inferences);
    }
    for (const hardware::StaticPower& part : hardware::static_power(each, counts.cores_used)) {
      if (part.event == static_event) point.static_pj = part.energy_pj(energy.real_time());
    }
    return point;
  });
  if (!sweep.ok()) return sweep.status();
  sweep->inferences = energy.inferences;
  return print(*sweep, request, console);
}

absl::Status check_page(const EnergyRequest& request) {
  const OutputOption output{"--html", request.html};
  const io::InputFile inputs[] = {{request.recording, {}}, {request.chip, {}}, {request.compare, {}}};
  return check_outputs({&output, 1}, inputs);
}

// A run whose recording has a ledger.
absl::StatusOr<ExitCode> placed(const EnergyRequest& request, StoredLedger stored, const io::RecordingInfo& info,
                                Console& console) {
  if (request.step && *request.step != stored.ledger.step) {
    return usage_error(absl::StrCat("--step: ", request.recording, " was placed and counted in steps of ",
                                    to_ms(stored.ledger.step), " ms; leave --step out"));
  }
  const auto energy = price_ledger(request, std::move(stored), info);
  if (!energy.ok()) return energy.status();
  if (request.sweep) return sweep_ledger(request, *energy, console);
  if (!request.html.empty()) {
    if (const auto written = write_page(request.html, page_of(*energy), console); !written.ok()) return written;
    if (!request.json) return ExitCode::kOk;
  }
  console.data(request.json ? json_of(*energy, request.by) : text_of(*energy, request.by));
  return ExitCode::kOk;
}

absl::StatusOr<std::vector<hardware::EnergyReport>> reports_of(const EnergyRequest& request,
                                                               const hardware::Ledger& ledger) {
  std::vector<hardware::EnergyReport> reports;
  const auto chip = choose_chip("--chip", request.chip.empty() ? "loihi" : request.chip);
  if (!chip.ok()) return chip.status();
  const auto table = choose_table(*chip, request.table);
  if (!table.ok()) return table.status();
  reports.push_back(hardware::price(ledger, *chip, **table));
  if (request.compare.empty()) return reports;
  const auto other = choose_chip("--compare", request.compare);
  if (!other.ok()) return other.status();
  for (const hardware::CoefficientTable& each : other->tables) {
    reports.push_back(hardware::price(ledger, *other, each));
  }
  return reports;
}

absl::StatusOr<ExitCode> sweep_counters(const EnergyRequest& request, const hardware::Ledger& ledger,
                                        Console& console) {
  const auto chip = choose_chip("--chip", request.chip.empty() ? "loihi" : request.chip);
  if (!chip.ok()) return chip.status();
  const auto table = choose_table(*chip, request.table);
  if (!table.ok()) return table.status();
  if (request.sweep->key.starts_with("core_static")) {
    return usage_error(absl::StrCat("--sweep ", request.sweep->key, ": ", request.recording,
                                    " was not placed on a chip, so the number of its cores is not known; ",
                                    "run it with volley run --chip"));
  }
  const auto sweep = run_sweep(*request.sweep, *chip, **table, [&](const hardware::CoefficientTable& each) {
    const hardware::EnergyReport report = hardware::price(ledger, *chip, each);
    SweepPoint point = point_of(report.lines);
    if (report.static_part) point.static_pj = report.static_part->energy_pj;
    point.inference_pj = point.dynamic_pj;  // the whole run
    return point;
  });
  if (!sweep.ok()) return sweep.status();
  return print(*sweep, request, console);
}

// Why a run on a chip has no ledger, which is written when a run has ended.
void note_missing_ledger(const EnergyRequest& request, const io::RecordingInfo& info, Console& console) {
  const std::string chip = recorded_chip(info.command_line);
  if (chip.empty()) return;
  const bool ended = info.outcome == "complete" || info.outcome == "interrupted";
  console.say(absl::StrCat(
      "note: ", request.recording, " was recorded with --chip ", chip, " and has no ledger: ",
      ended ? "its network was not placed" : absl::StrCat("the run was not closed in order (", info.outcome, ")"),
      "; the counts of its populations are priced, without messages, cores or links; ",
      ended ? "volley check --chip says what does not fit" : "run it again to its end for those"));
}

// A run without a placement: priced from the counters of its populations.
absl::StatusOr<ExitCode> unplaced(const EnergyRequest& request, const io::RecordingInfo& info, Console& console) {
  const bool needs_ledger = request.by != Breakdown::kUnit && request.by != Breakdown::kPopulation;
  if (needs_ledger || request.inference) {
    return usage_error(absl::StrCat(request.inference ? "--inference" : "--by", ": ", request.recording,
                                    " was not placed on a chip, so nothing is counted by core, link or step; ",
                                    "run it with volley run --chip, or choose --by unit or --by population"));
  }
  const auto ledger =
      hardware::make_ledger(info.populations, duration_from_ms(info.reached_ms), request.step.value_or(kUsualStep));
  if (!ledger.ok()) return ledger.status();
  if (request.sweep) return sweep_counters(request, *ledger, console);
  const auto reports = reports_of(request, *ledger);
  if (!reports.ok()) return reports.status();
  std::uint64_t operations = 0;
  for (const hardware::PopulationActivity& entry : ledger->populations) operations += entry.synaptic_operations;
  const auto comparisons = hardware::comparisons(dense_macs_of(info), ledger->steps, 1, operations);
  if (!request.html.empty()) {
    const EnergyPage page = page_of(*reports, comparisons, request.recording);
    if (const auto written = write_page(request.html, page, console); !written.ok()) return written;
    if (!request.json) return ExitCode::kOk;
  }
  const auto by = request.by == Breakdown::kUnit ? hardware::GroupBy::kUnit : hardware::GroupBy::kPopulation;
  if (request.json) {
    console.data(json_of(*reports, comparisons, by, request.recording));
    return ExitCode::kOk;
  }
  for (std::size_t i = 0; i < reports->size(); ++i) {
    console.data(absl::StrCat(i == 0 ? "" : "\n", text_of((*reports)[i], by)));
  }
  if (by == hardware::GroupBy::kUnit) console.data(comparison_rows(comparisons));
  return ExitCode::kOk;
}

}  // namespace

absl::StatusOr<ExitCode> carry_out(const EnergyRequest& request, Console& console) {
  const auto recording = io::Recording::open(request.recording);
  if (!recording.ok()) return unreadable(recording.status());
  const io::RecordingInfo& info = recording->info();
  if (!info.is_volley || info.populations.empty()) {
    return absl::DataLossError(
        absl::StrCat(request.recording, ": holds no event counts", "; energy needs a recording made by volley run -o"));
  }
  if (absl::Status page = check_page(request); !page.ok()) return page;
  auto stored = load_ledger(request.recording);
  if (!stored.ok()) return unreadable(stored.status());
  if (*stored) {
    if (absl::Status fits = check_ledger(**stored, info, request.recording); !fits.ok()) return fits;
  }
  if (*stored) return placed(request, **std::move(stored), info, console);
  if (info.reached_ms <= 0) {
    return absl::DataLossError(absl::StrCat(request.recording,
                                            ": the run reached no time, or ended before its first counts were ",
                                            "written, about a second after it began; run it again"));
  }
  note_missing_ledger(request, info, console);
  return unplaced(request, info, console);
}

}  // namespace volley::app
