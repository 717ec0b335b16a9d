#include "models/frame_delta.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <limits>
#include <string_view>
#include <vector>

#include "engine/agenda.h"
#include "engine/elementary.h"
#include "engine/poisson_stream.h"
#include "engine/simd.h"
#include "models/decay_frame.h"
#include "models/driven_block.h"

namespace volley {
namespace {

constexpr double kParked = -std::numeric_limits<double>::infinity();
// Factors of a chunk of external events are good to 1e-15, so they only sift out who may cross: a threshold lowered by
// this much misses nobody. What happens is decided with the frame's own factor, so that it does not depend on how an
// event was reached.
constexpr double kSieve = 1 - 0x1p-48;

struct Settings {
  double v_inf, threshold, reset;  // mV; threshold and reset relative to v_inf
  Duration t_ref;
  bool subtract;
};

// The frame of a neuron without leak: every factor is 1.
struct FlatFrame {
  explicit FlatFrame(double) {}
  double factor(Time, double = 0) const { return 1.0; }
  double decay(Time) const { return 1.0; }
  bool needs_rebase(Time) const { return false; }
  double rebase(Time) { return 1.0; }
};

// --- kernels: the hot loops of the whole program, apart so that nothing around them takes their registers
// ------------- c: coefficients of the slice. Each returns the end of the crossing neurons that it wrote from `crossed`
// on.

template <bool AtLeast>
bool crosses(double c, double threshold) {
  return AtLeast ? c >= threshold : c > threshold;
}

template <bool AtLeast>
[[gnu::noinline]] std::uint32_t* raise_row(double* c, std::span<const std::uint16_t> target, double jump,
                                           double threshold, std::uint32_t* crossed) {
#pragma GCC unroll 4
  for (const std::uint16_t i : target) {
    const double sum = c[i] + jump;
    c[i] = sum;
    if (crosses<AtLeast>(sum, threshold)) [[unlikely]]
      *crossed++ = i;
  }
  return crossed;
}

[[gnu::noinline]] void lower_row(double* c, std::span<const std::uint16_t> target, double jump) {
#pragma GCC unroll 4
  for (const std::uint16_t i : target) c[i] += jump;
}

template <bool AtLeast>
[[gnu::noinline]] std::uint32_t* add_weighted_row(double* c, std::span<const std::uint16_t> target, const float* weight,
                                                  double factor, double threshold, std::uint32_t* crossed) {
  for (std::size_t k = 0; k < target.size(); ++k) {
    const std::uint16_t i = target[k];
    const double sum = c[i] + static_cast<double>(weight[k]) * factor;
    c[i] = sum;
    if (crosses<AtLeast>(sum, threshold)) [[unlikely]]
      *crossed++ = i;
  }
  return crossed;
}

// External events e = 0, 1, ... of neurons c[neuron[e]]; stops behind the first one that may cross, and returns how
// many were applied.
template <bool AtLeast>
[[gnu::noinline]] std::size_t add_events(double* c, const std::uint16_t* neuron, const double* factor,
                                         std::size_t count, double weight, double threshold, bool& crossed) {
  for (std::size_t e = 0; e < count; ++e) {
    const double sum = c[neuron[e]] + weight * factor[e];
    c[neuron[e]] = sum;
    if (crosses<AtLeast>(sum, threshold * factor[e])) [[unlikely]] {
      crossed = true;
      return e + 1;
    }
  }
  crossed = false;
  return count;
}

// How far blocks of external input may be drained one after the other, in tau: no more than the frame reaches.
constexpr double kReach = 128;

// What the agenda holds.
constexpr std::uint16_t kRelease = 0;   // end of refractoriness
constexpr std::uint16_t kCrossing = 1;  // predicted, if predicted_[neuron] still says so

// `Frame`: DecayFrame or FlatFrame. `AtLeast`: fires at V >= threshold, else at V > threshold.
// `Drifting`: v_inf lies above the threshold, so that neurons also fire between arrivals, at V(t) = threshold solved
// for t. An absolute grid of check points divides time: whoever would cross before the next one is put on the agenda,
// at the check point before or at the arrival that makes it so; the row loop compares with the threshold of the next
// check point instead of that of the arrival. Inhibition leaves a prediction in place; it is looked at again when it is
// due.
template <class Frame, bool AtLeast, bool Drifting>
class FrameDelta final : public Slice {
 public:
  FrameDelta(const SliceRequest& request, const Settings& settings, double tau_ms)
      : settings_(settings),
        population_(request.population),
        first_(request.first),
        tau_ps_(tau_ms * 1e9),
        frame_(tau_ms),
        c_(request.count) {
    for (std::uint32_t i = 0; i < request.count; ++i) {
      c_[i] = initial_v(request.parameters, i) - settings_.v_inf;
    }
    if (settings_.subtract && settings_.t_ref > Duration{0}) held_.resize(request.count);
    if (Drifting) {
      predicted_.resize(request.count, kNever);
      check_interval_ = Duration{std::max<std::int64_t>(1, static_cast<std::int64_t>(tau_ps_ / 32))};
    }
    add_drives(request);
    next_external_ = next_external();
    stride_ = Duration{static_cast<std::int64_t>(std::clamp(kReach * tau_ps_, 1.0, 0x1p62))};
    if (settings_.t_ref > Duration{0}) stride_ = std::min(stride_, settings_.t_ref);
  }

  static double initial_v(const ResolvedParameters& parameters, std::uint32_t i) {
    const double v = parameters.at("v_init", i);
    return v != v ? parameters.at("v_rest", i) : v;
  }

  void advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
               std::vector<Spike>& fired) override {
    fired_ = &fired;
    Time cursor = window.begin;
    std::size_t next = 0;
    for (;;) {
      const Time arrival = next < due.size() ? due[next].at : kNever;
      Time instant = std::min({arrival, agenda_.next_time(), window.end});
      if (Drifting) instant = std::min({instant, next_release(), next_check_, next_external_});
      // A neuron that an external event lets fire on the way is refractory from then on: the agenda must be looked at
      // again by its end.
      const Time stop = Drifting ? instant : std::min(instant, later(std::max(cursor, next_external_), stride_));
      if (!Drifting) drain(stop);
      cursor = stop;
      if (stop != instant) continue;
      if (instant == window.end) break;
      std::size_t end = next;
      while (end < due.size() && due[end].at == instant) ++end;
      process(instant, due.subspan(next, end - next), end < due.size() ? &due[end] : nullptr, groups);
      next = end;
    }
    if (!std::is_sorted(fired.begin(), fired.end())) std::sort(fired.begin(), fired.end());
  }

  Time next_event() const override {
    const Time own = std::min(agenda_.next_time(), next_external());
    return Drifting ? std::min({own, next_release(), next_check_}) : own;
  }

  void sample(std::uint32_t, Time at, std::span<const std::uint32_t> neurons, std::span<double> out) const override {
    Frame frame = frame_;  // the base is that of `at`, whether or not anything has happened in this slice since
    const double power = frame.needs_rebase(at) ? frame.rebase(at) : 1.0;
    const double decay = frame.decay(at);
    for (std::size_t k = 0; k < neurons.size(); ++k) {
      const std::uint32_t i = neurons[k];
      const bool parked = c_[i] == kParked;
      out[k] = settings_.v_inf + (parked ? value_after_refractoriness(i) : DecayFrame::rescaled(c_[i], power) * decay);
    }
  }

  SliceCounters counters() const override {
    SliceCounters counters;
    counters.external_events = external_events_;
    return counters;
  }

 private:
  using Block = DrivenBlock<1>;

  double value_after_refractoriness(std::uint32_t i) const { return held_.empty() ? settings_.reset : held_[i]; }

  void add_drives(const SliceRequest& request) {
    for_each_driven_block(request, [&](PoissonBlock stream, const SliceDrive& drive, const PoissonDrive& poisson,
                                       std::int32_t offset, std::int32_t size) {
      blocks_.emplace_back(std::move(stream), poisson.weight, std::array{tau_ps_}, offset, size,
                           static_cast<std::int32_t>(drive.begin), static_cast<std::int32_t>(drive.end));
    });
    drives_ = request.drives.size();
  }

  Time next_external() const {
    Time next = kNever;
    for (const Block& block : blocks_) next = std::min(next, block.next_time());
    return next;
  }

  void move_base(Time t) {
    if (!frame_.needs_rebase(t)) return;
    const double power = frame_.rebase(t);
    for (double& c : c_) c = DecayFrame::rescaled(c, power);
    for (Block& block : blocks_) block.forget();
    bar_ *= power;
  }

  // External events before `until`. Neurons of different blocks are independent, so one drive's blocks go one by one.
  void drain(Time until) {
    if (drives_ > 1) return drain_merged(until);
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
      for (Block& block : blocks_) apply_external(block, at);
      fire_candidates(at, frame_.factor(at));
    }
  }

  // Everything of one instant: ends of refractoriness, then arrivals and external events, then the threshold.
  void process(Time at, std::span<const Arrival> arrivals, const Arrival* following,
               std::span<const SynapseGroup> groups) {
    move_base(at);
    const double factor = frame_.factor(at);
    while (Drifting && next_release() == at) {
      release(releases_.front(), factor);
      releases_.pop_front();
    }
    while (agenda_.next_time() == at) {
      const AgendaEntry entry = agenda_.top();
      agenda_.pop();
      if (entry.kind == kRelease) {
        release(entry, factor);
      } else if (predicted_[entry.neuron] == at) {
        add_candidate(entry.neuron);
      }
    }
    if (Drifting && at == next_check_) check_all(settings_.threshold * factor);
    if (next_external_ == at) {
      for (Block& block : blocks_) apply_external(block, at);
      if (Drifting) next_external_ = next_external();
    }
    for (const Arrival& arrival : arrivals) {
      deliver(groups[arrival.group].row(arrival.begin, arrival.end), factor);
    }
    if (following != nullptr) __builtin_prefetch(groups[following->group].target.data() + following->begin);
    fire_candidates(at, factor);
  }

  Time next_release() const { return releases_.empty() ? kNever : releases_.front().at; }

  void release(const AgendaEntry& entry, double factor) {
    const double value = value_after_refractoriness(entry.neuron);
    c_[entry.neuron] = value * (Drifting ? shifted(factor, entry.residual_ps) : factor);
    if (Drifting || settings_.subtract) add_candidate(entry.neuron);  // may still be above the threshold
  }

  // The frame's factor a rest of a picosecond later: x < 2^-10 even at 1 ns leaves x^5 / 120 < 1e-17.
  double shifted(double factor, double residual_ps) const {
    const double x = residual_ps / tau_ps_;
    return factor * (1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6 + x * (1.0 / 24)))));
  }

  void apply_external(Block& block, Time at) {
    while (block.next_time() == at) {
      const std::int32_t i = block.offset() + *block.neuron();
      if (block.owns(i)) {
        ++external_events_;
        block.prepare(frame_);
        c_[static_cast<std::size_t>(i)] += block.weight() * *block.factor(0);
        add_candidate(static_cast<std::uint32_t>(i));
      }
      block.consume(1);
    }
  }

  void deliver(const Row& row, double factor) {
    if (candidates_.size() < candidate_count_ + row.target.size())
      candidates_.resize(candidate_count_ + row.target.size());
    std::uint32_t* const first = candidates_.data() + candidate_count_;
    const double threshold = Drifting ? bar_ : settings_.threshold * factor;
    const double jump = row.uniform_weight * factor;
    std::uint32_t* last = first;
    if (!row.weight.empty()) {
      last = add_weighted_row<AtLeast>(c_.data(), row.target, row.weight.data(), factor, threshold, first);
    } else if (jump > 0 || settings_.subtract) {  // subtraction may have left a neuron above the threshold
      last = raise_row<AtLeast>(c_.data(), row.target, jump, threshold, first);
    } else {
      lower_row(c_.data(), row.target, jump);
    }
    candidate_count_ += static_cast<std::size_t>(last - first);
  }

  void add_candidate(std::uint32_t i) {
    if (candidates_.size() == candidate_count_) candidates_.resize(candidate_count_ + 64);
    candidates_[candidate_count_++] = i;
  }

  // A neuron fires at most once per instant. One that a reset by subtraction leaves above the threshold fires again at
  // its next event: its next input, whatever its sign, or the end of its refractory period.
  void fire_candidates(Time at, double factor) {
    if (settings_.subtract) {
      const auto begin = candidates_.begin(), end = begin + static_cast<std::ptrdiff_t>(candidate_count_);
      std::sort(begin, end);
      candidate_count_ = static_cast<std::size_t>(std::unique(begin, end) - begin);
    }
    for (std::size_t k = 0; k < candidate_count_; ++k) {
      if constexpr (Drifting) {
        settle(candidates_[k], at, factor);
      } else {
        fire_if_above(candidates_[k], at, factor);
      }
    }
    candidate_count_ = 0;
  }

  // --- drifting neurons ---

  // At a check point: everybody below the threshold who would cross before the next one becomes a candidate.
  void check_all(double threshold) {
    next_check_ += check_interval_;
    bar_ = settings_.threshold * frame_.factor(next_check_);
    for (std::size_t i = 0; i < c_.size(); i += 8) {
      if (i + 8 <= c_.size() && !any_above(c_.data() + i, bar_)) continue;
      for (std::size_t k = i; k < std::min(i + 8, c_.size()); ++k) {
        if (c_[k] > bar_ && !crosses<AtLeast>(c_[k], threshold)) add_candidate(static_cast<std::uint32_t>(k));
      }
    }
  }

  // Fires the neuron if it has crossed, or puts its crossing on the agenda if it lies before the next check point.
  // V - v_inf = v exp(-d / tau) reaches the (negative) threshold after d = tau ln(v / threshold).
  void settle(std::uint32_t i, Time at, double factor) {
    if (c_[i] == kParked || !(c_[i] > bar_ || crosses<AtLeast>(c_[i], settings_.threshold * factor))) return;
    const double ratio = c_[i] / factor / settings_.threshold;
    const double delta_ps = ratio > 0 ? tau_ps_ * log_portable(ratio) : -1;
    if (delta_ps < 0.5) {
      // Beyond half a picosecond it was an arrival that lifted the neuron over the threshold, right now.
      fire(i, at, factor, delta_ps >= -0.5 ? delta_ps : 0);
    } else {
      const std::int64_t ps = std::llround(delta_ps);
      predicted_[i] = at + Duration{ps};
      agenda_.push({predicted_[i], i, kCrossing, 0, delta_ps - static_cast<double>(ps)});
    }
  }

  void fire_if_above(std::uint32_t i, Time at, double factor) {
    if (crosses<AtLeast>(c_[i], settings_.threshold * factor)) fire(i, at, factor);
  }

  // The reset happens at the real time of the crossing, at + residual_ps, so that rounding does not add up.
  void fire(std::uint32_t i, Time at, double factor, double residual_ps = 0) {
    fired_->push_back({at, population_, first_ + i});
    const double then = Drifting ? shifted(factor, residual_ps) : factor;
    // By subtraction what exceeded the threshold is kept: V -= v_threshold - v_reset.
    const double after = settings_.subtract ? c_[i] / then - (settings_.threshold - settings_.reset) : settings_.reset;
    if (settings_.t_ref > Duration{0}) {
      if (!held_.empty()) held_[i] = after;
      c_[i] = kParked;
      const AgendaEntry end{at + settings_.t_ref, i, kRelease, 0, residual_ps};
      Drifting ? releases_.push_back(end) : agenda_.push(end);
    } else {
      c_[i] = after * then;
      if constexpr (Drifting) predict_after_reset(i, at, factor);
    }
  }

  void predict_after_reset(std::uint32_t i, Time at, double factor) {
    if (crosses<AtLeast>(c_[i], settings_.threshold * factor)) return;  // looked at again at its next event
    settle(i, at, factor);
  }

  Settings settings_;
  PopulationId population_;
  std::uint32_t first_;
  double tau_ps_;
  Frame frame_;
  std::vector<double> c_;
  std::vector<double> held_;  // reset by subtraction with a refractory period: V - v_inf while it lasts
  Agenda agenda_;
  std::vector<Time> predicted_;  // drifting: of the entry on the agenda that counts
  std::deque<AgendaEntry>
      releases_;  // drifting: neurons fire in time order, so their releases need no queue with an order
  Duration check_interval_{0};
  Time next_check_ = kStart;
  double bar_ = 0;  // what a coefficient must exceed to cross before next_check_
  std::vector<Block> blocks_;
  std::size_t drives_ = 0;
  Time next_external_ = kNever;  // a lower bound once events of this very time are applied
  Duration stride_{0};           // how far to drain at once
  std::uint64_t external_events_ = 0;
  std::vector<std::uint32_t> candidates_;  // neurons to test once all input of an instant is applied
  std::size_t candidate_count_ = 0;
  std::vector<Spike>* fired_ = nullptr;
};

Settings settings_of(const ResolvedParameters& p, bool leaky) {
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

template <class Frame, bool Drifting>
std::unique_ptr<Slice> make(const SliceRequest& request, const Settings& settings, double tau_ms) {
  if (request.parameters.option("threshold") == 1) {
    return std::make_unique<FrameDelta<Frame, true, Drifting>>(request, settings, tau_ms);
  }
  return std::make_unique<FrameDelta<Frame, false, Drifting>>(request, settings, tau_ms);
}

}  // namespace

std::unique_ptr<Slice> make_frame_delta_slice(const SliceRequest& request, bool leaky) {
  const Settings settings = settings_of(request.parameters, leaky);
  constexpr double kNoLeak = std::numeric_limits<double>::infinity();
  if (!leaky) return make<FlatFrame, false>(request, settings, kNoLeak);
  const double tau_ms = request.parameters.uniform("tau_m");
  if (settings.threshold < 0) return make<DecayFrame, true>(request, settings, tau_ms);
  return make<DecayFrame, false>(request, settings, tau_ms);
}

}  // namespace volley
