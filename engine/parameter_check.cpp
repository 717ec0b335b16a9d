#include "engine/parameter_check.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/did_you_mean.h"
#include "engine/validate.h"

namespace volley {
namespace {

std::string option_problem(const OptionInfo& info, const Parameter& value) {
  const auto* word = std::get_if<std::string>(&value);
  if (info.choices.empty()) {
    return word != nullptr ? "" : absl::StrFormat("%s is a number, must be a text; set `%s`", info.name, info.name);
  }
  if (word != nullptr && std::find(info.choices.begin(), info.choices.end(), *word) != info.choices.end()) return "";
  return absl::StrFormat("option %s is %s, must be one of: %s; set `%s`", info.name,
                         word ? "`" + *word + "`" : "a number", absl::StrJoin(info.choices, ", "), info.name);
}

// Lists can be long: the first wrong value is said, the others have the same cause.
std::string list_problem(const ParameterInfo& info, const std::vector<double>& values, std::uint32_t neurons) {
  if (values.size() != neurons) {
    return absl::StrFormat("%s has %d values for %d neurons; give one value, or one per neuron", info.name,
                           values.size(), neurons);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string problem = bound_problem(info, values[i]);
    if (!problem.empty()) return absl::StrFormat("neuron %d: %s", i, problem);
  }
  return "";
}

std::vector<std::string> distribution_problems(const ParameterInfo& info, const Distribution& distribution) {
  std::vector<std::string> problems = problems_of(distribution, info.unit);
  for (std::string& problem : problems) problem = info.name + ": " + problem;
  if (!problems.empty()) return problems;
  // What can be said before drawing; an open upper end of the range is never drawn, but close enough to refuse.
  std::vector<double> extremes;
  if (const auto* d = std::get_if<Constant>(&distribution)) extremes = {d->value};
  if (const auto* d = std::get_if<Uniform>(&distribution)) extremes = {d->low, d->high};
  if (const auto* d = std::get_if<ClippedNormal>(&distribution)) extremes = {d->low, d->high};
  for (const double extreme : extremes) {
    std::string problem = bound_problem(info, extreme);
    if (!problem.empty()) return {std::move(problem)};
  }
  return {};
}

std::vector<std::string> number_problems(const ParameterInfo& info, const Parameter& value, std::uint32_t neurons) {
  if (const auto* distribution = std::get_if<Distribution>(&value)) return distribution_problems(info, *distribution);
  std::string problem;
  if (const auto* number = std::get_if<double>(&value)) problem = bound_problem(info, *number);
  if (const auto* list = std::get_if<std::vector<double>>(&value)) problem = list_problem(info, *list, neurons);
  if (const auto* word = std::get_if<std::string>(&value)) {
    problem = absl::StrFormat("%s is `%s`, must be a number%s; set `%s`", info.name, *word,
                              info.unit.empty() ? "" : " of " + info.unit, info.name);
  }
  return problem.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::move(problem)};
}

// `check`: a number's problems. `owner`: "model lif_exp".
std::vector<std::string> problems_by_name(const Parameters& given, const std::string& owner,
                                          const std::vector<ParameterInfo>& numbers,
                                          const std::vector<OptionInfo>& options, const auto& check) {
  const auto by_name = [](const auto& infos, const std::string& name) {
    return std::find_if(infos.begin(), infos.end(), [&](const auto& info) { return info.name == name; });
  };
  std::vector<std::string> problems;
  for (const auto& [name, value] : given) {
    if (const auto option = by_name(options, name); option != options.end()) {
      if (std::string problem = option_problem(*option, value); !problem.empty())
        problems.push_back(std::move(problem));
    } else if (const auto info = by_name(numbers, name); info != numbers.end()) {
      for (std::string& problem : check(*info, value)) problems.push_back(std::move(problem));
    } else {
      std::vector<std::string> known;
      for (const ParameterInfo& parameter : numbers) known.push_back(parameter.name);
      for (const OptionInfo& choice : options) known.push_back(choice.name);
      problems.push_back(absl::StrFormat("%s has no parameter `%s`; %s", owner, name, did_you_mean(name, known)));
    }
  }
  return problems;
}

}  // namespace

std::string bound_problem(const ParameterInfo& info, double value) {
  if (std::isnan(value) && std::isnan(info.default_value)) return "";  // "not given" is spelled as the default NaN
  std::string bound;
  if (!std::isfinite(value)) {
    bound = "a finite number";
  } else if (info.above && !(value > *info.above)) {
    bound = absl::StrFormat("above %g", *info.above);
  } else if (info.at_least && !(value >= *info.at_least)) {
    bound = absl::StrFormat("at least %g", *info.at_least);
  } else if (info.at_most && !(value <= *info.at_most)) {
    bound = absl::StrFormat("at most %g", *info.at_most);
  }
  if (bound.empty()) return "";
  // A rule's weights are in the unit of a port that it does not know.
  const std::string unit = info.unit.empty() || info.unit == "weight" ? "" : " " + info.unit;
  return absl::StrFormat("%s %g%s, must be %s; set `%s`", info.name, value, unit, bound, info.name);
}

std::vector<std::string> parameter_problems(const PopulationSpec& population, const ModelInfo& model) {
  return problems_by_name(
      population.parameters, "model " + model.name, model.parameters, model.options,
      [&](const ParameterInfo& info, const Parameter& value) { return number_problems(info, value, population.size); });
}

std::vector<std::string> rule_parameter_problems(const Parameters& given, const RuleInfo& rule) {
  return problems_by_name(given, "rule " + rule.name, rule.parameters, rule.options,
                          [&](const ParameterInfo& info, const Parameter& value) -> std::vector<std::string> {
                            const auto* number = std::get_if<double>(&value);
                            const std::string problem =
                                number != nullptr
                                    ? bound_problem(info, *number)
                                    : absl::StrFormat("%s must be one number; set `%s`", info.name, info.name);
                            if (problem.empty()) return {};
                            return {problem};
                          });
}

}  // namespace volley
