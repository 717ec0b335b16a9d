// The fast form of integrate-and-fire neurons with delta synapses (lif_delta, if_delta): one membrane mode per neuron
// in a decay frame that all neurons share (models/decay_frame.h), walked row by row.
//
// V(t) = v_inf + c * decay(t). An arrival of weight w at t is c += w * factor(t), and V > v_threshold reads
// c > (v_threshold - v_inf) * factor(t): one exponential per arrival, none per synapse. Where v_inf <= v_threshold a
// crossing can only happen at an arrival, and the comparison is the whole test; above it, crossings between arrivals are
// solved for and put on the agenda (models/drifting_delta.h).
// A refractory neuron's c is minus infinity: whatever is added, it does not cross; no branch in the row loop.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "engine/model.h"

namespace volley {

// Whether the fast form can run the request: uniform parameters (v_init may differ) and Poisson drives only.
// `leaky`: lif_delta (has tau_m), else if_delta.
bool frame_delta_fits(const SliceRequest& request, bool leaky);

// REQUIRES: frame_delta_fits(request, leaky).
std::unique_ptr<Slice> make_frame_delta_slice(const SliceRequest& request, bool leaky);

}  // namespace volley
