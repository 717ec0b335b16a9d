#include "engine/validate.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/str_format.h"
#include "engine/connect.h"
#include "engine/did_you_mean.h"
#include "engine/parameter_check.h"
#include "engine/resolve.h"

namespace volley {
namespace {

constexpr Duration kShortestDelay{1'000'000};  // 0.001 ms: shorter windows would cost more than they simulate
constexpr double kMostNeurons = 4e9;

// Gathers problems with the thing they belong to in front.
class Checker {
 public:
  Checker(const Network& network, const ModelCatalog& models) : network_(network), models_(models) {}

  std::vector<std::string> all() {
    names();
    for (const PopulationSpec& p : network_.populations) population(p);
    for (const SourceSpec& s : network_.sources) source(s);
    for (const DriveSpec& d : network_.drives) drive(d);
    for (const ProjectionSpec& j : network_.projections) projection(j);
    for (const SpikeProbe& p : network_.spike_probes) spike_probe(p);
    for (const StateProbe& p : network_.state_probes) state_probe(p);
    for (const WeightProbe& p : network_.weight_probes) weight_probe(p);
    return std::move(problems_);
  }

 private:
  template <class... Args>
  void say(const std::string& thing, const absl::FormatSpec<Args...>& format, const Args&... args) {
    problems_.push_back(thing + ": " + absl::StrFormat(format, args...));
  }

  const PopulationSpec* find_population(const std::string& name) const {
    for (const PopulationSpec& p : network_.populations) {
      if (p.name == name) return &p;
    }
    return nullptr;
  }
  const SourceSpec* find_source(const std::string& name) const {
    for (const SourceSpec& s : network_.sources) {
      if (s.name == name) return &s;
    }
    return nullptr;
  }
  std::vector<std::string> endpoint_names(bool with_sources) const {
    std::vector<std::string> names;
    for (const PopulationSpec& p : network_.populations) names.push_back(p.name);
    for (const SourceSpec& s : network_.sources) {
      if (with_sources) names.push_back(s.name);
    }
    return names;
  }

  void names() {
    if (network_.populations.empty()) say("network", "has no populations; add at least one to `populations`");
    std::set<std::string> seen;
    double neurons = 0;
    const auto check = [&](const std::string& name, std::uint32_t size, const std::vector<std::uint32_t>& shape,
                           const char* kind) {
      const std::string thing = std::string(kind) + " " + name;
      neurons += size;
      if (name.empty()) say(kind, "a name is missing; set `name`");
      if (name.find('/') != std::string::npos) say(thing, "a name must not contain `/`; rename it");
      if (!seen.insert(name).second) say(thing, "the name is used twice; rename one of them");
      if (size == 0) say(thing, "size 0, must be at least 1; set `size`");
      double product = 1;
      for (const std::uint32_t extent : shape) product *= extent;
      if (!shape.empty() && product != size)
        say(thing, "shape holds %g neurons, size is %d; make them equal", product, size);
    };
    for (const PopulationSpec& p : network_.populations) check(p.name, p.size, p.shape, "population");
    for (const SourceSpec& s : network_.sources) check(s.name, s.size, s.shape, "source");
    if (neurons > kMostNeurons) say("network", "has %g neurons, at most %g fit; reduce sizes", neurons, kMostNeurons);
    std::set<std::string> projections;
    for (const ProjectionSpec& j : network_.projections) {
      if (!projections.insert(projection_name(j)).second) {
        say("projection " + projection_name(j), "the name is used twice; set a `name` of its own");
      }
    }
  }

  void population(const PopulationSpec& p) {
    const std::string thing = "population " + p.name;
    const ModelType* model = models_.find(p.model);
    if (model == nullptr) {
      std::vector<std::string> known;
      for (const auto& m : models_.all()) known.push_back(m->info().name);
      return say(thing, "unknown model `%s`; %s", p.model, did_you_mean(p.model, known));
    }
    for (const std::string& problem : parameter_problems(p, model->info())) say(thing, "%s", problem);
  }

  void steps(const std::string& thing, const char* what, const std::vector<Step>& list, bool may_be_negative) {
    if (list.empty()) return say(thing, "no %s is given; give a constant or a list of steps", what);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i].since < kStart)
        say(thing, "%s step %d is at %g ms, must be at least 0", what, i, to_ms(list[i].since));
      if (i > 0 && list[i].since <= list[i - 1].since) {
        say(thing, "%s step %d is at %g ms, must be after step %d at %g ms", what, i, to_ms(list[i].since), i - 1,
            to_ms(list[i - 1].since));
      }
      if (!std::isfinite(list[i].value) || (!may_be_negative && list[i].value < 0)) {
        say(thing, "%s %g, must be finite%s", what, list[i].value, may_be_negative ? "" : " and at least 0");
      }
    }
  }

  void rates(const std::string& thing, const std::vector<Step>& list) {
    steps(thing, "rate", list, false);
    for (const Step& step : list) {
      if (step.value > 1e9)
        say(thing, "rate %g Hz, must be at most 1e9 Hz per neuron; use fewer, stronger inputs", step.value);
    }
  }

  void source(const SourceSpec& s) {
    const std::string thing = "source " + s.name;
    if (const auto* poisson = std::get_if<PoissonSource>(&s.kind)) {
      rates(thing, poisson->rate_hz);
    } else if (const auto* regular = std::get_if<RegularSource>(&s.kind)) {
      if (regular->interval <= Duration{0}) {
        say(thing, "interval %g ms, must be above 0; set `interval`", to_ms(regular->interval));
      }
      if (regular->start < kStart) say(thing, "start %g ms, must be at least 0; set `start`", to_ms(regular->start));
    } else {
      const auto& list = std::get<SpikeListSource>(s.kind);
      const std::string from = list.origin.empty() ? "" : " (" + list.origin + ")";
      for (const auto& [at, neuron] : list.spikes) {
        if (neuron >= s.size) {
          return say(thing, "a spike of neuron %d at %g ms%s, but size is %d; raise `size` or drop the spike", neuron,
                     to_ms(at), from, s.size);
        }
        if (at < kStart)
          return say(thing, "a spike of neuron %d at %g ms%s, must be at least 0; drop the spike", neuron, to_ms(at),
                     from);
      }
    }
  }

  void range(const std::string& thing, const Range& r, std::uint32_t size) {
    const std::uint64_t end = std::uint64_t{r.first} + (r.count ? *r.count : 0);
    if (r.first >= size || end > size) {
      say(thing, "neurons from %d%s, but the population has %d; lower `range`", r.first,
          r.count ? absl::StrFormat(" on, %d of them", *r.count) : std::string(), size);
    } else if (r.count && *r.count == 0) {
      say(thing, "a range of 0 neurons, must be at least 1; set `range`");
    }
  }

  // The model of a named population, or nullptr after saying what is wrong.
  const ModelType* model_of(const std::string& thing, const std::string& name, const PopulationSpec*& population) {
    population = find_population(name);
    if (population == nullptr) {
      say(thing, "unknown population `%s`%s", name,
          find_source(name) ? " (it is a source)" : "; " + did_you_mean(name, endpoint_names(false)));
      return nullptr;
    }
    return models_.find(population->model);  // nullptr was reported with the population
  }

  void port(const std::string& thing, const ModelInfo& model, const std::string& name) {
    if (model.ports.empty()) return say(thing, "model %s takes no synapses", model.name);
    if (name.empty()) return;
    std::vector<std::string> known;
    for (const PortInfo& p : model.ports) known.push_back(p.name);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      say(thing, "model %s has no port `%s`; %s", model.name, name, did_you_mean(name, known));
    }
  }

  void drive(const DriveSpec& d) {
    const std::string thing = "drive " + (d.name.empty() ? "into " + d.population : d.name);
    const PopulationSpec* population = nullptr;
    const ModelType* model = model_of(thing, d.population, population);
    if (population != nullptr) range(thing, d.range, population->size);
    if (const auto* poisson = std::get_if<PoissonDrive>(&d.kind)) {
      rates(thing, poisson->rate_hz);
      if (!std::isfinite(poisson->weight)) say(thing, "weight %g, must be finite", poisson->weight);
      if (model != nullptr) port(thing, model->info(), poisson->port);
      return;
    }
    if (model != nullptr && model->info().current_unit.empty()) {
      say(thing, "model %s takes no current; use a Poisson drive or another model", model->info().name);
    }
    if (const auto* current = std::get_if<CurrentDrive>(&d.kind)) {
      steps(thing, "amplitude", current->amplitude, true);
    } else {
      const auto& noise = std::get<NoiseDrive>(d.kind);
      if (noise.interval <= Duration{0})
        say(thing, "interval %g ms, must be above 0; set `interval`", to_ms(noise.interval));
      if (!(noise.sd >= 0) || !std::isfinite(noise.sd)) say(thing, "sd %g, must be at least 0", noise.sd);
      if (!std::isfinite(noise.mean)) say(thing, "mean %g, must be finite", noise.mean);
    }
  }

  void projection(const ProjectionSpec& j) {
    const std::string thing = "projection " + projection_name(j);
    const PopulationSpec* from = find_population(j.source);
    const SourceSpec* source = find_source(j.source);
    if (from == nullptr && source == nullptr) {
      say(thing, "unknown source `%s`; %s", j.source, did_you_mean(j.source, endpoint_names(true)));
    }
    const PopulationSpec* target = nullptr;
    const ModelType* model = model_of(thing, j.target, target);
    if (model != nullptr) port(thing, model->info(), j.port);
    if (target == nullptr || (from == nullptr && source == nullptr)) return;
    const std::uint32_t size = from != nullptr ? from->size : source->size;
    for (std::string& problem : connection_problems(j, size, target->size, from == target)) {
      problems_.push_back(std::move(problem));
    }
    if (from != nullptr || j.plasticity) delay_of_recurrence(thing, j);
    if (j.plasticity) plasticity(thing, *j.plasticity, *target);
  }

  void plasticity(const std::string& thing, const PlasticitySpec& p, const PopulationSpec& target) {
    const RuleType* rule = models_.find_rule(p.rule);
    if (rule == nullptr) {
      std::vector<std::string> known;
      for (const auto& r : models_.rules()) known.push_back(r->info().name);
      return say(thing, "unknown plasticity rule `%s`; %s", p.rule, did_you_mean(p.rule, known));
    }
    std::vector<std::string> problems = rule_parameter_problems(p.parameters, rule->info());
    if (problems.empty()) problems = rule->problems(resolve_rule(p.parameters, rule->info()));
    for (const std::string& problem : problems) say(thing, "%s", problem);
    if (!p.modulators.empty() && !rule->info().takes_modulators) {
      say(thing, "rule %s takes no modulators; remove `modulators` or use another rule", p.rule);
    }
    if (const std::string& only = rule->info().target_model; !only.empty() && target.model != only) {
      say(thing, "rule %s works on synapses of model %s, but population %s is %s; use another rule or model", p.rule,
          only, target.name, target.model);
    }
    for (const Modulator& m : p.modulators) modulator(thing, m);
  }

  void modulator(const std::string& thing, const Modulator& m) {
    if (find_population(m.source) == nullptr && find_source(m.source) == nullptr) {
      say(thing, "unknown modulator `%s`; %s", m.source, did_you_mean(m.source, endpoint_names(true)));
    }
    if (!std::isfinite(m.strength)) say(thing, "modulator %s: strength %g, must be finite", m.source, m.strength);
    if (m.delay < Duration{0}) {
      say(thing, "modulator %s: delay %g ms, must be at least 0; set `delay`", m.source, to_ms(m.delay));
    }
  }

  // What populations send must travel, and what reaches plastic synapses: windows are as long as the shortest delay.
  void delay_of_recurrence(const std::string& thing, const ProjectionSpec& j) {
    const auto too_short = [&](Duration d) { return d >= Duration{0} && d < kShortestDelay; };
    if (const auto* list = std::get_if<Explicit>(&j.rule)) {
      for (std::size_t e = 0; e < list->edges.size(); ++e) {
        if (!too_short(list->edges[e].delay)) continue;
        return say(thing, "edge %d: delay %g ms, must be at least 0.001 ms; correct the edge", e,
                   to_ms(list->edges[e].delay));
      }
    } else if (const auto* constant = std::get_if<Constant>(&j.delay_ms)) {
      if (constant->value >= 0 && constant->value < 1 && too_short(duration_from_ms(constant->value))) {
        say(thing, "delay %g ms, must be at least 0.001 ms; set `delay`", constant->value);
      }
    } else if (too_short(j.delay_resolution) && j.delay_resolution > Duration{0}) {
      say(thing, "delay_resolution %g ms, must be at least 0.001 ms; set `delay_resolution`",
          to_ms(j.delay_resolution));
    }
  }

  void spike_probe(const SpikeProbe& probe) {
    const std::string thing = "spike probe of " + probe.population;
    if (const PopulationSpec* p = find_population(probe.population)) return range(thing, probe.range, p->size);
    if (const SourceSpec* s = find_source(probe.population)) return range(thing, probe.range, s->size);
    say(thing, "unknown population `%s`; %s", probe.population, did_you_mean(probe.population, endpoint_names(true)));
  }

  void state_probe(const StateProbe& probe) {
    const std::string thing = "state probe of " + probe.population;
    const PopulationSpec* population = nullptr;
    const ModelType* model = model_of(thing, probe.population, population);
    if (model != nullptr) {
      std::vector<std::string> known;
      for (const VariableInfo& v : model->info().variables) known.push_back(v.name);
      if (std::find(known.begin(), known.end(), probe.variable) == known.end()) {
        say(thing, "model %s has no variable `%s`; %s", population->model, probe.variable,
            did_you_mean(probe.variable, known));
      }
    }
    for (const std::uint32_t neuron : probe.neurons) {
      if (population != nullptr && neuron >= population->size) {
        say(thing, "neuron %d, must be below %d; correct `neurons`", neuron, population->size);
        break;
      }
    }
    schedule(thing, probe);
  }

  void weight_probe(const WeightProbe& probe) {
    const std::string thing = "weight probe of " + probe.projection;
    std::vector<std::string> known;
    for (const ProjectionSpec& j : network_.projections) known.push_back(projection_name(j));
    if (std::find(known.begin(), known.end(), probe.projection) == known.end()) {
      say(thing, "unknown projection `%s`; %s", probe.projection, did_you_mean(probe.projection, known));
    }
    if (probe.synapses.count && *probe.synapses.count == 0) {
      say(thing, "a range of 0 synapses, must be at least 1; set `synapses`");
    }
    schedule(thing, probe);
  }

  // The times of a state or weight probe.
  void schedule(const std::string& thing, const auto& probe) {
    if (probe.times.empty() && probe.interval <= Duration{0}) {
      say(thing, "neither interval nor times are given; set `interval` above 0 ms, or `times`");
    }
    if (!probe.times.empty() && probe.interval != Duration{0})
      say(thing, "interval and times are both given; keep one");
    if (probe.start < kStart) say(thing, "start %g ms, must be at least 0; set `start`", to_ms(probe.start));
    for (std::size_t i = 0; i < probe.times.size(); ++i) {
      if (probe.times[i] < kStart || (i > 0 && probe.times[i] <= probe.times[i - 1])) {
        say(thing, "time %g ms, times must ascend from 0; correct `times`", to_ms(probe.times[i]));
        break;
      }
    }
  }

  const Network& network_;
  const ModelCatalog& models_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> problems_of(const Network& network, const ModelCatalog& models) {
  return Checker(network, models).all();
}

}  // namespace volley
