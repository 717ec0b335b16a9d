// Places for a network's neurons, as the command line asks for them: the method, the rates that it goes by, and the map
// that is printed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/network.h"
#include "hardware/chip.h"
#include "hardware/placement.h"
#include "hardware/wiring.h"

namespace volley::app {

// Spikes per second of every neuron of all populations: `text` is a rate in Hz, or the path of a recording (.h5) of
// this network, or empty for 1 Hz. Errors name the option --rates.
absl::StatusOr<std::vector<double>> rates_of(const std::string& text, const Network& network);

// `method`: sequential, balanced, traffic, or the path of a placement that ends in .yaml. ResourceExhausted when the
// network does not fit on the chip; other errors are those of the option --placement and of its file.
absl::StatusOr<hardware::Placement> place(const std::string& method, const hardware::Wiring& wiring,
                                          const hardware::Chip& chip, const std::vector<double>& rates,
                                          std::uint64_t seed);

// The tiles of the chip with the fill of their cores, and the fullest core for every limit. REQUIRES: the placement is
// one of the chip and the wiring.
std::string placement_map(const hardware::Wiring& wiring, const hardware::Chip& chip,
                          const hardware::Placement& placement);

}  // namespace volley::app
