#include "models/frame_delta.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <vector>

#include "engine/agenda.h"
#include "models/decay_frame.h"
#include "models/delta_slice.h"
#include "models/drifting_delta.h"

namespace volley {
namespace {

// Factors of a chunk of external events are good to 1e-15, so they only sift out who may cross: a threshold lowered by
// this much misses nobody. What happens is decided with the frame's own factor, so that it does not depend on how an
// event was reached.
constexpr double kSieve = 1 - 0x1p-48;

// The frame of a neuron without leak: every factor is 1.
struct FlatFrame {
  explicit FlatFrame(double) {}
  double factor(Time, double = 0) const { return 1.0; }
  double decay(Time) const { return 1.0; }
  static constexpr std::size_t kLanes = 1;
  template <class At>
  void factors(std::size_t, const At&, double* out) const {
    *out = 1.0;
  }
  bool needs_rebase(Time) const { return false; }
  double rebase(Time) { return 1.0; }
};

// How far blocks of external input may be drained one after the other, in tau: no more than the frame reaches.
constexpr double kReach = 128;

// v_inf does not lie above the threshold: a neuron can only cross at an input, and the comparison there is the whole
// test. `Frame`: DecayFrame or FlatFrame. `AtLeast`: fires at V >= threshold, else at V > threshold.
template <class Frame, bool AtLeast>
class FrameDelta final : public DeltaSlice<Frame, AtLeast> {
  using Base = DeltaSlice<Frame, AtLeast>;
  using Base::add_candidate;
  using Base::blocks_;
  using Base::c_;
  using Base::external_events_;
  using Base::frame_;
  using Base::held_;
  using Base::move_base;
  using Base::next_external;
  using Base::next_external_;
  using Base::settings_;
  using typename Base::Block;

 public:
  FrameDelta(const SliceRequest& request, const DeltaSettings& settings, double tau_ms)
      : Base(request, settings, tau_ms),
        stride_{static_cast<std::int64_t>(std::clamp(kReach * this->tau_ps_, 1.0, 0x1p62))} {
    if (settings.t_ref > Duration{0}) stride_ = std::min(stride_, settings.t_ref);
  }

  void advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
               std::vector<Spike>& fired) override {
    fired_ = &fired;
    this->forget_factors();
    Time cursor = window.begin;
    std::size_t next = 0;
    for (;;) {
      const Time arrival = next < due.size() ? due[next].at : kNever;
      const Time instant = std::min({arrival, agenda_.next_time(), window.end});
      // A neuron that an external event lets fire on the way is refractory from then on: the agenda must be looked at
      // again by its end.
      const Time stop = std::min(instant, later(std::max(cursor, next_external_), stride_));
      drain(stop);
      cursor = stop;
      if (stop != instant) continue;
      if (instant == window.end) break;
      move_base(instant);
      process(instant, instant == arrival ? this->factor_of(next, due) : frame_.factor(instant), due, next, groups);
    }
    if (!std::is_sorted(fired.begin(), fired.end())) std::sort(fired.begin(), fired.end());
  }

  Time next_event() const override { return std::min(agenda_.next_time(), next_external()); }

 private:
  // External events before `until`. Neurons of different blocks are independent, so one drive's blocks go one by one.
  void drain(Time until) {
    if (this->drives_ > 1) return drain_merged(until);
    next_external_ = kNever;
    for (Block& block : blocks_) {
      while (block.next_time() < until) {
        move_base(block.next_time());
        drain_chunk(block, until);
      }
      next_external_ = std::min(next_external_, block.next_time());
    }
  }

  void drain_chunk(Block& block, Time until) {
    block.prepare(frame_);
    const double* factor = block.factor(0);
    const std::uint16_t* neuron = block.neuron();
    const std::size_t count = block.count_before(until);
    const double sieve = settings_.threshold * kSieve;
    if (block.is_whole()) {
      external_events_ += count;
      double* const c = c_.data() + block.offset();
      for (std::size_t e = 0; e < count;) {
        bool crossed;
        e += add_events<AtLeast>(c, neuron + e, factor + e, count - e, block.weight(), sieve, crossed);
        if (crossed) e = finish_instant(block, factor, e, count);
      }
    } else {
      for (std::size_t e = 0; e < count;) {
        const bool crossed =
            add_own_event(block, neuron[e], factor[e]) && may_cross(block, neuron[e], sieve * factor[e]);
        ++e;
        if (crossed) e = finish_instant(block, factor, e, count);
      }
    }
    block.consume(count);
  }

  // Event e - 1 may have brought a crossing: whatever else of its instant is in the chunk is added before thresholds
  // are tested. Returns how many events of the chunk are applied.
  std::size_t finish_instant(const Block& block, const double* factor, std::size_t e, std::size_t count) {
    const std::span<const std::int64_t> at = block.at();
    const std::int64_t instant = at[e - 1];
    add_candidate(static_cast<std::uint32_t>(block.offset() + block.neuron()[e - 1]));
    for (; e < count && at[e] == instant; ++e) {
      if (!add_own_event(block, block.neuron()[e], factor[e])) continue;
      add_candidate(static_cast<std::uint32_t>(block.offset() + block.neuron()[e]));
    }
    const Time when{Duration{instant}};
    fire_candidates(when, frame_.factor(when));
    return e;
  }

  // Applies an event unless its neuron belongs to another slice. Events of whole blocks are counted by the chunk.
  bool add_own_event(const Block& block, std::uint16_t neuron, double factor) {
    const std::int32_t i = block.offset() + neuron;
    if (!block.owns(i)) return false;
    external_events_ += !block.is_whole();
    c_[static_cast<std::size_t>(i)] += block.weight() * factor;
    return true;
  }
  bool may_cross(const Block& block, std::uint16_t neuron, double threshold) const {
    return crosses<AtLeast>(c_[static_cast<std::size_t>(block.offset() + neuron)], threshold);
  }

  // Several drives: their events meet at the same neurons, so they are taken strictly in time order.
  void drain_merged(Time until) {
    for (next_external_ = next_external(); next_external_ < until; next_external_ = next_external()) {
      const Time at = next_external_;
      move_base(at);
      for (Block& block : blocks_) this->apply_external(block, at);
      fire_candidates(at, frame_.factor(at));
    }
  }

  // Everything of one instant: ends of refractoriness, then arrivals from due[next] on and external events, then the
  // threshold.
  void process(Time at, double factor, std::span<const Arrival> due, std::size_t& next,
               std::span<const SynapseGroup> groups) {
    while (agenda_.next_time() == at) {
      release(agenda_.top().neuron, factor);
      agenda_.pop();
    }
    if (next_external_ == at) {
      for (Block& block : blocks_) this->apply_external(block, at);
    }
    for (; next < due.size() && due[next].at == at; ++next) {
      if (next + 1 < due.size()) {
        __builtin_prefetch(groups[due[next + 1].group].target.data() + due[next + 1].begin);
      }
      this->deliver(groups[due[next].group].row(due[next].begin, due[next].end), factor, settings_.threshold * factor);
    }
    this->finish_rows(factor, settings_.threshold * factor);
    fire_candidates(at, factor);
  }

  void release(std::uint32_t i, double factor) {
    c_[i] = this->value_after_refractoriness(i) * factor;
    if (settings_.subtract) add_candidate(i);  // may still be above the threshold
  }

  void fire_candidates(Time at, double factor) {
    for (const std::uint32_t i : this->take_candidates()) {
      if (crosses<AtLeast>(c_[i], settings_.threshold * factor)) fire(i, at, factor);
    }
  }

  void fire(std::uint32_t i, Time at, double factor) {
    fired_->push_back({at, this->population_, this->first_ + i});
    // By subtraction what exceeded the threshold is kept: V -= v_threshold - v_reset.
    const double after =
        settings_.subtract ? c_[i] / factor - (settings_.threshold - settings_.reset) : settings_.reset;
    if (settings_.t_ref > Duration{0}) {
      if (!held_.empty()) held_[i] = after;
      c_[i] = Base::kParked;
      agenda_.push({at + settings_.t_ref, i, 0});
    } else {
      c_[i] = after * factor;
    }
  }

  Agenda agenda_;    // ends of refractoriness
  Duration stride_;  // how far to drain at once
  std::vector<Spike>* fired_ = nullptr;
};

DeltaSettings settings_of(const ResolvedParameters& p, bool leaky) {
  // Without leak nothing draws the potential anywhere; it is measured from v_rest.
  const double v_inf = p.uniform("v_rest") + (leaky ? p.uniform("i_e") : 0);
  return {v_inf, p.uniform("v_threshold") - v_inf, p.uniform("v_reset") - v_inf, duration_from_ms(p.uniform("t_ref")),
          p.option("reset") == 1};
}

}  // namespace

bool frame_delta_fits(const SliceRequest& request, bool leaky) {
  static constexpr std::array<std::string_view, 1> kMayDiffer{"v_init"};
  const ResolvedParameters& p = request.parameters;
  if (!p.all_uniform_except(kMayDiffer)) return false;
  for (const SliceDrive& drive : request.drives) {
    if (!std::holds_alternative<PoissonDrive>(drive.spec->kind)) return false;
  }
  // A leaky neuron creeps towards v_inf and must not get beyond the threshold by itself; one without leak must not
  // move.
  // Without leak there is no closed form in this frame for a neuron that moves by itself.
  return leaky || p.uniform("i_e") == 0;
}

namespace {

template <class Frame>
std::unique_ptr<Slice> make(const SliceRequest& request, const DeltaSettings& settings, double tau_ms) {
  if (request.parameters.option("threshold") == 1) {
    return std::make_unique<FrameDelta<Frame, true>>(request, settings, tau_ms);
  }
  return std::make_unique<FrameDelta<Frame, false>>(request, settings, tau_ms);
}

}  // namespace

std::unique_ptr<Slice> make_frame_delta_slice(const SliceRequest& request, bool leaky) {
  const DeltaSettings settings = settings_of(request.parameters, leaky);
  constexpr double kNoLeak = std::numeric_limits<double>::infinity();
  if (!leaky) return make<FlatFrame>(request, settings, kNoLeak);
  const double tau_ms = request.parameters.uniform("tau_m");
  if (settings.threshold < 0) return make_drifting_delta_slice(request, settings, tau_ms);
  return make<DecayFrame>(request, settings, tau_ms);
}

}  // namespace volley
