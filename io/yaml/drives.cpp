#include "io/yaml/sections.h"

namespace volley::io::yaml {
namespace {

std::optional<PoissonDrive> read_poisson(const Values& values, const Node& node, const ModelInfo& model) {
  Reader& reader = values.reader();
  const Fields fields(reader, node, "poisson", {"rate", "weight", "port"});
  if (!fields.is_map()) return std::nullopt;
  const PortInfo* port = read_port(reader, fields.find("port"), node, model);
  const Node* rate = fields.need("rate", "give the rate into each neuron, e.g. `8 kHz`");
  const Node* weight = fields.need("weight", "give the weight of each spike");
  if (port == nullptr || rate == nullptr || weight == nullptr) return std::nullopt;
  auto steps = values.steps(*rate, "rate", WantedUnit(kHz));
  const auto size = values.number(*weight, "weight", WantedUnit(port->unit));
  if (!steps || !size || !check_rates(reader, *rate, *steps)) return std::nullopt;
  return PoissonDrive{*std::move(steps), *size, port->name};
}

std::optional<NoiseDrive> read_noise(const Values& values, const Node& node, const ModelInfo& model) {
  const Fields fields(values.reader(), node, "noise", {"mean", "sd", "interval"});
  const Node* sd = fields.need("sd", "give the standard deviation");
  const Node* interval = fields.need("interval", "give the time between draws");
  const Node* mean = fields.find("mean");
  if (sd == nullptr || interval == nullptr) return std::nullopt;
  const WantedUnit unit(model.current_unit);
  const auto mean_value = mean != nullptr ? values.number(*mean, "mean", unit) : 0.0;
  const auto sd_value = values.number(*sd, "sd", unit);
  const auto length = values.duration(*interval, "interval");
  if (!mean_value || !sd_value || !length) return std::nullopt;
  if (*sd_value < 0) values.reader().problems.add(sd->place, "sd: must be at least 0");
  if (*length <= Duration{0}) values.reader().problems.add(interval->place, "interval: must be above 0");
  if (*sd_value < 0 || *length <= Duration{0}) return std::nullopt;
  return NoiseDrive{*mean_value, *sd_value, *length};
}

// The part of a drive that depends on the population it goes to.
bool read_kind(const Values& values, const Fields& fields, const ModelInfo& model, DriveSpec& spec) {
  const auto kind = fields.one_of({"poisson", "current", "noise"});
  if (!kind) return false;
  const Node& node = *kind->second;
  if (kind->first == "poisson") {
    auto poisson = read_poisson(values, node, model);
    if (poisson) spec.kind = *std::move(poisson);
    return poisson.has_value();
  }
  if (model.current_unit.empty()) {
    values.reader().problems.add(node.place, "model " + shown(model.name) + " takes no current; use `poisson`");
    return false;
  }
  if (kind->first == "current") {
    auto steps = values.steps(node, "current", WantedUnit(model.current_unit));
    if (steps) spec.kind = CurrentDrive{*std::move(steps)};
    return steps.has_value();
  }
  const auto noise = read_noise(values, node, model);
  if (noise) spec.kind = *noise;
  return noise.has_value();
}

void read_drive(Reader& reader, const Node& key, const Node& node) {
  const Fields fields(reader, node, "drive " + shown(key.text), {"population", "range", "poisson", "current", "noise"});
  const Node* targets = fields.need("population", "name the population that it goes into, or a list of them");
  if (!check_name(reader, key) || targets == nullptr) return;
  const std::vector<const Node*> names = read_names(reader, *targets);
  const Values values(reader, reader.parameters);
  for (const Node* name : names) {
    if (reader.problems.full() || !reader.spend(node.weight, key.place)) return;
    const Endpoint* population = reader.endpoint(*name);
    if (population == nullptr) continue;
    if (population->is_source) {
      reader.problems.add(name->place, shown(name->text) + " is a source; a drive goes into a population");
      continue;
    }
    DriveSpec spec{names.size() == 1 ? key.text : key.text + "_" + name->text, name->text, {}, PoissonDrive{}};
    if (const Node* range = fields.find("range")) {
      const auto part = values.range(*range, population->size);
      if (!part) continue;
      spec.range = *part;
    }
    if (population->model == nullptr || !read_kind(values, fields, *population->model, spec)) continue;
    if (!reader.drive_names.insert(spec.name).second) {
      reader.problems.add(key.place, "two drives have the name " + shown(spec.name) + "; rename one");
      continue;
    }
    reader.remember("drive " + spec.name, key.place);
    reader.plan.network.drives.push_back(std::move(spec));
  }
}

}  // namespace

void read_drives(Reader& reader, const Node& section) {
  if (!section.is_map()) {
    reader.problems.add(section.place, "`drives` must be a map of names to drives");
    return;
  }
  for (const Node::Child& child : section.children) {
    if (reader.problems.full()) return;
    read_drive(reader, *child.key, *child.value);
  }
}

}  // namespace volley::io::yaml
