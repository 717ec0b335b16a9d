// The network that a recording was made from, out of the recording itself.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "apps/volley/console.h"
#include "apps/volley/requests.h"
#include "engine/model.h"
#include "io/recording.h"
#include "io/run_plan.h"

namespace volley::app {

// A description in YAML comes from the resolved configuration in the recording; a trained network (.net) is read again,
// with the options of the recorded command line. `changes` may override values, seed and inputs. Warns when an input
// file has changed since. Relative paths of inputs that are not all found from here are relative to the folder in which
// the run was started. Errors: NotFound names an input that is nowhere, with a remedy; InvalidArgument for recordings
// that hold no configuration, or that a replay made.
absl::StatusOr<io::RunPlan> own_plan(const io::Recording& recording, const std::string& path,
                                     const PlanRequest& changes, const ModelCatalog& models, Console& console);

// The name or file that a recorded `volley run` gave as --chip; empty: it ran without a chip, or the line is of another
// command.
std::string recorded_chip(const std::string& command_line);

}  // namespace volley::app
