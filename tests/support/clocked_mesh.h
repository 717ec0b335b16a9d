// The network of hardware/mesh_timer.h once more, simulated cycle by cycle over every core, buffer and link: slow,
// simple, and sharing nothing with the event-driven one but the description of the pipeline.
#pragma once

#include <cstdint>

#include "hardware/mesh_timer.h"

namespace volley::test {

// Cycles of the whole step. REQUIRES: tiles are numbered down the columns.
std::int64_t clocked_mesh_cycles(const hardware::Mesh& mesh, const hardware::NetworkTiming& timing,
                                 const hardware::StepWork& work);

}  // namespace volley::test
