// What a form of the network owes to the training loop.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/edlearn/settings.h"
#include "apps/edlearn/weights.h"

namespace volley::edlearn {

struct Answer {
  std::uint32_t label = 0;                // the class whose network answers most
  std::array<double, kClasses> output{};  // activities of the output neurons
  // Mean over the networks of |target - output|.
  double error(std::uint32_t right) const;
};

// One layer of what the last image caused, for display.
struct LayerActivity {
  std::string name;            // "hidden 1"
  std::uint32_t networks = 1;  // the values are network after network; the input is shared: 1
  bool spikes = false;         // counts of spikes; else rates
  std::vector<float> value;
};

// Not thread safe. What a presentation answers is a function of (settings, weights, image, presentation) alone.
class Learner {
 public:
  virtual ~Learner() = default;

  // An epoch or an evaluation begins: nothing is left of what was before but weights and the number of images seen, so
  // that a run which goes on from a checkpoint, and a network that was saved and loaded, compute the same bits. Comes
  // before the first image.
  virtual absl::Status begin(std::uint64_t images_seen) = 0;
  // Shows an image, then lets the amines change the weights. `presentation` chooses the random spikes.
  virtual absl::StatusOr<Answer> train(std::span<const std::uint8_t> image, std::uint32_t label,
                                       std::uint64_t presentation) = 0;
  // Shows an image and changes nothing.
  virtual absl::StatusOr<Answer> test(std::span<const std::uint8_t> image, std::uint64_t presentation) = 0;

  virtual Weights weights() const = 0;
  // REQUIRES: of the same shape.
  virtual void set_weights(const Weights& weights) = 0;
  virtual std::vector<LayerActivity> activity() const = 0;
};

// The most active; the first of equals.
Answer answer_of(const std::array<double, kClasses>& output);

}  // namespace volley::edlearn
