// The fast form of leaky delta neurons that are driven over their threshold: v_inf lies above it, so that they also
// fire between arrivals, at V(t) = threshold solved for t.
#pragma once

#include <memory>

#include "engine/model.h"
#include "models/delta_slice.h"

namespace volley {

// REQUIRES: frame_delta_fits(request, true), settings.threshold < 0. `tau_ms`: of the membrane.
std::unique_ptr<Slice> make_drifting_delta_slice(const SliceRequest& request, const DeltaSettings& settings,
                                                 double tau_ms);

}  // namespace volley
