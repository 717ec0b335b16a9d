#include <algorithm>
#include <cstddef>

#include "engine/did_you_mean.h"
#include "io/yaml/sections.h"

namespace volley::io::yaml {
namespace {

constexpr std::uint64_t kLargestPopulation = 0xFFFFFFFEu;

std::vector<std::string> model_names(const ModelCatalog& catalog) {
  std::vector<std::string> names;
  for (const auto& model : catalog.all()) names.push_back(model->info().name);
  return names;
}

const ModelInfo* read_model(Reader& reader, const Values& values, const Fields& fields) {
  const Node* node = fields.need("model", "name one of the models");
  if (node == nullptr) return nullptr;
  const auto name = values.word(*node, "model");
  if (!name) return nullptr;
  if (const ModelType* model = reader.catalog.find(*name)) return &model->info();
  reader.problems.add(node->place,
                      "unknown model " + shown(*name) + "; " + did_you_mean(*name, model_names(reader.catalog)));
  return nullptr;
}

}  // namespace

std::optional<Size> read_size(const Values& values, const Fields& fields) {
  Size result;
  const Node* size = fields.find("size");
  const Node* shape = fields.find("shape");
  if (shape != nullptr) {
    std::uint64_t product = 1;
    if (!shape->is_sequence() || shape->children.empty() || shape->children.size() > 8) {
      values.reader().problems.add(shape->place, "shape: must be a list of one to eight lengths, e.g. [28, 28]");
      return std::nullopt;
    }
    for (const Node::Child& child : shape->children) {
      const auto length = values.count(*child.value, "shape", 1, kLargestPopulation);
      if (!length) return std::nullopt;
      result.shape.push_back(static_cast<std::uint32_t>(*length));
      product *= *length;
      if (product > kLargestPopulation) {
        values.reader().problems.add(shape->place, "shape: more than 4294967294 neurons");
        return std::nullopt;
      }
    }
    result.size = static_cast<std::uint32_t>(product);
  }
  if (size != nullptr) {
    const auto count = values.count(*size, "size", 1, kLargestPopulation);
    if (!count) return std::nullopt;
    if (shape != nullptr && *count != result.size) {
      values.reader().problems.add(size->place, "size " + std::to_string(*count) +
                                                    " is not the product of the shape, " + std::to_string(result.size) +
                                                    "; leave one out");
      return std::nullopt;
    }
    result.size = static_cast<std::uint32_t>(*count);
  }
  const auto is_guess = [&](const Node* node) { return node != nullptr && expression_of(*node).has_value(); };
  bool guessed = is_guess(size);
  for (std::size_t i = 0; shape != nullptr && i < shape->children.size(); ++i) {
    guessed = guessed || is_guess(shape->children[i].value);
  }
  if (guessed && !values.reader().parameters_known) result.size = 0;
  if (size == nullptr && shape == nullptr) {
    fields.need("size", "give the number of neurons, or a `shape`");
    return std::nullopt;
  }
  return result;
}

const PortInfo* read_port(Reader& reader, const Node* node, const Node& owner, const ModelInfo& model) {
  if (node == nullptr) {
    if (!model.ports.empty()) return &model.ports.front();
    reader.problems.add(owner.place, "model " + shown(model.name) + " has no input port");
    return nullptr;
  }
  std::vector<std::string> names;
  for (const PortInfo& port : model.ports) {
    if (node->is_scalar() && node->text == port.name) return &port;
    names.push_back(port.name);
  }
  reader.problems.add(node->place, "model " + shown(model.name) + " has no port " + shown(node->text) + "; " +
                                       did_you_mean(node->text, names));
  return nullptr;
}

std::vector<const Node*> read_names(Reader& reader, const Node& node) {
  if (node.is_scalar()) return {&node};
  std::vector<const Node*> names;
  absl::flat_hash_map<std::string, bool> seen;
  if (node.is_sequence()) {
    for (const Node::Child& child : node.children) {
      if (!child.value->is_scalar()) {
        names.clear();
        break;
      }
      if (seen.emplace(child.value->text, true).second) {
        names.push_back(child.value);
      } else {
        reader.problems.add(child.value->place, shown(child.value->text) + " stands twice in this list; keep one");
      }
    }
  }
  if (names.empty()) reader.problems.add(node.place, "must be a name or a list of names");
  return names;
}

void read_parameters(Reader& reader, const Node& section) {
  if (!section.is_map()) {
    reader.problems.add(section.place, "`parameters` must be a map of names to numbers");
    reader.parameters_known = false;
    return;
  }
  for (const Node::Child& child : section.children) {
    if (reader.problems.full()) return;
    const std::string& name = child.key->text;
    if (!is_identifier(name) || is_function_name(name)) {
      reader.problems.add(child.key->place, "parameter " + shown(name) +
                                                ": a name is letters, digits and `_`, and not that of a function");
      reader.parameters_known = false;
      continue;
    }
    const auto value = Values(reader, reader.parameters).quantity(*child.value, "parameters." + name);
    // After a problem the name stands for 1, so that one mistake is reported once.
    if (!value) reader.parameters_known = false;
    reader.parameters.set(name, value.value_or(Quantity{1, {}}));
  }
}

void read_populations(Reader& reader, const Node& section) {
  if (!section.is_map()) {
    reader.problems.add(section.place, "`populations` must be a map of names to populations");
    reader.populations_complete = false;
    return;
  }
  for (const Node::Child& child : section.children) {
    if (reader.problems.full()) return;
    const std::string& name = child.key->text;
    const Fields fields(reader, *child.value, "population " + shown(name),
                        {"model", "size", "shape", "draws", "params"});
    reader.endpoint_names.push_back(name);
    reader.endpoints[name] = {};
    if (!fields.is_map()) continue;
    const Values values(reader, reader.parameters);
    const ModelInfo* model = read_model(reader, values, fields);
    const auto size = read_size(values, fields);
    if (!check_name(reader, *child.key)) continue;
    reader.endpoints[name] = {false, size ? size->size : 0, model};
    if (model == nullptr || !size) continue;
    PopulationSpec spec{name, model->name, size->size, size->shape, {}};
    read_population_parameters(reader, fields, *model, spec);
    reader.remember("population " + name, child.key->place);
    reader.plan.network.populations.push_back(std::move(spec));
  }
}

}  // namespace volley::io::yaml
