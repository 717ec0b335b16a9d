// Everything that descriptions may name: all models and all plasticity rules.
#pragma once

#include "learning/catalog.h"
#include "models/catalog.h"

namespace volley::test {

inline ModelCatalog full_catalog() {
  ModelCatalog catalog = standard_models();
  add_plasticity_rules(catalog);
  return catalog;
}

}  // namespace volley::test
