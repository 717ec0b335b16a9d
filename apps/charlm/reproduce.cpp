#include "apps/charlm/reproduce.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "apps/charlm/reproduce_parts.h"

namespace volley::charlm {
namespace {

using Part = absl::StatusOr<Experiment> (*)(const Subject&);

const std::vector<std::pair<std::string, Part>>& parts() {
  static const std::vector<std::pair<std::string, Part>> all = {
      {"ablation", reproduce_ablation}, {"sparse", reproduce_sparse},   {"comparison", reproduce_comparison},
      {"lengths", reproduce_lengths},   {"pruning", reproduce_pruning}, {"quantisation", reproduce_quantisation},
      {"ternary", reproduce_ternary},   {"noise", reproduce_noise},
  };
  return all;
}

std::string figure(const std::optional<double>& value, int digits) {
  return value ? absl::StrFormat("%.*f", digits, *value) : "-";
}

std::string quoted(const std::string& text) {
  return text.find_first_of(",\"") == std::string::npos ? text : "\"" + text + "\"";
}

}  // namespace

absl::StatusOr<Trial> trial_of(const Subject& subject, std::string (*source_text)(), const TrialPlan& plan) {
  if (!subject.is_source) return Trial::make(subject.text, plan, subject.origin);
  absl::StatusOr<Text> text = make_text(source_text(), "the source's text");
  if (!text.ok()) return text.status();
  return Trial::make(std::move(*text), plan, "the source's text");
}

std::vector<std::string> experiment_names() {
  std::vector<std::string> names;
  for (const auto& [name, part] : parts()) names.push_back(name);
  return names;
}

absl::Status check_experiment(const std::string& name) {
  const std::vector<std::string> names = experiment_names();
  if (std::find(names.begin(), names.end(), name) != names.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("experiment %s: must be one of %s; set `--experiment`", name, absl::StrJoin(names, ", ")));
}

absl::StatusOr<Experiment> reproduce(const std::string& name, const Subject& subject) {
  if (absl::Status s = check_experiment(name); !s.ok()) return s;
  const auto found = std::find_if(parts().begin(), parts().end(), [&](const auto& part) { return part.first == name; });
  absl::StatusOr<Experiment> experiment = found->second(subject);
  if (!experiment.ok()) return experiment;
  experiment->name = name;
  if (!subject.is_source) {
    experiment->notes.push_back(absl::StrCat(
        "published figures are of the source's own texts and not comparable with those of ", subject.origin));
  }
  return experiment;
}

std::string shown(const Experiment& experiment) {
  std::size_t width = 12;
  for (const ComparedFigure& f : experiment.figures) width = std::max(width, f.what.size());
  std::string text = absl::StrFormat("%s: %s\n  %-*s %13s %13s %13s  %s\n", experiment.name, experiment.title,
                                     static_cast<int>(width), "", "published", "ours", "control", "control is");
  for (const ComparedFigure& f : experiment.figures) {
    absl::StrAppendFormat(&text, "  %-*s %13s %13s %13s  %s\n", static_cast<int>(width), f.what,
                          figure(f.published, f.digits), figure(f.ours, f.digits), figure(f.control, f.digits),
                          f.control_is);
  }
  for (const std::string& note : experiment.notes) absl::StrAppend(&text, "  ", note, "\n");
  return text;
}

std::string csv(const std::vector<Experiment>& experiments) {
  std::string text = "experiment,what,published,ours,control,control_is\n";
  for (const Experiment& experiment : experiments) {
    for (const ComparedFigure& f : experiment.figures) {
      const auto cell = [&](const std::optional<double>& value) {
        if (!value) return std::string();
        char shortest[32];  // that reads back as the same number
        return std::string(shortest, std::to_chars(shortest, shortest + sizeof shortest, *value).ptr);
      };
      absl::StrAppend(&text, experiment.name, ",", quoted(f.what), ",", cell(f.published), ",", cell(f.ours), ",",
                      cell(f.control), ",", quoted(f.control_is), "\n");
    }
  }
  return text;
}

}  // namespace volley::charlm
