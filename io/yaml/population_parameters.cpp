#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>

#include "engine/did_you_mean.h"
#include "engine/random.h"
#include "io/csv_column.h"
#include "io/yaml/sections.h"

namespace volley::io::yaml {
namespace {

// A random number per neuron that expressions of this population may name.
struct Draw {
  std::string name;
  Distribution law;
};

class ParameterReader {
 public:
  ParameterReader(Reader& reader, PopulationSpec& spec)
      : reader_(reader), spec_(spec), values_(reader, reader.parameters) {}

  void read_draws(const Node& section);
  void read(const ParameterInfo& info, const Node& node);
  void read(const OptionInfo& info, const Node& node);
  // Evaluates the expressions that name draws, neuron by neuron.
  void derive();

 private:
  struct Derived {
    const ParameterInfo* info;
    const Node* node;
  };

  void problem(const Node& node, std::string message) { reader_.problems.add(node.place, std::move(message)); }
  bool in_bounds(const ParameterInfo& info, const Node& node, double value);
  void read_list(const ParameterInfo& info, const Node& node);
  void read_file(const ParameterInfo& info, const Node& node);
  std::uint64_t cost() const;
  std::vector<std::vector<double>> drawn() const;
  void keep_provenance();

  Reader& reader_;
  PopulationSpec& spec_;
  Values values_;
  std::vector<Draw> draws_;
  std::vector<std::string> draw_names_;
  std::vector<Derived> derived_;
};

void ParameterReader::read_draws(const Node& section) {
  if (!section.is_map()) {
    problem(section, "`draws` must be a map of names to distributions");
    return;
  }
  for (const Node::Child& child : section.children) {
    const std::string& name = child.key->text;
    if (!is_identifier(name) || is_function_name(name) || reader_.parameters.find(name) != nullptr) {
      problem(*child.key, "draw " + shown(name) +
                              ": a name is letters, digits and `_`, not that of a function and not "
                              "one of `parameters`");
      continue;
    }
    const auto law = values_.distribution(*child.value, "draws." + name, WantedUnit(""));
    if (!law) continue;
    draws_.push_back({name, *law});
    draw_names_.push_back(name);
  }
}

bool ParameterReader::in_bounds(const ParameterInfo& info, const Node& node, double value) {
  std::string bound;
  if (info.above && !(value > *info.above)) bound = "above " + format_number(*info.above);
  if (info.at_least && !(value >= *info.at_least)) bound = "at least " + format_number(*info.at_least);
  if (info.at_most && !(value <= *info.at_most)) bound = "at most " + format_number(*info.at_most);
  if (bound.empty()) return true;
  const std::string unit = info.unit.empty() ? "" : " " + info.unit;
  problem(node, info.name + " " + format_number(value) + unit + ", must be " + bound + unit);
  return false;
}

void ParameterReader::read(const ParameterInfo& info, const Node& node) {
  if (node.is_null()) return problem(node, "`" + info.name + "` has no value; give one or remove the key");
  if (node.is_sequence()) return read_list(info, node);
  if (node.is_map() && node.find("file") != nullptr) return read_file(info, node);
  const auto expression = expression_of(node);
  if (expression && mentions(*expression, draw_names_)) {
    derived_.push_back({&info, &node});
    return;
  }
  const auto value = values_.distribution(node, info.name, WantedUnit(info.unit));
  if (!value) return;
  if (const Constant* constant = std::get_if<Constant>(&*value)) {
    if (in_bounds(info, node, constant->value)) spec_.parameters[info.name] = constant->value;
  } else {
    spec_.parameters[info.name] = *value;
  }
}

void ParameterReader::read(const OptionInfo& info, const Node& node) {
  const auto word = values_.word(node, info.name);
  if (!word) return;
  if (std::find(info.choices.begin(), info.choices.end(), *word) != info.choices.end()) {
    spec_.parameters[info.name] = *word;
  } else {
    problem(node, info.name + " " + shown(*word) + "; " + did_you_mean(*word, info.choices));
  }
}

void ParameterReader::read_list(const ParameterInfo& info, const Node& node) {
  if (spec_.size == 0) return;  // not known
  if (node.children.size() != spec_.size) {
    return problem(node, info.name + " lists " + std::to_string(node.children.size()) + " values for " +
                             std::to_string(spec_.size) + " neurons; give one each");
  }
  if (!reader_.spend(spec_.size, node.place)) return;
  const WantedUnit unit(info.unit);
  std::vector<double> list;
  list.reserve(spec_.size);
  for (const Node::Child& child : node.children) {
    const auto value = values_.number(*child.value, info.name, unit);
    if (value && in_bounds(info, *child.value, *value)) list.push_back(*value);
    if (reader_.problems.full()) return;
  }
  if (list.size() == spec_.size) spec_.parameters[info.name] = std::move(list);
}

void ParameterReader::read_file(const ParameterInfo& info, const Node& node) {
  if (spec_.size == 0) return;  // not known
  const Fields fields(reader_, node, info.name, {"file", "column"});
  const Node* file = fields.need("file", "name a CSV file");
  const Node* column = fields.need("column", "name the column of the file, by its header");
  if (file == nullptr || column == nullptr || !reader_.add_input(*file)) return;
  const auto name = values_.word(*column, "column");
  if (!name || !reader_.spend(spec_.size, node.place)) return;
  auto list = read_csv_column(reader_.path_of(file->text), *name, spec_.size);
  if (!list.ok()) return problem(*file, std::string(list.status().message()));
  for (const double value : *list) {
    if (!in_bounds(info, node, value)) return;
  }
  spec_.parameters[info.name] = *std::move(list);
  reader_.provenance.parameters[{spec_.name, info.name}] =
      "{file: " + quoted_yaml(file->text) + ", column: " + quoted_yaml(*name) + "}";
}

// By draw, then by neuron. A pure function of (seed, population, draw, neuron).
std::vector<std::vector<double>> ParameterReader::drawn() const {
  std::vector<std::vector<double>> drawn;
  for (const Draw& draw : draws_) {
    const StreamKey key{reader_.plan.seed, Purpose::kParameter,
                        hash_name("populations." + spec_.name + ".draws." + draw.name)};
    std::vector<double>& values = drawn.emplace_back(spec_.size);
    for (std::uint32_t neuron = 0; neuron < spec_.size; ++neuron)
      values[neuron] = RandomStream(key, neuron).next(draw.law);
  }
  return drawn;
}

// What deriving will take, in values of the reader's budget: long expressions count more.
std::uint64_t ParameterReader::cost() const {
  std::uint64_t per_neuron = draws_.size();
  for (const Derived& d : derived_) per_neuron += 1 + d.node->text.size() / 8;
  return per_neuron * spec_.size;
}

void ParameterReader::derive() {
  if (derived_.empty() || !reader_.spend(cost(), derived_.front().node->place)) return;
  const std::vector<std::vector<double>> random = drawn();
  Scope scope(&reader_.parameters);
  const Values values(reader_, scope);
  std::vector<std::vector<double>> lists(derived_.size());
  for (std::uint32_t neuron = 0; neuron < spec_.size; ++neuron) {
    for (std::size_t d = 0; d < draws_.size(); ++d) scope.set(draws_[d].name, {random[d][neuron], {}});
    for (std::size_t k = 0; k < derived_.size(); ++k) {
      const auto& [info, node] = derived_[k];
      const auto value = values.number(*node, info->name, WantedUnit(info->unit));
      // The first neuron's problem stands for all of them.
      if (!value || !in_bounds(*info, *node, *value)) return;
      lists[k].push_back(*value);
    }
  }
  for (std::size_t k = 0; k < derived_.size(); ++k) spec_.parameters[derived_[k].info->name] = std::move(lists[k]);
  keep_provenance();
}

// The expressions without the names of `parameters`, which a resolved description does not have, beside the draws.
void ParameterReader::keep_provenance() {
  std::map<std::string, std::string> texts;
  for (const auto& [info, node] : derived_) {
    const std::string text = "=" + substituted(*expression_of(*node), reader_.parameters);
    if (text.size() > kLongestExpression) return;  // the writer lists the values instead
    texts[info->name] = quoted_yaml(text);
  }
  for (auto& [name, text] : texts) reader_.provenance.parameters[{spec_.name, name}] = std::move(text);
  for (const Draw& draw : draws_) reader_.provenance.draws[spec_.name].emplace_back(draw.name, draw.law);
}

}  // namespace

void read_population_parameters(Reader& reader, const Fields& population, const ModelInfo& model,
                                PopulationSpec& spec) {
  for (const ParameterInfo& info : model.parameters) {
    // A default that is not a number is for the model to work out from the others.
    if (std::isfinite(info.default_value)) spec.parameters[info.name] = info.default_value;
  }
  for (const OptionInfo& info : model.options) {
    if (!info.choices.empty()) spec.parameters[info.name] = info.choices.front();
  }
  ParameterReader parameters(reader, spec);
  if (const Node* draws = population.find("draws")) parameters.read_draws(*draws);
  const Node* section = population.find("params");
  if (section == nullptr) return;
  std::vector<std::string> known;
  for (const ParameterInfo& info : model.parameters) known.push_back(info.name);
  for (const OptionInfo& info : model.options) known.push_back(info.name);
  const Fields fields(reader, *section, "params of model " + shown(model.name), known);
  for (const ParameterInfo& info : model.parameters) {
    if (const Node* node = section->find(info.name)) parameters.read(info, *node);
  }
  for (const OptionInfo& info : model.options) {
    if (const Node* node = section->find(info.name)) parameters.read(info, *node);
  }
  parameters.derive();
}

}  // namespace volley::io::yaml
