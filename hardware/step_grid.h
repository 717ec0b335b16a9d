// Which populations hear input only at whole steps of a chip.
//
// It decides how long a refractory period is in steps. A neuron that fires with step s loses the steps s + 1 to
// s + R - 1 on the chip. In continuous time an arrival at the very end of the period counts. Where all arrivals lie on
// steps, so do spikes, and R = t_ref / h (rounded up) loses exactly what continuous time loses. Where they lie
// anywhere, a spike is on average half a step old when the chip fires, and the step of the spike swallows what follows
// it.
#pragma once

#include <vector>

#include "engine/network.h"

namespace volley::hardware {

// By population: every synapse onto it brings spikes of whole steps after whole steps of delay, and nothing else
// reaches it. True also without any input. `fires_by_itself`, by population: it may cross its threshold between
// arrivals, so that its spikes lie anywhere. Lists of spikes are taken as they stand: what is fed into one later
// (Simulation::feed) must lie on steps if its entries do. REQUIRES: step > 0.
std::vector<bool> hears_on_steps(const Network& network, Duration step, const std::vector<bool>& fires_by_itself);

}  // namespace volley::hardware
