// Fills cores with neurons in a given order: what sequential and balanced placement share.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "hardware/accounts.h"
#include "hardware/placement.h"

namespace volley::hardware {

struct Packing {
  std::vector<std::uint32_t> core_of;  // by neuron
  std::uint32_t cores = 0;
  std::optional<Resource> filled_by{};  // what filled most cores; empty when one core is enough
};

// Neurons in network order, each core filled before the next. `scale`: the part of every limit that may be used. Cores
// beyond the chip's are used if need be. ResourceExhausted when a neuron fits on no core, or more than 65,535 cores
// would not do.
absl::StatusOr<Packing> pack_in_order(const Wiring& wiring, const Chip& chip, double scale);

Placement placement_of(std::span<const std::uint32_t> core_of, const Wiring& wiring, std::string method);

// ResourceExhausted unless the chip has as many cores.
absl::Status check_core_count(const Packing& packing, const Chip& chip);

// "exc[17]" for a sender that has a place or is a source's neuron.
std::string name_of_sender(const Wiring& wiring, std::uint32_t sender);

}  // namespace volley::hardware
