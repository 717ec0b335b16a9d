// Whether a network fits on a chip, and where its neurons would go.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/volley/requests.h"
#include "engine/model.h"

namespace volley::app {

struct FitResult {
  std::string chip, method;
  std::vector<std::string> problems{};  // empty: it fits
  std::vector<std::string> notes{};     // what was not checked, or was rounded
  std::string map{};                    // tiles with the fill of their cores; empty when there is no placement
  std::string placement{};              // as YAML; empty when there is none
  std::uint32_t cores_used = 0, cores = 0;
  double spike_hops_per_second = 0;
};

// Makes the plan's network the chip's integers, as a run would, and places it; of chips that have no integer form here,
// the network as it is. That it does not fit is no error but a result. Errors: InvalidArgument for a
// chip, placement or rate that cannot be used, NotFound or DataLoss for files, and those of build().
absl::StatusOr<FitResult> fit(const FitRequest& request, const io::RunPlan& plan, const ModelCatalog& models);

// For people: verdict, notes and map. Problems are left out.
std::string text_of(const FitResult& result);

}  // namespace volley::app
