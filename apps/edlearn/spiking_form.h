// Error Diffusion on spikes, through the engine: an image is shown for a window of time; a neuron's activity is its
// count of spikes in it; at the window's end every class network sends its amine, a+ or a-, as one event to all its
// neurons; each combines it with its own slope, and synapses from sources that fired onto neurons that can learn change
// by the product. Whatever has no spikes, no amine or no slope is not touched.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "apps/edlearn/encoding.h"
#include "apps/edlearn/learner.h"
#include "apps/edlearn/settings.h"
#include "engine/simulation.h"
#include "hardware/quantise.h"

namespace volley::edlearn {

// Counts the spikes of every neuron of every population.
class SpikeCounter final : public Observer {
 public:
  explicit SpikeCounter(const Network& network);
  absl::Status on_window(const WindowReport& report) override;
  void clear();

  std::vector<std::vector<std::uint32_t>> counts;  // by population
};

class SpikingForm final : public Learner {
 public:
  // `brightness`: the mean sum of an image's pixels, for the gains (spiking_network.h).
  SpikingForm(const Settings& settings, const Shape& shape, double brightness);

  absl::Status begin(std::uint64_t images_seen) override;
  absl::StatusOr<Answer> train(std::span<const std::uint8_t> image, std::uint32_t label,
                               std::uint64_t presentation) override;
  absl::StatusOr<Answer> test(std::span<const std::uint8_t> image, std::uint64_t presentation) override;
  Weights weights() const override;
  void set_weights(const Weights& weights) override;
  std::vector<LayerActivity> activity() const override;

  // From the next begin() on the network runs as Loihi's integers (hardware/quantise.h), with weights of 8 bits, and so
  // does a sigmoid readout's sum. Only test() may be called then.
  void put_on_chip() { on_chip_ = true; }
  // What was rounded, worst first; after begin().
  const std::vector<hardware::Rounding>& roundings() const { return roundings_; }
  // From one image to the next; the first comes at 0.
  Duration period() const { return period_; }

  // Class networks that sent amine and neurons that learnt, per image of training so far; for reports.
  struct Work {
    std::uint64_t images = 0, networks = 0, neurons = 0;                         // of training
    std::uint64_t shown = 0, input_spikes = 0, spikes = 0, synaptic_events = 0;  // of training and tests
  };
  const Work& work() const { return work_; }

 private:
  // A neuron that an amine pulse lets learn: its column, and the factor of its synapses.
  struct Learning {
    std::uint32_t column;
    float factor;
  };

  absl::StatusOr<Answer> show(std::span<const std::uint8_t> image, std::uint32_t purpose, std::uint64_t presentation);
  Answer read_out();
  void learn(std::uint32_t label);
  void learn_layer(std::size_t layer, const std::array<learning::Amines, kClasses>& amines, double alpha);
  std::span<float> row(std::size_t layer, std::uint32_t source);

  // Builds the network and takes hold of its weights.
  absl::Status build_exact(const Weights& all);
  absl::Status build_on_chip(Weights all);

  Settings settings_;
  Encoder encoder_;
  double most_spikes_;           // that a neuron can fire in a window
  Duration period_;              // from one image to the next: the window, and silence in which the membranes forget it
  std::optional<Weights> kept_;  // of all layers while there is no simulation
  Weights outside_;              // of layers that the engine does not hold: a sigmoid readout
  std::unique_ptr<Simulation> simulation_;
  std::unique_ptr<SpikeCounter> counter_;
  std::vector<ProjectionWeights> synapses_;  // none on the chip
  bool on_chip_ = false;
  std::vector<hardware::Rounding> roundings_;
  std::vector<float> pixels_, input_;         // what is shown; what input neurons count for in the rule
  std::vector<std::vector<float>> activity_;  // of spiking layers, then of a sigmoid readout
  std::array<double, kClasses> output_{};
  std::vector<Learning> plus_, minus_;
  std::uint64_t seen_ = 0;
  Work work_;
  std::uint64_t events_before_ = 0;  // of this simulation, when the last image ended
};

}  // namespace volley::edlearn
