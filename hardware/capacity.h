// Whether a placed network keeps a chip's limits, and what it does not keep.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/network.h"
#include "hardware/accounts.h"
#include "hardware/placement.h"

namespace volley::hardware {

std::string with_commas(std::uint64_t value);    // "1,024"
std::string_view name_of(Resource resource);     // "input axons"
std::string_view remedy_for(Resource resource);  // what a user can do about it
std::uint64_t value_of(const CoreUse& use, Resource resource);
const Limits::Number& limit_of(const Limits& limits, Resource resource);
// "1,025 compartments, at most 1,024 (published)".
std::string describe(const CoreUse& use, Resource resource, const Chip& chip);

// What every core of the chip holds, by core. REQUIRES: check_placement() finds no core that the chip lacks.
std::vector<CoreUse> core_use(const Wiring& wiring, const Chip& chip, const Placement& placement);

// Every limit that `use` of one core exceeds: "core 3: 1,025 compartments, at most 1,024 (published); ...".
// `culprits`: for each resource, what takes most of it; may be empty.
std::vector<std::string> check_core(std::uint32_t core, const CoreUse& use, const Chip& chip,
                                    const std::array<std::string, 4>& culprits = {});

// All violations, each with core, culprit, limit, value and remedy; empty: the placement is legal. Also refuses
// placements that are not the network's and cores that the chip lacks.
std::vector<std::string> check_placement(const Wiring& wiring, const Chip& chip, const Placement& placement);

// What the network needs and the chip lacks, whatever the placement: neuron models, delays, numbers per chip.
std::vector<std::string> missing_features(const Network& network, const Wiring& wiring, const Chip& chip);

// Refuses a spike payload of `bits` that the chip cannot carry; empty: it can, or nobody has published whether.
std::string missing_payload(std::string_view sender, std::uint32_t bits, const Chip& chip);

// That a delay of so many steps (beyond the one that every spike takes) costs compartments; empty: it does not.
std::string delay_note(std::string_view bundle, std::int64_t delay_steps, const Chip& chip);

// What was not checked because a limit is not known, and what was rounded; one sentence each.
std::vector<std::string> unchecked(const Wiring& wiring, const Chip& chip);

}  // namespace volley::hardware
