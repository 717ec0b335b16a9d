#include "apps/volley/load.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "apps/volley/values.h"
#include "engine/did_you_mean.h"
#include "io/file_bytes.h"
#include "io/lava_net.h"
#include "io/sha256.h"
#include "io/spike_files.h"
#include "io/yaml_network.h"

namespace volley::app {
namespace {

// `value` of the environment variable `name`; empty when it is not set or empty.
std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

bool overrides_key(const io::Overrides& overrides, std::string_view key) {
  return std::any_of(overrides.begin(), overrides.end(), [&](const auto& entry) { return entry.first == key; });
}

absl::StatusOr<std::optional<std::uint64_t>> seed_of(const PlanRequest& request) {
  if (request.seed || overrides_key(request.overrides, "seed")) return request.seed;
  const auto text = environment("VOLLEY_SEED");
  if (!text) return std::nullopt;
  const auto seed = parse_count(*text, "VOLLEY_SEED", 0, std::numeric_limits<std::uint64_t>::max());
  if (!seed.ok()) return seed.status();
  return *seed;
}

absl::StatusOr<io::RunPlan> load_yaml(const PlanRequest& request, std::optional<std::uint64_t> seed,
                                      const ModelCatalog& models) {
  io::Overrides overrides = request.overrides;
  if (seed) overrides.emplace_back("seed", std::to_string(*seed));
  if (request.until) overrides.emplace_back("until", absl::StrCat(request.until->count(), " ps"));
  return io::read_yaml_network(request.file, overrides, models);
}

struct LavaRequest {
  io::LavaNetOptions options;
  std::optional<std::uint64_t> seed;
};

absl::StatusOr<LavaRequest> lava_request(const PlanRequest& request) {
  LavaRequest lava;
  for (const auto& [key, value] : request.overrides) {
    const std::string what = absl::StrCat("-s ", key, "=");
    if (key == "step") {
      const auto step = parse_duration(value, what);
      if (!step.ok()) return step.status();
      lava.options.step = *step;
    } else if (key == "threshold") {
      if (value != "at_least" && value != "above") {
        return usage_error(
            absl::StrCat(what, "`", value, "` must be at_least (spike at v >= threshold) or above (v >)"));
      }
      lava.options.at_least = value == "at_least";
    } else if (key == "seed") {
      const auto seed = parse_count(value, what, 0, std::numeric_limits<std::uint64_t>::max());
      if (!seed.ok()) return seed.status();
      lava.seed = *seed;
    } else {
      const std::vector<std::string> known{"step", "threshold", "seed"};
      return usage_error(absl::StrCat("-s ", key, ": a .net file has no such value; ", did_you_mean(key, known)));
    }
  }
  return lava;
}

// Which source an --input is for: "source=file", or a file for the only source.
absl::StatusOr<std::pair<SourceSpec*, std::string>> addressee(const std::string& input, Network& network) {
  if (network.sources.empty()) {
    return usage_error(absl::StrCat("--input ", input, ": the network has no source; add one under `sources`"));
  }
  std::vector<std::string> names;
  for (const SourceSpec& source : network.sources) names.push_back(source.name);
  const std::size_t equals = input.find('=');
  if (equals != std::string::npos && !std::filesystem::exists(input)) {
    const std::string name = input.substr(0, equals);
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      return usage_error(absl::StrCat("--input ", input, ": no source `", name, "`; ", did_you_mean(name, names)));
    }
    return std::pair{&network.sources[static_cast<std::size_t>(found - names.begin())], input.substr(equals + 1)};
  }
  if (names.size() > 1) {
    return usage_error(absl::StrCat("--input ", input, ": the network has ", names.size(),
                                    " sources; name one, such as --input ", names.front(), "=", input, " (",
                                    absl::StrJoin(names, ", "), ")"));
  }
  return std::pair{&network.sources.front(), input};
}

absl::Status feed(const std::string& input, std::optional<Duration> lava_step, std::vector<std::string>& fed,
                  io::RunPlan& plan) {
  const auto target = addressee(input, plan.network);
  if (!target.ok()) return target.status();
  if (std::find(fed.begin(), fed.end(), target->first->name) != fed.end()) {
    return usage_error(absl::StrCat("--input ", input, ": source ", target->first->name,
                                    " has a file already; give each source one, and put all of its spikes there"));
  }
  fed.push_back(target->first->name);
  SourceSpec& source = *target->first;
  const std::string& path = target->second;
  auto file = io::read_spikes(path);
  if (!file.ok()) return unreadable(file.status());
  for (const auto& [at, neuron] : file->spikes) {
    if (neuron < source.size) continue;
    return usage_error(absl::StrCat(path, ": neuron ", neuron, " at ", exact_ms(at), " ms, but source ", source.name,
                                    " has ", source.size, " (0 to ", source.size - 1,
                                    "); feed a source that is large enough"));
  }
  auto hash = io::sha256_file(path);
  if (!hash.ok()) return unreadable(hash.status());
  if (lava_step) file->spikes = io::bin_to_steps(file->spikes, *lava_step);
  source.kind = SpikeListSource{std::move(file->spikes), path};
  plan.inputs.push_back({path, *std::move(hash)});
  return absl::OkStatus();
}

// The end of the step in which the last spike of any source falls.
Duration end_of_input(const Network& network, Duration step) {
  Duration end{0};
  for (const SourceSpec& source : network.sources) {
    const auto* list = std::get_if<SpikeListSource>(&source.kind);
    if (list == nullptr) continue;
    for (const auto& [at, neuron] : list->spikes) end = std::max(end, (at.time_since_epoch() / step + 1) * step);
  }
  return end;
}

}  // namespace

std::string ending_of(const std::string& path) {
  std::string ending = std::filesystem::path(path).extension().string();
  if (!ending.empty()) ending.erase(0, 1);
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return ending;
}

absl::Status feed_sources(const std::vector<std::string>& inputs, std::optional<Duration> lava_step,
                          io::RunPlan& plan) {
  std::vector<std::string> fed;
  for (const std::string& input : inputs) {
    if (absl::Status status = feed(input, lava_step, fed, plan); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<io::RunPlan> load_plan(const PlanRequest& request, const ModelCatalog& models) {
  if (!std::filesystem::exists(request.file)) {
    return absl::NotFoundError(
        absl::StrCat(request.file, ": no such file; volley list examples names networks to begin with"));
  }
  if (absl::Status status = io::check_regular_file(request.file); !status.ok()) return unreadable(status);
  const auto seed = seed_of(request);
  if (!seed.ok()) return seed.status();
  const std::string ending = ending_of(request.file);
  std::optional<Duration> lava_step;
  absl::StatusOr<io::RunPlan> plan;
  if (ending == "net") {
    const auto lava = lava_request(request);
    if (!lava.ok()) return lava.status();
    lava_step = lava->options.step;
    plan = io::read_lava_net(request.file, lava->options);
    if (!plan.ok()) return unreadable(plan.status());
    plan->seed = seed->value_or(lava->seed.value_or(plan->seed));
  } else if (ending == "yaml" || ending == "yml") {
    plan = load_yaml(request, *seed, models);
    if (!plan.ok()) return plan.status();
  } else {
    return usage_error(
        absl::StrCat(request.file, ": not a network that volley reads; it must end in .yaml, .yml or .net"));
  }
  if (absl::Status status = feed_sources(request.inputs, lava_step, *plan); !status.ok()) return status;
  if (!lava_step && !request.inputs.empty()) plan->resolved = io::resolved_yaml(*plan, models);
  if (request.until) plan->until = *request.until;
  if (lava_step && plan->until == Duration{0}) plan->until = end_of_input(plan->network, *lava_step);
  return plan;
}

absl::StatusOr<Duration> until_of(const io::RunPlan& plan, const std::string& file) {
  if (plan.until > Duration{0}) return plan.until;
  return usage_error(
      absl::StrCat(file, ": nothing says how long to run; give --until, such as --until 1s, ",
                   ending_of(file) == "net" ? "or --input with a spike file" : "or `until` in the file"));
}

absl::StatusOr<unsigned> threads_of(std::optional<unsigned> flag) {
  if (flag) return *flag;
  if (const auto text = environment("VOLLEY_THREADS")) {
    const auto threads = parse_count(*text, "VOLLEY_THREADS", 1, 1024);
    if (!threads.ok()) return threads.status();
    return static_cast<unsigned>(*threads);
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace volley::app
