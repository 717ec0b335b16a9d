// Networks written as YAML (the schema is in io/README.md).
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/model.h"
#include "io/run_plan.h"

namespace volley::io {

// Reads `path` with `overrides` applied; the catalog knows the models' parameters, units and ports. Errors
// (InvalidArgument) list every problem found, one per line, as "path:line:column: message; remedy"; a file that cannot
// be read is NotFound. Numbers that are drawn while reading (`draws`) depend on the seed, so another seed for a run is
// an override ("seed", "7"), not a change of the plan.
absl::StatusOr<RunPlan> read_yaml_network(const std::string& path, const Overrides& overrides,
                                          const ModelCatalog& catalog);

// The same for text in memory; `path` is used in messages and to find the files that it names.
absl::StatusOr<RunPlan> parse_yaml_network(std::string_view text, const std::string& path, const Overrides& overrides,
                                           const ModelCatalog& catalog);

// The effective description of a plan that came from anywhere: every default filled in, every list written out. Reading
// it back gives an equal network.
std::string resolved_yaml(const RunPlan& plan, const ModelCatalog& catalog);

}  // namespace volley::io
