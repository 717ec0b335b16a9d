// Checks of a population's parameters against what its model documents.
#pragma once

#include <string>
#include <vector>

#include "engine/model.h"
#include "engine/network.h"

namespace volley {

// One line each, without the population's name in front; empty if all are fine. Of a drawn parameter this sees the
// distribution; its draws are checked by draw_problems() (engine/resolve.h).
std::vector<std::string> parameter_problems(const PopulationSpec& population, const ModelInfo& model);

// "tau_m -3 ms, must be above 0; set `tau_m`", or "" for a value within its bounds.
std::string bound_problem(const ParameterInfo& info, double value);

}  // namespace volley
