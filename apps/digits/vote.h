// Labels of neurons and answers of the network, from how strongly neurons respond to classes: the readout of Diehl &
// Cook (2015, section 2.5), and one in which a neuron votes for every class by its part of the neuron's responses
// (Hazan et al., "Unsupervised learning with self-organizing spiking neural networks", IJCNN 2018: proportion
// weighting).
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
  explicit Vote(std::uint32_t neurons) : responses_(neurons), parts_(neurons), label_(neurons, 0) {}

  // An image of a class left these spikes.
  void add(std::uint32_t label, std::span<const std::uint32_t> spikes) {
    ++images_[label];
    for (std::size_t i = 0; i < spikes.size(); ++i) responses_[i][label] += spikes[i];
  }
  // Gives every neuron the class that it answered most on average, the first of several, and its parts.
  void settle() {
    for (std::size_t i = 0; i < responses_.size(); ++i) {
      std::array<double, kClasses>& mean = parts_[i];
      double sum = 0;
      for (std::uint32_t c = 0; c < kClasses; ++c) {
        mean[c] = images_[c] == 0 ? 0 : static_cast<double>(responses_[i][c]) / static_cast<double>(images_[c]);
        sum += mean[c];
      }
      label_[i] = largest(mean);
      for (double& part : mean) part = sum == 0 ? 1.0 / kClasses : part / sum;
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
    return largest(sum);
  }
  // The class with the largest sum of spikes times parts.
  std::uint32_t answer_by_parts(std::span<const std::uint32_t> spikes) const {
    std::array<double, kClasses> sum{};
    for (std::size_t i = 0; i < spikes.size(); ++i) {
      for (std::uint32_t c = 0; c < kClasses; ++c) sum[c] += spikes[i] * parts_[i][c];
    }
    return largest(sum);
  }

 private:
  static std::uint32_t largest(const std::array<double, kClasses>& of) {
    return static_cast<std::uint32_t>(std::max_element(of.begin(), of.end()) - of.begin());
  }

  std::vector<std::array<std::uint64_t, kClasses>> responses_;  // by neuron and class: spikes
  std::array<std::uint64_t, kClasses> images_{};
  std::vector<std::array<double, kClasses>> parts_;  // by neuron and class: of its mean responses
  std::vector<std::uint32_t> label_;
};

}  // namespace volley::digits
