// Parrot: fires at every instant at which something arrives, whatever the weight. Turns a source's or another
// population's spikes, delayed, into spikes of its own: a relay with delays per target, or a way to record an input.
#pragma once

#include <memory>

#include "engine/model.h"

namespace volley {

std::unique_ptr<ModelType> make_parrot();

}  // namespace volley
