#include <cstddef>

#include "io/spike_files.h"
#include "io/yaml/sections.h"

namespace volley::io::yaml {
namespace {

std::optional<RegularSource> read_regular(const Values& values, const Node& node) {
  const Fields fields(values.reader(), node, "regular", {"start", "interval", "count"});
  const Node* interval = fields.need("interval", "give the time between spikes");
  if (interval == nullptr) return std::nullopt;
  RegularSource source;
  const auto length = values.duration(*interval, "interval");
  if (!length) return std::nullopt;
  if (*length <= Duration{0}) {
    values.reader().problems.add(interval->place, "interval: must be above 0");
    return std::nullopt;
  }
  source.interval = *length;
  if (const Node* start = fields.find("start")) {
    const auto at = values.time(*start, "start");
    if (!at) return std::nullopt;
    source.start = *at;
  }
  if (const Node* count = fields.find("count")) {
    source.count = values.count(*count, "count", 1, ~std::uint64_t{0});
    if (!source.count) return std::nullopt;
  }
  return source;
}

std::optional<SpikeListSource> read_spike_file(const Values& values, const Node& node, const SourceSpec& spec) {
  Reader& reader = values.reader();
  const Fields fields(reader, node, "spikes", {"file", "population"});
  const Node* file = fields.need("file", "name a file of spikes");
  if (file == nullptr || !reader.add_input(*file)) return std::nullopt;
  std::string population;
  if (const Node* name = fields.find("population")) population = values.word(*name, "population").value_or("");
  absl::StatusOr<SpikeFile> read = read_spikes(reader.path_of(file->text), population);
  if (!read.ok()) {
    reader.problems.add(file->place, std::string(read.status().message()));
    return std::nullopt;
  }
  for (const auto& [at, neuron] : read->spikes) {
    if (neuron < spec.size) continue;
    reader.problems.add(file->place, "spikes: " + shown(file->text) + " has neuron " + std::to_string(neuron) +
                                         ", the source has " + std::to_string(spec.size) + " neurons; raise `size`");
    return std::nullopt;
  }
  if (!reader.spend(read->spikes.size(), file->place)) return std::nullopt;
  std::string yaml = "{file: " + quoted_yaml(file->text);
  if (!population.empty()) yaml += ", population: " + quoted_yaml(population);
  reader.provenance.spikes[spec.name] = yaml + "}";
  return SpikeListSource{std::move(read->spikes), file->text};
}

std::optional<SpikeListSource> read_spike_list(const Values& values, const Node& node, const SourceSpec& spec) {
  if (node.is_map()) return read_spike_file(values, node, spec);
  SpikeListSource source;
  if (!node.is_sequence()) {
    values.reader().problems.add(node.place, "spikes: must be a list of [time, neuron] or {file: ...}");
    return std::nullopt;
  }
  bool complete = true;
  for (const Node::Child& child : node.children) {
    const Node& pair = *child.value;
    if (!pair.is_sequence() || pair.children.size() != 2) {
      values.reader().problems.add(pair.place, "spikes: a spike is [time, neuron], e.g. [1.5 ms, 0]");
      return std::nullopt;
    }
    const auto at = values.time(*pair.children[0].value, "spikes");
    const auto neuron = values.count(*pair.children[1].value, "spikes: neuron", 0, spec.size - 1);
    if (at && neuron) {
      source.spikes.emplace_back(*at, static_cast<std::uint32_t>(*neuron));
    } else {
      complete = false;
    }
    if (values.reader().problems.full()) return std::nullopt;
  }
  if (!complete) return std::nullopt;
  return source;
}

bool read_kind(const Values& values, const Fields& fields, SourceSpec& spec) {
  const auto kind = fields.one_of({"poisson", "regular", "spikes"});
  if (!kind) return false;
  const Node& node = *kind->second;
  if (kind->first == "poisson") {
    auto rate = values.steps(node, "poisson", WantedUnit(kHz));
    if (!rate || !check_rates(values.reader(), node, *rate)) return false;
    spec.kind = PoissonSource{*std::move(rate)};
  } else if (kind->first == "regular") {
    const auto regular = read_regular(values, node);
    if (!regular) return false;
    spec.kind = *regular;
  } else {
    auto list = read_spike_list(values, node, spec);
    if (!list) return false;
    spec.kind = *std::move(list);
  }
  return true;
}

}  // namespace

bool check_rates(Reader& reader, const Node& node, const std::vector<Step>& rates) {
  for (const Step& step : rates) {
    if (step.value >= 0) continue;
    reader.problems.add(node.place, "rate " + format_number(step.value) + " Hz, must be at least 0");
    return false;
  }
  return true;
}

void read_sources(Reader& reader, const Node& section) {
  if (!section.is_map()) {
    reader.problems.add(section.place, "`sources` must be a map of names to sources");
    reader.populations_complete = false;
    return;
  }
  for (const Node::Child& child : section.children) {
    if (reader.problems.full()) return;
    const std::string& name = child.key->text;
    const Fields fields(reader, *child.value, "source " + shown(name),
                        {"size", "shape", "poisson", "regular", "spikes"});
    if (reader.endpoints.contains(name)) {
      reader.problems.add(child.key->place, "source " + shown(name) + " has the name of a population; rename one");
      continue;
    }
    reader.endpoint_names.push_back(name);
    reader.endpoints[name] = {true, 0, nullptr};
    if (!fields.is_map() || !check_name(reader, *child.key)) continue;
    const Values values(reader, reader.parameters);
    const auto size = read_size(values, fields);
    reader.endpoints[name] = {true, size ? size->size : 0, nullptr};
    if (!size || !reader.spend(child.value->weight, child.key->place)) continue;
    SourceSpec spec{name, size->size, size->shape, PoissonSource{}};
    if (!read_kind(values, fields, spec)) continue;
    reader.remember("source " + name, child.key->place);
    reader.plan.network.sources.push_back(std::move(spec));
  }
}

}  // namespace volley::io::yaml
