// Why a population may have stayed silent, as far as its description and its counters can say.
#pragma once

#include <string>
#include <vector>

#include "apps/volley/session.h"
#include "engine/model.h"
#include "engine/network.h"

namespace volley::app {

// One sentence per population that did not fire, in the network's order; empty when all did. Sources are left out.
std::vector<std::string> explain_silence(const Network& network, const ModelCatalog& models,
                                         const std::vector<SessionPopulation>& populations, Duration reached);

}  // namespace volley::app
