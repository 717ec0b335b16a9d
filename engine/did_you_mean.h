// The closest of the known words, for messages about a word that is not known.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace volley {

// The candidate that differs from `word` by the fewest insertions, deletions, replacements and swaps of neighbours
// (capitals do not count), if that is at most a third of the word's length and at least one edit is allowed. The first
// of equals wins. Words over 64 characters and candidates past the first 4,096 are not compared.
std::optional<std::string> closest_word(std::string_view word, std::span<const std::string> candidates);

// "did you mean `tau_m`?" if something is close, else "known are a, b, c" (at most twelve), or "none are known".
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace volley
