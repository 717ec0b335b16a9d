#include "models/catalog.h"

#include "models/delta_models.h"

namespace volley {

// One line per model, in alphabetical order.
ModelCatalog standard_models() {
  ModelCatalog catalog;
  catalog.add(make_if_delta());
  catalog.add(make_lif_delta());
  return catalog;
}

}  // namespace volley
