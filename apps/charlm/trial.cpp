#include "apps/charlm/trial.h"

#include <algorithm>
#include <utility>

#include "apps/charlm/ngram.h"
#include "engine/elementary.h"

namespace volley::charlm {

absl::StatusOr<Trial> Trial::make(Text text, const TrialPlan& plan, const std::string& origin) {
  absl::StatusOr<Windows> windows = make_windows(text, plan.length, origin);
  if (!windows.ok()) return windows.status();
  Trial trial;
  trial.text_ = std::move(text);
  trial.plan_ = plan;
  trial.windows_ = std::move(*windows);
  trial.trained_ = every(plan.stride, 0, trial.windows_.train);
  trial.tested_ = every(1, trial.windows_.train, trial.windows_.start.size());
  if (trial.tested_.size() > plan.most) trial.tested_.resize(plan.most);
  trial.train_targets_ = targets_of(trial.text_, trial.windows_, trial.trained_);
  trial.test_targets_ = targets_of(trial.text_, trial.windows_, trial.tested_);
  return trial;
}

absl::StatusOr<TrialStates> Trial::read(const Reservoir& reservoir) const {
  absl::StatusOr<WindowStates> train = read_windows(reservoir, rows_of(text_, windows_, trained_), plan_.length);
  if (!train.ok()) return train.status();
  absl::StatusOr<WindowStates> test = read_windows(reservoir, rows_of(text_, windows_, tested_), plan_.length);
  if (!test.ok()) return test.status();
  return TrialStates{std::move(*train), std::move(*test)};
}

TrialFeatures Trial::read(DenseModel& model) const {
  const auto features_over = [&](const std::vector<std::size_t>& chosen) {
    Features features;
    features.columns = model.state().size();
    for (const std::size_t w : chosen) {
      model.reset();
      for (std::size_t i = 0; i < windows_.length; ++i) model.read(text_.symbols[windows_.start[w] + i]);
      features.value.insert(features.value.end(), model.state().begin(), model.state().end());
    }
    return features;
  };
  return {features_over(trained_), features_over(tested_)};
}

std::vector<double> Trial::trained(const Features& features, std::vector<double> readout, double rate) const {
  WindowReadout learner(std::move(readout), text_.vocabulary());
  learner.train(features, train_targets_, rate, plan_.epochs);
  return {learner.weights().begin(), learner.weights().end()};
}

WindowScore Trial::test(const Features& features, std::vector<double> readout) const {
  return WindowReadout(std::move(readout), text_.vocabulary()).test(features, test_targets_, test_targets_.size());
}

WindowScore Trial::score(const TrialFeatures& features, const std::vector<double>& readout, double rate) const {
  return test(features.test, trained(features.train, readout, rate));
}

TunedScore Trial::tuned(const TrialFeatures& features, const std::vector<double>& readout) const {
  TunedScore best;
  for (const double rate : {0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0}) {
    const WindowScore at = score(features, readout, rate);
    if (best.rate == 0 || at.perplexity < best.score.perplexity) best = {rate, at};
  }
  return best;
}

double Trial::ngram(std::size_t order) const {
  const NGram model(std::span(text_.symbols).first(windows_.start[tested_.front()]), text_.vocabulary(), order,
                    Smoothing::kAddOne);
  double loss = 0;
  for (std::size_t w = 0; w < tested_.size(); ++w) {
    const std::span<const Symbol> past = std::span(text_.symbols).subspan(windows_.start[tested_[w]], windows_.length);
    loss -= log_portable(model.probability(past, test_targets_[w]) + 1e-10);
  }
  return exp_portable(loss / static_cast<double>(tested_.size()));
}

double Trial::share_trained_on() const { return share_seen(text_, windows_, trained_); }

double Trial::share_before() const { return share_seen(text_, windows_, every(1, 0, windows_.train)); }

}  // namespace volley::charlm
