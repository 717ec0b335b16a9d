// The training loop: epochs of images, an evaluation after each, what is printed, drawn and kept.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/edlearn/dataset.h"
#include "apps/edlearn/learner.h"
#include "apps/edlearn/settings.h"

namespace volley::edlearn {

// Accuracies are parts of 1; errors are means over images and networks of |target - output|.
struct Epoch {
  double train_accuracy = 0, train_error = 0, test_accuracy = 0, test_error = 0;
  double train_seconds = 0, test_seconds = 0;  // of CPU time
};

// What the loop tells while it runs. Nothing that is done in here can change what is learnt; an error ends the loop.
struct Watcher {
  std::function<absl::Status(std::uint32_t epoch, std::uint32_t image, std::uint32_t label, const Answer& answer,
                             double accuracy_so_far, const Learner&)>
      image;                                                              // after each training image
  std::function<void(std::uint32_t label, const Answer& answer)> tested;  // after each test image
  std::function<absl::Status(const Learner&)> epoch;                      // after each epoch and its evaluation
  std::function<bool()> stop;                                             // ends the loop with Cancelled
};

// One evaluation: accuracy and error on the test images of `epoch`.
absl::Status evaluate(const Settings& settings, const DataSet& data, std::uint32_t epoch, Learner& learner,
                      const Watcher& watcher, Epoch& out);

// Epochs history.size(), ..., settings.epochs - 1; appends to `history`.
absl::Status train(const Settings& settings, const DataSet& data, Learner& learner, const Watcher& watcher,
                   std::vector<Epoch>& history);

}  // namespace volley::edlearn
