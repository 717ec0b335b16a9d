#include "apps/volley/typed.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "apps/volley/values.h"
#include "engine/did_you_mean.h"

namespace volley::app {
namespace {

// The position of `value` in `choices`.
absl::StatusOr<std::size_t> choose(std::string_view what, const std::string& value,
                                   const std::vector<std::string>& choices) {
  const auto found = std::find(choices.begin(), choices.end(), value);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  const std::string hint = did_you_mean(value, choices);  // lists the choices where none is near
  return usage_error(absl::StrCat(std::string(what), " `", value, "` must be one of ", absl::StrJoin(choices, ", "),
                                  absl::StartsWith(hint, "known") ? "" : "; " + hint));
}

// The words as a shell would take them again.
std::string joined(const std::vector<std::string>& arguments) {
  std::string line = "volley";
  for (const std::string& argument : arguments) {
    const bool plain = !argument.empty() && argument.find_first_of(" \t\n'\"\\$&|;<>()*?`") == std::string::npos;
    absl::StrAppend(&line, " ", plain ? argument : "'" + absl::StrJoin(absl::StrSplit(argument, '\''), "'\\''") + "'");
  }
  return line;
}

absl::StatusOr<PlanRequest> plan_of(const Typed& typed, const std::string& file) {
  PlanRequest plan{.file = file, .overrides = {}, .inputs = typed.inputs, .seed = {}, .until = {}};
  for (const std::string& text : typed.overrides) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return usage_error(absl::StrCat("-s `", text, "` must be key=value, such as -s parameters.g=5"));
    }
    plan.overrides.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  if (!typed.seed.empty()) {
    const auto seed = parse_count(typed.seed, "--seed", 0, std::numeric_limits<std::uint64_t>::max());
    if (!seed.ok()) return seed.status();
    plan.seed = *seed;
  }
  if (!typed.until.empty()) {
    const auto until = parse_duration(typed.until, "--until");
    if (!until.ok()) return until.status();
    plan.until = *until;
  }
  return plan;
}

absl::StatusOr<std::optional<unsigned>> threads_of(const Typed& typed) {
  if (typed.threads.empty()) return std::optional<unsigned>();
  const auto threads = parse_count(typed.threads, "--threads", 1, 1024);
  if (!threads.ok()) return threads.status();
  return std::optional(static_cast<unsigned>(*threads));
}

absl::StatusOr<std::optional<ChipRequest>> chip_of(const Typed& typed) {
  if (typed.run_chip.empty()) {
    for (const auto& [option, value] : {std::pair{"--weight-bits", &typed.weight_bits},
                                        {"--compare", &typed.compare},
                                        {"--step", &typed.step},
                                        {"--placement", &typed.placement},
                                        {"--rates", &typed.rates},
                                        {"--timing", &typed.timing},
                                        {"--timeline", &typed.timeline},
                                        {"--window", &typed.window}}) {
      if (value->empty()) continue;
      return usage_error(absl::StrCat(option, " ", *value, ": only with a chip; add --chip loihi"));
    }
    return std::optional<ChipRequest>();
  }
  ChipRequest request;
  request.chip = typed.run_chip;
  if (!typed.weight_bits.empty()) {
    const auto bits = parse_count(typed.weight_bits, "--weight-bits", 1, 8);
    if (!bits.ok()) return bits.status();
    request.weight_bits = static_cast<int>(*bits);
  }
  if (!typed.step.empty()) {
    const auto step = parse_duration(typed.step, "--step");
    if (!step.ok()) return step.status();
    request.step = *step;
  }
  if (!typed.compare.empty()) {
    const auto with = choose("--compare", typed.compare, {"exact"});
    if (!with.ok()) return with.status();
    request.compare_exact = true;
  }
  const auto timing = choose("--timing", typed.timing.empty() ? "mesh" : typed.timing, {"simple", "mesh"});
  if (!timing.ok()) return timing.status();
  request.time_network = *timing == 1;
  request.placement = typed.placement;
  request.rates = typed.rates;
  request.timeline = typed.timeline;
  if (!typed.window.empty()) {
    const auto window = parse_duration(typed.window, "--window");
    if (!window.ok()) return window.status();
    if (*window <= Duration{0}) {
      return usage_error(absl::StrCat("--window ", typed.window, ": must be longer than 0; try --window 100ms"));
    }
    request.window = *window;
  }
  return std::optional(request);
}

absl::StatusOr<Request> run(const Typed& typed, const std::vector<std::string>& arguments) {
  const auto plan = plan_of(typed, typed.files[0]);
  if (!plan.ok()) return plan.status();
  const auto threads = threads_of(typed);
  if (!threads.ok()) return threads.status();
  const auto on = chip_of(typed);
  if (!on.ok()) return on.status();
  RunRequest request{*plan, *on, *threads, typed.output, typed.json, typed.raster, joined(arguments)};
  for (const std::string& text : typed.save_weights) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
      return usage_error(absl::StrCat("--save-weights `", text,
                                      "` must be projection=file, such as --save-weights exc_to_exc=weights.csv"));
    }
    request.save_weights.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return request;
}

absl::StatusOr<Request> replay(const Typed& typed, const std::vector<std::string>& arguments) {
  const auto mode = choose("--mode", typed.mode, {"drive", "compare"});
  if (!mode.ok()) return mode.status();
  const auto into = plan_of(typed, typed.into);
  if (!into.ok()) return into.status();
  const auto threads = threads_of(typed);
  if (!threads.ok()) return threads.status();
  return ReplayRequest{.recording = typed.files[0],
                       .into = *into,
                       .mode = *mode == 0 ? ReplayMode::kDrive : ReplayMode::kCompare,
                       .populations = typed.populations,
                       .threads = *threads,
                       .output = typed.output,
                       .json = typed.json,
                       .raster = typed.raster,
                       .command_line = joined(arguments)};
}

// "key=first..last:points"
absl::StatusOr<SweepRequest> sweep_of(const std::string& text) {
  const auto refuse = [&](std::string_view why) {
    return usage_error(absl::StrCat("--sweep `", text, "`: ", std::string(why)));
  };
  const std::size_t equals = text.find('='), dots = text.find("..", equals), colon = text.find(':', dots);
  if (equals == std::string::npos || equals == 0 || dots == std::string::npos || colon == std::string::npos) {
    return refuse("must be key=first..last:points, such as synaptic_operation=10..50:9");
  }
  SweepRequest sweep{.key = text.substr(0, equals)};
  const std::string ends[] = {text.substr(equals + 1, dots - equals - 1), text.substr(dots + 2, colon - dots - 2)};
  for (const auto& [end, value] : {std::pair{&ends[0], &sweep.first}, {&ends[1], &sweep.last}}) {
    if (!absl::SimpleAtod(*end, value) || !std::isfinite(*value) || *value < 0) {
      return refuse(absl::StrCat("`", *end, "` must be a finite number of at least 0"));
    }
  }
  const auto points = parse_count(text.substr(colon + 1), absl::StrCat("--sweep `", text, "`: points"), 1, 100'000);
  if (!points.ok()) return points.status();
  sweep.points = *points;
  return sweep;
}

absl::StatusOr<Request> energy(const Typed& typed) {
  const auto by = choose("--by", typed.by, {"unit", "population", "core", "link", "step", "inference"});
  if (!by.ok()) return by.status();
  EnergyRequest request{.recording = typed.files[0],
                        .chip = typed.chip,
                        .table = typed.table,
                        .by = static_cast<Breakdown>(*by),
                        .step = {},
                        .inference = {},
                        .compare = typed.compare,
                        .sweep = {},
                        .html = typed.html,
                        .json = typed.json};
  for (const auto& [text, name, value] :
       {std::tuple{&typed.step, "--step", &request.step}, {&typed.inference, "--inference", &request.inference}}) {
    if (text->empty()) continue;
    const auto duration = parse_duration(*text, name);
    if (!duration.ok()) return duration.status();
    *value = *duration;
  }
  if (typed.sweep.empty()) return request;
  for (const auto& [text, name] : {std::pair{&typed.compare, "--compare"}, {&typed.html, "--html"}}) {
    if (!text->empty()) return usage_error(absl::StrCat("--sweep and ", name, " cannot be combined; leave one out"));
  }
  const auto sweep = sweep_of(typed.sweep);
  if (!sweep.ok()) return sweep.status();
  request.sweep = *sweep;
  return request;
}

absl::StatusOr<Request> diff(const Typed& typed) {
  DiffRequest request{typed.files[0], typed.files[1], Duration{0}, typed.json};
  if (typed.tolerance.empty()) return request;
  const auto tolerance = parse_duration(typed.tolerance, "--tolerance");
  if (!tolerance.ok()) return tolerance.status();
  request.tolerance = *tolerance;
  return request;
}

absl::StatusOr<std::optional<FitRequest>> fit_of(const Typed& typed) {
  if (typed.fit_chip.empty()) {
    for (const auto& [option, value] : {std::pair{"--placement", &typed.placement},
                                        {"--rates", &typed.rates},
                                        {"--save-placement", &typed.save_placement},
                                        {"--step", &typed.step}}) {
      if (!value->empty())
        return usage_error(absl::StrCat(option, " ", *value, ": only with a chip; add --chip loihi"));
    }
    return std::optional<FitRequest>();
  }
  FitRequest request{.chip = typed.fit_chip, .rates = typed.rates, .step = {}, .save = typed.save_placement};
  if (!typed.placement.empty()) request.placement = typed.placement;
  if (!typed.step.empty()) {
    const auto step = parse_duration(typed.step, "--step");
    if (!step.ok()) return step.status();
    request.step = *step;
  }
  return std::optional(request);
}

absl::StatusOr<Request> check(const Typed& typed) {
  const auto plan = plan_of(typed, typed.files[0]);
  if (!plan.ok()) return plan.status();
  const auto on = fit_of(typed);
  if (!on.ok()) return on.status();
  return CheckRequest{*plan, *on, typed.resolved, typed.json};
}

absl::StatusOr<Request> list(const Typed& typed) {
  const auto what = choose("list", typed.files[0], {"models", "rules", "chips", "formats", "examples"});
  if (!what.ok()) return what.status();
  ListRequest request{.what = static_cast<Listing>(*what),
                      .name = typed.files.size() > 1 ? typed.files[1] : "",
                      .json = typed.json,
                      .yaml = typed.yaml};
  if (!request.yaml) return request;
  if (request.json) return usage_error("--yaml and --json cannot be combined; leave one out");
  if ((request.what != Listing::kChips && request.what != Listing::kExamples) || request.name.empty()) {
    return usage_error(absl::StrCat("--yaml: volley list ", absl::StrJoin(typed.files, " "),
                                    " is no file; name one chip or example, as in volley list chips generic --yaml"));
  }
  return request;
}

}  // namespace

absl::StatusOr<Request> request_of(const std::string& command, const Typed& typed,
                                   const std::vector<std::string>& arguments) {
  if (command == "run") return run(typed, arguments);
  if (command == "replay") return replay(typed, arguments);
  if (command == "energy") return energy(typed);
  if (command == "info") return InfoRequest{typed.files[0], typed.json};
  if (command == "diff") return diff(typed);
  if (command == "check") return check(typed);
  if (command == "list") return list(typed);
  return absl::InternalError(absl::StrCat("command ", command, " has no request"));
}

}  // namespace volley::app
