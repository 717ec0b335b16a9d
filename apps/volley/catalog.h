// Everything a description may name: volley's neuron models and plasticity rules.
#pragma once

#include "learning/catalog.h"
#include "models/catalog.h"

namespace volley::app {

inline ModelCatalog volley_catalog() {
  ModelCatalog catalog = standard_models();
  add_plasticity_rules(catalog);
  return catalog;
}

}  // namespace volley::app
