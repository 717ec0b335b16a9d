// volley run
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "apps/volley/catalog.h"
#include "apps/volley/gap.h"
#include "apps/volley/interrupt.h"
#include "apps/volley/json_reports.h"
#include "apps/volley/load.h"
#include "apps/volley/on_chip.h"
#include "apps/volley/outputs.h"
#include "apps/volley/placed_run.h"
#include "apps/volley/places.h"
#include "apps/volley/report.h"
#include "apps/volley/requests.h"
#include "apps/volley/session.h"
#include "apps/volley/set_up.h"
#include "apps/volley/status.h"
#include "engine/connect.h"
#include "engine/did_you_mean.h"

namespace volley::app {
namespace {

constexpr std::size_t kMostRoundings = 12;

std::optional<ReadoutScore> score_of(const std::optional<io::Readout>& readout, const SessionResult& result,
                                     const SpikeCollector& spikes) {
  for (std::size_t i = 0; readout && i < result.populations.size(); ++i) {
    const PopulationCounters& population = result.populations[i].counters;
    if (population.name == readout->population) return score(*readout, spikes.spikes(i), result.reached);
  }
  return std::nullopt;
}

absl::StatusOr<PlacedRequest> placed_request(const ChipRequest& request, const OnChip& on_chip,
                                             const io::RunPlan& plan) {
  PlacedRequest placed{.chip = &on_chip.chip, .step = on_chip.step};
  auto rates = rates_of(request.rates, plan.network);
  if (!rates.ok()) return rates.status();
  placed.rate_of_neuron = *std::move(rates);
  placed.required = needs_place(request);
  placed.cannot_fit = on_chip.cannot_fit;
  if (!request.placement.empty()) placed.placement = request.placement;
  placed.mesh = request.time_network;
  placed.timeline = request.timeline;
  if (request.window) {
    if (*request.window % on_chip.step != Duration{0}) {
      return usage_error(absl::StrFormat("--window %g ms: must be a whole number of the chip's steps of %g ms",
                                         to_ms(*request.window), to_ms(on_chip.step)));
    }
    placed.window_steps = static_cast<std::uint64_t>((*request.window + on_chip.step - Duration{1}) / on_chip.step);
  }
  placed.seed = plan.seed;
  return placed;
}

absl::Status check_projections(const std::vector<SavedWeights>& files, const Network& network) {
  std::vector<std::string> known;
  for (const ProjectionSpec& projection : network.projections) known.push_back(projection_name(projection));
  for (const SavedWeights& file : files) {
    if (std::find(known.begin(), known.end(), file.projection) != known.end()) continue;
    return usage_error(absl::StrCat("--save-weights ", file.projection, "=", file.path,
                                    ": the network has no projection `", file.projection, "`",
                                    known.empty() ? " and no other" : "; " + did_you_mean(file.projection, known)));
  }
  return absl::OkStatus();
}

absl::Status check_outputs(const RunRequest& request, const io::RunPlan& plan) {
  std::vector<io::InputFile> inputs = plan.inputs;
  std::vector<OutputOption> outputs{{"-o", request.output}};
  for (const SavedWeights& file : request.save_weights) outputs.push_back({"--save-weights", file.path});
  if (request.on) {
    outputs.push_back({"--timeline", request.on->timeline});
    for (const std::string& path : {request.on->chip, request.on->placement, request.on->rates}) {
      inputs.push_back({path, {}});
    }
  }
  return check_outputs(outputs, inputs);
}

std::vector<PopulationCounters> counters_of(const SessionResult& result) {
  std::vector<PopulationCounters> counters;
  for (const SessionPopulation& entry : result.populations) counters.push_back(entry.counters);
  return counters;
}

}  // namespace

absl::StatusOr<ExitCode> carry_out(const RunRequest& request, Console& console) {
  const ModelCatalog models = volley_catalog();
  std::optional<Interrupt> set_up{std::in_place};
  end_at_first_signal(*set_up, console);
  auto plan = load_plan(request.plan, models);
  if (!plan.ok()) return plan.status();
  const auto until = until_of(*plan, request.plan.file);
  if (!until.ok()) return until.status();
  const auto threads = threads_of(request.threads);
  if (!threads.ok()) return threads.status();
  if (absl::Status status = check_projections(request.save_weights, plan->network); !status.ok()) return status;
  if (absl::Status status = check_outputs(request, *plan); !status.ok()) return status;
  const bool compare = request.on && request.on->compare_exact;
  std::optional<io::RunPlan> exact_plan;
  if (compare) exact_plan = *plan;
  std::optional<OnChip> on_chip;
  if (request.on) {
    auto placed = put_on_chip(*request.on, models, *plan);
    if (!placed.ok()) return placed.status();
    on_chip = *std::move(placed);
    if (!on_chip->cannot_fit.empty()) {  // said now, for the run may take long
      console.say(absl::StrCat("the network does not fit on ", on_chip->chip.name,
                               ", so its neurons have no places, counts are by population and nothing is "
                               "timed: ",
                               absl::StrJoin(on_chip->cannot_fit, "\n")));
    }
  }
  const std::optional<io::Readout> readout = plan->readout;
  SpikeCollector spikes, exact_spikes;
  SessionRequest session{.plan = *std::move(plan),
                         .until = *until,
                         .threads = *threads,
                         .output = request.output,
                         .command_line = request.command_line,
                         .raster = !request.json && (request.raster || console.out_is_terminal()),
                         .replayed = {},
                         .save_weights = request.save_weights};
  if (on_chip) {
    session.chip = &on_chip->chip;
    session.step = on_chip->step;
    auto placed = placed_request(*request.on, *on_chip, session.plan);
    if (!placed.ok()) return placed.status();
    session.placed = *std::move(placed);
    if (!request.on->rates.empty() && session.placed->placement != "traffic") {
      console.say(absl::StrCat("note: --rates ", request.on->rates,
                               " steers placement by traffic alone, and this one is ", session.placed->placement,
                               "; add --placement traffic"));
    }
  }
  if (compare || readout) session.observer = &spikes;
  set_up.reset();  // the session has its own
  const auto result = run_session(std::move(session), models, console);
  if (!result.ok()) return result.status();

  RunExtras extras{.on_chip = on_chip, .gap = {}, .readout = {}, .readout_population = {}};
  bool interrupted = result->interrupted;
  if (compare && !interrupted) {
    const auto exact = run_session({.plan = *std::move(exact_plan),
                                    .until = *until,
                                    .threads = *threads,
                                    .output = {},
                                    .command_line = request.command_line,
                                    .raster = false,
                                    .replayed = {},
                                    .observer = &exact_spikes},
                                   models, console);
    if (!exact.ok()) return exact.status();
    interrupted = exact->interrupted;
    extras.gap = gap_between(counters_of(*result), exact_spikes, spikes, readout, on_chip->step,
                             std::min(result->reached, exact->reached));
    if (interrupted) extras.gap.reset();
  }
  if (!extras.gap) extras.readout = score_of(readout, *result, spikes);
  if (extras.readout) extras.readout_population = readout->population;

  if (request.json) {
    console.data(json_of(*result, "volley.run/1", extras));
  } else if (!console.quiet()) {
    std::string text = run_report(*result);
    if (on_chip) text += "\n" + rounding_report(*on_chip, kMostRoundings);
    if (result->placed) text += "\n" + placed_report(*result->placed);
    if (extras.gap) text += "\n" + gap_report(*extras.gap);
    if (extras.readout) text += "\n" + readout_report(extras.readout_population, *extras.readout);
    console.data(text);
  }
  console.flush();
  say_after_run(*result, console);
  if (!result->why_unplaced.empty() && on_chip->cannot_fit.empty()) {
    console.say(absl::StrCat("neurons have no places, so counts are by population and nothing is timed: ",
                             result->why_unplaced));
  }
  if (interrupted && !result->interrupted) console.say("interrupted in the exact run; nothing was compared");
  return interrupted ? ExitCode::kInterrupted : ExitCode::kOk;
}

}  // namespace volley::app
