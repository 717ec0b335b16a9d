// Exact event-driven population: every neuron's state is kept at the time of its own last event and moved in closed
// form.
//
// Time is in whole picoseconds, but a neuron's dynamics are exact: a crossing at the real time t* is fired at the
// nearest picosecond, and what rounding took (the residual, at most 0.5 ps) is kept, so that reset and refractory
// period start at the real t*. Spike times do not drift.
//
// What happens at one instant t, in this order: refractory periods that end at or before t; all input of t (arrivals in
// canonical order, currents, Poisson); refractory periods that end in the second half of t's picosecond; only then
// thresholds. A neuron fires at most once per instant: one that a subtracting reset leaves above threshold fires again
// at its next event, i.e. its next input or the end of its refractory period. A weight above zero calls for a new
// search; one below zero can only postpone a crossing, so the earlier prediction stays and is looked at again when it
// is due.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <vector>

#include "engine/agenda.h"
#include "engine/model.h"
#include "models/injected_currents.h"
#include "models/poisson_inputs.h"

namespace volley {

// A neuron that moves in closed form. All lengths in ms. `held` and flow_held: during the refractory period, when the
// membrane stands still. next_crossing: time until V reaches the threshold from below without further input, infinite
// if never. fires: whether V is already there after an input. Inputs with weight <= 0 must never bring a crossing
// forward. params.hard: arrivals during the refractory period are lost; state.current: all that is not a synapse,
// params.i_e first.
template <class M>
concept FlowModel = std::equality_comparable<typename M::State> &&
    requires(const typename M::Params& params, typename M::State& state, const typename M::State& seen,
             const ResolvedParameters& resolved, std::uint32_t index, Port port, double x, bool held) {
  { M::params(resolved, index) } -> std::same_as<typename M::Params>;
  { M::initial(params) } -> std::same_as<typename M::State>;
  {M::flow(params, state, x)};
  {M::flow_held(params, state, x)};
  {M::receive(params, state, port, x, held)};
  { M::fires(params, seen) } -> std::same_as<bool>;
  { M::next_crossing(params, seen) } -> std::same_as<double>;
  {M::reset(params, state)};
  { M::variable(seen, index) } -> std::same_as<double>;
  { params.t_ref_ms } -> std::convertible_to<double>;
  { params.i_e } -> std::convertible_to<double>;
  { params.hard } -> std::convertible_to<bool>;
  { seen.current } -> std::convertible_to<double>;
};

template <FlowModel M>
class FlowPopulation final : public Slice {
 public:
  // REQUIRES: the request's network outlives the slice.
  explicit FlowPopulation(const SliceRequest& request);

  void advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
               std::vector<Spike>& fired) override;
  Time next_event() const override {
    return std::min({agenda_.next_time(), currents_.next_time(), poisson_.next_time()});
  }
  void sample(std::uint32_t variable, Time at, std::span<const std::uint32_t> neurons,
              std::span<double> out) const override;
  SliceCounters counters() const override { return counters_; }

 private:
  using Params = typename M::Params;
  enum Kind : std::uint16_t { kRefractoryEnd, kCrossing };

  struct Neuron {
    typename M::State state;
    Time last = kStart;  // the state is that of last + residual_ps
    double residual_ps = 0;
    Time predicted = kNever;  // next crossing: at predicted + predicted_residual_ps, or later if `postponed`
    double predicted_residual_ps = 0;
    Time queued = kNever;            // earliest crossing entry on the agenda
    double release_residual_ps = 0;  // what rounding took from the end of the refractory period
    bool held = false;               // refractory
    bool postponed = false;
    bool touched = false;  // in this instant
    bool search = false;   // something may have brought the crossing forward
  };

  const Params& params(std::uint32_t n) const { return params_[params_.size() == 1 ? 0 : n]; }
  void instant(Time now, std::span<const Arrival> arrivals, std::span<const SynapseGroup> groups,
               std::vector<Spike>& fired);
  void take_agenda(Time now);
  void take_input(Time now, std::span<const Arrival> arrivals, std::span<const SynapseGroup> groups);
  void receive(std::uint32_t n, Time now, Port port, double weight);
  void bring(std::uint32_t n, Time at, double residual_ps);
  static void move(const Params& params, Neuron& neuron, Time at, double residual_ps);
  void touch(std::uint32_t n, bool search);
  void release(std::uint32_t n, Time now);
  void fire(std::uint32_t n, Time now, std::vector<Spike>& fired);
  bool predict(std::uint32_t n, Time now, bool may_be_now);

  PopulationId population_;
  std::uint32_t first_;
  std::vector<Params> params_;  // one, or one per neuron
  std::vector<Neuron> neurons_;
  Agenda agenda_;
  InjectedCurrents currents_;
  PoissonInputs poisson_;
  SliceCounters counters_;
  // Of the instant at hand.
  std::vector<std::uint32_t> touched_, late_, crossing_;
};

}  // namespace volley

#include "models/flow_population_impl.h"
