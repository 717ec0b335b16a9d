// Images as spikes: every pixel a random train on a grid of steps, which its excitatory and its inhibitory input neuron
// both send.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "apps/edlearn/settings.h"
#include "engine/random.h"
#include "engine/time.h"

namespace volley::edlearn {

class Encoder {
 public:
  explicit Encoder(const Settings& settings);

  // Draws the trains of `pixels` (0 to 1): in every step a spike with probability pixel * rate * dt, the source's form
  // of a Poisson train. The first step is at `begin`. Draws are those of item `presentation` of the stream.
  void encode(std::span<const float> pixels, StreamKey key, std::uint64_t presentation, Time begin);

  // (time, input neuron) in canonical order; neurons 2 p and 2 p + 1 are pixel p's.
  const std::vector<std::pair<Time, std::uint32_t>>& spikes() const { return spikes_; }
  // Spikes of each pixel's train.
  const std::vector<std::uint32_t>& counts() const { return counts_; }
  // Of a white pixel, on average.
  double full_count() const { return full_count_; }

 private:
  double chance_, full_count_;  // of a white pixel, in one step and in all
  std::uint32_t steps_;
  Duration step_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> drawn_;  // (step, pixel), pixel after pixel
  std::vector<std::uint32_t> counts_, start_;
  std::vector<std::pair<Time, std::uint32_t>> spikes_;
};

}  // namespace volley::edlearn
