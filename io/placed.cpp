#include "io/placed.h"

namespace volley::io {

std::string placed(const std::string& problem, const RunPlan& plan) {
  // Names may hold colons themselves. "population exc, neuron 3" stands where "population exc" does.
  for (std::size_t end = problem.find(": "); end != std::string::npos; end = problem.find(": ", end + 1)) {
    const std::string thing = problem.substr(0, end);
    auto found = plan.places.find(thing);
    if (found == plan.places.end()) found = plan.places.find(thing.substr(0, thing.rfind(", neuron ")));
    if (found != plan.places.end()) return found->second + ": " + problem;
  }
  return problem;
}

}  // namespace volley::io
