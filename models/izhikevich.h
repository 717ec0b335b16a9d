// Izhikevich's two-variable spiking neuron.
//
//   v' = 0.04 v^2 + 5 v + 140 - u + I,  u' = a (b v - u);  v >= 30 mV: spike, v := c, u := u + d
//
// Units: mV, ms; I and weights in mV/ms (the paper's dimensionless current). Source: Izhikevich 2003, "Simple model of
// spiking neurons", IEEE Trans. Neural Networks 14(6), equations 1 to 3 and the published program.
//
// Integrator: the paper's own: `substeps` forward Euler steps of v (2 of 0.5 ms by default), then one of u with the new
// v, per tick of 1 ms. Its rhythms belong to this scheme as much as to the equations. A weight adds to I for one tick.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "absl/strings/str_format.h"
#include "models/clocked_model.h"

namespace volley {

struct Izhikevich {
  struct Params {
    double a, b, c, d, i_e, v_init, u_init, substeps;
  };
  struct Constants {
    double a_dt, b, c, d, i_e;
    double substep_ms;
    std::int32_t substeps;
  };
  struct State {
    double v = 0, u = 0;
  };

  static constexpr std::tuple kStepped{&State::v, &State::u};
  static constexpr std::tuple<> kHeld{};
  static constexpr std::tuple<> kPortFields{};
  static constexpr std::size_t kPulsePorts = 1;
  static constexpr std::array<std::string_view, 2> kInitialOnly{"v_init", "u_init"};
  static constexpr double kPeak = 30;  // mV

  static ModelInfo info() {
    return {"izhikevich",
            ModelKind::kClocked,
            "v' = 0.04 v^2 + 5 v + 140 - u + I, u' = a (b v - u); at 30 mV v := c, u := u + d",
            "Izhikevich 2003, IEEE Trans. Neural Networks 14(6):1569-1572",
            {{"in", "mV/ms"}},
            {{"v", "mV"}, {"u", "mV/ms"}},
            {{"a", "1/ms", 0.02, "rate of recovery"},
             {"b", "1/ms", 0.2, "sensitivity of recovery to v"},
             {"c", "mV", -65, "v after a spike", {}, {}, 29.0},
             {"d", "mV/ms", 8, "jump of u at a spike"},
             {"i_e", "mV/ms", 0, "constant current"},
             {"v_init", "mV", -65, "v at the start"},
             {"u_init", "mV/ms", -13, "u at the start"},
             {"substeps", "", 2, "Euler steps of v per tick, a whole number", {}, 1.0, 1000.0},
             dt_parameter(1)},
            {},
            "mV/ms"};
  }

  static Params params(const ResolvedParameters& r, std::uint32_t i) {
    return {r.at("a", i),   r.at("b", i),      r.at("c", i),      r.at("d", i),
            r.at("i_e", i), r.at("v_init", i), r.at("u_init", i), r.at("substeps", i)};
  }
  static std::string problem(const Params& p) {
    if (p.substeps == static_cast<double>(static_cast<std::int32_t>(p.substeps))) return "";
    return absl::StrFormat("substeps %g must be a whole number; set e.g. `substeps: 2`", p.substeps);
  }
  static Constants constants(const Params& p, double dt_ms) {
    return {p.a * dt_ms, p.b, p.c, p.d, p.i_e, dt_ms / p.substeps, static_cast<std::int32_t>(p.substeps)};
  }
  static State initial(const Params& p) { return {p.v_init, p.u_init}; }

  static void step(const Constants& k, State& s, const ClockedInput<1>& input, double) {
    const double current = k.i_e + input.current + input.pulse[0];
    double v = s.v;
    for (std::int32_t i = 0; i < k.substeps; ++i) {
      v += k.substep_ms * (0.04 * v * v + 5 * v + 140 - s.u + current);
    }
    s.u += k.a_dt * (k.b * v - s.u);
    s.v = v;
  }
  static void settle(State&) {}
  static bool waiting(const State&, double) { return false; }
  static bool crossed(const Constants&, const State& s) { return s.v >= kPeak; }
  static void fire(const Constants& k, State& s, double) {
    s.v = k.c;
    s.u += k.d;
  }
};
static_assert(ClockedModel<Izhikevich>);

}  // namespace volley
