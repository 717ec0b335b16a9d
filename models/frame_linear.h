// The fast form of leaky neurons with exponential currents (lif_exp) whose parameters are uniform: the modes of a
// neuron lie side by side in one vector, in decay frames that all neurons share (models/decay_frame.h), walked row by
// row.
//
// V(t) = v_inf + sum_k a_k decay_k(t), mode 0 the membrane's and one mode per port in use. An arrival of weight w on
// port p at t adds w kappa_p (factor_p(t) on mode p, -factor_0(t) on mode 0), kappa_p = R tau_p / (tau_p - tau_m).
//
// V is continuous at an arrival and may cross later. Time is divided by an absolute grid of check points, and what is
// known of every neuron is: either it does not cross before the next check point T, or its crossing is on the agenda.
//  - At an arrival with w > 0, U = v_inf + sum_k max(a_k decay_k(t), a_k decay_k(T)) bounds V on [t, T], because every
//    mode is monotone. Only neurons with U above the threshold are searched for a crossing (models/crossing.h).
//  - w < 0 lowers V at all times: a crossing on the agenda stays a lower bound and is looked at again when it is due.
//  - External events come in chunks (models/driven_block.h) and are bounded from the chunk's start on.
//  - At a check point a pass over all neurons finds those that may cross before the next.
//  - Where no mode can ever lift a neuron to the threshold the grid stops, until something arrives: silence is free.
// The grid only decides when a crossing is found, never where it lies.
#pragma once

#include <memory>

#include "engine/model.h"

namespace volley {

// Whether the fast form can run the request: uniform parameters (v_init may differ), Poisson drives only, and time
// constants far enough apart for the closed form.
bool frame_linear_fits(const SliceRequest& request);

// REQUIRES: frame_linear_fits(request).
std::unique_ptr<Slice> make_frame_linear_slice(const SliceRequest& request);

}  // namespace volley
