#include "models/drifting_delta.h"

#include <cmath>

#include "engine/agenda.h"
#include "engine/elementary.h"
#include "engine/simd.h"
#include "models/release_queue.h"

namespace volley {
namespace {

// A queue of releases with the frame's factors at the next few of them.
class FactoredReleases {
 public:
  Time next_time() const { return queue_.next_time(); }
  void push(const Release& release) { queue_.push(release); }
  // REQUIRES: not empty, the frame's base is that of next_time(). `factor`: the frame's there.
  Release pop(const DecayFrame& frame, double& factor) {
    if (known_ == 0) compute(frame);
    factor = factors_[DecayFrame::kLanes - known_--];
    return queue_.pop();
  }

 private:
  // Factors of as many as there are with one base.
  void compute(const DecayFrame& frame) {
    known_ = std::min(DecayFrame::kLanes, queue_.size());
    while (frame.needs_rebase(queue_[known_ - 1].at)) --known_;
    frame.factors(
        known_, [&](std::size_t k) { return queue_[k].at; }, factors_ + (DecayFrame::kLanes - known_));
  }

  ReleaseQueue queue_;
  double factors_[DecayFrame::kLanes];  // the last known_ of them: of the next in the queue
  std::size_t known_ = 0;
};

// An absolute grid of check points divides time: whoever would cross before the next one is put on the agenda, at the
// check point before or at the arrival that makes it so; the row loop compares with the threshold of the next check
// point instead of that of the arrival. Inhibition leaves a prediction in place; it is looked at again when it is due.
template <bool AtLeast>
class DriftingDelta final : public DeltaSlice<DecayFrame, AtLeast> {
  using Base = DeltaSlice<DecayFrame, AtLeast>;
  using Base::add_candidate;
  using Base::c_;
  using Base::candidate_count_;
  using Base::frame_;
  using Base::held_;
  using Base::next_external_;
  using Base::settings_;
  using Base::tau_ps_;

 public:
  DriftingDelta(const SliceRequest& request, const DeltaSettings& settings, double tau_ms)
      : Base(request, settings, tau_ms),
        predicted_(request.count, kNever),
        per_tau_ps_(1.0 / tau_ps_),
        lifted_(1.0 - 0.5 / tau_ps_),
        check_interval_{std::max<std::int64_t>(1, static_cast<std::int64_t>(tau_ps_ / 32))} {}

  void advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
               std::vector<Spike>& fired) override {
    fired_ = &fired;
    this->forget_factors();
    Time own = std::min(next_event(), window.end);
    for (std::size_t next = 0; next < due.size() || own < window.end;) {
      if (next < due.size() && due[next].at < own) {
        const Time at = due[next].at;
        move_base(at);
        const double factor = this->factor_of(next, due);
        next = deliver_instant(next, due, groups, factor);
        if (candidate_count_ == 0) continue;
        settle_candidates(at, factor);
      } else {
        next = act(own, next, due, groups);
      }
      own = std::min(next_event(), window.end);
    }
    if (!std::is_sorted(fired.begin(), fired.end())) std::sort(fired.begin(), fired.end());
  }

  Time next_event() const override { return std::min(own_time(), releases_.next_time()); }

 private:
  Time own_time() const { return std::min({agenda_.next_time(), next_check_, next_external_}); }

  void move_base(Time t) { bar_ *= Base::move_base(t); }

  // Arrivals of due[next]'s instant; returns the next one.
  std::size_t deliver_instant(std::size_t next, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
                              double factor) {
    const Time at = due[next].at;
    do {
      const Arrival& arrival = due[next++];
      if (next < due.size()) __builtin_prefetch(groups[due[next].group].target.data() + due[next].begin);
      this->deliver(groups[arrival.group].row(arrival.begin, arrival.end), factor, bar_);
    } while (next < due.size() && due[next].at == at);
    this->finish_rows(factor, bar_);
    return next;
  }

  void settle_candidates(Time at, double factor) {
    for (const std::uint32_t i : this->take_candidates()) settle(i, at, factor);
  }

  // What the slice has to do by itself at `at`, and the arrivals of that time; returns the first arrival after it.
  std::size_t act(Time at, std::size_t next, std::span<const Arrival> due, std::span<const SynapseGroup> groups) {
    move_base(at);
    while (releases_.next_time() == at) release();
    const bool arrives = next < due.size() && due[next].at == at;
    if (own_time() != at && !arrives && candidate_count_ == 0) return next;  // an end of refractoriness and no more
    const double factor = frame_.factor(at);
    while (agenda_.next_time() == at) {
      const std::uint32_t i = agenda_.top().neuron;
      agenda_.pop();
      if (predicted_[i] == at) add_candidate(i);
    }
    if (at == next_check_) check_all(settings_.threshold * factor);
    if (at == next_external_) {
      for (auto& block : this->blocks_) this->apply_external(block, at);
      next_external_ = this->next_external();
    }
    if (arrives) next = deliver_instant(next, due, groups, factor);
    settle_candidates(at, factor);
    return next;
  }

  // The next end of refractoriness: makes the neuron a candidate, unless it certainly stays below the threshold until
  // the next check point or input.
  void release() {
    double factor;
    const auto [at, residual_ps, i] = releases_.pop(frame_, factor);
    c_[i] = this->value_after_refractoriness(i) * shifted(factor, residual_ps);
    if (!(c_[i] < bar_)) add_candidate(i);
  }

  // At a check point: everybody below the threshold who would cross before the next one becomes a candidate.
  void check_all(double threshold) {
    next_check_ += check_interval_;
    bar_ = settings_.threshold * frame_.factor(next_check_);
    constexpr std::size_t kStride = 32;
    const std::size_t whole = c_.size() / kStride * kStride;
    for (std::size_t i = 0; i < whole; i += kStride) {
      if (largest_of_32(c_.data() + i) > bar_) check(i, i + kStride, threshold);
    }
    check(whole, c_.size(), threshold);
  }
  void check(std::size_t begin, std::size_t end, double threshold) {
    for (std::size_t k = begin; k < end; ++k) {
      if (c_[k] > bar_ && !crosses<AtLeast>(c_[k], threshold)) add_candidate(static_cast<std::uint32_t>(k));
    }
  }

  // Fires the neuron if it has crossed, or puts its crossing on the agenda if it lies before the next check point.
  // V - v_inf = v exp(-d / tau) reaches the (negative) threshold after d = tau ln(v / threshold).
  void settle(std::uint32_t i, Time at, double factor) {
    const double c = c_[i], level = settings_.threshold * factor;
    if (!(c > bar_ || crosses<AtLeast>(c, level))) return;  // a refractory neuron neither
    // More than half a picosecond beyond: it was an arrival that lifted the neuron over the threshold, right now.
    if (c > level * lifted_) return fire(i, at, factor, 0);
    const double ratio = c / level, beyond = ratio - 1.0;
    const double delta_ps = tau_ps_ * (std::fabs(beyond) < kNear ? log_near_one(beyond) : log_portable(ratio));
    if (delta_ps < 0.5) {
      fire(i, at, factor, std::max(delta_ps, -0.5));
    } else {
      const std::int64_t ps = std::llround(delta_ps);
      predicted_[i] = at + Duration{ps};
      agenda_.push({predicted_[i], i, 0, 0, 0});
    }
  }

  // log(1 + x): a crossing that was predicted is looked at again within a picosecond of it, where three terms are
  // exact.
  static constexpr double kNear = 0x1p-18;
  static double log_near_one(double x) { return x - x * x * (0.5 - x * (1.0 / 3)); }

  // The reset happens at the real time of the crossing, at + residual_ps, so that rounding does not add up.
  void fire(std::uint32_t i, Time at, double factor, double residual_ps) {
    fired_->push_back({at, this->population_, this->first_ + i});
    const double then = shifted(factor, residual_ps);
    // By subtraction what exceeded the threshold is kept: V -= v_threshold - v_reset.
    const double after = settings_.subtract ? c_[i] / then - (settings_.threshold - settings_.reset) : settings_.reset;
    if (settings_.t_ref > Duration{0}) {
      if (!held_.empty()) held_[i] = after;
      c_[i] = Base::kParked;
      releases_.push({at + settings_.t_ref, residual_ps, i});
    } else {
      c_[i] = after * then;
      // Still above: looked at again at its next event.
      if (!crosses<AtLeast>(c_[i], settings_.threshold * factor)) settle(i, at, factor);
    }
  }

  // The frame's factor a rest of a picosecond later: x < 2^-10 even at 1 ns leaves x^5 / 120 < 1e-17; far below that
  // one term is all.
  double shifted(double factor, double residual_ps) const {
    const double x = residual_ps * per_tau_ps_;
    if (std::fabs(x) < 0x1p-27) [[likely]]
      return factor + factor * x;
    return factor * (1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6 + x * (1.0 / 24)))));
  }

  Agenda agenda_;                // predicted crossings
  std::vector<Time> predicted_;  // of the entry on the agenda that counts
  FactoredReleases releases_;
  double per_tau_ps_;
  double lifted_;  // what part of the threshold v is half a picosecond beyond the crossing
  Duration check_interval_;
  Time next_check_ = kStart;
  double bar_ = 0;  // what a coefficient must exceed to cross before next_check_
  std::vector<Spike>* fired_ = nullptr;
};

}  // namespace

std::unique_ptr<Slice> make_drifting_delta_slice(const SliceRequest& request, const DeltaSettings& settings,
                                                 double tau_ms) {
  if (request.parameters.option("threshold") == 1) {
    return std::make_unique<DriftingDelta<true>>(request, settings, tau_ms);
  }
  return std::make_unique<DriftingDelta<false>>(request, settings, tau_ms);
}

}  // namespace volley
