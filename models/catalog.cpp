#include "models/catalog.h"

namespace volley {

// One line per model, in alphabetical order.
ModelCatalog standard_models() {
  ModelCatalog catalog;
  return catalog;
}

}  // namespace volley
