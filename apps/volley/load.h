// From the command line to a network: reads a description of any format and feeds its sources.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/volley/requests.h"
#include "engine/model.h"
#include "io/run_plan.h"

namespace volley::app {

// Precedence: --seed, then -s seed=, then VOLLEY_SEED, then the file, then the default; the same for --until without an
// environment. Inputs are read into spike-list sources; for `.net` they are put on its steps, and without --until the
// run ends with the step of the last input spike. Errors: InvalidArgument for what the description or the command line
// says, NotFound or DataLoss for files that cannot be read.
absl::StatusOr<io::RunPlan> load_plan(const PlanRequest& request, const ModelCatalog& models);

// Replaces sources by the spikes of files: each input is "source=file", or a file for the only source. With `lava_step`
// the spikes are put on steps. InvalidArgument when a source gets two files.
absl::Status feed_sources(const std::vector<std::string>& inputs, std::optional<Duration> lava_step, io::RunPlan& plan);

// The plan's length of time; an error with a remedy when nothing says how long to run.
absl::StatusOr<Duration> until_of(const io::RunPlan& plan, const std::string& file);

// --threads, then VOLLEY_THREADS, then the number of cores.
absl::StatusOr<unsigned> threads_of(std::optional<unsigned> flag);

// "net" for "dir/trained.net"; lower case, without the dot.
std::string ending_of(const std::string& path);

}  // namespace volley::app
