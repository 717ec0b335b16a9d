// Whether a training can go on from a checkpoint: only with what it began with.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace volley::app {

// Both as "key=value key=value ...", as the checkpoint `path` and this run have them. InvalidArgument, with the first
// setting that differs, unless they are alike.
absl::Status check_same_settings(const std::string& path, const std::string& saved, const std::string& asked);

}  // namespace volley::app
