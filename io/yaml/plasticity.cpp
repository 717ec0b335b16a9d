// How a projection learns: plasticity: {rule, its parameters, modulators, frozen}.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "engine/did_you_mean.h"
#include "io/yaml/sections.h"

namespace volley::io::yaml {
namespace {

class PlasticityReader {
 public:
  PlasticityReader(const Values& values, std::string_view weight_unit)
      : reader_(values.reader()), values_(values), weight_unit_(weight_unit) {}

  std::optional<PlasticitySpec> read(const Node& node);

 private:
  void problem(const Node& node, std::string message) {
    complete_ = false;
    reader_.problems.add(node.place, std::move(message));
  }
  const RuleType* find_rule(const Node& node);
  void read_parameters(const RuleInfo& rule, const Node& node);
  void read_modulators(const RuleInfo& rule, const Node& node);
  void read_modulator(const Node& node);

  Reader& reader_;
  const Values& values_;
  std::string_view weight_unit_;
  PlasticitySpec spec_;
  bool complete_ = true;
};

const RuleType* PlasticityReader::find_rule(const Node& node) {
  const RuleType* rule = reader_.catalog.find_rule(node.text);
  if (rule != nullptr) return rule;
  std::vector<std::string> known;
  for (const auto& r : reader_.catalog.rules()) known.push_back(r->info().name);
  problem(node, "unknown plasticity rule " + shown(node.text) + "; " + did_you_mean(node.text, known));
  return nullptr;
}

void PlasticityReader::read_parameters(const RuleInfo& rule, const Node& node) {
  for (const ParameterInfo& info : rule.parameters) {
    if (std::isfinite(info.default_value)) spec_.parameters[info.name] = info.default_value;
    const Node* given = node.find(info.name);
    if (given == nullptr) continue;
    const auto value =
        values_.number(*given, info.name, WantedUnit(info.unit == kWeightUnit ? weight_unit_ : info.unit));
    complete_ = complete_ && value;
    if (value) spec_.parameters[info.name] = *value;
  }
  for (const OptionInfo& info : rule.options) {
    spec_.parameters[info.name] = info.choices.empty() ? "" : info.choices.front();
    const Node* given = node.find(info.name);
    if (given == nullptr) continue;
    // A text may be empty, as resolved descriptions write one that was not given.
    if (info.choices.empty() && given->is_scalar() && given->quoted && given->text.empty()) continue;
    const auto word = values_.word(*given, info.name);
    complete_ = complete_ && word;
    if (!word) continue;
    if (!info.choices.empty() && std::find(info.choices.begin(), info.choices.end(), *word) == info.choices.end()) {
      problem(*given, info.name + " " + shown(*word) + "; " + did_you_mean(*word, info.choices));
    }
    spec_.parameters[info.name] = *word;
  }
}

void PlasticityReader::read_modulator(const Node& node) {
  const Fields fields(reader_, node, "a modulator", {"from", "strength", "delay"});
  const Node* from =
      fields.is_map() ? fields.need("from", "name the population or source whose spikes are pulses") : nullptr;
  if (from == nullptr || reader_.endpoint(*from) == nullptr) {
    complete_ = false;
    return;
  }
  Modulator modulator{from->text, 1, Duration{0}};
  if (const Node* strength = fields.find("strength")) {
    const auto value = values_.number(*strength, "strength", WantedUnit(""));
    complete_ = complete_ && value;
    modulator.strength = value.value_or(1);
  }
  if (const Node* delay = fields.find("delay")) {
    const auto value = values_.duration(*delay, "delay");
    complete_ = complete_ && value;
    modulator.delay = value.value_or(Duration{0});
  }
  spec_.modulators.push_back(std::move(modulator));
}

void PlasticityReader::read_modulators(const RuleInfo& rule, const Node& node) {
  if (!rule.takes_modulators) return problem(node, "rule " + rule.name + " takes no modulators; remove them");
  if (!node.is_sequence()) return problem(node, "`modulators` must be a list of {from, strength, delay}");
  for (const Node::Child& child : node.children) read_modulator(*child.value);
}

std::optional<PlasticitySpec> PlasticityReader::read(const Node& node) {
  if (!node.is_map()) {
    problem(node, "`plasticity` must be a map with a `rule`");
    return {};
  }
  const Node* name = node.find("rule");
  if (name == nullptr) {
    problem(node, "`plasticity` has no `rule`; name one of `volley list rules`");
    return {};
  }
  const RuleType* rule = find_rule(*name);
  if (rule == nullptr) return {};
  const RuleInfo& info = rule->info();
  spec_.rule = info.name;
  std::vector<std::string> known{"rule", "modulators", "frozen"};
  for (const ParameterInfo& parameter : info.parameters) known.push_back(parameter.name);
  for (const OptionInfo& option : info.options) known.push_back(option.name);
  const Fields fields(reader_, node, "plasticity by rule " + shown(info.name), known);
  read_parameters(info, node);
  if (const Node* modulators = fields.find("modulators")) read_modulators(info, *modulators);
  if (const Node* frozen = fields.find("frozen")) {
    const auto flag = values_.flag(*frozen, "frozen");
    complete_ = complete_ && flag;
    spec_.frozen = flag.value_or(false);
  }
  if (!complete_) return {};
  return std::move(spec_);
}

}  // namespace

std::optional<PlasticitySpec> read_plasticity(const Values& values, const Node& node, std::string_view weight_unit) {
  return PlasticityReader(values, weight_unit).read(node);
}

}  // namespace volley::io::yaml
