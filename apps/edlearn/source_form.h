// The published program's computation (ed_multi_snn, github.com/yoiwa0714/ed_multi_snn, 2025), for parity: Poisson
// trains drive one integrate-and-fire neuron per pixel, whose spike count goes forward through sigmoids of rates, while
// the raw pixels are what is learnt from. notes() says what that means.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "apps/edlearn/learner.h"
#include "apps/edlearn/rate_form.h"

namespace volley::edlearn {

// One pixel's input neuron, stepped with Euler's method as in the source: dV = dt / tau (rest - V + R I), where a spike
// of the train is I for one step. Returns its spikes. `random`: numbers of [0, 1), one per step.
std::uint32_t relay_spikes(double pixel, const Settings& settings, std::span<const double> random);

class SourceForm final : public Learner {
 public:
  SourceForm(const Settings& settings, const Shape& shape) : settings_(settings), network_(settings, shape) {}

  absl::Status begin(std::uint64_t images_seen) override;
  absl::StatusOr<Answer> train(std::span<const std::uint8_t> image, std::uint32_t label,
                               std::uint64_t presentation) override;
  absl::StatusOr<Answer> test(std::span<const std::uint8_t> image, std::uint64_t presentation) override;
  Weights weights() const override { return network_.weights; }
  void set_weights(const Weights& weights) override { network_.weights = weights; }
  std::vector<LayerActivity> activity() const override;

  // What the source computes and what its published numbers mean, for the report.
  static const char* notes();

 private:
  void encode(std::uint32_t purpose, std::uint64_t presentation);

  Settings settings_;
  RateNetwork network_;
  std::vector<float> pixels_, counts_, shown_;
  std::vector<double> random_;
  std::uint64_t seen_ = 0;
};

}  // namespace volley::edlearn
