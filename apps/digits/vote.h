// Labels of neurons and answers of the network, from how strongly neurons respond to classes (Diehl & Cook 2015,
// section 2.5).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "apps/digits/settings.h"

namespace volley::digits {

class Vote {
 public:
  explicit Vote(std::uint32_t neurons) : responses_(neurons), label_(neurons, 0) {}

  // An image of a class left these spikes.
  void add(std::uint32_t label, std::span<const std::uint32_t> spikes) {
    ++images_[label];
    for (std::size_t i = 0; i < spikes.size(); ++i) responses_[i][label] += spikes[i];
  }
  // Gives every neuron the class that it answered most on average, the first of several.
  void settle() {
    for (std::size_t i = 0; i < responses_.size(); ++i) {
      double most = -1;
      for (std::uint32_t c = 0; c < kClasses; ++c) {
        const double mean =
            images_[c] == 0 ? 0 : static_cast<double>(responses_[i][c]) / static_cast<double>(images_[c]);
        if (mean > most) most = mean, label_[i] = c;
      }
    }
  }
  std::span<const std::uint32_t> labels() const { return label_; }

  // The class whose neurons fired most on average.
  std::uint32_t answer(std::span<const std::uint32_t> spikes) const {
    std::array<double, kClasses> sum{}, neurons{};
    for (std::size_t i = 0; i < spikes.size(); ++i) {
      sum[label_[i]] += spikes[i];
      neurons[label_[i]] += 1;
    }
    for (std::uint32_t c = 0; c < kClasses; ++c) sum[c] = neurons[c] == 0 ? 0 : sum[c] / neurons[c];
    return static_cast<std::uint32_t>(std::max_element(sum.begin(), sum.end()) - sum.begin());
  }

 private:
  std::vector<std::array<std::uint64_t, kClasses>> responses_;  // by neuron and class: spikes
  std::array<std::uint64_t, kClasses> images_{};
  std::vector<std::uint32_t> label_;
};

}  // namespace volley::digits
