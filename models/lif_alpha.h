// Leaky integrate-and-fire neuron whose synapses are alpha-shaped currents, exact in time.
//
//   tau_m dV/dt = -(V - v_rest) + R (i_e + sum_p I_p),   arrival of w pA on port p: I_p += w (s / tau_p) exp(1 - s /
//   tau_p)
//
// so that w is the current's peak, tau_p after the arrival. Each port's current is (g + h s) exp(-s / tau_p), and V in
// between a sum of such terms: Rotter and Diesmann 1999 (equations); the crossing is searched as in lif_exp.h.
#pragma once

#include <memory>

#include "models/current_lif.h"
#include "models/flow_population.h"

namespace volley {

struct LifAlpha {
  using Params = CurrentLifParams;
  struct State {
    double v;                               // mV
    std::array<double, kCurrentPorts> g{};  // pA: the current now
    std::array<double, kCurrentPorts> h{};  // pA / ms: what rises in it
    double current;                         // pA, everything that is not a synapse

    friend bool operator==(const State&, const State&) = default;
  };

  static Params params(const ResolvedParameters& resolved, std::uint32_t n) { return current_lif_params(resolved, n); }
  static State initial(const Params& p) { return {p.v_init, {}, {}, p.i_e}; }

  // V from now on, in ms, minus `level`.
  template <int D>
  static ExponentialSum<D> potential(const Params& p, const State& s, double level) {
    ExponentialSum<D> v;
    const double v_inf = p.v_rest + p.resistance * s.current;
    v.constant = v_inf - level;
    v.add(p.rate_m, s.v - v_inf);
    for (std::size_t port = 0; port < kCurrentPorts; ++port) {
      if (s.g[port] != 0 || s.h[port] != 0) add_current_response(v, p, port, s.g[port], s.h[port]);
    }
    return v;
  }

  static void flow(const Params& p, State& s, double ms) {
    s.v = p.series ? potential<kSeriesDegree>(p, s, 0.0).value(ms) : potential<1>(p, s, 0.0).value(ms);
    flow_held(p, s, ms);
  }
  static void flow_held(const Params& p, State& s, double ms) {
    for (std::size_t port = 0; port < kCurrentPorts; ++port) {
      if (s.g[port] == 0 && s.h[port] == 0) continue;
      const double decay = exp_portable(-p.rate_syn[port] * ms);
      s.g[port] = (s.g[port] + s.h[port] * ms) * decay;
      s.h[port] *= decay;
    }
  }
  static void receive(const Params& p, State& s, Port port, double weight, bool /*held*/) {
    constexpr double kE = 2.718281828459045;
    s.h[port] += weight * (kE * p.rate_syn[port]);
  }
  static bool fires(const Params& p, const State& s) { return s.v >= p.v_threshold; }
  static double next_crossing(const Params& p, const State& s) {
    if (s.v >= p.v_threshold) return kNoCrossing;
    return p.series ? first_crossing(potential<kSeriesDegree>(p, s, p.v_threshold), kNoCrossing)
                    : first_crossing(potential<1>(p, s, p.v_threshold), kNoCrossing);
  }
  static void reset(const Params& p, State& s) { s.v = p.subtract ? s.v - (p.v_threshold - p.v_reset) : p.v_reset; }
  static double variable(const State& s, std::uint32_t which) { return which == 0 ? s.v : s.g[which - 1]; }
};
static_assert(FlowModel<LifAlpha>);

std::unique_ptr<ModelType> make_lif_alpha();

}  // namespace volley
