#include "models/current_lif.h"

#include <cmath>
#include <limits>

#include "models/firing_check.h"

namespace volley {

CurrentLifParams current_lif_params(const ResolvedParameters& resolved, std::uint32_t neuron) {
  CurrentLifParams p;
  const double tau_m = resolved.at("tau_m", neuron);
  p.c_m = resolved.at("c_m", neuron);
  p.rate_m = 1.0 / tau_m;
  p.resistance = tau_m / p.c_m;
  p.v_rest = resolved.at("v_rest", neuron);
  p.v_threshold = resolved.at("v_threshold", neuron);
  p.v_reset = resolved.at("v_reset", neuron);
  p.v_init = resolved.at("v_init", neuron);
  if (std::isnan(p.v_init)) p.v_init = p.v_rest;
  p.t_ref_ms = resolved.at("t_ref", neuron);
  p.i_e = resolved.at("i_e", neuron);
  p.series = false;
  for (std::size_t port = 0; port < kCurrentPorts; ++port) {
    const double tau_syn = resolved.at(kTauNames[port], neuron);
    p.rate_syn[port] = 1.0 / tau_syn;
    p.epsilon[port] = (tau_syn - tau_m) / (tau_syn * tau_m);
    p.series = p.series || needs_series(p.rate_m, p.rate_syn[port]);
  }
  p.subtract = resolved.option("reset") == 1;
  p.hard = resolved.option("refractory") == 1;
  return p;
}

absl::Status check_current_lif(const SliceRequest& request) {
  const ResolvedParameters& p = request.parameters;
  return check_firing(request, "pA", [&](std::uint32_t n, double current) {
    const double threshold = p.at("v_threshold", n), tau_m = p.at("tau_m", n);
    const double beyond = p.at("v_rest", n) + tau_m / p.at("c_m", n) * current - threshold;
    return beyond > 0 ? tau_m * std::log1p((threshold - p.at("v_reset", n)) / beyond)
                      : std::numeric_limits<double>::infinity();
  });
}

ModelInfo current_lif_info() {
  ModelInfo info;
  info.kind = ModelKind::kEventDriven;
  info.ports = {{"exc", "pA"}, {"inh", "pA"}, {"p2", "pA"}, {"p3", "pA"}};
  info.variables = {{"v", "mV"}, {"i_exc", "pA"}, {"i_inh", "pA"}, {"i_2", "pA"}, {"i_3", "pA"}};
  const auto positive = [](std::string name, std::string unit, double value, std::string doc) {
    ParameterInfo parameter{std::move(name), std::move(unit), value, std::move(doc)};
    parameter.above = 0.0;
    return parameter;
  };
  const auto tau = [](std::string name, double value, std::string doc) {
    ParameterInfo parameter{std::move(name), "ms", value, std::move(doc)};
    parameter.at_least = 1e-3;
    parameter.at_most = 1e6;
    return parameter;
  };
  ParameterInfo t_ref{"t_ref", "ms", 2.0, "refractory period, rounded to the nearest picosecond"};
  t_ref.at_least = 0.0;
  t_ref.at_most = 1e6;
  info.parameters = {
      positive("c_m", "pF", 250.0, "capacitance"),
      tau("tau_m", 10.0, "time constant of the membrane"),
      {"v_rest", "mV", -70.0, "potential at rest"},
      {"v_threshold", "mV", -55.0, "a spike is fired where V reaches it from below"},
      {"v_reset", "mV", -70.0, "potential after a spike"},
      t_ref,
      tau("tau_syn_exc", 2.0, "time constant of port exc"),
      tau("tau_syn_inh", 2.0, "time constant of port inh"),
      tau("tau_syn_2", 2.0, "time constant of port p2"),
      tau("tau_syn_3", 2.0, "time constant of port p3"),
      {"i_e", "pA", 0.0, "constant current"},
      {"v_init", "mV", std::numeric_limits<double>::quiet_NaN(), "potential at the start; v_rest when not set"},
  };
  info.options = {
      {"reset", {"value", "subtract"}, "a spike sets V to v_reset, or lowers it by v_threshold - v_reset"},
      {"refractory",
       {"clamped", "hard"},
       "after a spike V is held for t_ref while currents run on; clamped: arrivals count, hard: arrivals are lost"},
  };
  info.current_unit = "pA";
  return info;
}

}  // namespace volley
