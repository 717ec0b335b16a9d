// The event-driven form of `lif_tick` (models/lif_tick.h): the same neuron, moved only at the ticks at which something
// happens to it.
//
// Without input the recurrence v[d] = leak v[d-1] + J has a closed form,
//   v[d] = J / (1 - leak) + (v[0] - J / (1 - leak)) leak^d,
// so the tick of the next crossing is a logarithm, and a neuron sleeps from one arrival, reset or crossing to the next.
// A change of the held current is an event for every neuron that it concerns; a sample reads the closed form and
// changes nothing. Spikes are those of the clocked form, tick for tick; potentials agree to rounding (some 1e-15 of
// their size), which could only show where a potential came that close to the threshold.
#pragma once

#include <memory>

#include "engine/model.h"

namespace volley {

// Named `lif_tick_events`; ports, parameters and units of `lif_tick`. Takes no Poisson drives.
std::unique_ptr<ModelType> make_lif_tick_events();

}  // namespace volley
