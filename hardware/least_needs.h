// What a network needs of a chip at the very least, from its description alone: no synapse is drawn, so this costs
// nothing even for networks that would take minutes to build.
#pragma once

#include <string>
#include <vector>

#include "engine/network.h"
#include "hardware/chip.h"

namespace volley::hardware {

// Neuron models that the chip's cores do not compute, one sentence each.
std::vector<std::string> missing_models(const Network& network, const Chip& chip);

// Limits that no placement can keep, each with culprit, value, bound and remedy; empty: it may fit, which only placing
// it can say. Counts are lower bounds:
//
//   synapses: those of the rules. A rule that draws their number counts twelve standard deviations below its mean.
//   memory: the chip's largest stored weight, and ten bits in a block of 64 synapses. Indices: a core needs more than b
//     bits if it holds more than 2^b neurons, so on m cores all but m 2^b neurons do, of which those with the most
//     synapses may be left out. Delays and tags count nothing. Every driven neuron takes a word.
//   input axons of one core: the different senders of one neuron, where a rule makes them different.
//
// REQUIRES: problems_of() finds nothing wrong with the network (engine/validate.h).
std::vector<std::string> certain_problems(const Network& network, const Chip& chip);

}  // namespace volley::hardware
