#include "apps/charlm/model_a.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "apps/charlm/numpy_random.h"

namespace volley::charlm {

Reservoir ModelA::reservoir() const {
  Reservoir result;
  result.neurons = neurons;
  result.drive = input;
  result.recurrent = recurrent;
  for (double& weight : result.recurrent) weight *= kCoupling;
  return result;
}

ModelA draw_model_a(std::uint32_t vocabulary, std::uint32_t neurons, Readings readings, std::uint32_t seed,
                    MaskDrawn mask) {
  NumpyRandom random(seed);
  ModelA model;
  model.neurons = neurons;
  model.vocabulary = vocabulary;
  const std::size_t square = std::size_t{neurons} * neurons;
  const std::size_t outputs = std::size_t{neurons} * (readings == Readings::kHybrid ? 2 : 1) * vocabulary;
  model.input = random.normals(std::size_t{vocabulary} * neurons, 0.5);
  model.recurrent = random.normals(square, 0.1);
  if (mask == MaskDrawn::kAfterReadout) model.readout = random.normals(outputs, 0.1);
  for (double& weight : model.recurrent) {
    if (random.uniform() >= 0.1) weight = 0;
  }
  if (mask == MaskDrawn::kBeforeReadout) model.readout = random.normals(outputs, 0.1);
  return model;
}

absl::StatusOr<WindowStates> read_windows(const Reservoir& reservoir, std::span<const std::uint32_t> rows,
                                          std::size_t characters) {
  WindowStates states;
  states.windows = rows.size() / characters;
  states.neurons = reservoir.neurons;
  states.characters = characters;
  const std::size_t size = states.windows * reservoir.neurons;
  states.counts.assign(size, 0);
  states.last_counts.assign(size, 0);
  states.potential.assign(size, 0);
  const auto visit = [&](const CharacterState& state) {
    const std::size_t window = state.index / characters;
    const bool last = state.index % characters == characters - 1;
    std::uint64_t spikes = 0;
    for (std::uint32_t i = 0; i < reservoir.neurons; ++i) {
      const std::size_t at = window * reservoir.neurons + i;
      states.counts[at] += state.spikes[i];
      spikes += state.spikes[i];
      if (!last) continue;
      states.last_counts[at] = state.spikes[i];
      states.potential[at] = state.potential[i];
    }
    if (window == 0) states.spikes_of_first += spikes;
    return absl::OkStatus();
  };
  absl::StatusOr<Activity> activity = run_reservoir(reservoir, rows, characters, visit);
  if (!activity.ok()) return activity.status();
  states.activity = *activity;
  return states;
}

std::vector<std::uint32_t> rows_of(const Text& text, const Windows& windows, std::span<const std::size_t> chosen) {
  std::vector<std::uint32_t> rows;
  rows.reserve(chosen.size() * windows.length);
  for (const std::size_t w : chosen) {
    const auto first = text.symbols.begin() + static_cast<std::ptrdiff_t>(windows.start[w]);
    rows.insert(rows.end(), first, first + static_cast<std::ptrdiff_t>(windows.length));
  }
  return rows;
}

std::vector<std::size_t> every(std::size_t step, std::size_t begin, std::size_t end) {
  std::vector<std::size_t> chosen;
  for (std::size_t w = begin; w < end; w += step) chosen.push_back(w);
  return chosen;
}

Features features_of(const WindowStates& states, Readings readings, bool last_character) {
  const std::size_t n = states.neurons;
  const bool spikes = readings != Readings::kMembrane, membrane = readings != Readings::kSpikes;
  Features features;
  features.columns = n * ((spikes ? 1 : 0) + (membrane ? 1 : 0));
  features.value.reserve(states.windows * features.columns);
  const double ticks = 10.0 * static_cast<double>(last_character ? 1 : states.characters);
  for (std::size_t w = 0; w < states.windows; ++w) {
    const auto counts = std::span(last_character ? states.last_counts : states.counts).subspan(w * n, n);
    const auto potential = std::span(states.potential).subspan(w * n, n);
    if (spikes) {
      for (const std::uint32_t count : counts) features.value.push_back(count / (ticks + 1e-10));
    }
    if (membrane) {
      double most = 0;
      for (const double v : potential) most = std::max(most, std::fabs(v));
      for (const double v : potential) features.value.push_back(v / (most + 1e-10));
    }
  }
  return features;
}

}  // namespace volley::charlm
