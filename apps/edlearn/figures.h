// Pictures of a training as SVG and as one page that renews itself: plain strings, nothing from elsewhere. They draw
// nothing random and only look.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "apps/edlearn/learner.h"
#include "apps/edlearn/training.h"

namespace volley::edlearn {

// Accuracy on test and training images by epoch, and errors below. Empty history: axes only.
std::string learning_curve(const std::vector<Epoch>& history, std::uint32_t epochs);

struct Shown {  // the image that caused an activity
  std::uint32_t label = 0, answer = 0;
};
// One block per layer and class network: every neuron a square, its colour the number of its spikes (or its rate, where
// a form has no spikes, which the caption says). `columns`: pixels in a row of the image.
std::string heat_map(const std::vector<LayerActivity>& layers, std::uint32_t columns, const Shown& shown);

// The same numbers as text: epoch,test_accuracy,test_error,train_accuracy,train_error.
std::string curve_csv(const std::vector<Epoch>& history);

// Both pictures; loads itself anew every two seconds unless the training is over.
std::string live_page(const std::string& title, const std::string& state, const std::string& curve,
                      const std::string& map, bool over);

// Makes the folder if it is not there, and replaces learning_curve.svg, heat_map.svg, curve.csv and live.html in it.
absl::Status write_figures(const std::string& folder, const std::string& title, const std::string& state,
                           const std::vector<Epoch>& history, std::uint32_t epochs,
                           const std::vector<LayerActivity>& layers, std::uint32_t columns, const Shown& shown,
                           bool over);

}  // namespace volley::edlearn
