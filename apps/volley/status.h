// The program's exit codes, and how an error becomes one.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace volley::app {

enum class ExitCode : int {
  kOk = 0,
  kRunFailed = 1,
  kUsage = 2,       // wrong command line, or a description that cannot be run
  kUnreadable = 3,  // an input that cannot be read
  kDifferent = 4,   // a comparison differs
  kInterrupted = 130,
};

// Errors of the command line and of descriptions are InvalidArgument, of inputs DataLoss, NotFound or PermissionDenied,
// an interruption is Cancelled; everything else is a failed run.
ExitCode exit_code_of(const absl::Status& status);

// The same message as an error of an input, whatever the reader called it.
absl::Status unreadable(const absl::Status& status);
// The same message as a failed run, unless it is an interruption.
absl::Status run_failed(const absl::Status& status);

absl::Status usage_error(std::string_view message);

}  // namespace volley::app
