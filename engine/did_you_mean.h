// A hint for a misspelt name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace volley {

// "; did you mean `x`?" for the choice closest to `word`, or "" when none is close: at most a third of the letters, or
// two, differ.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& choices);

}  // namespace volley
