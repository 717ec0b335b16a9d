#include "apps/volley/on_chip.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "apps/volley/chip_choice.h"
#include "apps/volley/load.h"
#include "apps/volley/status.h"
#include "apps/volley/values.h"
#include "engine/validate.h"
#include "hardware/capacity.h"
#include "hardware/chip_library.h"
#include "hardware/least_needs.h"
#include "io/yaml_network.h"

namespace volley::app {
namespace {

std::string with_unit(double value, const std::string& unit) {
  return absl::StrCat(absl::StrFormat("%.6g", value), unit.empty() ? "" : " ", unit);
}

std::string percent(double fraction) {
  if (fraction == 0) return "0";
  if (fraction >= 0.1) return absl::StrFormat("%.0f%%", 100 * fraction);
  return fraction < 1e-6 ? "< 0.0001%" : absl::StrFormat("%.2g%%", 100 * fraction);
}

std::string comments_of(const OnChip& on_chip) {
  std::string text = absl::StrCat("# quantised for ", on_chip.chip.name, ", step ", short_time(on_chip.step), "\n");
  for (const hardware::Rounding& r : on_chip.roundings) {
    absl::StrAppend(&text, "# ", r.thing, ": ", r.parameter, " asked ", with_unit(r.asked, r.unit), ", got ",
                    with_unit(r.got, r.unit), " (", r.field, "), off by ", absl::StrFormat("%.3g", r.relative_error),
                    "\n");
  }
  return text;
}

}  // namespace

bool has_integers(const hardware::Chip& chip) {
  const std::vector<std::string_view> shipped = hardware::shipped_chip_names();
  return chip.name == "loihi" || std::find(shipped.begin(), shipped.end(), chip.name) == shipped.end();
}

absl::StatusOr<OnChip> put_on_chip(const ChipRequest& request, const ModelCatalog& models, io::RunPlan& plan) {
  auto chip = choose_chip("--chip", request.chip);
  if (!chip.ok()) return chip.status();
  if (!has_integers(*chip)) {
    return usage_error(absl::StrCat("--chip ", request.chip, ": chip ", chip->name,
                                    " has no integer form here, must be loihi or a chip's file with a name of its own; "
                                    "leave --chip out and price the recording with volley energy"));
  }
  hardware::QuantiseOptions options = hardware::options_for(*chip);
  options.weight_bits = request.weight_bits;
  options.seed = plan.seed;
  if (request.step) options.step = *request.step;
  // What quantising refuses as well, with better words, is left to it.
  std::vector<std::string> cannot_fit;
  if (problems_of(plan.network, models).empty()) cannot_fit = hardware::certain_problems(plan.network, *chip);
  if (!cannot_fit.empty() && needs_place(request)) return usage_error(absl::StrJoin(cannot_fit, "\n"));
  auto quantised = hardware::quantise(plan.network, models, options);
  if (!quantised.ok()) {
    return usage_error(
        absl::StrCat("the network cannot run on ", chip->name, ":\n", std::string(quantised.status().message())));
  }
  OnChip on_chip{
      *std::move(chip),     quantised->step, std::move(quantised->roundings), std::move(quantised->populations), {},
      std::move(cannot_fit)};
  for (const hardware::QuantisedProjection& projection : quantised->projections) {
    std::string note = hardware::delay_note("projection " + projection.name, projection.delay_steps, on_chip.chip);
    if (!note.empty()) on_chip.notes.push_back(std::move(note));
  }
  const bool is_lava = !plan.inputs.empty() && ending_of(plan.inputs.front().path) == "net";
  plan.network = std::move(quantised->network);
  if (!is_lava) plan.resolved = comments_of(on_chip) + io::resolved_yaml(plan, models);
  return on_chip;
}

std::string rounding_report(const OnChip& on_chip, std::size_t most) {
  std::string text = absl::StrCat("as integers of ", on_chip.chip.name, ", step ", short_time(on_chip.step), "\n");
  for (const std::string& note : on_chip.notes) absl::StrAppend(&text, "note: ", note, "\n");
  if (on_chip.roundings.empty()) return text + "nothing was rounded: the network is integers already\n";
  std::vector<std::vector<std::string>> rows{{"rounded", "", "asked", "got", "off by", "held as"}};
  for (std::size_t i = 0; i < on_chip.roundings.size() && i < most; ++i) {
    const hardware::Rounding& r = on_chip.roundings[i];
    rows.push_back({r.thing, r.parameter, with_unit(r.asked, r.unit), with_unit(r.got, r.unit),
                    percent(r.relative_error), r.field});
  }
  absl::StrAppend(&text, align(rows, "llrrrl"));
  if (on_chip.roundings.size() > most) {
    absl::StrAppend(&text, "and ", on_chip.roundings.size() - most, " more, none of them worse (--json has all)\n");
  }
  for (const hardware::QuantisedPopulation& p : on_chip.populations) {
    if (p.units_per_mv == 0) continue;
    absl::StrAppend(&text, "population ", p.name, ": ", short_number(p.units_per_mv),
                    " units of v to 1 mV, lowest potential ", short_number(p.floor_mv), " mV\n");
  }
  return text;
}

}  // namespace volley::app
