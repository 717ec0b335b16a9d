#include "apps/volley/fit.h"

#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "apps/volley/build_plan.h"
#include "apps/volley/chip_choice.h"
#include "apps/volley/load.h"
#include "apps/volley/on_chip.h"
#include "apps/volley/places.h"
#include "apps/volley/status.h"
#include "apps/volley/values.h"
#include "engine/simulation.h"
#include "hardware/capacity.h"
#include "hardware/least_needs.h"
#include "hardware/place.h"
#include "hardware/quantise.h"

namespace volley::app {
namespace {

constexpr Duration kUsualStep{1'000'000'000};  // Loihi's networks usually advance 1 ms a step
constexpr double kWorthANote = 0.01;

std::vector<std::string> notes_on(const std::vector<hardware::Rounding>& roundings) {
  std::vector<std::string> notes;
  for (const hardware::Rounding& r : roundings) {
    if (r.relative_error < kWorthANote) continue;
    notes.push_back(absl::StrFormat("%s: %s %.6g %s becomes %.6g %s on the chip (%s)", r.thing, r.parameter, r.asked,
                                    r.unit, r.got, r.unit, r.field));
  }
  return notes;
}

}  // namespace

absl::StatusOr<FitResult> fit(const FitRequest& request, const io::RunPlan& plan, const ModelCatalog& models) {
  const auto chip = choose_chip("--chip", request.chip);
  if (!chip.ok()) return chip.status();
  const auto rates = rates_of(request.rates, plan.network);
  if (!rates.ok()) return rates.status();
  Duration step = request.step.value_or(kUsualStep);
  FitResult result{.chip = chip->name, .method = request.placement, .cores = chip->mesh.core_count()};
  result.problems = hardware::missing_models(plan.network, *chip);
  for (std::string& problem : hardware::certain_problems(plan.network, *chip)) {
    result.problems.push_back(std::move(problem));
  }
  if (!result.problems.empty()) return result;  // building it could take minutes and would not change that
  io::RunPlan as_integers = plan;
  if (has_integers(*chip)) {
    hardware::QuantiseOptions options = hardware::options_for(*chip);
    options.step = step;
    options.seed = plan.seed;
    auto quantised = hardware::quantise(plan.network, models, options);
    if (!quantised.ok()) {
      result.problems = absl::StrSplit(quantised.status().message(), '\n', absl::SkipEmpty());
      return result;
    }
    result.notes = notes_on(quantised->roundings);
    as_integers.network = std::move(quantised->network);
    step = quantised->step;
  }
  const auto simulation = build_plan(as_integers, models);
  if (!simulation.ok()) return simulation.status();
  const hardware::Wiring wiring = hardware::make_wiring(*simulation, *chip, step);

  result.problems = hardware::missing_features(as_integers.network, wiring, *chip);
  for (std::string& note : hardware::unchecked(wiring, *chip)) result.notes.push_back(std::move(note));
  const auto placement = place(request.placement, wiring, *chip, *rates, plan.seed);
  if (placement.status().code() == absl::StatusCode::kResourceExhausted) {
    result.problems.emplace_back(placement.status().message());
    return result;
  }
  if (!placement.ok()) return placement.status();
  for (std::string& problem : hardware::check_placement(wiring, *chip, *placement)) {
    result.problems.push_back(std::move(problem));
  }
  result.map = placement_map(wiring, *chip, *placement);
  result.placement = hardware::placement_yaml(*placement, wiring, chip->name);
  result.cores_used = hardware::cores_used(*placement);
  result.spike_hops_per_second = hardware::spike_hops(wiring, chip->mesh, *placement, *rates);
  if (request.save.empty()) return result;
  std::ofstream file(request.save);
  file << result.placement;
  if (!file.flush())
    return usage_error(absl::StrCat("--save-placement ", request.save, ": cannot be written; check the path"));
  return result;
}

std::string text_of(const FitResult& result) {
  std::string text;
  for (const std::string& note : result.notes) absl::StrAppend(&text, "note: ", note, "\n");
  if (!result.map.empty()) {
    absl::StrAppend(&text, "placement ", result.method, ": ", result.cores_used, " of ", result.cores, " cores, ",
                    short_number(result.spike_hops_per_second), " spike-hops per second at the given rates\n",
                    result.map);
  }
  absl::StrAppend(&text, result.problems.empty() ? "fits on " : "does not fit on ", result.chip,
                  result.problems.empty() && !result.notes.empty() ? ", with the notes above" : "", "\n");
  return text;
}

}  // namespace volley::app
