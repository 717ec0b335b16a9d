// Brunel's network: sparse, excitatory and inhibitory, delta synapses, an independent Poisson input for every neuron.
//
// N. Brunel, "Dynamics of sparsely connected networks of excitatory and inhibitory spiking neurons", J. Comput.
// Neurosci. 8:183-208 (2000), model A: tau = 20 ms, threshold 20 mV, reset 10 mV, refractory period 2 ms, delay 1.5 ms.
#pragma once

#include <cstdint>

#include "engine/network.h"

namespace volley::test {

struct Brunel {
  std::uint32_t excitatory = 10'000;  // and a quarter of that inhibitory
  std::uint32_t indegree = 1'000;     // excitatory; and a quarter of that inhibitory
  double weight_mv = 0.1;             // J
  double g = 5;                       // inhibition is -g J
  double eta = 2;                     // external rate over the rate that takes the mean to the threshold
};

inline Network brunel(const Brunel& b) {
  const double tau_ms = 20, threshold_mv = 20;
  const Parameters neuron = {{"tau_m", tau_ms}, {"v_threshold", threshold_mv},
                             {"v_reset", 10.0}, {"v_rest", 0.0},
                             {"t_ref", 2.0},    {"v_init", 0.0}};
  const auto project = [&](const char* from, const char* to, std::uint32_t indegree, double weight) {
    ProjectionSpec p;
    p.source = from;
    p.target = to;
    p.rule = FixedIndegree{indegree};
    p.weight = Constant{weight};
    p.delay_ms = Constant{1.5};
    return p;
  };
  const double external_hz = b.eta * threshold_mv / (b.weight_mv * tau_ms * 1e-3);  // eta nu_thr C_ext
  Network network;
  network.name = "brunel";
  network.populations = {{"exc", "lif_delta", b.excitatory, {}, neuron},
                         {"inh", "lif_delta", b.excitatory / 4, {}, neuron}};
  for (const char* to : {"exc", "inh"}) {
    network.drives.push_back({"", to, {}, PoissonDrive{{{kStart, external_hz}}, b.weight_mv, ""}});
    network.projections.push_back(project("exc", to, b.indegree, b.weight_mv));
    network.projections.push_back(project("inh", to, b.indegree / 4, -b.g * b.weight_mv));
  }
  return network;
}

// The same, with excitatory synapses that learn by `spec`; `delay`: of those.
inline Network learning_brunel(const Brunel& b, const PlasticitySpec& spec, const Distribution& delay) {
  Network network = brunel(b);
  for (ProjectionSpec& projection : network.projections) {
    if (projection.source != "exc") continue;
    projection.plasticity = spec;
    projection.delay_ms = delay;
  }
  return network;
}

}  // namespace volley::test
