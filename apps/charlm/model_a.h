// "Model A" of github.com/hafufu-stack/snn-language-model (2026; CC BY 4.0), the model of its headline figures: a
// frozen spiking reservoir that reads windows of characters from a state of zero, and a softmax readout without bias.
//
//   U ~ N(0, 0.5^2), vocabulary x neurons; R ~ N(0, 0.1^2), neurons x neurons, kept where uniform < 0.1;
//   W ~ N(0, 0.1^2), features x vocabulary: in this order from numpy's generator (numpy_random.h)
//   v = 0.9 v + U[c] + 0.3 R s per tick, 10 ticks per character; a neuron above 1 is set to 0 at the next tick
//   spike feature n / (L 10), membrane feature v / max|v|, hybrid: both
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/charlm/reservoir.h"
#include "apps/charlm/text.h"

namespace volley::charlm {

enum class Readings { kSpikes, kMembrane, kHybrid };

// Whether the published program drew the mask of R before or after the readout's weights.
enum class MaskDrawn { kBeforeReadout, kAfterReadout };

struct ModelA {
  std::uint32_t neurons = 0, vocabulary = 0;
  std::vector<double> input;      // vocabulary x neurons
  std::vector<double> recurrent;  // neurons x neurons, [target][source], without the factor 0.3
  std::vector<double> readout;    // features x vocabulary

  static constexpr double kCoupling = 0.3;
  Reservoir reservoir() const;
};

ModelA draw_model_a(std::uint32_t vocabulary, std::uint32_t neurons, Readings readings, std::uint32_t seed,
                    MaskDrawn mask = MaskDrawn::kBeforeReadout);

// What a reservoir made of a list of windows.
struct WindowStates {
  std::size_t windows = 0;
  std::uint32_t neurons = 0;
  std::size_t characters = 0;              // of a window
  std::vector<std::uint32_t> counts;       // windows x neurons: spikes over the whole window
  std::vector<std::uint32_t> last_counts;  // the same over the last character alone
  std::vector<double> potential;           // windows x neurons, at the window's end
  Activity activity;
  std::uint64_t spikes_of_first = 0;  // of the first window
};

// Runs the windows one after the other, each from a state of zero, in one run of the engine. `rows`: the drive row of
// every character, `characters` to a window. Errors: the engine's.
absl::StatusOr<WindowStates> read_windows(const Reservoir& reservoir, std::span<const std::uint32_t> rows,
                                          std::size_t characters);

// Drive rows of the windows chosen: their symbols.
std::vector<std::uint32_t> rows_of(const Text& text, const Windows& windows, std::span<const std::size_t> chosen);
std::vector<std::size_t> every(std::size_t step, std::size_t begin, std::size_t end);

// A table of features, one row per window.
struct Features {
  std::size_t columns = 0;
  std::vector<double> value;  // rows x columns

  std::span<const double> row(std::size_t r) const { return std::span(value).subspan(r * columns, columns); }
  std::size_t rows() const { return value.size() / columns; }
};

// The published features; with `last_character`, spikes are those of the last character over its ticks.
Features features_of(const WindowStates& states, Readings readings, bool last_character = false);

}  // namespace volley::charlm
