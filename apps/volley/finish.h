// How a program ends: what went wrong on stderr, and the exit code.
#pragma once

#include "absl/status/statusor.h"
#include "apps/volley/console.h"
#include "apps/volley/status.h"

namespace volley::app {

// Writes out what is buffered, reports the error of `result` if it is one, and returns the exit code for main(). Where
// stdout took not everything that was written to it, that is an error, too, and a run that went well has failed.
int finish(Console& console, const absl::StatusOr<ExitCode>& result);

}  // namespace volley::app
