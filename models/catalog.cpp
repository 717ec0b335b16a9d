#include "models/catalog.h"

#include <memory>

#include "models/adex.h"
#include "models/clocked_type.h"
#include "models/delta_models.h"
#include "models/izhikevich.h"
#include "models/lif_adaptive.h"
#include "models/lif_alpha.h"
#include "models/lif_coba.h"
#include "models/lif_exp.h"
#include "models/lif_tick.h"
#include "models/lif_tick_events.h"
#include "models/loihi_cuba.h"
#include "models/parrot.h"

namespace volley {

// One line per model, in alphabetical order.
ModelCatalog standard_models() {
  ModelCatalog catalog;
  catalog.add(std::make_unique<ClockedType<Adex>>());
  catalog.add(make_if_delta());
  catalog.add(std::make_unique<ClockedType<Izhikevich>>());
  catalog.add(make_lif_adaptive());
  catalog.add(make_lif_alpha());
  catalog.add(std::make_unique<ClockedType<LifCoba>>());
  catalog.add(make_lif_delta());
  catalog.add(make_lif_exp());
  catalog.add(std::make_unique<ClockedType<LifTick>>());
  catalog.add(make_lif_tick_events());
  catalog.add(std::make_unique<ClockedType<LoihiCuba>>());
  catalog.add(make_parrot());
  return catalog;
}

}  // namespace volley
