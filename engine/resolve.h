// From a checked network to what a slice is made from: defaults filled in, words turned into choices, draws made.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/model.h"
#include "engine/network.h"

namespace volley {

// The request for neurons [first, first + count) of population `id`. Draws depend on (seed, population name, parameter
// name, neuron) only. REQUIRES: problems_of(network, ...) is empty.
SliceRequest resolve_slice(const Network& network, PopulationId id, const ModelInfo& model, std::uint32_t first,
                           std::uint32_t count, std::uint64_t seed);

// Values that were drawn outside the bounds of their parameter, the first of each: "population cells: neuron 17 drew
// tau_m -3 ms, must be above 0; ...". `request`: from resolve_slice().
std::vector<std::string> draw_problems(const SliceRequest& request, const ModelInfo& model);

// All parameters of a rule: one value each. REQUIRES: problems_of(network, ...) is empty.
ResolvedParameters resolve_rule(const Parameters& given, const RuleInfo& rule);

// Position of `name` in the model's ports; the first for "". REQUIRES: it exists.
Port port_of(const ModelInfo& model, const std::string& name);

}  // namespace volley
