// The neuron models that volley ships, by name.
#pragma once

#include "engine/model.h"

namespace volley {

ModelCatalog standard_models();

}  // namespace volley
