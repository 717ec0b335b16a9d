// A trained network as a folder: a description that `volley run` reads, with its weights and thresholds as CSV files.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "apps/digits/network.h"
#include "apps/digits/settings.h"

namespace volley::digits {

struct Saved {
  Learned state;
  std::uint32_t passes = 0;  // that are done
};

// Writes input.csv, neurons.csv and network.yaml, the last one last; each replaces what was there at once.
absl::Status save(const std::string& folder, const Settings& settings, const Saved& saved);
// NotFound without such a folder; InvalidArgument when it has another number of neurons or pixels.
absl::StatusOr<Saved> load(const std::string& folder, const Settings& settings, std::uint32_t pixels);

}  // namespace volley::digits
