// What the integrate-and-fire models ask of potentials and constant currents before they make a slice.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "engine/model.h"

namespace volley {

// The strongest current that slice-local neuron `n` gets from i_e and its current drives together (noise: six standard
// deviations above its mean), in the model's current unit.
double strongest_current(const SliceRequest& request, std::uint32_t n);

// v_reset and v_init must lie below v_threshold, and no neuron may fire more than once a microsecond on its constant
// currents alone: it would never get to the end of a window. `crossing_ms(n, current)`: the time from v_reset to the
// threshold under that current; infinite when it is never reached. `unit`: of currents. InvalidArgument names the first
// neuron.
absl::Status check_firing(const SliceRequest& request, std::string_view unit,
                          const std::function<double(std::uint32_t n, double current)>& crossing_ms);

}  // namespace volley
