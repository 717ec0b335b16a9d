// Every check of a network description, in one place: after it, nothing downstream can meet a bad value. What only a
// draw can show (a parameter outside its bounds) is checked when slices are made: engine/resolve.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/model.h"
#include "engine/network.h"

namespace volley {

// The problems that build() would refuse, without making anything: one line each, with the thing, its value, the bound
// and the remedy. Empty for a network that can be built.
std::vector<std::string> problems_of(const Network& network, const ModelCatalog& models);

// Problems of a distribution alone, each to stand behind the name of what is drawn: "sd -1 mV, must be at least 0; set
// `sd`". `unit`: of the values, "" for a pure number.
std::vector<std::string> problems_of(const Distribution& distribution, std::string_view unit = "");

}  // namespace volley
