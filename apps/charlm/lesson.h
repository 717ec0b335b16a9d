// A text made ready for the fair protocol: what `train`, `table`, `grow` and `chip` begin with.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "apps/charlm/text.h"
#include "apps/volley/console.h"

namespace volley::charlm {

// Test windows of this many characters that also occur in the training part are leaked.
inline constexpr std::size_t kLeakWindow = 20;
inline constexpr double kMostLeaked = 0.05;

struct Lesson {
  Text text;
  std::size_t split = 0;
  double leaked = 0;
};

// Reads the text, keeps its first `first` characters (0: all), and says on the console what is leaked. InvalidArgument
// for a text too short to make a window in both parts; FailedPrecondition when more than 5 % of the test windows occur
// in the training part, unless `allow_leak`.
absl::StatusOr<Lesson> prepare_lesson(const std::string& path, std::size_t first, bool allow_leak,
                                      app::Console& console);

// One line for a saved model: which volley, which text and how much of it, and the settings as given.
std::string origin_of(const Lesson& lesson, const std::string& settings);

}  // namespace volley::charlm
