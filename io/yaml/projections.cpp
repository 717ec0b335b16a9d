#include <cstddef>
#include <utility>

#include "io/yaml/sections.h"

namespace volley::io::yaml {
namespace {

constexpr std::string_view kSourceSize = "n_from";
constexpr std::string_view kTargetSize = "n_to";

// One item of the list: every pair of a name in `from` and one in `to` becomes a projection.
class ProjectionReader {
 public:
  ProjectionReader(Reader& reader, const Node& node)
      : reader_(reader),
        node_(node),
        fields_(reader, node, "a projection",
                {"name", "from", "to", "where", "rule", "edges", "weight", "delay", "delay_resolution", "port",
                 "autapses", "multapses", "weight_grid", "plasticity"}) {}

  void read();

 private:
  struct Pair {
    const Node* from;
    const Node* to;
    std::size_t from_index, to_index;
  };

  void problem(const Node& node, std::string message) { reader_.problems.add(node.place, std::move(message)); }
  void read_pair(const Pair& pair);
  // False if a `~` in a table says that this pair is not connected, or after a problem.
  bool fill_where(const Pair& pair, Scope& scope);
  const Node* where_value(const Node& node, const Pair& pair);
  const Node* item_of(const Node& list, std::size_t index, std::size_t size, std::string_view what);
  bool fill_synapses(const Values& values, const Endpoint& from, const Endpoint& to, ProjectionSpec& spec);
  bool fill_drawn(const Values& values, const WantedUnit& weight_unit, ProjectionSpec& spec);
  bool fill_flags(const Values& values, ProjectionSpec& spec);
  bool fill_grid(const Values& values, ProjectionSpec& spec);
  void set_name(const Pair& pair, ProjectionSpec& spec);

  Reader& reader_;
  const Node& node_;
  Fields fields_;
  std::vector<const Node*> sources_, targets_;
};

void ProjectionReader::read() {
  const Node* from = fields_.need("from", "name a population or source, or a list of them");
  const Node* to = fields_.need("to", "name a population, or a list of them");
  const Node* name = fields_.find("name");
  if (from == nullptr || to == nullptr || (name != nullptr && !check_name(reader_, *name))) return;
  sources_ = read_names(reader_, *from);
  targets_ = read_names(reader_, *to);
  for (std::size_t t = 0; t < targets_.size(); ++t) {
    for (std::size_t s = 0; s < sources_.size(); ++s) {
      // A pair costs about sixteen values for each of the item's.
      if (reader_.problems.full() || !reader_.spend(std::uint64_t{node_.weight} * 16, node_.place)) return;
      read_pair({sources_[s], targets_[t], s, t});
    }
  }
}

void ProjectionReader::read_pair(const Pair& pair) {
  const Endpoint* from = reader_.endpoint(*pair.from);
  const Endpoint* to = reader_.endpoint(*pair.to);
  if (from == nullptr || to == nullptr) {
    reader_.projections_complete = false;
    return;
  }
  if (to->is_source) {
    problem(*pair.to, shown(pair.to->text) + " is a source; a projection ends on a population");
    return;
  }
  if (from->size == 0 || to->size == 0) {  // reported where it was declared
    reader_.projections_complete = false;
    return;
  }
  Scope scope(&reader_.parameters);
  scope.set(std::string(kSourceSize), {static_cast<double>(from->size), {}});
  scope.set(std::string(kTargetSize), {static_cast<double>(to->size), {}});
  if (!fill_where(pair, scope)) return;
  const Values values(reader_, scope);
  ProjectionSpec spec;
  spec.source = pair.from->text;
  spec.target = pair.to->text;
  const bool flags = fill_flags(values, spec) && fill_grid(values, spec);
  if (to->model == nullptr) return;  // as is this
  if (!fill_synapses(values, *from, *to, spec) || !flags) return;
  set_name(pair, spec);
  if (const Explicit* list = std::get_if<Explicit>(&spec.rule); list != nullptr && !list->origin.empty()) {
    reader_.provenance.edges[spec.name] = "{file: " + quoted_yaml(list->origin) + "}";
  }
  reader_.remember("projection " + spec.name, node_.place);
  reader_.plan.network.projections.push_back(std::move(spec));
}

bool ProjectionReader::fill_where(const Pair& pair, Scope& scope) {
  const Node* where = fields_.find("where");
  if (where == nullptr) return true;
  if (!where->is_map()) {
    problem(*where, "`where` must be a map of names to numbers, {from: [...]}, {to: [...]} or {table: [[...], ...]}");
    return false;
  }
  for (const Node::Child& child : where->children) {
    const std::string& name = child.key->text;
    if (!is_identifier(name) || is_function_name(name) || scope.find(name) != nullptr) {
      problem(*child.key, "local name " + shown(name) +
                              ": must be letters, digits and `_`, and neither a function, nor "
                              "n_from, n_to, nor one of `parameters`");
      return false;
    }
    const Node* chosen = where_value(*child.value, pair);
    if (chosen == nullptr || chosen->is_null()) return false;
    const auto value = Values(reader_, scope).quantity(*chosen, name);
    if (!value) return false;
    scope.set(name, *value);
  }
  return true;
}

const Node* ProjectionReader::where_value(const Node& node, const Pair& pair) {
  if (!node.is_map()) return &node;
  const Fields fields(reader_, node, "a local value", {"from", "to", "table"});
  const auto kind = fields.one_of({"from", "to", "table"});
  if (!kind) return nullptr;
  const auto& [name, list] = *kind;
  if (name == "from") return item_of(*list, pair.from_index, sources_.size(), "one value per source");
  if (name == "to") return item_of(*list, pair.to_index, targets_.size(), "one value per target");
  const Node* row = item_of(*list, pair.to_index, targets_.size(), "one row per target");
  return row == nullptr ? nullptr : item_of(*row, pair.from_index, sources_.size(), "one column per source");
}

const Node* ProjectionReader::item_of(const Node& list, std::size_t index, std::size_t size, std::string_view what) {
  if (list.is_sequence() && list.children.size() == size) return list.children[index].value;
  problem(list, "must be a list with " + std::string(what) + ": " + std::to_string(size) +
                    (list.is_sequence() ? ", not " + std::to_string(list.children.size()) : ""));
  return nullptr;
}

bool ProjectionReader::fill_synapses(const Values& values, const Endpoint& from, const Endpoint& to,
                                     ProjectionSpec& spec) {
  const PortInfo* port = read_port(reader_, fields_.find("port"), node_, *to.model);
  if (port == nullptr) return false;
  spec.port = port->name;
  const WantedUnit weight_unit(port->unit);
  if (const Node* plasticity = fields_.find("plasticity")) {
    spec.plasticity = read_plasticity(values, *plasticity, port->unit);
    if (!spec.plasticity) return false;
  }
  const auto kind = fields_.one_of({"rule", "edges"});
  if (!kind) return false;
  if (kind->first == "rule") {
    const bool drawn = fill_drawn(values, weight_unit, spec);
    auto rule = read_rule(values, *kind->second);
    if (rule) spec.rule = *std::move(rule);
    return rule.has_value() && drawn;
  }
  for (const std::string_view key : {"weight", "delay"}) {
    if (const Node* value = node_.find(key)) {
      problem(*value, "`edges` have weights and delays of their own; remove `" + std::string(key) + "`");
      return false;
    }
  }
  if (sources_.size() * targets_.size() != 1) {
    problem(*kind->second, "`edges` belong to one source and one target, not to lists of them");
    return false;
  }
  auto edges = read_edges(values, *kind->second, from, to, weight_unit);
  if (edges) spec.rule = *std::move(edges);
  return edges.has_value();
}

bool ProjectionReader::fill_drawn(const Values& values, const WantedUnit& weight_unit, ProjectionSpec& spec) {
  const Node* weight = fields_.need("weight", "give a number or a distribution, in " + weight_unit.text);
  const Node* delay = fields_.need("delay", "give a time or a distribution of times");
  if (weight == nullptr || delay == nullptr) return false;
  const auto drawn_weight = values.distribution(*weight, "weight", weight_unit);
  const auto drawn_delay = values.distribution(*delay, "delay", WantedUnit(kMs));
  if (!drawn_weight || !drawn_delay) return false;
  const Constant* constant = std::get_if<Constant>(&*drawn_delay);
  if (constant != nullptr && !(constant->value > 0 && constant->value < 1e9)) {
    problem(*delay, "delay " + format_number(constant->value) +
                        " ms, must be above 0 and below 10 days; give the time that a spike takes, such as 1.5 ms");
    return false;
  }
  spec.weight = *drawn_weight;
  spec.delay_ms = *drawn_delay;
  return true;
}

bool ProjectionReader::fill_flags(const Values& values, ProjectionSpec& spec) {
  bool complete = true;
  const auto fill = [&](std::string_view key, bool& flag) {
    const Node* node = fields_.find(key);
    if (node == nullptr) return;
    const auto value = values.flag(*node, key);
    flag = value.value_or(flag);
    complete = complete && value.has_value();
  };
  fill("autapses", spec.autapses);
  fill("multapses", spec.multapses);
  if (const Node* node = fields_.find("delay_resolution")) {
    const auto value = values.duration(*node, "delay_resolution");
    if (value && *value <= Duration{0}) problem(*node, "delay_resolution: must be above 0; leave it out for 0.1 ms");
    complete = complete && value && *value > Duration{0};
    spec.delay_resolution = value.value_or(spec.delay_resolution);
  }
  return complete;
}

bool ProjectionReader::fill_grid(const Values& values, ProjectionSpec& spec) {
  const Node* node = fields_.find("weight_grid");
  if (node == nullptr) return true;
  const Fields grid(reader_, *node, "a weight grid", {"scale", "step", "low", "high"});
  if (!grid.is_map()) return false;
  WeightGrid read;
  bool complete = true;
  const auto fill = [&](std::string_view key, const Node* value, double& number) {
    if (value == nullptr) return;
    const auto given = values.number(*value, key, WantedUnit(""));
    complete = complete && given;
    number = given.value_or(number);
  };
  fill("scale", grid.find("scale"), read.scale);
  for (const auto& [key, number] : {std::pair{"step", &read.step}, {"low", &read.low}, {"high", &read.high}}) {
    const Node* value = grid.need(key, "give a number, in what the target receives");
    complete = complete && value != nullptr;
    fill(key, value, *number);
  }
  spec.weight_grid = read;
  return complete;
}

// The given name, with the pair behind it where the item makes several projections. Names that were not given are made
// different by a number; given names that stand twice are a problem.
void ProjectionReader::set_name(const Pair& pair, ProjectionSpec& spec) {
  const Node* name = fields_.find("name");
  const std::string ends = pair.from->text + "_to_" + pair.to->text;
  const bool single = sources_.size() * targets_.size() == 1;
  spec.name = name == nullptr ? ends : single ? name->text : name->text + "_" + ends;
  if (reader_.projection_names.emplace(spec.name, 1).second) return;
  if (name != nullptr) {
    problem(*name, "two projections have the name " + shown(spec.name) + "; rename one");
    return;
  }
  do {
    spec.name = ends + "_" + std::to_string(++reader_.projection_names[ends]);
  } while (!reader_.projection_names.emplace(spec.name, 1).second);
}

}  // namespace

void read_projections(Reader& reader, const Node& section) {
  if (!section.is_sequence()) {
    reader.projections_complete = false;
    reader.problems.add(section.place, "`projections` must be a list of projections");
    return;
  }
  const std::size_t before = reader.problems.count();
  for (const Node::Child& child : section.children) {
    if (reader.problems.full()) break;
    ProjectionReader(reader, *child.value).read();
  }
  reader.projections_complete = reader.projections_complete && reader.problems.count() == before;
}

}  // namespace volley::io::yaml
