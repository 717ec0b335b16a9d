#include "apps/charlm/lesson.h"

#include "absl/strings/str_format.h"
#include "apps/charlm/fair_protocol.h"
#include "apps/charlm/inputs.h"
#include "io/sha256.h"

namespace volley::charlm {

absl::StatusOr<Lesson> prepare_lesson(const std::string& path, std::size_t first, bool allow_leak,
                                      app::Console& console) {
  absl::StatusOr<Text> text = text_for(path, console);
  if (!text.ok()) return text.status();
  if (first != 0 && first < text->size()) {
    std::string bytes;
    for (std::size_t i = 0; i < first; ++i) bytes.push_back(text->alphabet[text->symbols[i]]);
    text = make_text(bytes, path);
    if (!text.ok()) return text.status();
  }
  // The test part is a tenth and must hold a window and a target.
  constexpr std::size_t kLeast = 10 * (kLeakWindow + 1);
  if (text->size() < kLeast) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: %d characters, must be at least %d, so that the last tenth holds a window of %d and a "
                        "target; give a longer text",
                        path, text->size(), kLeast, kLeakWindow));
  }
  Lesson lesson{std::move(*text), 0, 0};
  lesson.split = split_of(lesson.text.size());
  lesson.leaked = share_found(lesson.text.symbols, lesson.split, kLeakWindow);
  const std::string found =
      absl::StrFormat("%s: %.2f %% of the test windows of %d characters occur in the training part", path,
                      100 * lesson.leaked, kLeakWindow);
  if (lesson.leaked > kMostLeaked && !allow_leak) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s, must be at most %.0f %%, or a score says little; give a text that does not repeat itself, or --allow-leak",
        found, 100 * kMostLeaked));
  }
  lesson.leaked > kMostLeaked ? console.warn(found) : console.say(found);
  return lesson;
}

std::string origin_of(const Lesson& lesson, const std::string& settings) {
  std::string bytes;
  bytes.reserve(lesson.text.size());
  for (const Symbol symbol : lesson.text.symbols) bytes.push_back(lesson.text.alphabet[symbol]);
  return absl::StrFormat("volley %s, %d characters with sha256 %s, %s", VOLLEY_VERSION, bytes.size(),
                         io::sha256_bytes(bytes), settings);
}

}  // namespace volley::charlm
