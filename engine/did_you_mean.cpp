#include "engine/did_you_mean.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace volley {
namespace {

constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kMostCandidates = 4096;
constexpr std::size_t kMostListed = 12;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Damerau's distance in the restricted form (no substring is edited twice), three rolling rows.
std::size_t edits_between(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, kLongestWord + 1>;
  Row before_last{}, last{}, row{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> closest_word(std::string_view word, std::span<const std::string> candidates) {
  if (word.empty() || word.size() > kLongestWord) return std::nullopt;
  std::size_t fewest = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::optional<std::string> best;
  for (const std::string& candidate : candidates.first(std::min(candidates.size(), kMostCandidates))) {
    if (candidate.empty() || candidate.size() > kLongestWord) continue;
    const std::size_t edits = edits_between(word, candidate);
    // A word of which every letter is replaced is not close, however short it is.
    if (edits < fewest && edits < std::max(word.size(), candidate.size())) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  if (const std::optional<std::string> best = closest_word(word, candidates)) return "did you mean `" + *best + "`?";
  if (candidates.empty()) return "none are known";
  std::string text = "known are ";
  for (std::size_t i = 0; i < std::min(candidates.size(), kMostListed); ++i) {
    if (i > 0) text += ", ";
    text += candidates[i].substr(0, kLongestWord);
  }
  if (candidates.size() > kMostListed) text += ", ...";
  return text;
}

}  // namespace volley
