// Leaky integrate-and-fire neuron whose synapses are exponentially decaying currents (CUBA), exact in time.
//
//   tau_m dV/dt = -(V - v_rest) + R (i_e + sum_p I_p),   dI_p/dt = -I_p / tau_p,   arrival of w pA on port p: I_p += w
//
// V(s) = v_inf + a_m exp(-s / tau_m) + sum_p a_p exp(-s / tau_p), a_p = I_p R tau_p / (tau_p - tau_m). A spike is fired
// where V reaches v_threshold, at the real time of the crossing. Equations: Rotter and Diesmann 1999; crossings between
// arrivals: R. Brette, "Exact simulation of integrate-and-fire models with exponential currents", Neural Comput. 19
// (2007).
#pragma once

#include <memory>

#include "models/current_lif.h"
#include "models/flow_population.h"

namespace volley {

struct LifExp {
  using Params = CurrentLifParams;
  struct State {
    double v;                               // mV
    std::array<double, kCurrentPorts> i{};  // pA
    double current;                         // pA, everything that is not a synapse

    friend bool operator==(const State&, const State&) = default;
  };

  static Params params(const ResolvedParameters& resolved, std::uint32_t n) { return current_lif_params(resolved, n); }
  static State initial(const Params& p) { return {p.v_init, {}, p.i_e}; }

  // V from now on, in ms, minus `level`.
  template <int D>
  static ExponentialSum<D> potential(const Params& p, const State& s, double level) {
    ExponentialSum<D> v;
    const double v_inf = p.v_rest + p.resistance * s.current;
    v.constant = v_inf - level;
    v.add(p.rate_m, s.v - v_inf);
    for (std::size_t port = 0; port < kCurrentPorts; ++port) {
      if (s.i[port] != 0) add_current_response(v, p, port, s.i[port], 0.0);
    }
    return v;
  }

  static void flow(const Params& p, State& s, double ms) {
    s.v = p.series ? potential<kSeriesDegree>(p, s, 0.0).value(ms) : potential<0>(p, s, 0.0).value(ms);
    flow_held(p, s, ms);
  }
  static void flow_held(const Params& p, State& s, double ms) {
    for (std::size_t port = 0; port < kCurrentPorts; ++port) {
      if (s.i[port] != 0) s.i[port] *= exp_portable(-p.rate_syn[port] * ms);
    }
  }
  static void receive(const Params&, State& s, Port port, double weight, bool /*held*/) { s.i[port] += weight; }
  static bool fires(const Params& p, const State& s) { return s.v >= p.v_threshold; }
  static double next_crossing(const Params& p, const State& s) {
    if (s.v >= p.v_threshold) return kNoCrossing;
    return p.series ? first_crossing(potential<kSeriesDegree>(p, s, p.v_threshold), kNoCrossing)
                    : first_crossing(potential<0>(p, s, p.v_threshold), kNoCrossing);
  }
  static void reset(const Params& p, State& s) { s.v = p.subtract ? s.v - (p.v_threshold - p.v_reset) : p.v_reset; }
  static double variable(const State& s, std::uint32_t which) { return which == 0 ? s.v : s.i[which - 1]; }
};
static_assert(FlowModel<LifExp>);

std::unique_ptr<ModelType> make_lif_exp();

}  // namespace volley
