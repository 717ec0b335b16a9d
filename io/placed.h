// Where in a description the things stand that the engine finds fault with.
#pragma once

#include <string>

#include "io/run_plan.h"

namespace volley::io {

// A problem of problems_of() or build(), one line, behind the place of the thing it is about, where that is known:
// "net.yaml:4:3: population exc: ...".
std::string placed(const std::string& problem, const RunPlan& plan);

}  // namespace volley::io
