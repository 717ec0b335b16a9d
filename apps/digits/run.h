// One run of the program: training passes, tests, report.
#pragma once

#include "absl/status/statusor.h"
#include "apps/digits/settings.h"
#include "apps/volley/console.h"
#include "apps/volley/status.h"

namespace volley::digits {

absl::StatusOr<app::ExitCode> carry_out(const Settings& settings, app::Console& console);

}  // namespace volley::digits
