// Loihi's leaky integrate-and-fire compartment with exponential currents, in the chip's integers.
//
//   q = wrap21(sum of the weights that arrive)             per step, in this order:
//   u = wrap23(decay(u, du + ds_offset) + q)               decay(x, d) = sgn(x) ((|x| (4096 - d)) >> 12)
//   x = wrap23(u + (bias_mant << bias_exp))
//   v = clip(decay(v, dv) + x, vmin, vmax);  v = 0 while refractory
//   v > vth_mant << 6: spike, v := 0, refractory for `refractory` - 1 further steps
//
// A spike at step t reaches the accumulator q at step t + 1 + delay: in time, the delay of a projection is
// (1 + delay) dt. Weights are the integers w_act of models/loihi_weights.h (or of a trained network); the fraction of a
// sum is dropped. Sources: Davies et al. 2018, IEEE Micro 38(1); the order of operations as in nengo-loihi's emulator
// and Lava's bit-accurate LIF. The public emulators disagree at the edges; each disagreement is an option, and the
// first choice reproduces nengo-loihi.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "models/clocked_model.h"
#include "models/loihi_arithmetic.h"

namespace volley {

struct LoihiCuba {
  struct Params {
    double du, dv, ds_offset, vth_mant, bias_mant, bias_exp, refractory, vmin, vmax, vmin_exponent, vmax_exponent,
        w_exp, v_init;
    bool at_least, symmetric_clip, lava_wrap, exponent_of_sum;
  };
  struct Constants {
    std::int64_t keep_u, keep_v;  // 4096 - decay
    std::int64_t bias;
    std::int64_t vmin, vmax;
    std::int64_t first_firing;  // the lowest v that fires
    std::int32_t refractory;
    std::int32_t sum_exponent;
    bool lava_wrap, exponent_of_sum;
  };
  struct State {
    std::int32_t u = 0, v = 0;
    std::int32_t refractory = 0;  // steps left
  };

  static constexpr std::tuple kStepped{&State::u, &State::v, &State::refractory};
  static constexpr std::tuple<> kHeld{};
  static constexpr std::tuple<> kPortFields{};
  static constexpr std::size_t kPulsePorts = 1;
  static constexpr std::array<std::string_view, 1> kInitialOnly{"v_init"};

  static ModelInfo info();
  static Params params(const ResolvedParameters& resolved, std::uint32_t i);
  static std::string problem(const Params& params);
  static Constants constants(const Params& params, double dt_ms);
  static State initial(const Params& p) { return {0, static_cast<std::int32_t>(p.v_init), 0}; }

  static void step(const Constants& c, State& s, const ClockedInput<1>& input, double) {
    const std::int64_t q = wrap_signed(accumulated(c, static_cast<std::int64_t>(input.pulse[0])), 21);
    const std::int64_t u = wrap23(c, loihi_decay(s.u, c.keep_u) + q);
    const std::int64_t x = wrap23(c, u + c.bias);
    const std::int64_t v = std::min(std::max(loihi_decay(s.v, c.keep_v) + x, c.vmin), c.vmax);
    s.u = static_cast<std::int32_t>(u);
    s.v = s.refractory > 0 ? 0 : static_cast<std::int32_t>(v);
    s.refractory = s.refractory > 0 ? s.refractory - 1 : 0;
  }
  static void settle(State&) {}
  static bool waiting(const State&, double) { return false; }
  static bool crossed(const Constants& c, const State& s) { return s.v >= c.first_firing; }
  static void fire(const Constants& c, State& s, double) {
    s.v = 0;
    s.refractory = c.refractory;
  }

 private:
  static std::int64_t wrap23(const Constants& c, std::int64_t x) {
    return c.lava_wrap ? wrap_lava(x, 23) : wrap_signed(x, 23);
  }
  // Lava shifts the sum of a step, where the chip's synapses are shifted one by one.
  static std::int64_t accumulated(const Constants& c, std::int64_t sum) {
    if (!c.exponent_of_sum) return sum;
    const std::int64_t mantissas = sum >> 6;
    return (c.sum_exponent >= 0 ? mantissas * (std::int64_t{1} << c.sum_exponent) : mantissas >> -c.sum_exponent) * 64;
  }
};

}  // namespace volley
