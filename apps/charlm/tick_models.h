// The neuron models that a reservoir can be made of: volley's catalog and the event-driven form of `lif_tick`.
#pragma once

#include "engine/model.h"

namespace volley::charlm {

ModelCatalog tick_models();

}  // namespace volley::charlm
