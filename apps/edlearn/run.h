// One run of the program, from its settings to its report.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "apps/edlearn/dataset.h"
#include "apps/edlearn/learner.h"
#include "apps/edlearn/settings.h"
#include "apps/volley/console.h"
#include "apps/volley/status.h"

namespace volley::edlearn {

absl::StatusOr<app::ExitCode> carry_out(const Settings& settings, app::Console& console);

Shape shape_of(const Settings& settings, const DataSet& data);
// The network of the chosen form with its initial weights.
absl::StatusOr<std::unique_ptr<Learner>> make_learner(const Settings& settings, const DataSet& data);

}  // namespace volley::edlearn
