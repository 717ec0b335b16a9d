#include "hardware/quantise.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/connect.h"
#include "engine/validate.h"
#include "hardware/quantise_neurons.h"
#include "hardware/step_grid.h"
#include "hardware/synapse_survey.h"
#include "hardware/weight_format.h"

namespace volley::hardware {
namespace {

constexpr const char* kInteger = "loihi_cuba";
constexpr const char* kPort = "in";         // its only one
constexpr std::int64_t kLongestDelay = 62;  // of a synapse, in steps; a spike is heard one step more after it is fired
constexpr int kCandidates = 4096;           // gains that are tried within an octave
constexpr double kManySd = 6;

// Why the chip has no form for a model; empty if it has one.
std::string lack_of(const PopulationSpec& population) {
  static const std::map<std::string, std::pair<const char*, const char*>> kLacks = {
      {"lif_alpha", {"alpha-shaped currents; the chip's decay exponentially", "lif_exp"}},
      {"lif_coba", {"conductances; the chip adds currents", "lif_exp"}},
      {"adex", {"adaptation and an exponential spike", "lif_exp"}},
      {"izhikevich", {"a quadratic membrane with recovery", "lif_exp"}},
      {"parrot", {"neurons that repeat spikes", "a source"}},
  };
  const auto found = kLacks.find(population.model);
  const auto [has, use] =
      found != kLacks.end() ? found->second : std::pair{"no form in the chip's integers", "lif_exp"};
  return absl::StrFormat("population %s: model %s has %s; must be lif_delta, if_delta, lif_exp or loihi_cuba; use %s",
                         population.name, population.model, has, use);
}

bool is_known(const std::string& model) {
  return model == kInteger || model == "lif_delta" || model == "if_delta" || model == "lif_exp";
}

double root_mean_square(const std::vector<float>& values) {
  double sum = 0;
  for (const double v : values) sum += v * v;
  return values.empty() ? 0 : std::sqrt(sum / static_cast<double>(values.size()));
}

// A delay on the chip, in steps from one spike to its effect.
struct ChipDelay {
  std::int64_t steps;  // from spike to accumulator, at least 1
  double means_ms;     // the delay that this is in continuous time
};
ChipDelay chip_delay(Duration asked, Duration step, NeuronKind kind) {
  const std::int64_t rounded = (asked + step / 2) / step;
  if (kind == NeuronKind::kExponential) return {rounded + 1, to_ms(rounded * step)};
  const std::int64_t steps = std::max<std::int64_t>(rounded, 1);
  return {steps, to_ms(steps * step)};
}

class Quantiser {
 public:
  Quantiser(const Network& network, const ModelCatalog& models, const QuantiseOptions& options)
      : exact_(network), models_(models), options_(options) {}

  absl::StatusOr<Quantised> run();

 private:
  bool choose_step();
  void read_populations();
  void survey_projections();
  void count_refractory();
  void add_drive_sums();
  void choose_gains();
  void convert_populations();
  void convert_projections();
  void convert_projection(std::uint32_t index);
  void convert_delay(const ProjectionSurvey& surveyed, NeuronKind kind, ProjectionSpec& spec);
  void convert_weights(const ProjectionSurvey& surveyed, double gain, ProjectionSpec& spec);
  void convert_drives();
  void convert_probes();
  std::vector<InputSum>& sums_of(const std::string& population, std::uint32_t size);
  void problem(std::string text) { problems_.push_back(std::move(text)); }

  const Network& exact_;
  const ModelCatalog& models_;
  QuantiseOptions options_;
  std::vector<std::string> problems_;
  std::map<std::string, ExactPopulation> populations_;  // those that are not integers yet
  std::map<std::string, double> gain_;
  std::vector<ProjectionSurvey> surveys_;
  std::vector<InputSum> unused_sums_;
  Quantised result_;
};

// Populations that are integers bring their step; all must agree.
bool Quantiser::choose_step() {
  if (options_.step <= Duration{0}) {
    problem(absl::StrFormat("step %g ms, must be above 0; set `--step`", to_ms(options_.step)));
    return false;
  }
  const PopulationSpec* first = nullptr;
  for (const PopulationSpec& population : exact_.populations) {
    if (population.model != kInteger) continue;
    const auto given = population.parameters.find("dt");
    const double* dt = given == population.parameters.end() ? nullptr : std::get_if<double>(&given->second);
    const Duration step = dt == nullptr ? Duration{1'000'000'000} : duration_from_ms(*dt);
    if (first != nullptr && step != options_.step) {
      problem(absl::StrFormat("population %s: dt %g ms, must be %g ms as in %s, for a chip has one step; set `dt`",
                              population.name, to_ms(step), to_ms(options_.step), first->name));
    }
    if (first == nullptr) options_.step = step;
    first = &population;
  }
  return problems_.empty();
}

void Quantiser::read_populations() {
  for (std::uint32_t i = 0; i < exact_.populations.size(); ++i) {
    const PopulationSpec& spec = exact_.populations[i];
    if (!is_known(spec.model)) {
      problem(lack_of(spec));
    } else if (spec.model != kInteger) {
      populations_.emplace(
          spec.name, ExactPopulation(exact_, PopulationId{i}, models_.find(spec.model)->info(), options_, problems_));
    }
  }
}

std::vector<InputSum>& Quantiser::sums_of(const std::string& population, std::uint32_t size) {
  const auto found = populations_.find(population);
  if (found != populations_.end()) return found->second.sums();
  unused_sums_.assign(size, {});
  return unused_sums_;
}

void Quantiser::survey_projections() {
  std::map<std::string, std::uint32_t> size;
  for (const PopulationSpec& population : exact_.populations) size[population.name] = population.size;
  for (std::uint32_t i = 0; i < exact_.projections.size(); ++i) {
    const ProjectionSpec& spec = exact_.projections[i];
    if (spec.weight_grid && populations_.contains(spec.target)) {
      problem(absl::StrFormat("projection %s: has a weight_grid of its own, which quantising would replace; remove it",
                              projection_name(spec)));
    }
    auto surveyed = survey(exact_, i, options_.seed, sums_of(spec.target, size[spec.target]));
    if (!surveyed.ok()) {
      problem(std::string(surveyed.status().message()));
      surveyed = ProjectionSurvey{};
    }
    surveys_.push_back(*std::move(surveyed));
  }
}

void Quantiser::count_refractory() {
  std::vector<bool> by_themselves;
  for (const PopulationSpec& spec : exact_.populations) {
    const auto found = populations_.find(spec.name);
    by_themselves.push_back(found != populations_.end() && found->second.fires_by_itself());
  }
  const std::vector<bool> on_steps = hears_on_steps(exact_, options_.step, by_themselves);
  for (std::size_t p = 0; p < exact_.populations.size(); ++p) {
    const auto found = populations_.find(exact_.populations[p].name);
    if (found != populations_.end()) found->second.count_refractory(on_steps[p], problems_);
  }
}

// What a Poisson drive brings in one step, up to six standard deviations above its mean.
void Quantiser::add_drive_sums() {
  for (const DriveSpec& drive : exact_.drives) {
    const auto found = populations_.find(drive.population);
    const auto* poisson = std::get_if<PoissonDrive>(&drive.kind);
    if (found == populations_.end() || poisson == nullptr) continue;
    double rate = 0;
    for (const Step& step : poisson->rate_hz) rate = std::max(rate, step.value);
    const double mean = rate * to_seconds(options_.step);
    const double events = mean + kManySd * std::sqrt(mean);
    std::vector<InputSum>& sums = found->second.sums();
    const std::size_t end = drive.range.count ? drive.range.first + *drive.range.count : sums.size();
    for (std::size_t i = drive.range.first; i < end; ++i) {
      (poisson->weight < 0 ? sums[i].inhibition : sums[i].excitation) += events * poisson->weight;
    }
  }
}

void Quantiser::choose_gains() {
  for (auto& [name, population] : populations_) {
    double bound = population.gain_bound();
    std::vector<std::vector<float>> constant;  // weights that a gain can suit
    for (std::size_t i = 0; i < surveys_.size(); ++i) {
      const std::vector<float>& weights = surveys_[i].weights;
      if (exact_.projections[i].target != name || weights.empty()) continue;
      double largest = 0, low = 0, high = 0;
      for (const double w : weights) low = std::min(low, w), high = std::max(high, w);
      largest = std::max(-low, high);
      const int bits = options_.weight_bits.value_or(options_.most_weight_bits);
      const bool mixed = low < 0 && high > 0;
      if (largest > 0 && magnitude_bits(bits, mixed) >= 1) {
        bound = std::min(bound, largest_weight(bits, mixed) / largest);
      }
      if (weights.size() == 1) constant.push_back(weights);
    }
    double best_error = 0;
    for (int c = 0; c < kCandidates; ++c) {
      const double gain = bound * std::exp2(-static_cast<double>(c) / kCandidates);
      double error = population.field_error(gain);
      for (const std::vector<float>& weight : constant) {
        const auto stored = choose_weight_format(weight, gain, options_.weight_bits, options_.most_weight_bits);
        if (!stored.ok()) {
          problem(absl::StrFormat("population %s: %s", name, std::string(stored.status().message())));
          return;
        }
        const double size = weight.front() * gain;
        if (size != 0) error += stored->squared_error / (size * size);
      }
      if (c > 0 && error >= best_error) continue;
      best_error = error;
      gain_[name] = gain;
    }
  }
}

void Quantiser::convert_populations() {
  result_.network.populations.clear();
  for (const PopulationSpec& spec : exact_.populations) {
    const auto found = populations_.find(spec.name);
    if (found == populations_.end()) {
      result_.network.populations.push_back(spec);
      result_.populations.push_back({spec.name});
      continue;
    }
    const double gain = gain_.at(spec.name);
    found->second.check_thresholds(gain, problems_);
    result_.network.populations.push_back(found->second.quantised(spec, gain, result_.roundings));
    result_.populations.push_back(found->second.scale(gain));
  }
}

void Quantiser::convert_projections() {
  for (std::uint32_t i = 0; i < exact_.projections.size(); ++i) convert_projection(i);
}

void Quantiser::convert_projection(std::uint32_t index) {
  ProjectionSpec& spec = result_.network.projections[index];
  const ProjectionSurvey& surveyed = surveys_[index];
  result_.projections.push_back({projection_name(spec), {}});
  const auto target = populations_.find(spec.target);
  // A rule of the chip's own integers, onto what is integers already, stays as it is.
  const bool learns = spec.plasticity && models_.find_rule(spec.plasticity->rule)->info().target_model == kInteger;
  if (spec.plasticity && !spec.plasticity->frozen && !learns) {
    problem(
        absl::StrFormat("projection %s: learns by rule %s, and weights on the chip are whole numbers that stay; train "
                        "first and set `frozen: true`, or learn by rule loihi",
                        projection_name(spec), spec.plasticity->rule));
  }
  if (!learns) spec.plasticity.reset();
  const NeuronKind kind = target == populations_.end() ? NeuronKind::kDelta : target->second.kind();
  result_.projections.back().delay_steps = chip_delay(surveyed.longest, options_.step, kind).steps - 1;
  if (chip_delay(surveyed.longest, options_.step, kind).steps - 1 > kLongestDelay) {
    const auto whole = static_cast<double>(kLongestDelay + (kind == NeuronKind::kExponential ? 0 : 1));
    problem(
        absl::StrFormat("projection %s: delay %g ms, must be at most %g ms, %g steps of %g ms, for a synapse counts "
                        "%d; shorten `delay`, "
                        "clip its distribution or lengthen the step (`--step`)",
                        projection_name(spec), to_ms(surveyed.longest), whole * to_ms(options_.step), whole,
                        to_ms(options_.step), kLongestDelay));
  }
  if (target == populations_.end()) return;
  spec.port = kPort;
  convert_delay(surveyed, kind, spec);
  convert_weights(surveyed, gain_.at(spec.target), spec);
}

void Quantiser::convert_delay(const ProjectionSurvey& surveyed, NeuronKind kind, ProjectionSpec& spec) {
  const Duration step = options_.step;
  const double shift_ms = kind == NeuronKind::kExponential ? to_ms(step) : 0;
  if (auto* edges = std::get_if<Explicit>(&spec.rule)) {
    for (Edge& edge : edges->edges) edge.delay = chip_delay(edge.delay, step, kind).steps * step;
  } else if (auto* constant = std::get_if<Constant>(&spec.delay_ms)) {
    constant->value = to_ms(chip_delay(surveyed.longest, step, kind).steps * step);
  } else {  // drawn as before, and rounded to steps instead of to the resolution
    spec.delay_resolution = step;
    if (auto* u = std::get_if<Uniform>(&spec.delay_ms)) u->low += shift_ms, u->high += shift_ms;
    if (auto* n = std::get_if<Normal>(&spec.delay_ms)) n->mean += shift_ms;
    if (auto* c = std::get_if<ClippedNormal>(&spec.delay_ms)) {
      c->mean += shift_ms, c->low += shift_ms, c->high += shift_ms;
    }
    if (std::holds_alternative<Lognormal>(spec.delay_ms) && shift_ms > 0) {
      problem(
          absl::StrFormat("projection %s: lognormal delays into exponential currents, must be another law or a "
                          "constant, for the chip's "
                          "delay is one step longer; use a clipped normal",
                          projection_name(spec)));
    }
  }
  if (surveyed.synapses == 0) return;
  Rounding worst;
  for (const Duration asked : {surveyed.shortest, surveyed.longest}) {
    const ChipDelay got = chip_delay(asked, step, kind);
    const double error =
        asked == Duration{0} ? (got.means_ms > 0 ? 1 : 0) : std::fabs(got.means_ms - to_ms(asked)) / to_ms(asked);
    if (!worst.thing.empty() && error <= worst.relative_error) continue;
    worst = {"projection " + projection_name(spec),     "delay", to_ms(asked), got.means_ms, "ms", error,
             absl::StrFormat("delay %d", got.steps - 1)};
  }
  result_.roundings.push_back(std::move(worst));
}

void Quantiser::convert_weights(const ProjectionSurvey& surveyed, double gain, ProjectionSpec& spec) {
  const std::vector<float>& weights = surveyed.weights;
  const auto stored = choose_weight_format(weights, gain, options_.weight_bits, options_.most_weight_bits);
  if (!stored.ok()) {
    problem(absl::StrFormat("projection %s: %s", projection_name(spec), std::string(stored.status().message())));
    return;
  }
  const WeightGrid grid{gain, stored->step, -stored->highest, stored->highest};
  if (auto* edges = std::get_if<Explicit>(&spec.rule)) {
    for (Edge& edge : edges->edges) edge.weight = static_cast<float>(on_grid(grid, edge.weight));
  } else if (auto* constant = std::get_if<Constant>(&spec.weight)) {
    constant->value = on_grid(grid, constant->value);
  } else {
    spec.weight_grid = grid;
  }
  result_.projections.back().format = stored->format;
  if (weights.empty()) return;
  const bool one = weights.size() == 1;
  const double asked = one ? weights.front() : root_mean_square(weights);
  double got = 0;
  for (const double w : weights) {
    const double rounded = on_grid(grid, w) / gain;
    got += one ? rounded : rounded * rounded;
  }
  if (!one) got = std::sqrt(got / static_cast<double>(weights.size()));
  const double error = std::sqrt(stored->squared_error / static_cast<double>(weights.size())) / gain;
  const ModelInfo& model = [&]() -> const ModelInfo& {
    for (const PopulationSpec& p : exact_.populations) {
      if (p.name == spec.target) return models_.find(p.model)->info();
    }
    return models_.find(kInteger)->info();
  }();
  result_.roundings.push_back({"projection " + projection_name(spec), one ? "weight" : "weight (rms)", asked, got,
                               model.ports.front().unit, asked == 0 ? 0 : error / std::fabs(asked),
                               describe(stored->format, weights)});
}

void Quantiser::convert_drives() {
  std::vector<DriveSpec> kept;
  for (DriveSpec drive : exact_.drives) {
    const auto found = populations_.find(drive.population);
    auto* poisson = std::get_if<PoissonDrive>(&drive.kind);
    if (found == populations_.end()) {
      kept.push_back(std::move(drive));
      continue;
    }
    if (poisson == nullptr) {  // a constant current, which is part of the bias; a drive of rate 0 keeps the places
      drive.kind = PoissonDrive{{{kStart, 0}}, 0, kPort};
      kept.push_back(std::move(drive));
      continue;
    }
    const double gain = gain_.at(drive.population), factor = found->second.poisson_factor();
    const double asked = poisson->weight;
    poisson->weight = std::round(asked * gain * factor);
    poisson->port = kPort;
    const double got = poisson->weight / (gain * factor);
    const ModelInfo& model =
        models_.find(found->second.kind() == NeuronKind::kExponential ? "lif_exp" : "lif_delta")->info();
    result_.roundings.push_back({"drive " + drive.name + " of " + drive.population, "weight", asked, got,
                                 model.ports.front().unit, asked == 0 ? 0 : std::fabs(got / asked - 1),
                                 absl::StrFormat("input %.0f", poisson->weight)});
    kept.push_back(std::move(drive));
  }
  result_.network.drives = std::move(kept);
}

void Quantiser::convert_probes() {
  for (StateProbe& probe : result_.network.state_probes) {
    if (populations_.contains(probe.population) && probe.variable != "v") probe.variable = "u";
  }
}

absl::StatusOr<Quantised> Quantiser::run() {
  problems_ = problems_of(exact_, models_);
  const auto failed = [&] { return absl::InvalidArgumentError(absl::StrJoin(problems_, "\n")); };
  if (!problems_.empty() || !choose_step()) return failed();
  read_populations();
  if (!problems_.empty()) return failed();
  count_refractory();
  if (!problems_.empty()) return failed();
  survey_projections();
  if (!problems_.empty()) return failed();
  add_drive_sums();
  choose_gains();
  if (!problems_.empty()) return failed();
  result_.network = exact_;
  result_.step = options_.step;
  convert_populations();
  convert_projections();
  convert_drives();
  convert_probes();
  if (!problems_.empty()) return failed();
  std::stable_sort(result_.roundings.begin(), result_.roundings.end(),
                   [](const Rounding& a, const Rounding& b) { return a.relative_error > b.relative_error; });
  return std::move(result_);
}

}  // namespace

QuantiseOptions options_for(const Chip& chip) {
  QuantiseOptions options;
  const Limits::Numbers& stored = chip.limits.stored_weight_bits;
  if (stored) options.most_weight_bits = std::min(kMostWeightBits, static_cast<int>(stored->value.back()));
  return options;
}

absl::StatusOr<Quantised> quantise(const Network& network, const ModelCatalog& models, const QuantiseOptions& options) {
  return Quantiser(network, models, options).run();
}

}  // namespace volley::hardware
