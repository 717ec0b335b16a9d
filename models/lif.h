// Integrate-and-fire neurons with delta synapses, leaky or not, in the form that moves each neuron by itself: any
// parameters per neuron, drives that carry it over the threshold between arrivals, current and noise drives.
//
//   leaky:    tau_m dV/dt = -(V - v_rest) + i_e      (i_e in mV)
//   no leak:        dV/dt = i_e                      (i_e in mV/ms)
//   arrival of w mV: V += w; lost during the refractory period, when V stands still
//
// Between arrivals V runs monotonically towards v_rest + i_e (or along a line), so the crossing is a logarithm:
// R. D. Stein, "A theoretical analysis of neuronal variability", Biophys. J. 5 (1965); W. Gerstner et al., Neuronal
// Dynamics (2014), section 1.3. models/frame_delta.h is the fast form for uniform parameters without currents.
#pragma once

#include <cmath>
#include <memory>

#include "engine/elementary.h"
#include "models/crossing.h"
#include "models/flow_population.h"

namespace volley {

struct LifParams {
  double rate_m;  // 1 / tau_m in 1/ms; 0: no leak
  double v_rest, v_threshold, v_reset, v_init;
  double t_ref_ms;
  double i_e;
  bool subtract;  // a spike lowers V by v_threshold - v_reset instead of setting it
  bool at_least;  // an input that ends exactly on the threshold fires
  bool hard = true;
};

template <bool kLeaky>
struct FlowLif {
  using Params = LifParams;
  struct State {
    double v;        // mV
    double current;  // i_e and drives

    friend bool operator==(const State&, const State&) = default;
  };

  static Params params(const ResolvedParameters& resolved, std::uint32_t n) {
    Params p;
    p.rate_m = 0;
    p.v_rest = resolved.at("v_rest", n);
    if constexpr (kLeaky) p.rate_m = 1.0 / resolved.at("tau_m", n);
    p.v_threshold = resolved.at("v_threshold", n);
    p.v_reset = resolved.at("v_reset", n);
    p.v_init = resolved.at("v_init", n);
    if (std::isnan(p.v_init)) p.v_init = p.v_rest;
    p.t_ref_ms = resolved.at("t_ref", n);
    p.i_e = resolved.at("i_e", n);
    p.subtract = resolved.option("reset") == 1;
    p.at_least = resolved.option("threshold") == 1;
    return p;
  }
  static State initial(const Params& p) { return {p.v_init, p.i_e}; }

  static void flow(const Params& p, State& s, double ms) {
    if constexpr (kLeaky) {
      const double v_inf = p.v_rest + s.current;
      s.v = v_inf + (s.v - v_inf) * exp_portable(-p.rate_m * ms);
    } else {
      s.v += s.current * ms;
    }
  }
  static void flow_held(const Params&, State&, double) {}
  static void receive(const Params&, State& s, Port, double weight, bool held) {
    if (!held) s.v += weight;
  }
  static bool fires(const Params& p, const State& s) { return p.at_least ? s.v >= p.v_threshold : s.v > p.v_threshold; }
  static double next_crossing(const Params& p, const State& s) {
    if (s.v > p.v_threshold) return kNoCrossing;
    const double missing = p.v_threshold - s.v;
    if constexpr (kLeaky) {
      const double beyond = p.v_rest + s.current - p.v_threshold;
      return beyond > 0 ? log_portable(1.0 + missing / beyond) / p.rate_m : kNoCrossing;
    } else {
      return s.current > 0 ? missing / s.current : kNoCrossing;
    }
  }
  static void reset(const Params& p, State& s) { s.v = p.subtract ? s.v - (p.v_threshold - p.v_reset) : p.v_reset; }
  static double variable(const State& s, std::uint32_t) { return s.v; }
};
static_assert(FlowModel<FlowLif<true>> && FlowModel<FlowLif<false>>);

// Slices of lif_delta and if_delta. REQUIRES: parameters tau_m (leaky only), v_rest, v_threshold, v_reset, v_init (NaN:
// v_rest), t_ref, i_e; options reset (value, subtract) and threshold (above, at_least).
std::unique_ptr<Slice> make_flow_lif_slice(const SliceRequest& request);
std::unique_ptr<Slice> make_flow_if_slice(const SliceRequest& request);

}  // namespace volley
