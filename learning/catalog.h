// The plasticity rules that volley ships, by name.
#pragma once

#include "engine/model.h"

namespace volley {

void add_plasticity_rules(ModelCatalog& catalog);

}  // namespace volley
