// The models `lif_delta` and `if_delta`: integrate-and-fire neurons whose membrane potential jumps with every spike.
#pragma once

#include <memory>

#include "engine/model.h"

namespace volley {

// tau_m dV/dt = -(V - v_rest) + i_e; an arrival of weight w: V += w; V > v_threshold: spike, V = v_reset, and nothing
// is received for t_ref. (Brunel 2000, equations 1 to 3; Brette et al. 2007, appendix B, benchmark 4.)
std::unique_ptr<ModelType> make_lif_delta();

// The same without leak: dV/dt = i_e. (Lapicque's neuron in its perfect form; Abbott 1999.)
std::unique_ptr<ModelType> make_if_delta();

}  // namespace volley
