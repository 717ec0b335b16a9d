// Leaky integrate-and-fire neuron with exponential conductances ("COBA").
//
//   c_m dV/dt = g_l (e_l - V) + g_exc (e_rev_exc - V) + g_inh (e_rev_inh - V) + I
//   dg_exc/dt = -g_exc / tau_syn_exc,  dg_inh/dt = -g_inh / tau_syn_inh;  an arrival of weight w adds w to g
//   V > v_threshold: spike, V := v_reset, held for t_ref (conductances go on)
//
// Units: mV, ms, nS, pF, pA. Equations and defaults: Brette et al. 2007, "Simulation of networks of spiking neurons: a
// review of tools and strategies", J. Comput. Neurosci. 23, benchmark 1 (after Vogels & Abbott 2005).
//
// Integrator: conductances decay exactly. V follows the trapezoidal rule with the exact conductances at both ends of
// the step, which is linear in the new V and is solved for it. Second order (measured in
// tests/models/lif_coba_test.cpp), stable for every dt, one division and no exponential per neuron and step. Written as
// an increment, so that V = e_l without input is a fixed point to the last bit.
#pragma once

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

struct LifCoba {
  struct Params {
    double c_m, g_l, e_l, e_rev_exc, e_rev_inh, tau_syn_exc, tau_syn_inh, v_threshold, v_reset, t_ref, v_init,
        g_exc_init, g_inh_init;
  };
  struct Constants {
    double two_c_over_dt;  // nS
    double g_l, two_g_l, two_g_l_e_l;
    double e_rev_exc, e_rev_inh;
    double decay_exc, decay_inh;  // over one step
    double v_threshold, v_reset;
    double ticks_held;
  };
  struct State {
    double v = 0, g_exc = 0, g_inh = 0;
    double held_until = 0;  // the last tick of the refractory period
  };

  static constexpr std::tuple kStepped{&State::v, &State::g_exc, &State::g_inh};
  static constexpr std::tuple kHeld{&State::held_until};
  static constexpr std::tuple kPortFields{&State::g_exc, &State::g_inh};
  static constexpr std::size_t kPulsePorts = 0;
  static constexpr std::array<std::string_view, 3> kInitialOnly{"v_init", "g_exc_init", "g_inh_init"};

  // Below this, in nS, a conductance is set to 0: in one step of 0.1 ms it moves V by less than half a unit in V's last
  // place.
  static constexpr double kNegligible = 1e-13;

  static ModelInfo info() {
    return {"lif_coba",
            ModelKind::kClocked,
            "c_m dV/dt = g_l (e_l - V) + g_exc (e_rev_exc - V) + g_inh (e_rev_inh - V) + I, conductances exponential",
            "Brette et al. 2007, J. Comput. Neurosci. 23:349-398, benchmark 1",
            {{"exc", "nS"}, {"inh", "nS"}},
            {{"v", "mV"}, {"g_exc", "nS"}, {"g_inh", "nS"}},
            {{"c_m", "pF", 200, "membrane capacitance", 0.0},
             {"g_l", "nS", 10, "leak conductance", 0.0},
             {"e_l", "mV", -60, "leak reversal potential"},
             {"e_rev_exc", "mV", 0, "excitatory reversal potential"},
             {"e_rev_inh", "mV", -80, "inhibitory reversal potential"},
             {"tau_syn_exc", "ms", 5, "excitatory time constant", 0.0},
             {"tau_syn_inh", "ms", 10, "inhibitory time constant", 0.0},
             {"v_threshold", "mV", -50, "spike threshold"},
             {"v_reset", "mV", -60, "potential after a spike"},
             {"t_ref", "ms", 5, "refractory period, rounded up to ticks", {}, 0.0},
             {"v_init", "mV", std::numeric_limits<double>::quiet_NaN(), "potential at the start; e_l when not given"},
             {"g_exc_init", "nS", 0, "excitatory conductance at the start", {}, 0.0},
             {"g_inh_init", "nS", 0, "inhibitory conductance at the start", {}, 0.0},
             dt_parameter(0.1)},
            {},
            "pA"};
  }

  static Params params(const ResolvedParameters& r, std::uint32_t i) {
    return {r.at("c_m", i),       r.at("g_l", i),         r.at("e_l", i),         r.at("e_rev_exc", i),
            r.at("e_rev_inh", i), r.at("tau_syn_exc", i), r.at("tau_syn_inh", i), r.at("v_threshold", i),
            r.at("v_reset", i),   r.at("t_ref", i),       r.at("v_init", i),      r.at("g_exc_init", i),
            r.at("g_inh_init", i)};
  }
  static std::string problem(const Params& p) {
    if (p.v_reset < p.v_threshold) return "";
    return absl::StrFormat("v_reset %g mV must be below v_threshold %g mV; lower `v_reset`", p.v_reset, p.v_threshold);
  }
  static Constants constants(const Params& p, double dt_ms) {
    return {2 * p.c_m / dt_ms,
            p.g_l,
            2 * p.g_l,
            2 * p.g_l * p.e_l,
            p.e_rev_exc,
            p.e_rev_inh,
            exp_portable(-dt_ms / p.tau_syn_exc),
            exp_portable(-dt_ms / p.tau_syn_inh),
            p.v_threshold,
            p.v_reset,
            whole_ticks(p.t_ref, dt_ms)};
  }
  static State initial(const Params& p) {
    return {p.v_init == p.v_init ? p.v_init : p.e_l, p.g_exc_init, p.g_inh_init, 0};
  }

  static void step(const Constants& c, State& s, const ClockedInput<0>& input, double tick) {
    const double g_exc = s.g_exc * c.decay_exc;
    const double g_inh = s.g_inh * c.decay_inh;
    const double both_exc = s.g_exc + g_exc;
    const double both_inh = s.g_inh + g_inh;
    const double gain = c.two_g_l + both_exc + both_inh;
    const double drive = c.two_g_l_e_l + 2 * input.current + c.e_rev_exc * both_exc + c.e_rev_inh * both_inh;
    const double v = s.v + (drive - s.v * gain) / (c.two_c_over_dt + c.g_l + g_exc + g_inh);
    s.v = tick <= s.held_until ? c.v_reset : v;
    s.g_exc = g_exc;
    s.g_inh = g_inh;
  }
  static void settle(State& s) {
    s.g_exc = std::fabs(s.g_exc) < kNegligible ? 0.0 : s.g_exc;
    s.g_inh = std::fabs(s.g_inh) < kNegligible ? 0.0 : s.g_inh;
  }
  static bool waiting(const State& s, double tick) { return tick <= s.held_until; }
  static bool crossed(const Constants& c, const State& s) { return s.v > c.v_threshold; }
  static void fire(const Constants& c, State& s, double tick) {
    s.v = c.v_reset;
    s.held_until = tick + c.ticks_held;
  }
};
static_assert(ClockedModel<LifCoba>);

}  // namespace volley
