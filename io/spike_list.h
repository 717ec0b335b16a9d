// Spikes of one population or source, as files hold them.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/time.h"

namespace volley::io {

using SpikeList = std::vector<std::pair<Time, std::uint32_t>>;  // (time, neuron), in the order of the file

}  // namespace volley::io
