// volley check
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "apps/volley/build_plan.h"
#include "apps/volley/catalog.h"
#include "apps/volley/console.h"
#include "apps/volley/fit.h"
#include "apps/volley/interrupt.h"
#include "apps/volley/json_reports.h"
#include "apps/volley/load.h"
#include "apps/volley/outputs.h"
#include "apps/volley/requests.h"
#include "apps/volley/set_up.h"
#include "apps/volley/values.h"
#include "engine/expected_memory.h"
#include "engine/simulation.h"
#include "io/placed.h"

namespace volley::app {
namespace {

std::string summary_of(const std::string& file, const io::RunPlan& plan) {
  std::uint64_t neurons = 0;
  for (const PopulationSpec& population : plan.network.populations) neurons += population.size;
  return absl::StrCat(file, ": no problems; ", plan.network.populations.size(), " populations (", with_commas(neurons),
                      " neurons), ", plan.network.sources.size(), " sources, ", plan.network.projections.size(),
                      " projections, ", plan.network.drives.size(), " drives\n");
}

absl::Status check_output(const FitRequest& request, const io::RunPlan& plan) {
  std::vector<io::InputFile> inputs = plan.inputs;
  for (const std::string& path : {request.chip, request.placement, request.rates}) inputs.push_back({path, {}});
  const OutputOption output{"--save-placement", request.save};
  return check_outputs({&output, 1}, inputs);
}

}  // namespace

absl::StatusOr<ExitCode> carry_out(const CheckRequest& request, Console& console) {
  const ModelCatalog models = volley_catalog();
  Interrupt interrupt;
  end_at_first_signal(interrupt, console);
  const auto plan = load_plan(request.plan, models);
  CheckResult result{.file = request.plan.file, .problems = {}, .resolved = {}};
  if (!plan.ok()) {
    if (exit_code_of(plan.status()) != ExitCode::kUsage) return plan.status();
    result.problems = absl::StrSplit(plan.status().message(), '\n', absl::SkipEmpty());
  } else {
    result.problems = placed_problems(*plan, models);
    if (request.resolved) result.resolved = plan->resolved;
    // A chip may hold what this machine does not.
    if (!request.fit && result.problems.empty()) {
      const std::string problem = memory_problem(plan->network, available_memory());
      if (!problem.empty()) result.problems.push_back(io::placed(problem, *plan));
    }
    if (request.fit && result.problems.empty()) {
      if (absl::Status status = check_output(*request.fit, *plan); !status.ok()) return status;
      auto on_chip = fit(*request.fit, *plan, models);
      if (!on_chip.ok()) return on_chip.status();
      result.problems = on_chip->problems;
      result.fit = *std::move(on_chip);
    }
  }
  if (request.json) {
    console.data(json_of(result));
  } else {
    // Problems are what was asked for, so they are data.
    for (const std::string& problem : result.problems) console.data(problem + "\n");
    if (result.fit) console.data(text_of(*result.fit));
    if (result.problems.empty()) console.data(request.resolved ? plan->resolved : summary_of(request.plan.file, *plan));
  }
  if (result.problems.empty()) return ExitCode::kOk;
  console.say(absl::StrCat(request.plan.file, ": ", result.problems.size(),
                           result.problems.size() == 1 ? " problem" : " problems"));
  return ExitCode::kUsage;
}

}  // namespace volley::app
