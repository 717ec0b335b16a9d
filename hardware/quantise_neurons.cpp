#include "hardware/quantise_neurons.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <utility>

#include "absl/strings/str_format.h"
#include "engine/resolve.h"
#include "models/current_lif.h"

namespace volley::hardware {
namespace {

constexpr double kOne = 4096;           // of a decay field
constexpr double kLargestDecay = 4095;  // 12 bits
// Time constants in a step of which the decay just rounds to 4095: 4096 exp(-h / tau) = 1/2.
constexpr double kDecaysPerStep = 13 * std::numbers::ln2;
constexpr double kRegister = 1 << 23;  // of v
constexpr double kThresholdUnit = 64;  // of vth_mant
constexpr double kAccumulator = (1 << 21) - 1;
constexpr double kBiasMantissa = 4095;
constexpr int kLargestBiasExponent = 7;
constexpr double kLongestRefractory = 63;

// 4096 (1 - exp(-h / tau)), rounded.
double decay_of(double step_ms, double tau_ms) { return std::round(-kOne * std::expm1(-step_ms / tau_ms)); }
double tau_of(double decay, double step_ms) { return -step_ms / std::log1p(-decay / kOne); }

double relative(double asked, double got, double unit) {
  if (asked == got) return 0;
  return std::fabs(got - asked) / std::fabs(unit);
}

// Keeps the neuron whose rounding is the worst.
class Worst {
 public:
  void add(double asked, double got, double unit, double field) {
    const double error = relative(asked, got, unit);
    if (!(error > worst_) && any_) return;
    any_ = true;
    worst_ = error;
    asked_ = asked, got_ = got, field_ = field;
  }
  Rounding rounding(const std::string& thing, std::string parameter, std::string unit, const char* field) const {
    return {
        thing, std::move(parameter), asked_, got_, std::move(unit), worst_, absl::StrFormat("%s %.0f", field, field_)};
  }

 private:
  bool any_ = false;
  double worst_ = 0, asked_ = 0, got_ = 0, field_ = 0;
};

Parameter parameter_of(const std::vector<ExactNeuron>& neurons,
                       const std::function<double(const ExactNeuron&)>& value) {
  std::vector<double> each;
  each.reserve(neurons.size());
  for (const ExactNeuron& neuron : neurons) each.push_back(value(neuron));
  if (std::all_of(each.begin(), each.end(), [&](double x) { return x == each.front(); })) return each.front();
  return each;
}

}  // namespace

ExactPopulation::ExactPopulation(const Network& network, PopulationId id, const ModelInfo& model,
                                 const QuantiseOptions& options, std::vector<std::string>& problems)
    : step_(options.step), step_ms_(to_ms(options.step)) {
  const PopulationSpec& spec = network.populations[index_of(id)];
  name_ = spec.name;
  kind_ = spec.model == "lif_exp"     ? NeuronKind::kExponential
          : spec.model == "lif_delta" ? NeuronKind::kLeakyDelta
                                      : NeuronKind::kDelta;
  neurons_.resize(spec.size);
  sums_.resize(spec.size);
  const SliceRequest request = resolve_slice(network, id, model, 0, spec.size, options.seed);
  const std::vector<std::string> drawn = draw_problems(request, model);
  problems.insert(problems.end(), drawn.begin(), drawn.end());
  if (!drawn.empty()) return;
  const std::size_t before = problems.size();
  read(request.parameters, request.ports_used, problems);
  add_currents(network, problems);
  if (problems.size() == before) set_fields(problems);
}

void ExactPopulation::read(const ResolvedParameters& p, std::uint32_t ports_used, std::vector<std::string>& problems) {
  const auto lacks = [&](const char* what) { problems.push_back("population " + name_ + ": " + what); };
  if (p.option("reset") == 1) lacks("reset subtract, but the chip sets v to 0 after a spike; set `reset: value`");
  if (kind_ == NeuronKind::kExponential) {
    if (p.option("refractory") == 1) {
      lacks("refractory hard, but currents of the chip keep what arrives in that period; set `refractory: clamped`");
    }
  } else if (p.option("threshold") == 1) {
    lacks("threshold at_least, but the chip fires only above it; set `threshold: above`");
  }
  for (std::uint32_t i = 0; i < neurons_.size(); ++i) {
    ExactNeuron& n = neurons_[i];
    n.v_reset = p.at("v_reset", i);
    n.threshold = p.at("v_threshold", i) - n.v_reset;
    const double v_rest = p.at("v_rest", i), v_init = p.at("v_init", i);
    n.initial = (std::isnan(v_init) ? v_rest : v_init) - n.v_reset;
    n.t_ref = p.at("t_ref", i);
    if (kind_ == NeuronKind::kDelta) {
      n.resistance = step_ms_;  // of a current in mV/ms
      n.drive = p.at("i_e", i) * step_ms_;
    } else {
      n.tau_m = p.at("tau_m", i);
      if (kind_ == NeuronKind::kExponential) n.resistance = n.tau_m / p.at("c_m", i);
      n.drive = v_rest - n.v_reset + n.resistance * p.at("i_e", i);
    }
    if (kind_ != NeuronKind::kExponential) continue;
    n.tau_syn = p.at(kTauNames[0], i);
    std::size_t first = kCurrentPorts;
    for (std::size_t port = 0; port < kCurrentPorts; ++port) {
      if ((ports_used >> port & 1u) == 0) continue;
      const double tau = p.at(kTauNames[port], i);
      if (first == kCurrentPorts) {
        first = port;
        n.tau_syn = tau;
      } else if (tau != n.tau_syn) {
        lacks(
            absl::StrFormat("%s %g ms and %s %g ms, must be equal, for a compartment of the chip has one current; give "
                            "all ports one time constant",
                            kTauNames[first], n.tau_syn, kTauNames[port], tau)
                .c_str());
        return;
      }
    }
  }
}

void ExactPopulation::add_currents(const Network& network, std::vector<std::string>& problems) {
  for (const DriveSpec& drive : network.drives) {
    if (drive.population != name_) continue;
    const std::string thing = "drive " + drive.name + " of " + name_ + ": ";
    if (std::holds_alternative<NoiseDrive>(drive.kind)) {
      problems.push_back(thing + "noise, but a compartment takes spikes and one constant bias; use a Poisson drive");
      continue;
    }
    const auto* current = std::get_if<CurrentDrive>(&drive.kind);
    if (current == nullptr || current->amplitude.empty()) continue;
    if (current->amplitude.size() != 1 || current->amplitude.front().since != kStart) {
      problems.push_back(absl::StrFormat(
          "%sa current of %d steps, must be one value from 0 ms on, for a bias is constant; give one value, or feed "
          "spikes of a source",
          thing, current->amplitude.size()));
      continue;
    }
    const std::size_t end = drive.range.count ? drive.range.first + *drive.range.count : neurons_.size();
    for (std::size_t i = drive.range.first; i < end; ++i) {
      neurons_[i].drive += neurons_[i].resistance * current->amplitude.front().value;
    }
  }
}

void ExactPopulation::set_fields(std::vector<std::string>& problems) {
  for (std::uint32_t i = 0; i < neurons_.size(); ++i) {
    ExactNeuron& n = neurons_[i];
    const std::string thing = absl::StrFormat("population %s, neuron %d: ", name_, i);
    const auto decay = [&](const char* what, double tau) {
      const double field = decay_of(step_ms_, tau);
      if (field < 1) {
        problems.push_back(absl::StrFormat(
            "%s%s %g ms, must be at most %g ms, 8191 steps of %g ms, for a decay has 12 bits; lengthen the step "
            "(`--step`)%s",
            thing, what, tau, 8191 * step_ms_, step_ms_,
            kind_ == NeuronKind::kLeakyDelta ? " or use if_delta, which has no leak" : ""));
      }
      return field;
    };
    const auto membrane = [&] {
      const double field = decay("tau_m", n.tau_m);
      if (field > kLargestDecay) {
        problems.push_back(absl::StrFormat(
            "%stau_m %g ms, must be at least %g ms, %.3g steps of %g ms, for a decay has 12 bits; shorten the step "
            "(`--step`) or lengthen `tau_m`",
            thing, n.tau_m, step_ms_ / kDecaysPerStep, 1 / kDecaysPerStep, step_ms_));
      }
      return field;
    };
    const std::size_t before = problems.size();
    if (kind_ != NeuronKind::kDelta) n.dv = membrane();
    if (kind_ == NeuronKind::kExponential) {
      n.du = std::min(decay("tau_syn", n.tau_syn), kOne) - 1;
      n.response = n.resistance * (n.tau_syn / step_ms_) * ((n.du + 1) / kOne) * (n.dv / kOne);
    }
    if (problems.size() > before) return;  // the first neuron says it for all
  }
}

bool ExactPopulation::fires_by_itself() const {
  return std::any_of(neurons_.begin(), neurons_.end(), [&](const ExactNeuron& n) {
    switch (kind_) {
      case NeuronKind::kExponential:
        return true;  // currents outlast their arrival
      case NeuronKind::kLeakyDelta:
        return n.drive > n.threshold;
      case NeuronKind::kDelta:
        break;
    }
    return n.drive > 0;
  });
}

void ExactPopulation::count_refractory(bool on_steps, std::vector<std::string>& problems) {
  on_steps_ = on_steps && !fires_by_itself();
  for (std::uint32_t i = 0; i < neurons_.size(); ++i) {
    ExactNeuron& n = neurons_[i];
    const double whole = static_cast<double>((duration_from_ms(n.t_ref) + step_ - Duration{1}) / step_);  // rounded up
    n.refractory = on_steps_ ? std::max(whole, 1.0) : 1 + std::round(n.t_ref / step_ms_);
    if (n.refractory <= kLongestRefractory) continue;
    const double most = kLongestRefractory - (on_steps_ ? 0 : 1);
    problems.push_back(
        absl::StrFormat("population %s, neuron %d: t_ref %g ms, must be at most %g ms, %g steps of %g ms, for the chip "
                        "counts %g steps; "
                        "shorten `t_ref` or lengthen the step (`--step`)",
                        name_, i, n.t_ref, most * step_ms_, most, step_ms_, kLongestRefractory));
    return;  // the first neuron says it for all
  }
}

double ExactPopulation::poisson_factor() const {
  if (kind_ != NeuronKind::kLeakyDelta) return 1;
  double sum = 0;
  for (const ExactNeuron& n : neurons_) sum += n.tau_m / step_ms_ * n.dv / kOne;
  return sum / static_cast<double>(neurons_.size());
}

double ExactPopulation::bias(const ExactNeuron& n, double gain) const {
  return scale_of(n, gain) * n.drive * (kind_ == NeuronKind::kDelta ? 1 : n.dv / kOne);
}

double ExactPopulation::gain_bound() const {
  double bound = std::numeric_limits<double>::infinity();
  const auto keep = [&](double at_gain_one, double most) {
    if (at_gain_one != 0) bound = std::min(bound, most / std::fabs(at_gain_one));
  };
  for (std::size_t i = 0; i < neurons_.size(); ++i) {
    const ExactNeuron& n = neurons_[i];
    keep(n.threshold / n.response, kRegister / 8);
    keep(n.initial / n.response, kRegister / 2);
    keep(bias(n, 1), kBiasMantissa * (1 << kLargestBiasExponent));
    keep(sums_[i].excitation, kAccumulator);
    keep(sums_[i].inhibition, kAccumulator);
  }
  return bound;
}

double ExactPopulation::field_error(double gain) const {
  const ExactNeuron& n = neurons_.front();
  const auto squared = [](double value, double step) {
    const double error = value == 0 ? 0 : std::round(value / step) * step / value - 1;
    return error * error;
  };
  return squared(scale_of(n, gain) * n.threshold, kThresholdUnit) +
         squared(bias(n, gain), std::ldexp(1, bias_exponent(gain)));
}

int ExactPopulation::bias_exponent(double gain) const {
  double largest = 0;
  for (const ExactNeuron& n : neurons_) largest = std::max(largest, std::fabs(bias(n, gain)));
  int exponent = 0;
  while (std::round(std::ldexp(largest, -exponent)) > kBiasMantissa) ++exponent;
  return exponent;
}

QuantisedPopulation ExactPopulation::scale(double gain) const {
  const ExactNeuron& n = neurons_.front();
  const double k = scale_of(n, gain);
  return {name_, k, n.v_reset - kRegister / k};
}

void ExactPopulation::check_thresholds(double gain, std::vector<std::string>& problems) const {
  for (std::uint32_t i = 0; i < neurons_.size(); ++i) {
    const ExactNeuron& n = neurons_[i];
    const double k = scale_of(n, gain);
    if (std::round(k * n.threshold / kThresholdUnit) >= 1) continue;
    problems.push_back(absl::StrFormat(
        "population %s, neuron %d: v_threshold %g mV is %g mV above v_reset and becomes vth_mant 0, must be at least "
        "%g mV above, for the largest input sets the scale; make the largest weights, drives or currents smaller, or "
        "raise `v_threshold`",
        name_, i, n.v_reset + n.threshold, n.threshold, kThresholdUnit / 2 / k));
    return;  // the first neuron says it for all
  }
}

PopulationSpec ExactPopulation::quantised(const PopulationSpec& exact, double gain,
                                          std::vector<Rounding>& roundings) const {
  const int exponent = bias_exponent(gain);
  const auto threshold = [&](const ExactNeuron& n) {
    return std::round(scale_of(n, gain) * n.threshold / kThresholdUnit);
  };
  const auto mantissa = [&](const ExactNeuron& n) { return std::round(std::ldexp(bias(n, gain), -exponent)); };
  const auto initial = [&](const ExactNeuron& n) { return std::round(scale_of(n, gain) * n.initial); };

  Worst tau_m, tau_syn, v_threshold, drive, t_ref, v_init;
  for (const ExactNeuron& n : neurons_) {
    const double k = scale_of(n, gain);
    if (n.tau_m > 0) tau_m.add(n.tau_m, tau_of(n.dv, step_ms_), n.tau_m, n.dv);
    if (n.tau_syn > 0) tau_syn.add(n.tau_syn, tau_of(n.du + 1, step_ms_), n.tau_syn, n.du);
    v_threshold.add(n.v_reset + n.threshold, n.v_reset + threshold(n) * kThresholdUnit / k, n.threshold, threshold(n));
    const double per_mv = k * (kind_ == NeuronKind::kDelta ? 1 : n.dv / kOne);
    drive.add(n.drive, std::ldexp(mantissa(n), exponent) / per_mv, n.threshold, mantissa(n));
    // Of input that lies on steps, both periods lose the same.
    t_ref.add(n.t_ref, on_steps_ ? n.t_ref : (n.refractory - 1) * step_ms_, n.t_ref, n.refractory);
    v_init.add(n.v_reset + n.initial, n.v_reset + initial(n) / k, n.threshold, initial(n));
  }
  const std::string thing = "population " + name_;
  if (kind_ != NeuronKind::kDelta) roundings.push_back(tau_m.rounding(thing, "tau_m", "ms", "dv"));
  if (kind_ == NeuronKind::kExponential) roundings.push_back(tau_syn.rounding(thing, "tau_syn", "ms", "du"));
  roundings.push_back(v_threshold.rounding(thing, "v_threshold", "mV", "vth_mant"));
  roundings.push_back(
      drive.rounding(thing, kind_ == NeuronKind::kDelta ? "drive per step" : "v_inf - v_reset", "mV", "bias_mant"));
  roundings.push_back(t_ref.rounding(thing, "t_ref", "ms", "refractory"));
  roundings.push_back(v_init.rounding(thing, "v_init", "mV", "v"));

  PopulationSpec chip{
      .name = exact.name, .model = "loihi_cuba", .size = exact.size, .shape = exact.shape, .parameters = {}};
  chip.parameters = {
      {"du", parameter_of(neurons_, [](const ExactNeuron& n) { return n.du; })},
      {"dv", parameter_of(neurons_, [](const ExactNeuron& n) { return n.dv; })},
      {"vth_mant", parameter_of(neurons_, threshold)},
      {"bias_mant", parameter_of(neurons_, mantissa)},
      {"bias_exp", static_cast<double>(exponent)},
      {"refractory", parameter_of(neurons_, [](const ExactNeuron& n) { return n.refractory; })},
      {"v_init", parameter_of(neurons_, initial)},
      {"dt", step_ms_},
  };
  return chip;
}

}  // namespace volley::hardware
