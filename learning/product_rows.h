// The fast form of plastic rows (learning/plastic_rows.h), for rules whose every change is a product and for synapses
// of one delay: what a target's spike does is (trace of the row) * (amount of the spike), what an own spike does is
// (trace of the target) * (amount for the row).
//
// With one delay, rows are touched in the order of what they see. So the targets' spikes are taken over one by one as
// time passes them, numbered, and kept in the frame of the traces' clocks: a touch of eight synapses is five
// multiply-adds without a branch, and a look at older spikes where there were more than four. A weight is one double,
// stored as learning/long_weight.h says, and every change is added to it in turn, so it does not matter when a synapse
// is settled in between.
//
// Besides what learning/plastic_rows.h asks for, a `Rule` has: Trace own_trace(const Pre&), Trace post_trace(const
// Event&); double post_amount(const Event&), double own_amount(const Pre&, const Moment&); in Moment the Stamps `plus`
// and `minus` of the two traces' clocks, in Event `fall` and `whole` of `plus`.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <span>
#include <vector>

#include "engine/plasticity.h"
#include "learning/bounds.h"
#include "learning/eight_lanes.h"
#include "learning/long_weight.h"
#include "learning/trace.h"

namespace volley {

template <class Rule, bool KeepSign>
class ProductRows final : public PlasticSynapses {
 public:
  static constexpr double kShortestTau = 0.1;  // ms, of any trace

  // REQUIRES: group.delay_step.empty().
  ProductRows(const Rule& rule, const Bounds& bounds, bool frozen, std::uint32_t neurons, SynapseGroup& group)
      : rule_(rule),
        bounds_(bounds),
        frozen_(frozen),
        delay_(group.delay),
        start_(rule.moment(kStart + delay_)),
        rows_(group.offset.empty() ? 0 : group.offset.size() - 1),
        beyond_(group.weight.size()),
        recent_(neurons),
        last_(neurons),
        older_(neurons) {
    bounds_.low = std::max(bounds_.low, -kMostWeight);
    bounds_.high = std::min(bounds_.high, kMostWeight);
    nothing_ = bounds_.clip(0.0);
    for (float& w : group.weight) w = std::fabs(w) < kLeastWeight ? zero_like(w) : w;
  }

  void deliver(const Arrival& arrival, SynapseGroup& group) override {
    if (!untaken_ && older_items_ > kItemsPerNeuron * recent_.size()) forget_older(arrival.at, group);
    const Time at = arrival.at - delay_;
    take_over(at, group);
    Row& row = rows_[arrival.neuron];
    const Moment moment = rule_.moment(at);
    if (!frozen_) {
      touch(row, group,
            rule_.own_amount(row.pre, moment) * fallen(moment.minus.fall, moment.minus.whole - minus_base_));
    }
    row.seen = spikes_seen_;
    row.delivered = arrival.at;
    rule_.arrive(row.pre, moment);
    untaken_ = true;
  }

  Time last_delivery(const Arrival& arrival) const override { return rows_[arrival.neuron].delivered; }

  void fired(std::span<const Spike> spikes, std::uint32_t first) override {
    for (const Spike& spike : spikes) coming_.push_back({spike.at + delay_, spike.neuron - first});
    untaken_ = false;
  }
  void modulate(Time, double) override {}

  void settle(Time now, SynapseGroup& group) override {
    if (now - kStart < delay_) return;
    take_over(now - delay_, group);
    settle_rows(group);
  }

  double weight(std::size_t k, const SynapseGroup& group) const override {
    return long_weight(group.weight[k], beyond_[k]);
  }
  void set_weight(std::size_t k, double weight, SynapseGroup& group) override {
    const double w = std::fabs(weight) < kLeastWeight ? zero_like(static_cast<float>(weight)) : weight;
    group.weight[k] = static_cast<float>(w);
    beyond_[k] = beyond(w, group.weight[k]);
  }
  void freeze(bool frozen) override { frozen_ = frozen; }

  std::size_t bytes() const override {
    std::size_t bytes = rows_.capacity() * sizeof(Row) + beyond_.capacity() * sizeof(beyond_[0]) +
                        recent_.capacity() * sizeof(Recent) + last_.capacity() * sizeof(Event) +
                        older_.capacity() * sizeof(older_[0]) + coming_.capacity() * sizeof(Coming) +
                        fired_.capacity() * sizeof(Fired);
    for (const std::vector<Older>& items : older_) bytes += items.capacity() * sizeof(Older);
    return bytes;
  }

 private:
  using Moment = typename Rule::Moment;
  using Event = typename Rule::Event;

  static constexpr std::size_t kItemsPerNeuron = 16;
  static constexpr std::size_t kSearch = 16;  // synapses that a walk touches in the time of looking for one
  // Half-lives after which the base of a frame moves. It waits for the end of a window, which is at most 10 ms, 145
  // half-lives of kShortestTau away.
  static constexpr std::int64_t kBlock = 256;
  static constexpr std::uint32_t kMostSpikes = std::numeric_limits<std::uint32_t>::max() / 2;

  struct Row {
    typename Rule::Pre pre{};
    Time delivered = kNever;
    std::uint32_t seen = 0;  // number of the targets' spikes that the row has seen
  };
  // What a touch needs of a target: one line of the cache. Spikes are numbered from 1; 0: there was none.
  static constexpr std::size_t kKept = 4;
  struct alignas(64) Recent {
    double trace = 0;                      // in the frame of `minus`
    double amount[kKept] = {};             // of the newest spikes, newest first, in the frame of `plus`
    std::uint32_t number[kKept + 1] = {};  // theirs, and of the one before
  };
  struct Older {
    std::uint32_t number;
    double amount;
  };
  struct Coming {
    Time at;
    std::uint32_t neuron;
  };
  struct Fired {
    std::uint32_t neuron;
    double amount;  // in the frame of `plus`
  };

  // Sees the row's targets up to the last one taken over; `own`: what an own spike now takes of a target's trace.
  void touch(const Row& row, SynapseGroup& group, double own) {
    const Trace trace = rule_.own_trace(row.pre);
    const double x = trace.risen == 0 ? 0.0 : in_frame(trace.risen, trace.whole, plus_base_);
    const std::uint32_t* const offset = group.offset.data() + (&row - rows_.data());
    const std::uint32_t begin = offset[0], end = offset[1];
    if (own == 0) {
      // Only targets that fired change; where they are few they are looked for.
      const std::uint32_t unseen = spikes_seen_ - row.seen;
      if (std::size_t{unseen} * kSearch <= end - begin) {
        for (const Fired& f : std::span<const Fired>(fired_).last(unseen)) grow(f, x, begin, end, group);
        return;
      }
    }
    touch_row({group.target.data() + begin, end - begin}, group.weight.data() + begin, beyond_.data() + begin, row.seen,
              x, own);
  }

  // Eight synapses at a time, and the rest one by one: the same operations on each.
  [[gnu::noinline]] void touch_row(std::span<const std::uint16_t> target, float* weight, std::int32_t* further,
                                   std::uint32_t seen, double x, double own) {
    constexpr std::size_t kLanes = 8;
    const Recent* const recent = recent_.data();
    const WideBounds wide{F64x8{} + bounds_.low, F64x8{} + bounds_.high, F64x8{} + nothing_};
    std::size_t k = 0;
    for (; k + kLanes <= target.size(); k += kLanes) {
      F64x8 word[8];
      gather_8_records(recent, &target[k], word);
      I32x8 shown, rest;
      std::memcpy(&shown, weight + k, sizeof shown);
      std::memcpy(&rest, further + k, sizeof rest);
      const I32x8 sign = KeepSign ? shown & std::numeric_limits<std::int32_t>::min() : I32x8{};
      const F64x8 nearest = __builtin_convertvector(reinterpret_cast<F32x8>(shown ^ sign), F64x8);
      F64x8 w = reinterpret_cast<F64x8>(reinterpret_cast<I64x8>(nearest) + __builtin_convertvector(rest, I64x8));
      const auto newer = [&](std::size_t spike) {  // of each target: was it after the row's last touch?
        const I64x8 two = reinterpret_cast<I64x8>(word[1 + kKept + spike / 2]);
        return (spike % 2 == 0 ? two & 0xFFFFFFFF : two >> 32 & 0xFFFFFFFF) > I64x8{} + seen;
      };
      if (const I64x8 more = newer(kKept); any_lane(more)) [[unlikely]] {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          if (more[lane] != 0) w[lane] = add_older(older_[target[k + lane]], w[lane], seen, x);
        }
      }
      for (std::size_t spike = kKept; spike-- > 0;)
        w = wide.bounded(w + x * (newer(spike) ? word[1 + spike] : F64x8{}));
      w = wide.bounded(w - own * word[0]);
      const F32x8 rounded = __builtin_convertvector(w, F32x8);
      rest = __builtin_convertvector(
          reinterpret_cast<I64x8>(w) - reinterpret_cast<I64x8>(__builtin_convertvector(rounded, F64x8)), I32x8);
      shown = reinterpret_cast<I32x8>(rounded) | sign;
      std::memcpy(weight + k, &shown, sizeof shown);
      std::memcpy(further + k, &rest, sizeof rest);
    }
    for (; k < target.size(); ++k) {
      const Recent& r = recent[target[k]];
      const float shown = KeepSign ? std::fabs(weight[k]) : weight[k];
      double w = long_weight(shown, further[k]);
      if (r.number[kKept] > seen) w = add_older(older_[target[k]], w, seen, x);
      for (std::size_t spike = kKept; spike-- > 0;)
        w = bounded(w + x * (r.number[spike] > seen ? r.amount[spike] : 0.0));
      w = bounded(w - own * r.trace);
      const auto rounded = static_cast<float>(w);
      further[k] = beyond(w, rounded);
      weight[k] = KeepSign ? std::copysign(rounded, weight[k]) : rounded;
    }
  }

  // With `sign: keep` a synapse that weighs nothing is still excitatory or inhibitory.
  static float zero_like(float w) { return KeepSign ? std::copysign(0.0f, w) : 0.0f; }
  // A weight that was changed: within the bounds, and 0 if it is too small (learning/long_weight.h). One formula for
  // numbers and for vectors.
  double bounded(double w) const {
    const double inside = std::min(std::max(w, bounds_.low), bounds_.high);
    return (KeepSign ? w : std::fabs(w)) >= kLeastWeight ? inside : nothing_;
  }
  struct WideBounds {
    F64x8 low, high, nothing;
    [[gnu::always_inline]] F64x8 bounded(F64x8 w) const {
      const F64x8 inside = smaller(larger(w, low), high);
      return (KeepSign ? w : larger(w, -w)) >= kLeastWeight ? inside : nothing;
    }
  };

  // What a target's spike gives to the synapses begin, ..., end - 1 of a row that end on it.
  void grow(const Fired& fired, double x, std::uint32_t begin, std::uint32_t end, SynapseGroup& group) {
    const auto first = group.target.begin() + begin, last = group.target.begin() + end;  // ascending
    for (auto t = std::lower_bound(first, last, fired.neuron); t != last && *t == fired.neuron; ++t) {
      const auto k = static_cast<std::size_t>(t - group.target.begin());
      const float shown = KeepSign ? std::fabs(group.weight[k]) : group.weight[k];
      const double w = bounded(long_weight(shown, beyond_[k]) + x * fired.amount);
      const auto rounded = static_cast<float>(w);
      beyond_[k] = beyond(w, rounded);
      group.weight[k] = KeepSign ? std::copysign(rounded, group.weight[k]) : rounded;
    }
  }

  [[gnu::noinline]] double add_older(const std::vector<Older>& items, double w, std::uint32_t seen, double x) const {
    auto item = std::upper_bound(items.begin(), items.end(), seen,
                                 [](std::uint32_t number, const Older& o) { return number < o.number; });
    for (; item != items.end(); ++item) w = bounded(w + x * item->amount);
    return w;
  }

  // risen * 2^(whole - base): less than 2^401, and nothing once it is old.
  static double in_frame(double risen, std::int64_t whole, std::int64_t base) {
    return risen * power_of_two(std::max<std::int64_t>(whole - base, -1000));
  }

  void settle_rows(SynapseGroup& group) {
    for (Row& row : rows_) {
      if (!frozen_ && row.seen != spikes_seen_) touch(row, group, 0.0);
      row.seen = spikes_seen_;
    }
  }

  // The targets' spikes that are seen before `at`.
  void take_over(Time at, SynapseGroup& group) {
    std::size_t taken = 0;
    for (; first_coming_ + taken < coming_.size() && coming_[first_coming_ + taken].at < at; ++taken) {
      take_over(coming_[first_coming_ + taken], group);
    }
    first_coming_ += taken;
    if (first_coming_ == coming_.size()) {
      coming_.clear();
      first_coming_ = 0;
    } else if (first_coming_ > 1024 && first_coming_ > coming_.size() / 2) {
      coming_.erase(coming_.begin(), coming_.begin() + static_cast<std::ptrdiff_t>(first_coming_));
      first_coming_ = 0;
    }
    move_bases(rule_.moment(at), group);
  }

  void take_over(const Coming& spike, SynapseGroup& group) {
    const Moment moment = rule_.moment(spike.at);
    move_bases(moment, group);
    Recent& r = recent_[spike.neuron];
    const Event event = rule_.fire(r.number[0] == 0 ? nullptr : &last_[spike.neuron], moment, start_);
    last_[spike.neuron] = event;
    if (r.number[kKept - 1] != 0) {
      older_[spike.neuron].push_back({r.number[kKept - 1], r.amount[kKept - 1]});
      ++older_items_;
    }
    std::copy_backward(r.number, r.number + kKept, r.number + kKept + 1);
    std::copy_backward(r.amount, r.amount + kKept - 1, r.amount + kKept);
    r.number[0] = ++spikes_seen_;
    r.amount[0] = fallen(rule_.post_amount(event) * event.fall, event.whole - plus_base_);
    fired_.push_back({spike.neuron, r.amount[0]});
    const Trace trace = rule_.post_trace(event);
    r.trace = in_frame(trace.risen, trace.whole, minus_base_);
  }

  // Frames move by powers of two.
  void move_bases(const Moment& m, SynapseGroup& group) {
    if (untaken_) return;
    if (m.plus.whole - plus_base_ >= kBlock) [[unlikely]] {
      // Once all rows have seen all spikes, nobody asks for their amounts again.
      settle_rows(group);
      drop_older();
      for (Recent& r : recent_) std::fill(std::begin(r.amount), std::end(r.amount), 0.0);
      plus_base_ = m.plus.whole;
    }
    if (m.minus.whole - minus_base_ >= kBlock) [[unlikely]] {
      const std::int64_t base = m.minus.whole;
      for (Recent& r : recent_) {
        const double moved = fallen(r.trace, base - minus_base_);
        r.trace = std::fabs(moved) < 0x1p-600 ? 0.0 : moved;
      }
      minus_base_ = base;
    }
  }

  void drop_older() {
    for (std::vector<Older>& items : older_) items.clear();
    older_items_ = 0;
    fired_.clear();
  }

  // The amounts of all older spikes are needed no more once every row has seen them. It costs what one spike of every
  // source neuron does, after 16 of every target.
  void forget_older(Time now, SynapseGroup& group) {
    settle(now, group);
    drop_older();
    if (spikes_seen_ < kMostSpikes) return;
    // Numbers begin again; all that is known was seen.
    for (Recent& r : recent_) {
      for (std::uint32_t& number : r.number) number = std::min(number, 1u);
      r.number[kKept] = 0;
    }
    spikes_seen_ = 1;
    for (Row& row : rows_) row.seen = 1;
  }

  Rule rule_;
  Bounds bounds_;
  double nothing_ = 0;  // what 0 is within the bounds
  bool frozen_;
  Duration delay_;
  Moment start_;
  std::vector<Row> rows_;
  std::vector<std::int32_t> beyond_;  // with group.weight the weights (learning/long_weight.h)
  std::vector<Recent> recent_;
  std::vector<Event> last_;
  std::vector<std::vector<Older>> older_;
  std::vector<Fired> fired_;  // the newest spikes up to number spikes_seen_: at least those that some row has not seen
  std::size_t older_items_ = 0;
  std::vector<Coming> coming_;  // fired, and not yet seen at synapses; in time order from first_coming_ on
  std::size_t first_coming_ = 0;
  std::uint32_t spikes_seen_ = 0;
  bool untaken_ = false;  // rows were delivered that the slice has not walked: only those that are delivered may change
  std::int64_t plus_base_ = 0, minus_base_ = 0;
};

}  // namespace volley
