// Error Diffusion on rates, written to be read: start here. One image goes forward layer by layer, the output's errors
// become amines, and every layer changes its weights from what it has at hand (learning/error_diffusion.h).
//
// It is the teaching version and the reference for the spiking form. With another input than the pixels it is the
// source form, too (source_form.h).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "apps/edlearn/learner.h"
#include "apps/edlearn/settings.h"
#include "apps/edlearn/weights.h"

namespace volley::edlearn {

// The network itself. `shown` is what goes forward, `learnt` what source neurons of the input count for in the rule;
// one number per pixel, which its excitatory and its inhibitory neuron share. The rate form has learnt == shown.
class RateNetwork {
 public:
  RateNetwork(const Settings& settings, const Shape& shape);

  Answer forward(std::span<const float> shown);
  // Changes the weights after forward() of the same image.
  void learn(std::span<const float> learnt, std::uint32_t label, double alpha);

  Weights weights;
  // activity()[l]: of hidden layer l, network after network; the last: of the outputs.
  const std::vector<std::vector<float>>& activity() const { return activity_; }

 private:
  float activate(std::size_t layer, double z) const;
  float slope_at(std::size_t layer, float y) const;

  Settings settings_;
  std::vector<std::vector<float>> activity_;
  std::vector<float> sum_, slopes_, plus_, minus_;
};

class RateForm final : public Learner {
 public:
  RateForm(const Settings& settings, const Shape& shape) : settings_(settings), network_(settings, shape) {}

  absl::Status begin(std::uint64_t images_seen) override;
  absl::StatusOr<Answer> train(std::span<const std::uint8_t> image, std::uint32_t label,
                               std::uint64_t presentation) override;
  absl::StatusOr<Answer> test(std::span<const std::uint8_t> image, std::uint64_t presentation) override;
  Weights weights() const override { return network_.weights; }
  void set_weights(const Weights& weights) override { network_.weights = weights; }
  std::vector<LayerActivity> activity() const override;

 private:
  Settings settings_;
  RateNetwork network_;
  std::vector<float> shown_;
  std::uint64_t seen_ = 0;
};

// Pixels as numbers from 0 to 1, and behind them the bias neurons' output if there are any.
void pixels_of(std::span<const std::uint8_t> image, double ami, std::vector<float>& pixels);

// Of hidden layers and outputs, for display.
std::vector<LayerActivity> rates_of(const RateNetwork& network);

}  // namespace volley::edlearn
