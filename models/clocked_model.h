// What a clocked neuron model offers. A model is a value type in one header: parameters, state and static functions;
// the layout, the clock, the synapses and the drives belong to ClockedPopulation (models/clocked_population.h).
#pragma once

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "engine/model.h"

namespace volley {

// What reaches a neuron between two ticks: the current that was valid at the earlier tick, and for every pulse port the
// sum of the weights that arrived after the earlier tick, up to and including the later one.
template <std::size_t kPulsePorts>
struct ClockedInput {
  double current = 0;
  std::array<double, kPulsePorts> pulse{};
};

// The tick length that every clocked model takes as parameter `dt`.
inline ParameterInfo dt_parameter(double default_ms) {
  return {"dt", "ms", default_ms, "distance of the ticks; the same for all neurons", {}, 1e-6, 1e6};
}

// A length of time in ticks, rounded up; a length within a billionth of a whole number of ticks counts as that number.
inline double whole_ticks(double length_ms, double dt_ms) { return std::ceil(length_ms / dt_ms - 1e-9); }

// Members of a model M:
//   Params, State, Constants   plain structs: what a user sets; what changes; what `step` needs, precomputed.
//   kStepped                   tuple of pointers to the State members that `step` writes; the first ones are the
//   model's
//                              variables, in the order of info().variables.
//   kHeld                      tuple of those that only `fire` writes (may be empty).
//   kPortFields                tuple of the double members that each port's weights are added to after the step, so
//   that
//                              an input at a tick is part of the state at that tick; empty for a model with pulse
//                              ports.
//   kPulsePorts                number of ports whose weights are handed to the next step in ClockedInput; else 0.
//   kInitialOnly               names of parameters that shape the initial state and nothing else: they may differ
//   between
//                              neurons at no cost.
//   params(resolved, i)        of slice-local neuron i.
//   problem(params)            what is wrong with several parameters at once, as "thing, value, bound; remedy"; else
//   "". constants(params, dt_ms), initial(params) step(constants, state, input, tick)  moves the state from tick - 1 to
//   `tick`. Branch-free where speed matters. settle(state)              runs after the step of every 16th tick: sends
//   what is too small to matter to its rest, so
//                              that decay ends. REQUIRES: settle(settle(x)) == settle(x).
//   waiting(state, tick)       whether step will change although state and input do not, as time alone passes.
//   crossed(constants, state)  whether the neuron fires at this tick.
//   fire(constants, state, tick)
// `tick` is a whole number of dt since the start of the simulation, as a double for the vector units; exact up to 2^53.
template <class M>
concept ClockedModel = requires(const ResolvedParameters& resolved, const typename M::Params& params,
                                const typename M::Constants& constants, const typename M::State& state,
                                typename M::State& changing, const ClockedInput<M::kPulsePorts>& input, double tick) {
  { M::info() } -> std::same_as<ModelInfo>;
  { M::params(resolved, std::uint32_t{}) } -> std::same_as<typename M::Params>;
  { M::problem(params) } -> std::same_as<std::string>;
  { M::constants(params, double{}) } -> std::same_as<typename M::Constants>;
  { M::initial(params) } -> std::same_as<typename M::State>;
  { M::step(constants, changing, input, tick) } -> std::same_as<void>;
  { M::settle(changing) } -> std::same_as<void>;
  { M::waiting(state, tick) } -> std::same_as<bool>;
  { M::crossed(constants, state) } -> std::same_as<bool>;
  { M::fire(constants, changing, tick) } -> std::same_as<void>;
  { M::kInitialOnly[0] } -> std::convertible_to<std::string_view>;
  requires(M::kPulsePorts == 0) != (std::tuple_size_v<decltype(M::kPortFields)> == 0);
  requires std::tuple_size_v<decltype(M::kStepped)> >
  0;
  requires std::tuple_size_v<decltype(M::kHeld)>
  +1 > 0;
};

}  // namespace volley
