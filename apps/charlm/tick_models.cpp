#include "apps/charlm/tick_models.h"

#include "models/catalog.h"

namespace volley::charlm {

ModelCatalog tick_models() { return standard_models(); }

}  // namespace volley::charlm
