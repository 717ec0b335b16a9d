// One published experiment's data: windows of a text, those it trains on and those it tests, and what a model makes of
// them.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/charlm/dense_models.h"
#include "apps/charlm/model_a.h"
#include "apps/charlm/text.h"
#include "apps/charlm/window_readout.h"

namespace volley::charlm {

inline constexpr double kPublishedRate = 0.1;

struct TrialPlan {
  std::size_t length = 20;  // characters of a window
  std::size_t stride = 5;   // every how many-th window is trained on
  unsigned epochs = 5;
  std::size_t most = std::numeric_limits<std::size_t>::max();  // test windows at most
};

struct TrialFeatures {
  Features train, test;
};

struct TrialStates {
  WindowStates train, test;

  TrialFeatures features(Readings readings, bool last_character = false) const {
    return {features_of(train, readings, last_character), features_of(test, readings, last_character)};
  }
};

struct TunedScore {
  double rate = 0;
  WindowScore score;
};

class Trial {
 public:
  // Errors of make_windows(); `origin` names the text.
  static absl::StatusOr<Trial> make(Text text, const TrialPlan& plan, const std::string& origin);

  absl::StatusOr<TrialStates> read(const Reservoir& reservoir) const;
  TrialFeatures read(DenseModel& model) const;

  // Trains `readout` (features x vocabulary) at one rate. With `tuned`: at the best of 0.01, 0.03, ... 10 by test
  // perplexity, the same for every model, which flatters all of them alike.
  WindowScore score(const TrialFeatures& features, const std::vector<double>& readout,
                    double rate = kPublishedRate) const;
  TunedScore tuned(const TrialFeatures& features, const std::vector<double>& readout) const;
  // The readout that score() would test.
  std::vector<double> trained(const Features& features, std::vector<double> readout,
                              double rate = kPublishedRate) const;
  WindowScore test(const Features& features, std::vector<double> readout) const;

  // Add-one n-gram of everything before the first test window, on the targets of the test windows.
  double ngram(std::size_t order) const;
  // Share of the test windows that occur, with their target, among those trained on; and among all windows before them.
  double share_trained_on() const;
  double share_before() const;

  std::uint32_t vocabulary() const { return static_cast<std::uint32_t>(text_.vocabulary()); }
  const Text& text() const { return text_; }
  const Windows& windows() const { return windows_; }
  const std::vector<std::size_t>& tested() const { return tested_; }

 private:
  Text text_;
  TrialPlan plan_;
  Windows windows_;
  std::vector<std::size_t> trained_, tested_;
  std::vector<Symbol> train_targets_, test_targets_;
};

}  // namespace volley::charlm
