// Refuses, before anything is computed, to write where an input or something precious is.
#pragma once

#include <span>
#include <string>

#include "absl/status/status.h"
#include "io/run_plan.h"

namespace volley::app {

// A file that an option names; an empty path: the option was not given.
struct OutputOption {
  std::string option, path;
};

// InvalidArgument when one of `outputs` must not be written (io/output_path.h) or two of them are the same file.
absl::Status check_outputs(std::span<const OutputOption> outputs, std::span<const io::InputFile> inputs);

}  // namespace volley::app
