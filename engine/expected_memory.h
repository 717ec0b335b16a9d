// Whether a network fits into the machine's memory, from its description alone: said before anything is drawn, instead
// of by a process that is killed minutes later.
#pragma once

#include <cstdint>
#include <string>

#include "engine/network.h"

namespace volley {

// Bytes that this process may still take: what the system has left with its swap, within the limits of the process and
// of its control group. The largest number where none of them is known.
std::uint64_t available_memory();

// "" if a network of this kind may fit into `available` bytes. Else the problem of the part that takes most: what it
// takes at least, the bound and the remedy. Synapses count 2 bytes, with weights of their own 4 and delays of their own
// 2 more, as SynapseGroup keeps them; neurons 8, the least state of a model.
std::string memory_problem(const Network& network, std::uint64_t available);

}  // namespace volley
