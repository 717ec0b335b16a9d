// A slice of a clocked population: neurons whose state moves in steps of dt on the absolute grid t_k = k dt, k >= 1.
//
// Tick k computes state(t_k) from state(t_{k-1}) and from what arrived in (t_{k-1}, t_k], and stamps its spikes t_k.
// What arrives within a step is added up in canonical order: arrivals first, then each Poisson drive. A slice in which
// nothing moves any more sleeps: it has no next event, and the ticks that it skips would not have changed a bit.
// Results depend neither on where windows are cut (arrivals of a step that the window does not finish are carried over)
// nor on slices.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/slice.h"
#include "models/clocked_drives.h"
#include "models/clocked_model.h"
#include "models/columns.h"

namespace volley {

template <ClockedModel M>
class ClockedPopulation final : public Slice {
 public:
  using Constants = typename M::Constants;
  using State = typename M::State;
  using Input = ClockedInput<M::kPulsePorts>;

  // `constants`: one for all neurons or one each. `initial`: one each, request.count of them.
  ClockedPopulation(const SliceRequest& request, Duration dt, std::vector<Constants> constants,
                    std::span<const State> initial)
      : population_(request.population),
        first_(request.first),
        count_(request.count),
        dt_(dt),
        constants_(std::move(constants)),
        state_(request.count),
        drives_(request, dt) {
    for (std::uint32_t i = 0; i < count_; ++i) StateColumns::store(kFields, state_.pointers(), i, initial[i]);
    if constexpr (M::kPulsePorts > 0) {
      for (std::size_t p = 0; p < kPorts; ++p) {
        pulse_[p].assign(count_, 0.0);
        port_[p] = pulse_[p].data();
      }
    } else {
      std::size_t p = 0;
      std::apply([&](auto... field) { ((port_[p++] = state_.column(kFields, field)), ...); }, M::kPortFields);
    }
  }
  // Ports point into the columns.
  ClockedPopulation(const ClockedPopulation&) = delete;
  ClockedPopulation& operator=(const ClockedPopulation&) = delete;

  void advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
               std::vector<Spike>& fired) override {
    for (;;) {
      const std::int64_t first_arrival = due.empty() ? kNoTick : tick_at_or_after(due.front().at, dt_);
      const std::int64_t k = std::min(next_tick(), first_arrival);
      if (k == kNoTick || time_of(k) >= window.end) break;
      const Time t = time_of(k);
      std::size_t n = 0;
      while (n < due.size() && due[n].at <= t) ++n;
      tick(k, due.first(n), groups, fired);
      due = due.subspan(n);
    }
    if (!due.empty()) {  // all of one step, whose tick lies beyond the window
      carried_tick_ = tick_at_or_after(due.front().at, dt_);
      for (const Arrival& arrival : due) carry(arrival, groups[arrival.group]);
    }
    const std::int64_t last_ps = window.end.time_since_epoch().count() - 1;
    elapsed_ticks_ = std::max(elapsed_ticks_, last_ps / dt_.count());
  }

  Time next_event() const override {
    const std::int64_t k = next_tick();
    return k == kNoTick ? kNever : time_of(k);
  }

  void sample(std::uint32_t variable, Time, std::span<const std::uint32_t> neurons,
              std::span<double> out) const override {
    state_.sample(variable, neurons, out);
  }

  // neuron_updates counts every tick of the grid, slept through or not, so that it does not depend on slices.
  SliceCounters counters() const override {
    SliceCounters counters = counters_;
    counters.neuron_updates = static_cast<std::uint64_t>(elapsed_ticks_) * count_;
    return counters;
  }

 private:
  static constexpr auto kFields = std::tuple_cat(M::kStepped, M::kHeld);
  static constexpr std::size_t kSteppedFields = std::tuple_size_v<decltype(M::kStepped)>;
  static constexpr std::size_t kPorts = M::kPulsePorts + std::tuple_size_v<decltype(M::kPortFields)>;
  using StateColumns = Columns<State, std::remove_const_t<decltype(kFields)>>;

  static constexpr std::uint32_t kBlock = 128;         // neurons between two looks for spikes
  static constexpr std::uint32_t kGroup = 16;          // neurons looked at together when one of their block fired
  static constexpr std::int64_t kSettleInterval = 16;  // ticks; fixed, as settling is part of the dynamics

  struct BlockOutcome {
    std::uint64_t crossed = 0;
    std::uint64_t moving = 0;  // counted at settling ticks only
  };

  Time time_of(std::int64_t k) const { return kStart + k * dt_; }

  std::int64_t next_tick() const {
    return std::min({awake_ ? last_tick_ + 1 : kNoTick, carried_tick_, drives_.next_tick(last_tick_)});
  }

  void tick(std::int64_t k, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
            std::vector<Spike>& fired) {
    drives_.set_tick(k);
    bool touched = false;
    if constexpr (M::kPulsePorts > 0) touched = take_input(k, due, groups);
    const bool settling = k % kSettleInterval == 0;
    const bool moving = settling ? step_all<true>(k, fired) : step_all<false>(k, fired);
    if constexpr (M::kPulsePorts == 0) touched = take_input(k, due, groups);
    last_tick_ = k;
    // Only a settling tick looks for rest; a slice stays awake until one finds it.
    awake_ = touched || moving || (awake_ && !settling) || drives_.noisy();
  }

  // Whether anything arrived.
  bool take_input(std::int64_t k, std::span<const Arrival> due, std::span<const SynapseGroup> groups) {
    const bool any = !carried_.empty() || !due.empty();
    const float* weight = carried_weights_.data();
    for (const Arrival& arrival : carried_) {
      deliver(arrival, groups[arrival.group], weight);
      if (!groups[arrival.group].weight.empty()) weight += arrival.end - arrival.begin;
    }
    carried_.clear();
    carried_weights_.clear();
    carried_tick_ = kNoTick;
    for (const Arrival& arrival : due) {
      deliver(arrival, groups[arrival.group], groups[arrival.group].weight.data() + arrival.begin);
    }
    const std::uint64_t events =
        drives_.take_events(time_of(k), [&](Port port, std::uint32_t neuron, double w) { port_[port][neuron] += w; });
    counters_.external_events += events;
    return any || events > 0;
  }

  // For a tick beyond the window, with the weights that it has now: those of synapses that learn go on changing.
  void carry(const Arrival& arrival, const SynapseGroup& group) {
    carried_.push_back(arrival);
    if (group.weight.empty()) return;
    carried_weights_.insert(carried_weights_.end(), group.weight.begin() + arrival.begin,
                            group.weight.begin() + arrival.end);
  }

  // `weight`: of each synapse, unless all of the group share one.
  void deliver(const Arrival& arrival, const SynapseGroup& group, const float* weight) {
    const Row row = group.row(arrival.begin, arrival.end);
    double* const input = port_[row.port];
    if (row.weight.empty()) {
      for (const std::uint16_t target : row.target) input[target] += row.uniform_weight;
    } else {
      for (std::size_t s = 0; s < row.target.size(); ++s) input[row.target[s]] += static_cast<double>(weight[s]);
    }
    counters_.synaptic_events += row.target.size();
  }

  // Steps all neurons and returns whether one of them fired or is found moving.
  template <bool kSettle>
  bool step_all(std::int64_t k, std::vector<Spike>& fired) {
    const bool shared_constants = constants_.size() == 1;
    const bool shared_current = drives_.current_of_each().empty();
    if (shared_constants && shared_current) return step_blocks<kSettle, true, true>(k, fired);
    if (shared_constants) return step_blocks<kSettle, true, false>(k, fired);
    if (shared_current) return step_blocks<kSettle, false, true>(k, fired);
    return step_blocks<kSettle, false, false>(k, fired);
  }

  template <bool kSettle, bool kSharedConstants, bool kSharedCurrent>
  bool step_blocks(std::int64_t k, std::vector<Spike>& fired) {
    bool moving = false;
    for (std::uint32_t begin = 0; begin < count_; begin += kBlock) {
      const std::uint32_t end = std::min(count_, begin + kBlock);
      const BlockOutcome outcome =
          step_neurons<kSettle, kSharedConstants, kSharedCurrent>(begin, end, static_cast<double>(k));
      if (outcome.crossed > 0) fire_block<kSharedConstants>(begin, end, k, fired);
      moving = moving || outcome.crossed > 0 || outcome.moving > 0;
    }
    return moving;
  }

  // The hot loop. Everything that is the same for all neurons is a local copy, and the arrays do not overlap, so that
  // the compiler can vectorise it.
  template <bool kSettle, bool kSharedConstants, bool kSharedCurrent>
  BlockOutcome step_neurons(std::uint32_t begin, std::uint32_t end, double tick) {
    const Constants shared = constants_.front();
    const Constants* const own = constants_.data();
    const double shared_current = drives_.shared_current();
    const double* const current = drives_.current_of_each().data();
    const auto state = state_.pointers();
    const std::array<double*, kPorts> port = port_;
    BlockOutcome outcome;
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC ivdep
#endif
    for (std::uint32_t i = begin; i < end; ++i) {
      const Constants& constants = kSharedConstants ? shared : own[i];
      State s = StateColumns::load(kFields, state, i);
      [[maybe_unused]] const State before = s;
      Input input;
      input.current = kSharedCurrent ? shared_current : current[i];
      for (std::size_t p = 0; p < M::kPulsePorts; ++p) {
        input.pulse[p] = port[p][i];
        port[p][i] = 0.0;
      }
      M::step(constants, s, input, tick);
      if constexpr (kSettle) {
        const State stepped = s;
        M::settle(s);
        const std::uint64_t changed = difference(before, stepped) | difference(stepped, s);
        outcome.moving += static_cast<std::uint64_t>(changed != 0) | static_cast<std::uint64_t>(M::waiting(s, tick));
      }
      StateColumns::template store<kSteppedFields>(kFields, state, i, s);
      outcome.crossed += M::crossed(constants, s);
    }
    return outcome;
  }

  // Lets every neuron of a block that crossed fire; groups without one are passed over at a vector's pace.
  template <bool kSharedConstants>
  void fire_block(std::uint32_t begin, std::uint32_t end, std::int64_t k, std::vector<Spike>& fired) {
    for (std::uint32_t group = begin; group < end; group += kGroup) {
      const std::uint32_t group_end = std::min(end, group + kGroup);
      if (group_end - group == kGroup && crossed_in_group<kSharedConstants>(group) == 0) continue;
      for (std::uint32_t i = group; i < group_end; ++i) fire_if_crossed(i, k, fired);
    }
  }

  template <bool kSharedConstants>
  std::uint64_t crossed_in_group(std::size_t begin) {
    const Constants shared = constants_.front();
    const Constants* const own = constants_.data();
    const auto state = state_.pointers();
    std::uint64_t crossed = 0;
    for (std::size_t i = begin; i < begin + kGroup; ++i) {
      crossed += M::crossed(kSharedConstants ? shared : own[i], StateColumns::load(kFields, state, i));
    }
    return crossed;
  }

  void fire_if_crossed(std::uint32_t i, std::int64_t k, std::vector<Spike>& fired) {
    const Constants& constants = constants_.size() == 1 ? constants_.front() : constants_[i];
    const auto state = state_.pointers();
    State s = StateColumns::load(kFields, state, i);
    if (!M::crossed(constants, s)) return;
    M::fire(constants, s, static_cast<double>(k));
    StateColumns::store(kFields, state, i, s);
    fired.push_back({time_of(k), population_, first_ + i});
    ++counters_.spikes;
  }

  // The bits in which stepped fields differ; no branch, for the loop's sake.
  static std::uint64_t difference(const State& a, const State& b) {
    return std::apply([&](auto... field) { return ((bits(a.*field) ^ bits(b.*field)) | ...); }, M::kStepped);
  }
  static std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }
  static std::uint64_t bits(std::int32_t x) { return static_cast<std::uint32_t>(x); }

  PopulationId population_;
  std::uint32_t first_, count_;
  Duration dt_;
  std::vector<Constants> constants_;
  StateColumns state_;
  std::array<std::vector<double>, M::kPulsePorts> pulse_;
  std::array<double*, kPorts> port_{};
  ClockedDrives drives_;
  std::int64_t last_tick_ = 0;
  bool awake_ = true;
  std::vector<Arrival> carried_;        // arrived, but their tick is not due yet
  std::vector<float> carried_weights_;  // of those whose synapses have one each, one after the other
  std::int64_t carried_tick_ = kNoTick;
  std::int64_t elapsed_ticks_ = 0;
  SliceCounters counters_;
};

}  // namespace volley
