// Trained networks exported by lava-dl for Loihi (`.net`, an HDF5 file).
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "io/run_plan.h"

namespace volley::io {

struct LavaNetOptions {
  Duration step{1'000'000'000};  // one algorithmic step, 1 ms by default
  bool at_least = true;          // spike at v >= threshold, as lava-dl's CUBA block was trained; false: v > threshold
};

// Populations "layer0", "layer1", ... of model `loihi_cuba`, projections with the file's integer weights, and an empty
// spike-list source "input" of the first layer's input size, which the caller fills (io/spike_files.h).
// Errors name the HDF5 path.
absl::StatusOr<RunPlan> read_lava_net(const std::string& path, const LavaNetOptions& options = {});

}  // namespace volley::io
