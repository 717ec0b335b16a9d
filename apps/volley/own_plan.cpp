#include "apps/volley/own_plan.h"

#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "apps/volley/command_line.h"
#include "apps/volley/load.h"
#include "apps/volley/on_chip.h"
#include "apps/volley/status.h"
#include "io/sha256.h"
#include "io/yaml_network.h"

namespace volley::app {
namespace {

// The words of a recorded command line, which quotes like a shell (command_line.cpp), without the program's name.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false, open = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\'') {
      quoted = !quoted;
      open = true;
    } else if (c == '\\' && !quoted && i + 1 < line.size()) {
      word += line[++i];
      open = true;
    } else if (c == ' ' && !quoted) {
      if (open) words.push_back(std::exchange(word, {}));
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (open) words.push_back(word);
  if (!words.empty()) words.erase(words.begin());
  return words;
}

void warn_of_changes(const std::vector<io::InputFile>& inputs, Console& console) {
  for (const io::InputFile& input : inputs) {
    const auto hash = io::sha256_file(input.path);
    if (!hash.ok()) {
      console.detail(absl::StrCat(input.path, ": ", hash.status().message()));
    } else if (*hash != input.sha256) {
      console.warn(absl::StrCat(input.path, " has changed since the recording (SHA-256 ", hash->substr(0, 12),
                                "..., recorded ", input.sha256.substr(0, 12), "...)"));
    }
  }
}

absl::StatusOr<io::RunPlan> plan_of_command(const io::RecordingInfo& info, const PlanRequest& changes,
                                            const ModelCatalog& models) {
  const auto parsed = parse_command_line(words_of(info.command_line));
  const Parsed* command = std::get_if<Parsed>(&parsed);
  const RunRequest* run = command == nullptr ? nullptr : std::get_if<RunRequest>(&command->request);
  if (run == nullptr) {
    return usage_error(absl::StrCat("recorded command line `", info.command_line,
                                    "` is none of volley run; name the network with --into"));
  }
  PlanRequest plan = run->plan;
  plan.overrides.insert(plan.overrides.end(), changes.overrides.begin(), changes.overrides.end());
  if (!changes.inputs.empty()) plan.inputs = changes.inputs;
  plan.seed = changes.seed ? changes.seed : info.seed;
  auto loaded = load_plan(plan, models);
  if (loaded.ok() && run->on) {
    if (const auto on_chip = put_on_chip(*run->on, models, *loaded); !on_chip.ok()) return on_chip.status();
  }
  return loaded;
}

}  // namespace

absl::StatusOr<io::RunPlan> own_plan(const io::Recording& recording, const std::string& path,
                                     const PlanRequest& changes, const ModelCatalog& models, Console& console) {
  const io::RecordingInfo& info = recording.info();
  if (!info.is_volley || info.resolved.empty() || info.inputs.empty()) {
    return usage_error(absl::StrCat(path, ": holds no configuration to run again; name the network with --into"));
  }
  if (info.command_line.starts_with("volley replay")) {
    return usage_error(absl::StrCat(
        path, ": was made by a replay (", info.command_line,
        "), whose configuration alone cannot repeat it; run that command again and compare with volley diff"));
  }
  warn_of_changes(info.inputs, console);
  if (ending_of(info.inputs.front().path) == "net") return plan_of_command(info, changes, models);
  io::Overrides overrides = changes.overrides;
  if (changes.seed) overrides.emplace_back("seed", std::to_string(*changes.seed));
  auto plan = io::parse_yaml_network(info.resolved, info.inputs.front().path, overrides, models);
  if (!plan.ok()) {
    return absl::Status(plan.status().code(), absl::StrCat("the configuration in ", path, " cannot be used:\n",
                                                           std::string(plan.status().message())));
  }
  plan->inputs = info.inputs;
  plan->places.clear();  // they are those of the recording's text, not of the file
  if (absl::Status status = feed_sources(changes.inputs, std::nullopt, *plan); !status.ok()) return status;
  return plan;
}

}  // namespace volley::app
