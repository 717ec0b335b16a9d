// What the engine says of a plan's network, with the places in the description that it speaks of.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/model.h"
#include "engine/simulation.h"
#include "io/run_plan.h"

namespace volley::app {

// What build() would refuse before it draws synapses, each with its place: problems_of() (engine/validate.h), and where
// that finds none, what models say of the neurons' parameters, drawn ones included.
std::vector<std::string> placed_problems(const io::RunPlan& plan, const ModelCatalog& models);

// build() (engine/simulation.h) with the plan's seed. Errors have the engine's code and a place on each line.
absl::StatusOr<Simulation> build_plan(const io::RunPlan& plan, const ModelCatalog& models, unsigned threads = 1);

}  // namespace volley::app
