#include "apps/volley/own_plan.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
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

// Against what relative paths of the recording's inputs are resolved.
class Folder {
 public:
  // This folder if all inputs are found from here, else the one in which the run was started.
  explicit Folder(const io::RecordingInfo& info) {
    const bool here = std::all_of(info.inputs.begin(), info.inputs.end(),
                                  [](const io::InputFile& input) { return is_there(input.path); });
    if (!here) path_ = info.directory;
  }

  std::string of(const std::string& path) const {
    return path.empty() || path_.empty() ? path : (path_ / path).string();
  }
  // Of a word that may also be something else than a path.
  std::string of_file(const std::string& word) const { return is_there(of(word)) ? of(word) : word; }
  // Of an --input: a path, or "source=path".
  std::string of_input(const std::string& input) const {
    const std::size_t equals = input.find('=');
    if (equals == std::string::npos || is_there(of(input))) return of(input);
    return absl::StrCat(input.substr(0, equals + 1), of(input.substr(equals + 1)));
  }

 private:
  static bool is_there(const std::string& path) {
    std::error_code error;
    return std::filesystem::is_regular_file(path, error);
  }
  std::filesystem::path path_;
};

// A missing file with what can be done about it.
absl::Status with_remedy(const absl::Status& status, const io::RecordingInfo& info) {
  if (!absl::IsNotFound(status)) return status;
  const std::string where = info.directory.empty() ? "the folder in which the run was started" : info.directory;
  return absl::NotFoundError(absl::StrCat(std::string(status.message()),
                                          "\nthe recording names its inputs relative to ", where,
                                          "; put the file back there, replay in a folder that has all of "
                                          "them, or name the network with --into"));
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
                                            const Folder& folder, const ModelCatalog& models) {
  const auto parsed = parse_command_line(words_of(info.command_line));
  const Parsed* command = std::get_if<Parsed>(&parsed);
  const RunRequest* run = command == nullptr ? nullptr : std::get_if<RunRequest>(&command->request);
  if (run == nullptr) {
    return usage_error(absl::StrCat("recorded command line `", info.command_line,
                                    "` is none of volley run; name the network with --into"));
  }
  PlanRequest plan = run->plan;
  plan.file = folder.of(plan.file);
  for (std::string& input : plan.inputs) input = folder.of_input(input);
  plan.overrides.insert(plan.overrides.end(), changes.overrides.begin(), changes.overrides.end());
  if (!changes.inputs.empty()) plan.inputs = changes.inputs;
  plan.seed = changes.seed ? changes.seed : info.seed;
  auto loaded = load_plan(plan, models);
  if (loaded.ok() && run->on) {
    ChipRequest on = *run->on;
    for (std::string* file : {&on.chip, &on.placement, &on.rates}) *file = folder.of_file(*file);
    if (const auto on_chip = put_on_chip(on, models, *loaded); !on_chip.ok()) return on_chip.status();
  }
  if (!loaded.ok()) return with_remedy(loaded.status(), info);
  return loaded;
}

}  // namespace

std::string recorded_chip(const std::string& command_line) {
  const auto parsed = parse_command_line(words_of(command_line));
  const Parsed* command = std::get_if<Parsed>(&parsed);
  const RunRequest* run = command == nullptr ? nullptr : std::get_if<RunRequest>(&command->request);
  return run == nullptr || !run->on ? "" : run->on->chip;
}

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
  const Folder folder(info);
  std::vector<io::InputFile> inputs = info.inputs;
  for (io::InputFile& input : inputs) input.path = folder.of(input.path);
  warn_of_changes(inputs, console);
  if (ending_of(inputs.front().path) == "net") return plan_of_command(info, changes, folder, models);
  io::Overrides overrides = changes.overrides;
  if (changes.seed) overrides.emplace_back("seed", std::to_string(*changes.seed));
  auto plan = io::parse_yaml_network(info.resolved, inputs.front().path, overrides, models);
  if (!plan.ok()) {
    return with_remedy(
        absl::Status(plan.status().code(), absl::StrCat("the configuration in ", path, " cannot be used:\n",
                                                        std::string(plan.status().message()))),
        info);
  }
  plan->inputs = std::move(inputs);
  plan->places.clear();  // they are those of the recording's text, not of the file
  if (absl::Status status = feed_sources(changes.inputs, std::nullopt, *plan); !status.ok()) return status;
  return plan;
}

}  // namespace volley::app
