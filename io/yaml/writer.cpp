#include "io/yaml/writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "io/text_fields.h"
#include "io/yaml/quantity.h"

namespace volley::io::yaml {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

// The number in `unit`; a unit that the reader does not understand is left out.
std::string number(double value, std::string_view unit) {
  const std::string text = format_number(value);
  return unit.empty() || !parse_unit(unit) ? text : text + " " + std::string(unit);
}

std::string duration(Duration length) { return format_ms(length) + " ms"; }
std::string instant(Time at) { return duration(at.time_since_epoch()); }

std::string distribution(const Distribution& law, std::string_view unit) {
  return std::visit(
      Overloaded{
          [&](const Constant& c) { return number(c.value, unit); },
          [&](const Uniform& u) { return "{uniform: [" + number(u.low, unit) + ", " + number(u.high, unit) + "]}"; },
          [&](const Normal& n) {
            return "{normal: {mean: " + number(n.mean, unit) + ", sd: " + number(n.sd, unit) + "}}";
          },
          [&](const ClippedNormal& n) {
            std::string text = "{clipped_normal: {mean: " + number(n.mean, unit) + ", sd: " + number(n.sd, unit);
            if (n.low != std::numeric_limits<double>::lowest()) text += ", low: " + number(n.low, unit);
            if (n.high != std::numeric_limits<double>::max()) text += ", high: " + number(n.high, unit);
            return text + "}}";
          },
          [&](const Lognormal& l) {
            return "{lognormal: {mu: " + format_number(l.mu) + ", sigma: " + format_number(l.sigma) + "}}";
          },
      },
      law);
}

std::string steps(const std::vector<Step>& steps, std::string_view unit) {
  if (steps.size() == 1 && steps.front().since == kStart) return number(steps.front().value, unit);
  std::string text;
  for (const Step& step : steps) {
    text += (text.empty() ? "[[" : ", [") + instant(step.since) + ", " + number(step.value, unit) + "]";
  }
  return text.empty() ? "[]" : text + "]";
}

std::string range(const Range& part) {
  std::string text = "{first: " + std::to_string(part.first);
  if (part.count) text += ", count: " + std::to_string(*part.count);
  return text + "}";
}

// The shortest number that the reader turns into the same float.
std::string float_weight(float weight) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), weight);
  const std::string text(buffer.data(), end);
  const auto read = number_prefix(text);
  return read && static_cast<float>(read->number) == weight ? text : format_number(weight);
}

class Writer {
 public:
  Writer(const RunPlan& plan, const ModelCatalog& catalog, const Provenance& provenance)
      : plan_(plan), network_(plan.network), catalog_(catalog), provenance_(provenance) {
    for (const PopulationSpec& population : network_.populations) {
      if (const ModelType* model = catalog.find(population.model)) models_[population.name] = &model->info();
    }
  }

  std::string write() {
    text_ = "volley: 1\nname: " + quoted_yaml(network_.name) + "\nseed: " + std::to_string(plan_.seed) + "\n";
    if (plan_.until > Duration{0}) text_ += "until: " + duration(plan_.until) + "\n";
    write_populations();
    write_sources();
    write_drives();
    write_projections();
    write_probes();
    write_readout();
    return std::move(text_);
  }

 private:
  const ModelInfo* model_of(const std::string& population) const {
    const auto found = models_.find(population);
    return found == models_.end() ? nullptr : found->second;
  }

  static std::string port_unit(const ModelInfo* model, const std::string& port) {
    if (model == nullptr) return "";
    for (const PortInfo& info : model->ports) {
      if (info.name == port || port.empty()) return info.unit;
    }
    return "";
  }

  void field(int depth, std::string_view key, std::string_view value) {
    text_.append(static_cast<std::size_t>(depth) * 2, ' ').append(key).append(": ").append(value).append("\n");
  }

  // {name: {...}} sections open with the name of each item.
  void open(std::string_view name) { text_ += "  " + quoted_yaml(name) + ":\n"; }

  void size_and_shape(std::uint32_t size, const std::vector<std::uint32_t>& shape) {
    field(2, "size", std::to_string(size));
    if (shape.empty()) return;
    std::string list;
    for (const std::uint32_t length : shape) list += (list.empty() ? "[" : ", ") + std::to_string(length);
    field(2, "shape", list + "]");
  }

  void write_populations();
  void write_parameter(const PopulationSpec& population, const std::string& name, const Parameter& value,
                       std::string_view unit);
  void write_sources();
  void write_drives();
  void write_projections();
  void write_plasticity(const PlasticitySpec& plasticity, std::string_view weight_unit);
  void write_probes();
  void write_readout();
  std::string spikes(const SpikeListSource& list, const std::string& source) const;
  std::string edges(const Explicit& rule, const ProjectionSpec& projection, std::string_view unit) const;

  const RunPlan& plan_;
  const Network& network_;
  const ModelCatalog& catalog_;
  const Provenance& provenance_;
  absl::flat_hash_map<std::string, const ModelInfo*> models_;  // by population
  std::string text_;
};

void Writer::write_populations() {
  text_ += network_.populations.empty() ? "populations: {}\n" : "populations:\n";
  for (const PopulationSpec& population : network_.populations) {
    open(population.name);
    field(2, "model", quoted_yaml(population.model));
    size_and_shape(population.size, population.shape);
    if (const auto draws = provenance_.draws.find(population.name); draws != provenance_.draws.end()) {
      text_ += "    draws:\n";
      for (const auto& [name, law] : draws->second) field(3, name, distribution(law, ""));
    }
    if (population.parameters.empty()) continue;
    text_ += "    params:\n";
    const ModelInfo* model = model_of(population.name);
    for (const auto& [name, value] : population.parameters) {
      std::string unit;
      for (std::size_t i = 0; model != nullptr && i < model->parameters.size(); ++i) {
        if (model->parameters[i].name == name) unit = model->parameters[i].unit;
      }
      write_parameter(population, name, value, unit);
    }
  }
}

void Writer::write_parameter(const PopulationSpec& population, const std::string& name, const Parameter& value,
                             std::string_view unit) {
  const auto kept = provenance_.parameters.find({population.name, name});
  const auto list = [&](const std::vector<double>& values) {
    std::string text;
    for (const double v : values) text += (text.empty() ? "[" : ", ") + format_number(v);
    return text.empty() ? std::string("[]") : text + "]";
  };
  field(3, quoted_yaml(name),
        kept != provenance_.parameters.end()
            ? kept->second
            : std::visit(Overloaded{[&](double v) { return number(v, unit); }, list,
                                    [&](const Distribution& law) { return distribution(law, unit); },
                                    [&](const std::string& word) { return quoted_yaml(word); }},
                         value));
}

std::string Writer::spikes(const SpikeListSource& list, const std::string& source) const {
  const auto kept = provenance_.spikes.find(source);
  if (kept != provenance_.spikes.end()) return kept->second;
  std::string text;
  for (const auto& [at, neuron] : list.spikes) {
    text += (text.empty() ? "[[" : ", [") + instant(at) + ", " + std::to_string(neuron) + "]";
  }
  return text.empty() ? "[]" : text + "]";
}

void Writer::write_sources() {
  if (!network_.sources.empty()) text_ += "sources:\n";
  for (const SourceSpec& source : network_.sources) {
    open(source.name);
    size_and_shape(source.size, source.shape);
    std::visit(Overloaded{[&](const PoissonSource& p) { field(2, "poisson", steps(p.rate_hz, kHz)); },
                          [&](const RegularSource& r) {
                            std::string text = "{start: " + instant(r.start) + ", interval: " + duration(r.interval);
                            if (r.count) text += ", count: " + std::to_string(*r.count);
                            field(2, "regular", text + "}");
                          },
                          [&](const SpikeListSource& list) { field(2, "spikes", spikes(list, source.name)); }},
               source.kind);
  }
}

void Writer::write_drives() {
  if (!network_.drives.empty()) text_ += "drives:\n";
  for (const DriveSpec& drive : network_.drives) {
    open(drive.name);
    field(2, "population", quoted_yaml(drive.population));
    field(2, "range", range(drive.range));
    const ModelInfo* model = model_of(drive.population);
    const std::string current = model == nullptr ? "" : model->current_unit;
    std::visit(Overloaded{[&](const PoissonDrive& p) {
                            field(2, "poisson",
                                  "{rate: " + steps(p.rate_hz, kHz) +
                                      ", weight: " + number(p.weight, port_unit(model, p.port)) +
                                      ", port: " + quoted_yaml(p.port) + "}");
                          },
                          [&](const CurrentDrive& c) { field(2, "current", steps(c.amplitude, current)); },
                          [&](const NoiseDrive& n) {
                            field(2, "noise",
                                  "{mean: " + number(n.mean, current) + ", sd: " + number(n.sd, current) +
                                      ", interval: " + duration(n.interval) + "}");
                          }},
               drive.kind);
  }
}

std::string Writer::edges(const Explicit& rule, const ProjectionSpec& projection, std::string_view unit) const {
  const auto kept = provenance_.edges.find(projection.name);
  if (kept != provenance_.edges.end()) return kept->second;
  std::string text;
  for (const Edge& edge : rule.edges) {
    text += (text.empty() ? "[[" : ", [") + std::to_string(edge.source) + ", " + std::to_string(edge.target) + ", " +
            float_weight(edge.weight);
    if (!unit.empty() && parse_unit(unit)) text.append(" ").append(unit);
    text += ", " + duration(edge.delay) + "]";
  }
  return text.empty() ? "[]" : text + "]";
}

void Writer::write_plasticity(const PlasticitySpec& plasticity, std::string_view weight_unit) {
  text_ += "    plasticity:\n";
  field(3, "rule", quoted_yaml(plasticity.rule));
  const RuleType* rule = catalog_.find_rule(plasticity.rule);
  for (const auto& [name, value] : plasticity.parameters) {
    std::string_view unit;
    for (std::size_t i = 0; rule != nullptr && i < rule->info().parameters.size(); ++i) {
      if (rule->info().parameters[i].name == name) unit = rule->info().parameters[i].unit;
    }
    const auto* word = std::get_if<std::string>(&value);
    field(3, name,
          word != nullptr ? quoted_yaml(*word)
                          : number(std::get<double>(value), unit == kWeightUnit ? weight_unit : unit));
  }
  if (!plasticity.modulators.empty()) text_ += "      modulators:\n";
  for (const Modulator& m : plasticity.modulators) {
    text_ += "        - {from: " + quoted_yaml(m.source) + ", strength: " + format_number(m.strength) +
             ", delay: " + duration(m.delay) + "}\n";
  }
  if (plasticity.frozen) field(3, "frozen", "true");
}

void Writer::write_projections() {
  if (!network_.projections.empty()) text_ += "projections:\n";
  for (const ProjectionSpec& p : network_.projections) {
    const std::string unit = port_unit(model_of(p.target), p.port);
    text_ += "  - name: " + quoted_yaml(p.name) + "\n";
    field(2, "from", quoted_yaml(p.source));
    field(2, "to", quoted_yaml(p.target));
    const auto* list = std::get_if<Explicit>(&p.rule);
    if (list != nullptr) {
      field(2, "edges", edges(*list, p, unit));
    } else {
      const auto with = [](std::string_view rule, const std::string& argument) {
        return "{" + std::string(rule) + ": " + argument + "}";
      };
      field(
          2, "rule",
          std::visit(
              Overloaded{
                  [](const AllToAll&) { return std::string("all_to_all"); },
                  [](const OneToOne&) { return std::string("one_to_one"); },
                  [&](const FixedIndegree& r) { return with("fixed_indegree", std::to_string(r.indegree)); },
                  [&](const FixedOutdegree& r) { return with("fixed_outdegree", std::to_string(r.outdegree)); },
                  [&](const PairwiseBernoulli& r) { return with("pairwise_bernoulli", format_number(r.probability)); },
                  [&](const FixedTotal& r) { return with("fixed_total", std::to_string(r.count)); },
                  [](const Explicit&) { return std::string(); },
              },
              p.rule));
      field(2, "weight", distribution(p.weight, unit));
      field(2, "delay", distribution(p.delay_ms, kMs));
    }
    field(2, "delay_resolution", duration(p.delay_resolution));
    if (!p.port.empty()) field(2, "port", quoted_yaml(p.port));
    field(2, "autapses", p.autapses ? "true" : "false");
    field(2, "multapses", p.multapses ? "true" : "false");
    if (p.weight_grid) {
      field(2, "weight_grid",
            "{scale: " + format_number(p.weight_grid->scale) + ", step: " + format_number(p.weight_grid->step) +
                ", low: " + format_number(p.weight_grid->low) + ", high: " + format_number(p.weight_grid->high) + "}");
    }
    if (p.plasticity) write_plasticity(*p.plasticity, unit);
  }
}

// Of a state or weight probe, behind what it probes.
std::string schedule(const auto& probe) {
  if (probe.times.empty()) return ", start: " + instant(probe.start) + ", interval: " + duration(probe.interval);
  std::string list;
  for (const Time at : probe.times) list += (list.empty() ? "" : ", ") + instant(at);
  return ", times: [" + list + "]";
}

void Writer::write_probes() {
  const bool none = network_.spike_probes.empty() && network_.state_probes.empty() && network_.weight_probes.empty();
  text_ += none ? "probes: []\n" : "probes:\n";
  for (const SpikeProbe& probe : network_.spike_probes) {
    text_ += "  - {spikes: " + quoted_yaml(probe.population) + ", range: " + range(probe.range) + "}\n";
  }
  for (const StateProbe& probe : network_.state_probes) {
    text_ += "  - {state: " + quoted_yaml(probe.population) + ", variable: " + quoted_yaml(probe.variable);
    std::string list;
    for (const std::uint32_t neuron : probe.neurons) list += (list.empty() ? "" : ", ") + std::to_string(neuron);
    if (!list.empty()) text_ += ", neurons: [" + list + "]";
    text_ += schedule(probe) + "}\n";
  }
  for (const WeightProbe& probe : network_.weight_probes) {
    text_ += "  - {weights: " + quoted_yaml(probe.projection) + ", synapses: " + range(probe.synapses) +
             schedule(probe) + "}\n";
  }
}

void Writer::write_readout() {
  if (!plan_.readout) return;
  std::string labels;
  for (const std::uint32_t label : plan_.readout->labels) {
    labels += (labels.empty() ? "[" : ", ") + std::to_string(label);
  }
  text_ += "readout:\n";
  field(1, "population", quoted_yaml(plan_.readout->population));
  field(1, "start", instant(plan_.readout->start));
  field(1, "window", duration(plan_.readout->window));
  field(1, "labels", labels + "]");
}

}  // namespace

std::string write_description(const RunPlan& plan, const ModelCatalog& catalog, const Provenance& provenance) {
  return Writer(plan, catalog, provenance).write();
}

std::string quoted_yaml(std::string_view word) {
  const auto is_safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  };
  // YAML's own words for nothing; everything else that is bare reads back as the same text.
  constexpr std::array<std::string_view, 4> kNulls = {"null", "Null", "NULL", "~"};
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_safe) && word.front() != '.' &&
      std::find(kNulls.begin(), kNulls.end(), word) == kNulls.end()) {
    return std::string(word);
  }
  std::string text = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"";
}

}  // namespace volley::io::yaml
