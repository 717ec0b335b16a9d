// volley replay
#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "apps/volley/catalog.h"
#include "apps/volley/compare.h"
#include "apps/volley/incomplete.h"
#include "apps/volley/json_reports.h"
#include "apps/volley/load.h"
#include "apps/volley/outputs.h"
#include "apps/volley/own_plan.h"
#include "apps/volley/report.h"
#include "apps/volley/requests.h"
#include "apps/volley/session.h"
#include "apps/volley/substitute.h"
#include "apps/volley/values.h"
#include "io/recording.h"
#include "io/sha256.h"

namespace volley::app {
namespace {

// A file that lives as long as this.
class TemporaryFile {
 public:
  TemporaryFile() {
    path_ = (std::filesystem::temp_directory_path() / absl::StrCat("volley-compare-", getpid(), ".h5")).string();
  }
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The network to run: --into, or the recording's own.
absl::StatusOr<io::RunPlan> plan_of(const ReplayRequest& request, const io::Recording& recording,
                                    const ModelCatalog& models, Console& console) {
  if (request.into.file.empty()) return own_plan(recording, request.recording, request.into, models, console);
  auto plan = load_plan(request.into, models);
  if (plan.ok() && recording.info().is_volley && plan->seed != recording.info().seed) {
    console.say(absl::StrCat("note: ", request.into.file, " runs with seed ", plan->seed, ", the recording had ",
                             recording.info().seed, "; for the same random numbers add --seed ",
                             recording.info().seed));
  }
  return plan;
}

absl::StatusOr<Duration> length_of(const ReplayRequest& request, const io::Recording& recording,
                                   const io::RunPlan& plan) {
  if (request.into.until) return *request.into.until;
  const bool overridden = std::any_of(request.into.overrides.begin(), request.into.overrides.end(),
                                      [](const auto& entry) { return entry.first == "until"; });
  if (!overridden && recording.info().reached_ms > 0) return duration_from_ms(recording.info().reached_ms);
  return until_of(plan, request.into.file.empty() ? request.recording : request.into.file);
}

absl::StatusOr<ExitCode> drive(const ReplayRequest& request, const io::Recording& recording, SessionRequest session,
                               ModelCatalog& models, Console& console) {
  const auto done = substitute(recording, request.populations, session.plan.network, models);
  if (!done.ok()) return done.status();
  for (const std::string& note : done->notes) console.say("note: " + note);
  auto hash = io::sha256_file(request.recording);
  if (!hash.ok()) return unreadable(hash.status());
  session.plan.inputs.push_back({request.recording, *std::move(hash)});
  session.replayed = done->populations;
  session.output = request.output;
  session.raster = !request.json && (request.raster || console.out_is_terminal());
  auto result = run_session(std::move(session), models, console);
  if (!result.ok()) return result.status();
  if (request.json || !console.quiet()) {
    console.data(request.json ? json_of(*result, "volley.replay/1") : run_report(*result));
  }
  console.flush();
  say_after_run(*result, console);
  return result->interrupted ? ExitCode::kInterrupted : ExitCode::kOk;
}

// Where the shorter ends of a recording and a run of length `until`; nullopt when they are equally long.
std::optional<Time> common_end(const io::Recording& recording, Duration until) {
  const Duration reached = duration_from_ms(recording.info().reached_ms);
  if (reached == Duration{0} || reached == until) return std::nullopt;
  return kStart + std::min(reached, until);
}

absl::StatusOr<ExitCode> compare(const ReplayRequest& request, const io::Recording& recording, SessionRequest session,
                                 const ModelCatalog& models, Console& console) {
  const TemporaryFile temporary;
  session.output = request.output.empty() ? temporary.path() : request.output;
  const std::string again = session.output;
  const std::optional<Time> end = common_end(recording, session.until);
  const auto result = run_session(std::move(session), models, console);
  if (!result.ok()) return result.status();
  if (result->interrupted) {
    console.say(absl::StrCat("interrupted at ", short_time(result->reached), " of ", short_time(result->until),
                             "; nothing was compared"));
    return ExitCode::kInterrupted;
  }
  const auto repeated = io::Recording::open(again);
  if (!repeated.ok()) return unreadable(repeated.status());
  const auto comparison = compare_recordings(recording, *repeated, Duration{0}, end);
  if (!comparison.ok()) return comparison.status();
  if (end) console.say(absl::StrCat("note: compared before ", short_time(*end - kStart), ", where one of them ends"));
  const std::string name = request.output.empty() ? "this run" : request.output;
  console.data(request.json ? json_of(*comparison, "volley.compare/1", request.recording, name)
                            : comparison_report(*comparison, request.recording, name));
  console.flush();
  if (!request.output.empty()) say_after_run(*result, console);
  return comparison->equal() ? ExitCode::kOk : ExitCode::kDifferent;
}

}  // namespace

absl::StatusOr<ExitCode> carry_out(const ReplayRequest& request, Console& console) {
  const auto recording = io::Recording::open(request.recording);
  if (!recording.ok()) return unreadable(recording.status());
  ModelCatalog models = volley_catalog();
  auto plan = plan_of(request, *recording, models, console);
  if (!plan.ok()) return plan.status();
  std::vector<io::InputFile> inputs = plan->inputs;
  inputs.push_back({request.recording, {}});
  const OutputOption output{"-o", request.output};
  if (absl::Status status = check_outputs({&output, 1}, inputs); !status.ok()) return status;
  const auto until = length_of(request, *recording, *plan);
  if (!until.ok()) return until.status();
  const auto threads = threads_of(request.threads);
  if (!threads.ok()) return threads.status();
  warn_if_incomplete(recording->info(), request.recording, console);
  SessionRequest session{.plan = *std::move(plan),
                         .until = *until,
                         .threads = *threads,
                         .output = {},
                         .command_line = request.command_line,
                         .raster = false,
                         .replayed = {}};
  return request.mode == ReplayMode::kDrive ? drive(request, *recording, std::move(session), models, console)
                                            : compare(request, *recording, std::move(session), models, console);
}

}  // namespace volley::app
