// The source's experiments from its own recipe: every published figure, ours, and the control that puts it in
// proportion.
//
// Published figures: README.md, zenn_article_v2.md and results/*.txt of github.com/hafufu-stack/snn-language-model
// (January 2026); recipes: snn_lm_sparse.py, snn_lm_hybrid_learning.py, snn_lm_scaling.py, snn_lm_robustness.py,
// snn_lm_bitnet_mixed_v3.py there.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/charlm/text.h"

namespace volley::charlm {

struct ComparedFigure {
  std::string what;
  std::optional<double> published, ours, control;
  int digits = 2;            // after the decimal point
  std::string control_is{};  // what the control is
};

struct Experiment {
  std::string name, title;
  std::vector<ComparedFigure> figures;
  std::vector<std::string> notes;
};

// The text of an experiment: the source's own, or the user's, for which published figures are not comparable.
struct Subject {
  Text text;
  std::string origin;
  bool is_source = false;  // the headline corpus: the other experiments then use the source's other texts
};

// Names in the order in which they run: ablation, sparse, comparison, lengths, pruning, quantisation, ternary, noise.
std::vector<std::string> experiment_names();
// InvalidArgument for an unknown name.
absl::Status check_experiment(const std::string& name);
// InvalidArgument for an unknown name, and for a text that is too short for the experiment's windows.
absl::StatusOr<Experiment> reproduce(const std::string& name, const Subject& subject);

// A table for people, and lines of "experiment,what,published,ours,control,control_is".
std::string shown(const Experiment& experiment);
std::string csv(const std::vector<Experiment>& experiments);

}  // namespace volley::charlm
