#include <algorithm>
#include <cstddef>
#include <limits>

#include "engine/did_you_mean.h"
#include "io/yaml/sections.h"

namespace volley::io::yaml {
namespace {

// False and a problem if a probe names its part twice.
bool has_one_part(const Values& values, const Fields& fields) {
  const Node* range = fields.find("range");
  if (range == nullptr || fields.find("neurons") == nullptr) return true;
  values.reader().problems.add(range->place, "a probe has `neurons` or `range`, not both; keep one");
  return false;
}

// `neurons: [0, 1, 2]`. Nothing after a problem.
std::optional<std::vector<std::uint32_t>> read_list(const Values& values, const Node& list, std::uint32_t size) {
  if (!list.is_sequence() || list.children.empty()) {
    values.reader().problems.add(list.place,
                                 "neurons: must be a list of indices, e.g. [0, 1, 2]; leave it out for all");
    return std::nullopt;
  }
  std::vector<std::uint32_t> neurons;
  for (const Node::Child& child : list.children) {
    const auto neuron = values.count(*child.value, "neurons", 0, size - 1);
    if (!neuron) return std::nullopt;
    neurons.push_back(static_cast<std::uint32_t>(*neuron));
  }
  return neurons;
}

// The neurons of a state probe, from `neurons` or `range`. Nothing after a problem.
std::optional<std::vector<std::uint32_t>> read_neurons(const Values& values, const Fields& fields, std::uint32_t size) {
  if (!has_one_part(values, fields)) return std::nullopt;
  std::vector<std::uint32_t> neurons;
  const Node* list = fields.find("neurons");
  const Node* range = fields.find("range");
  if (range != nullptr) {
    const auto part = values.range(*range, size);
    if (!part) return std::nullopt;
    const std::uint32_t count = part->count.value_or(size - part->first);
    if (part->first == 0 && count == size) return neurons;
    if (!values.reader().spend(count, range->place)) return std::nullopt;
    for (std::uint32_t i = 0; i < count; ++i) neurons.push_back(part->first + i);
  }
  return list != nullptr ? read_list(values, *list, size) : neurons;
}

// The neurons of a spike probe, from `neurons` or `range`, as ranges in ascending order. Nothing after a problem.
std::optional<std::vector<Range>> read_ranges(const Values& values, const Fields& fields, std::uint32_t size) {
  if (!has_one_part(values, fields)) return std::nullopt;
  if (const Node* range = fields.find("range")) {
    const auto part = values.range(*range, size);
    if (!part) return std::nullopt;
    return std::vector{*part};
  }
  const Node* list = fields.find("neurons");
  if (list == nullptr) return std::vector{Range{}};
  if (size == 0 || !values.reader().spend(list->weight, list->place)) return std::nullopt;
  auto neurons = read_list(values, *list, size);
  if (!neurons) return std::nullopt;
  std::sort(neurons->begin(), neurons->end());
  std::vector<Range> ranges;
  for (const std::uint32_t neuron : *neurons) {
    const std::uint32_t end = ranges.empty() ? 0 : ranges.back().first + *ranges.back().count;
    if (ranges.empty() || neuron > end) {
      ranges.push_back({neuron, 1});
    } else if (neuron == end) {
      ++*ranges.back().count;
    }
  }
  return ranges;
}

void read_spike_probe(Reader& reader, const Node& node) {
  const Fields fields(reader, node, "a spike probe", {"spikes", "neurons", "range"});
  const Values values(reader, reader.parameters);
  for (const Node* name : read_names(reader, *node.find("spikes"))) {
    if (reader.problems.full()) return;
    const Endpoint* population = reader.endpoint(*name);
    if (population == nullptr) continue;
    const auto ranges = read_ranges(values, fields, population->size);
    if (!ranges) continue;
    reader.remember("spike probe of " + name->text, node.place);
    for (const Range& range : *ranges) reader.plan.network.spike_probes.push_back({name->text, range});
  }
}

// When a state or weight probe samples; false after a problem.
bool read_schedule(const Values& values, const Fields& fields, auto& probe) {
  const auto kind = fields.one_of({"interval", "times"});
  if (!kind) return false;
  const auto& [name, node] = *kind;
  if (name == "interval") {
    const auto interval = values.duration(*node, "interval");
    const Node* start = fields.find("start");
    const auto first = start != nullptr ? values.time(*start, "start") : kStart;
    if (!interval || !first) return false;
    if (*interval <= Duration{0}) values.reader().problems.add(node->place, "interval: must be above 0");
    probe.interval = *interval;
    probe.start = *first;
    return *interval > Duration{0};
  }
  if (fields.node().find("start") != nullptr || !node->is_sequence() || node->children.empty()) {
    values.reader().problems.add(node->place, "times: must be a list of times, and stands without `start`");
    return false;
  }
  for (const Node::Child& child : node->children) {
    const auto at = values.time(*child.value, "times");
    if (!at) return false;
    if (!probe.times.empty() && *at <= probe.times.back()) {
      values.reader().problems.add(child.value->place, "times: must ascend");
      return false;
    }
    probe.times.push_back(*at);
  }
  return true;
}

// A problem if the model has no such variable.
bool check_variable(Reader& reader, const Node& node, const ModelInfo& model) {
  std::vector<std::string> names;
  for (const VariableInfo& variable : model.variables) {
    if (variable.name == node.text) return true;
    names.push_back(variable.name);
  }
  reader.problems.add(node.place, "model " + shown(model.name) + " has no variable " + shown(node.text) + "; " +
                                      did_you_mean(node.text, names));
  return false;
}

void read_state_probe(Reader& reader, const Node& node) {
  const Fields fields(reader, node, "a state probe",
                      {"state", "variable", "neurons", "range", "start", "interval", "times"});
  const Node* variable = fields.need("variable", "name a variable of the model, or a list of them");
  if (variable == nullptr) return;
  const Values values(reader, reader.parameters);
  const std::vector<const Node*> variables = read_names(reader, *variable);
  for (const Node* name : read_names(reader, *node.find("state"))) {
    const Endpoint* population = reader.endpoint(*name);
    if (population == nullptr) continue;
    if (population->is_source) {
      reader.problems.add(name->place, shown(name->text) + " is a source; it has no state");
      continue;
    }
    if (population->model == nullptr || population->size == 0) continue;
    for (const Node* word : variables) {
      if (reader.problems.full() || !reader.spend(node.weight, node.place)) return;
      StateProbe probe{name->text, {}, word->text, kStart, Duration{0}, {}};
      const auto neurons = read_neurons(values, fields, population->size);
      const bool scheduled = read_schedule(values, fields, probe);
      if (!check_variable(reader, *word, *population->model) || !neurons || !scheduled) continue;
      probe.neurons = *neurons;
      reader.remember("state probe of " + name->text, node.place);
      reader.plan.network.state_probes.push_back(std::move(probe));
    }
  }
}

const ProjectionSpec* find_projection(Reader& reader, const Node& name) {
  std::vector<std::string> known;
  for (const ProjectionSpec& projection : reader.plan.network.projections) {
    if (projection.name == name.text) return &projection;
    known.push_back(projection.name);
  }
  // A projection with a problem of its own is not in the network.
  if (reader.projections_complete) {
    reader.problems.add(name.place, "unknown projection " + shown(name.text) + "; " +
                                        (known.empty() ? "the description has none" : did_you_mean(name.text, known)));
  }
  return nullptr;
}

void read_weight_probe(Reader& reader, const Node& node) {
  const Fields fields(reader, node, "a weight probe", {"weights", "synapses", "start", "interval", "times"});
  const Values values(reader, reader.parameters);
  for (const Node* name : read_names(reader, *node.find("weights"))) {
    if (reader.problems.full() || !reader.spend(node.weight, node.place)) return;
    WeightProbe probe{name->text, {}, kStart, Duration{0}, {}};
    const ProjectionSpec* projection = find_projection(reader, *name);
    const bool scheduled = read_schedule(values, fields, probe);
    if (const Node* part = fields.find("synapses")) {
      // How many there are shows when they are connected.
      const auto range = values.range(*part, std::numeric_limits<std::uint32_t>::max(), "synapses");
      if (!range) continue;
      probe.synapses = *range;
    }
    if (projection == nullptr || !scheduled) continue;
    reader.remember("weight probe of " + name->text, node.place);
    reader.plan.network.weight_probes.push_back(std::move(probe));
  }
}

}  // namespace

void read_probes(Reader& reader, const Node& section) {
  if (!section.is_sequence()) {
    reader.problems.add(section.place, "`probes` must be a list of {spikes: ...}, {state: ...} and {weights: ...}");
    return;
  }
  for (const Node::Child& child : section.children) {
    const Node& node = *child.value;
    if (reader.problems.full()) return;
    const Node* spikes = node.find("spikes");
    const Node* state = node.find("state");
    const Node* weights = node.find("weights");
    if ((spikes != nullptr) + (state != nullptr) + (weights != nullptr) != 1) {
      reader.problems.add(node.place,
                          "a probe is one of {spikes: population}, {state: population, variable: ...} and {weights: "
                          "projection, interval: ...}");
    } else if (spikes != nullptr) {
      read_spike_probe(reader, node);
    } else if (weights != nullptr) {
      read_weight_probe(reader, node);
    } else {
      read_state_probe(reader, node);
    }
  }
}

}  // namespace volley::io::yaml
