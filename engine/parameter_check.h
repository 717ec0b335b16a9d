// Checks of a population's parameters against what its model documents, and of a rule's.
#pragma once

#include <string>
#include <vector>

#include "engine/model.h"
#include "engine/network.h"

namespace volley {

// One line each, without the population's name in front; empty if all are fine. Of a drawn parameter this sees the
// distribution; its draws are checked by draw_problems() (engine/resolve.h).
std::vector<std::string> parameter_problems(const PopulationSpec& population, const ModelInfo& model);

// The same for a plasticity rule, whose parameters are one number each, or a word.
std::vector<std::string> rule_parameter_problems(const Parameters& given, const RuleInfo& rule);

// "tau_m -3 ms, must be above 0; set `tau_m`", or "" for a value within its bounds.
std::string bound_problem(const ParameterInfo& info, double value);

}  // namespace volley
