// A leaky integrate-and-fire neuron that lives on ticks, with a held current: the neuron of spiking reservoirs that are
// written as loops over time steps.
//
//   s = [v > threshold]                            the state that the previous tick left
//   v = 0                              if s        what arrives on `in` at that tick is lost
//       leak v + held + sum of `in`    otherwise
//   v > threshold: spike, stamped with this tick; v keeps its value until the next one
//
// v, threshold, held current and weights are pure numbers; ticks are `dt` apart. A spike that reaches its targets with
// a delay of one tick acts in the same tick in which the neuron that sent it is set to 0, as in v[t] = leak v[t-1] (1 -
// s) + R s (Lukosevicius & Jaeger 2009, Computer Science Review 3(3), section 6.2, for such discrete-time reservoirs;
// the recipe of github.com/hafufu-stack/snn-language-model has exactly these equations).
//
// Ports:
//   in     added to v at the tick of the arrival
//   drive  added to the held current, which then stays
//   clear  a weight sets the held current to 0 before the `drive` of the same tick is added
//   reset  a weight sets v and the held current to 0 before the tick, and what comes on `in` is lost
// On `clear` and `reset` it only counts whether the weights of a tick sum to something else than 0.
// A current in double precision is two arrivals on `drive`: the single-precision weight and what it leaves out.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "models/clocked_model.h"

namespace volley {

struct LifTick {
  struct Params {
    double leak, threshold, v_init;
  };
  struct Constants {
    double leak, threshold;
  };
  struct State {
    double v = 0;
    double held = 0;
  };
  enum : std::size_t { kIn, kDrive, kClear, kReset };

  static constexpr std::tuple kStepped{&State::v, &State::held};
  static constexpr std::tuple<> kHeld{};
  static constexpr std::tuple<> kPortFields{};
  static constexpr std::size_t kPulsePorts = 4;
  static constexpr std::array<std::string_view, 1> kInitialOnly{"v_init"};
  // Below it a potential is set to 0, so that decay ends.
  static constexpr double kNothing = 1e-30;

  static ModelInfo info() {
    return {"lif_tick",
            ModelKind::kClocked,
            "v = leak v + held + in per tick; above the threshold: spike, and 0 at the next tick",
            "Lukosevicius & Jaeger 2009, Computer Science Review 3(3):127-149",
            {{"in", ""}, {"drive", ""}, {"clear", ""}, {"reset", ""}},
            {{"v", ""}, {"held", ""}},
            {{"leak", "", 0.9, "what a tick leaves of v", {}, 0.0, 1.0},
             {"threshold", "", 1, "v above it fires", 0.0},
             {"v_init", "", 0, "v at the start"},
             dt_parameter(1)},
            {},
            ""};
  }

  static Params params(const ResolvedParameters& r, std::uint32_t i) {
    return {r.at("leak", i), r.at("threshold", i), r.at("v_init", i)};
  }
  static std::string problem(const Params&) { return ""; }
  static Constants constants(const Params& p, double) { return {p.leak, p.threshold}; }
  static State initial(const Params& p) { return {p.v_init, 0}; }

  static void step(const Constants& k, State& s, const ClockedInput<4>& input, double) {
    const bool fresh = input.pulse[kReset] != 0;
    const double before = fresh ? 0.0 : s.v;
    const double in = fresh ? 0.0 : input.pulse[kIn];
    const double held = (fresh || input.pulse[kClear] != 0 ? 0.0 : s.held) + input.pulse[kDrive];
    s.held = held;
    s.v = before > k.threshold ? 0.0 : k.leak * before + held + in;
  }
  static void settle(State& s) { s.v = std::fabs(s.v) < kNothing ? 0.0 : s.v; }
  static bool waiting(const State&, double) { return false; }
  static bool crossed(const Constants& k, const State& s) { return s.v > k.threshold; }
  static void fire(const Constants&, State&, double) {}
};
static_assert(ClockedModel<LifTick>);

}  // namespace volley
