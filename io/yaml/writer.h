// Writes a network as a description with nothing left to defaults.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model.h"
#include "io/run_plan.h"

namespace volley::io::yaml {

// How values came about where the network holds only the outcome; stands in the description in place of long lists.
struct Provenance {
  std::map<std::pair<std::string, std::string>, std::string> parameters;  // (population, parameter) -> YAML value
  std::map<std::string, std::vector<std::pair<std::string, Distribution>>> draws;  // population -> names and laws
  std::map<std::string, std::string> spikes;                                       // source -> YAML value
  std::map<std::string, std::string> edges;                                        // projection -> YAML value
};

// Reading the text gives a network equal to plan.network, and the same seed and length. Units come from the catalog.
std::string write_description(const RunPlan& plan, const ModelCatalog& catalog, const Provenance& provenance);

// A word as YAML reads it back: bare where that is safe, else in double quotes.
std::string quoted_yaml(std::string_view word);

}  // namespace volley::io::yaml
