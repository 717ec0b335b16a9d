// Puts recorded spikes into a network, in the place of the populations and sources that were recorded.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/model.h"
#include "engine/network.h"
#include "io/recording.h"

namespace volley::app {

struct Substitution {
  std::vector<std::string> populations;  // replaced; their neurons no longer compute
  std::vector<std::string> sources;      // replaced
  std::vector<std::string> notes;        // what was dropped, and what the recording lacks
};

// Replaces every population and source of `network` whose name is in the recording, or only those in `chosen`. Models
// that fire as recorded are added to `models`. Projections into a replaced population keep their place and lose their
// synapses; its state probes are removed.
// Errors: InvalidArgument when nothing or every population would be replaced, when a chosen name is missing on either
// side, or when the recording has neurons that the network lacks; DataLoss when spikes cannot be read.
absl::StatusOr<Substitution> substitute(const io::Recording& recording, const std::vector<std::string>& chosen,
                                        Network& network, ModelCatalog& models);

}  // namespace volley::app
