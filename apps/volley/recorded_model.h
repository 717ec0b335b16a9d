// A population whose neurons fire exactly when a recording says, and never otherwise.
//
// It stands in the place of the population that was recorded, instead of a source appended to the network, because a
// place in the network is the identity of random streams and the rank in which simultaneous spikes are summed. So
// whatever lies downstream computes the same bits as in the run that was recorded.
#pragma once

#include <memory>
#include <string>

#include "engine/model.h"
#include "io/spike_list.h"

namespace volley::app {

// `name`: of this model in the catalog. `original`: the model that it stands in for, whose ports and current it accepts
// and ignores, so that whatever ends on the population stays valid. `spikes` in any order; neurons beyond the
// population's size never fire.
std::unique_ptr<ModelType> recorded_model(std::string name, const ModelInfo& original, io::SpikeList spikes);

}  // namespace volley::app
