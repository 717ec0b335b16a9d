#include "apps/volley/build_plan.h"

#include <cstddef>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/validate.h"
#include "io/placed.h"

namespace volley::app {

std::vector<std::string> placed_problems(const io::RunPlan& plan, const ModelCatalog& models) {
  std::vector<std::string> problems = problems_of(plan.network, models);
  if (problems.empty()) {
    io::RunPlan neurons = plan;
    neurons.network.projections.clear();
    neurons.network.weight_probes.clear();
    if (const auto built = build(neurons.network, models, {.seed = plan.seed, .threads = 1}); !built.ok()) {
      problems = absl::StrSplit(built.status().message(), '\n');
    }
  }
  for (std::string& problem : problems) problem = io::placed(problem, plan);
  return problems;
}

absl::StatusOr<Simulation> build_plan(const io::RunPlan& plan, const ModelCatalog& models, unsigned threads) {
  auto simulation = build(plan.network, models, {.seed = plan.seed, .threads = threads});
  if (simulation.ok()) return simulation;
  std::vector<std::string> lines = absl::StrSplit(simulation.status().message(), '\n');
  for (std::string& line : lines) line = io::placed(line, plan);
  return absl::Status(simulation.status().code(), absl::StrJoin(lines, "\n"));
}

}  // namespace volley::app
