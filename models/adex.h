// Adaptive exponential integrate-and-fire neuron with exponential synaptic currents.
//
//   c_m dV/dt = -g_l (V - e_l) + g_l delta_t exp((V - v_t) / delta_t) - w + I_exc + I_inh + I
//   tau_w dw/dt = a (V - e_l) - w
//   dI_x/dt = -I_x / tau_syn_x for x = exc, inh;  an arrival of weight W adds W to I_x (inhibition has a negative
//   weight) V >= v_peak: spike, V := v_reset, w := w + b, V held for t_ref (w and the currents go on)
//
// Units: mV, ms, nS, pF, pA. Equations and defaults: Brette & Gerstner 2005, "Adaptive exponential integrate-and-fire
// model as an effective description of neuronal activity", J. Neurophysiol. 94 (table 1: a regular-spiking pyramidal
// cell); synaptic time constants of Brette et al. 2007, J. Comput. Neurosci. 23.
//
// Integrator: the classical Runge-Kutta method of order 4 for (V, w), with the synaptic currents exact at each stage.
// Inside the right-hand side V never exceeds v_peak and the exponent never exceeds 40: the upswing of a spike stays
// finite, and w does not see an overshoot.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>

#include "absl/strings/str_format.h"
#include "engine/elementary.h"
#include "models/clocked_model.h"

namespace volley {

struct Adex {
  struct Params {
    double c_m, g_l, e_l, v_t, delta_t, a, b, tau_w, v_peak, v_reset, t_ref, tau_syn_exc, tau_syn_inh, i_e, v_init,
        w_init;
  };
  struct Constants {
    double dt_ms, inverse_c, g_l, e_l, v_t, inverse_delta, g_l_delta, a, b, inverse_tau_w;
    double v_peak, v_reset, ticks_held, i_e;
    double half_decay_exc, half_decay_inh;  // over half a step
  };
  struct State {
    double v = 0, w = 0, i_exc = 0, i_inh = 0;
    double held_until = 0;  // the last tick of the refractory period
  };

  static constexpr std::tuple kStepped{&State::v, &State::w, &State::i_exc, &State::i_inh};
  static constexpr std::tuple kHeld{&State::held_until};
  static constexpr std::tuple kPortFields{&State::i_exc, &State::i_inh};
  static constexpr std::size_t kPulsePorts = 0;
  static constexpr std::array<std::string_view, 2> kInitialOnly{"v_init", "w_init"};

  // Below this, in pA, a synaptic current is set to 0: it moves V by less than half a unit in V's last place.
  static constexpr double kNegligible = 1e-12;
  static constexpr double kLargestExponent = 40;

  static ModelInfo info() {
    return {"adex",
            ModelKind::kClocked,
            "c_m dV/dt = -g_l (V - e_l) + g_l delta_t exp((V - v_t)/delta_t) - w + I; tau_w dw/dt = a (V - e_l) - w",
            "Brette & Gerstner 2005, J. Neurophysiol. 94:3637-3642",
            {{"exc", "pA"}, {"inh", "pA"}},
            {{"v", "mV"}, {"w", "pA"}, {"i_exc", "pA"}, {"i_inh", "pA"}},
            {{"c_m", "pF", 281, "membrane capacitance", 0.0},
             {"g_l", "nS", 30, "leak conductance", 0.0},
             {"e_l", "mV", -70.6, "leak reversal potential"},
             {"v_t", "mV", -50.4, "threshold of the exponential"},
             {"delta_t", "mV", 2, "slope factor", 0.0},
             {"a", "nS", 4, "subthreshold adaptation"},
             {"b", "pA", 80.5, "jump of w at a spike"},
             {"tau_w", "ms", 144, "time constant of adaptation", 0.0},
             {"v_peak", "mV", 20, "where a spike is cut off"},
             {"v_reset", "mV", -70.6, "potential after a spike"},
             {"t_ref", "ms", 0, "refractory period, rounded up to ticks", {}, 0.0},
             {"tau_syn_exc", "ms", 5, "time constant of port exc", 0.0},
             {"tau_syn_inh", "ms", 10, "time constant of port inh", 0.0},
             {"i_e", "pA", 0, "constant current"},
             {"v_init", "mV", std::numeric_limits<double>::quiet_NaN(), "potential at the start; e_l when not given"},
             {"w_init", "pA", 0, "adaptation current at the start"},
             dt_parameter(0.1)},
            {},
            "pA"};
  }

  static Params params(const ResolvedParameters& r, std::uint32_t i) {
    return {r.at("c_m", i),         r.at("g_l", i),     r.at("e_l", i),    r.at("v_t", i),
            r.at("delta_t", i),     r.at("a", i),       r.at("b", i),      r.at("tau_w", i),
            r.at("v_peak", i),      r.at("v_reset", i), r.at("t_ref", i),  r.at("tau_syn_exc", i),
            r.at("tau_syn_inh", i), r.at("i_e", i),     r.at("v_init", i), r.at("w_init", i)};
  }
  static std::string problem(const Params& p) {
    if (p.v_reset < p.v_peak) return "";
    return absl::StrFormat("v_reset %g mV must be below v_peak %g mV; lower `v_reset`", p.v_reset, p.v_peak);
  }
  static Constants constants(const Params& p, double dt_ms) {
    return {dt_ms,
            1 / p.c_m,
            p.g_l,
            p.e_l,
            p.v_t,
            1 / p.delta_t,
            p.g_l * p.delta_t,
            p.a,
            p.b,
            1 / p.tau_w,
            p.v_peak,
            p.v_reset,
            whole_ticks(p.t_ref, dt_ms),
            p.i_e,
            exp_portable(-0.5 * dt_ms / p.tau_syn_exc),
            exp_portable(-0.5 * dt_ms / p.tau_syn_inh)};
  }
  static State initial(const Params& p) { return {p.v_init == p.v_init ? p.v_init : p.e_l, p.w_init, 0, 0, 0}; }

  struct Slope {
    double v, w;
  };
  // The right-hand side under `current` pA; `moves` is 0 while V is held, else 1.
  static Slope slope(const Constants& c, double v, double w, double current, double moves) {
    const double v_seen = std::min(v, c.v_peak);
    const double exponent = std::min((v_seen - c.v_t) * c.inverse_delta, kLargestExponent);
    const double upswing = c.g_l_delta * exp_branch_free(exponent);
    return {moves * c.inverse_c * (upswing - c.g_l * (v_seen - c.e_l) - w + current),
            c.inverse_tau_w * (c.a * (v_seen - c.e_l) - w)};
  }

  static void step(const Constants& c, State& s, const ClockedInput<0>& input, double tick) {
    const double constant = c.i_e + input.current;
    const double exc_mid = s.i_exc * c.half_decay_exc, exc_end = exc_mid * c.half_decay_exc;
    const double inh_mid = s.i_inh * c.half_decay_inh, inh_end = inh_mid * c.half_decay_inh;
    const double mid = constant + exc_mid + inh_mid;
    const double moves = tick <= s.held_until ? 0.0 : 1.0;
    const double half = 0.5 * c.dt_ms;
    const Slope k1 = slope(c, s.v, s.w, constant + s.i_exc + s.i_inh, moves);
    const Slope k2 = slope(c, s.v + half * k1.v, s.w + half * k1.w, mid, moves);
    const Slope k3 = slope(c, s.v + half * k2.v, s.w + half * k2.w, mid, moves);
    const Slope k4 = slope(c, s.v + c.dt_ms * k3.v, s.w + c.dt_ms * k3.w, constant + exc_end + inh_end, moves);
    const double sixth = c.dt_ms / 6;
    s.v += sixth * (k1.v + 2 * (k2.v + k3.v) + k4.v);
    s.w += sixth * (k1.w + 2 * (k2.w + k3.w) + k4.w);
    s.i_exc = exc_end;
    s.i_inh = inh_end;
  }
  static void settle(State& s) {
    s.i_exc = std::fabs(s.i_exc) < kNegligible ? 0.0 : s.i_exc;
    s.i_inh = std::fabs(s.i_inh) < kNegligible ? 0.0 : s.i_inh;
  }
  static bool waiting(const State& s, double tick) { return tick <= s.held_until; }
  static bool crossed(const Constants& c, const State& s) { return s.v >= c.v_peak; }
  static void fire(const Constants& c, State& s, double tick) {
    s.v = c.v_reset;
    s.w += c.b;
    s.held_until = tick + c.ticks_held;
  }
};
static_assert(ClockedModel<Adex>);

}  // namespace volley
