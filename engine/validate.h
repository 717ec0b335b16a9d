// Every check of a network description, in one place: after it, nothing downstream can meet a bad value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/model.h"
#include "engine/network.h"

namespace volley {

// Problems of a distribution, each "must ..." or empty.
std::vector<std::string> problems_of(const Distribution& distribution);

// "; did you mean `x`?" for the choice closest to `word`, or "" when none is close.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& choices);

}  // namespace volley
