// Networks written as YAML (the schema is in io/README.md).
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "io/run_plan.h"

namespace volley::io {

// Reads `path` with `overrides` applied. Errors (InvalidArgument) list every problem found, one per line, as
// "path:line:column: message; remedy"; a file that cannot be read is NotFound.
absl::StatusOr<RunPlan> read_yaml_network(const std::string& path, const Overrides& overrides);

// The same for text in memory; `path` is used in messages and to find the files that it names.
absl::StatusOr<RunPlan> parse_yaml_network(std::string_view text, const std::string& path, const Overrides& overrides);

}  // namespace volley::io
