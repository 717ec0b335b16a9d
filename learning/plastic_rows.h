// The synapses of a group that learn from pairs of spikes: any rule, made lazy.
//
// A synapse is touched when its own spike is delivered. It then sees, in time order, the target's spikes since its last
// touch (learning/post_history.h) and modulator pulses, then its own spike (engine/plasticity.h says which time
// counts). A change is rounded to two floats at once, not at the end of a touch, so it does not matter when a synapse
// is settled in between: when weights are read, or because the history has grown and must be trimmed.
//
// A `Rule` is a value type with these members:
//   Moment: an instant, stamped on the rule's clocks.
//     Moment moment(Time) const
//   Pre: what a row keeps of its own spikes.
//     void arrive(Pre&, const Moment&) const
//   Event: what is kept of a target's spike; `last`: of the one before, or nullptr; `start`: of the simulation.
//     Event fire(const Event* last, const Moment&, const Moment& start) const
//   The change at a target's spike, and the one at an own spike, before arrive().
//     double at_post(double w, const Pre&, const Event&) const
//     double at_pre(double w, const Pre&, const Event* last, const Moment&) const
// w: the weight's magnitude, or with `sign: free` the weight. A rule with eligibility also has `Stamp tag` in Moment
// and Event: changes then go to a trace that decays on that clock, and a pulse of strength R adds R * effective(trace)
// to the weight.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "engine/plasticity.h"
#include "learning/bounds.h"
#include "learning/eligibility.h"
#include "learning/post_history.h"
#include "learning/row_runs.h"
#include "learning/split_float.h"
#include "learning/trace.h"

namespace volley {

template <class Rule>
class PlasticRows final : public PlasticSynapses {
 public:
  static constexpr bool kEligible = requires(typename Rule::Moment m) { m.tag; };

  PlasticRows(const Rule& rule, const Bounds& bounds, bool frozen, std::uint32_t neurons, const SynapseGroup& group)
      : rule_(rule),
        bounds_(bounds),
        frozen_(frozen),
        index_(group),
        lead_(index_.delay_bound()),
        start_(rule.moment(kStart + lead_)),
        runs_(index_.size()),
        rest_(group.target.size()),
        tags_(kEligible ? group.target.size() : 0),
        history_(neurons),
        most_items_(kItemsPerNeuron * neurons) {}

  void deliver(const Arrival& arrival, SynapseGroup& group) override {
    if (!untaken_ && history_.items() + pulses_.size() > most_items_) trim(arrival.at, group);
    Run& run = runs_[index_.of(arrival.neuron, arrival.begin)];
    const Duration delay = index_.delay_at(arrival.begin, group);
    const Time at = seen_at(arrival.at, delay);
    const Moment moment = rule_.moment(at);
    touch(run, {arrival.begin, arrival.end, delay}, at, &moment, group);
    rule_.arrive(run.pre, moment);
    run.delivered = arrival.at;
    untaken_ = true;
  }

  Time last_delivery(const Arrival& arrival) const override {
    return runs_[index_.of(arrival.neuron, arrival.begin)].delivered;
  }

  void fired(std::span<const Spike> spikes, std::uint32_t first) override {
    for (const Spike& spike : spikes) {
      const std::uint32_t i = spike.neuron - first;
      const Time at = spike.at + lead_;
      const std::span<const Item> past = history_.of(i);
      history_.add(i, at, rule_.fire(past.empty() ? nullptr : &past.back().event, rule_.moment(at), start_));
    }
    untaken_ = false;
  }

  void modulate(Time at, double strength) override {
    if constexpr (kEligible) {
      const auto after = std::upper_bound(pulses_.begin(), pulses_.end(), at,
                                          [](Time t, const std::pair<Time, double>& pulse) { return t < pulse.first; });
      pulses_.insert(after, {at, strength});
    }
  }

  void settle(Time now, SynapseGroup& group) override {
    for (std::size_t r = 0; r < runs_.size(); ++r) {
      const RowRuns::Run where = index_.run(r, group);
      if (where.begin == where.end || now - kStart < where.delay) continue;
      const Time at = seen_at(now, where.delay);
      if (at > runs_[r].until) touch(runs_[r], where, at, nullptr, group);
    }
  }

  double weight(std::size_t k, const SynapseGroup& group) const override { return joined(group.weight[k], rest_[k]); }
  void set_weight(std::size_t k, double weight, SynapseGroup& group) override {
    const SplitFloat split(weight);
    group.weight[k] = split.high;
    rest_[k] = split.low;
  }

  void freeze(bool frozen) override { frozen_ = frozen; }
  std::size_t bytes() const override {
    return runs_.capacity() * sizeof(Run) + rest_.capacity() * sizeof(float) + tags_.capacity() * sizeof(SplitFloat) +
           pulses_.capacity() * sizeof(pulses_[0]) + index_.bytes() + history_.bytes();
  }

 private:
  using Moment = typename Rule::Moment;
  using Event = typename Rule::Event;
  using Item = typename PostHistory<Event>::Item;

  static constexpr std::size_t kItemsPerNeuron = 16;

  struct Run {
    typename Rule::Pre pre{};
    Time until = kStart;         // what lies before was seen
    Time delivered = kNever;     // the last arrival
    std::int64_t tag_block = 0;  // of the eligibility traces
  };

  // A spike of the target at t is seen by a synapse of delay d at t + d, an own spike that arrives at t at t - d. To
  // compare spikes of a target with any of its synapses, times are those of the synapse plus lead - d, where the lead
  // is no shorter than any delay of the projection: a function of the description, so that bits do not depend on
  // slices.
  Time seen_at(Time arrival, Duration delay) const { return arrival - delay - delay + lead_; }

  // Everything in [run.until, at), then the own spike at `at` unless `own` is nullptr.
  void touch(Run& run, const RowRuns::Run& where, Time at, const Moment* own, SynapseGroup& group) {
    const Time since = std::exchange(run.until, at);
    if (frozen_) return;
    if constexpr (kEligible) {
      touch_eligible(run, where, since, at, own, group);
    } else {
      touch_weights(run, where, since, at, own, group);
    }
  }

  void touch_weights(const Run& run, const RowRuns::Run& where, Time since, Time at, const Moment* own,
                     SynapseGroup& group) {
    for (std::uint32_t k = where.begin; k < where.end; ++k) {
      const std::span<const Item> items = history_.of(group.target[k]);
      const Item* const first = items.data();
      const Item* last = first + items.size();
      while (last != first && last[-1].at >= at) --last;
      const Item* item = last;
      while (item != first && item[-1].at >= since) --item;
      SplitFloat weight{group.weight[k], rest_[k]};
      const double sign = bounds_.sign_of(weight.high);
      for (; item != last; ++item) {
        const double w = weight.joined() * sign;
        weight = SplitFloat(bounds_.clip(w + rule_.at_post(w, run.pre, item->event)) * sign);
      }
      if (own != nullptr) {
        const double w = weight.joined() * sign;
        const Event* const before = last == first ? nullptr : &last[-1].event;
        weight = SplitFloat(bounds_.clip(w + rule_.at_pre(w, run.pre, before, *own)) * sign);
      }
      group.weight[k] = weight.high;
      rest_[k] = weight.low;
    }
  }

  void touch_eligible(Run& run, const RowRuns::Run& where, Time since, Time at, const Moment* own,
                      SynapseGroup& group) {
    const std::vector<SeenPulse> pulses = pulses_between(since, at, lead_ - where.delay);
    const std::int64_t block = Eligibility::block_of(rule_.moment(at).tag);
    for (std::uint32_t k = where.begin; k < where.end; ++k) {
      const std::span<const Item> items = history_.of(group.target[k]);
      const auto before = [](const Item& item, Time t) { return item.at < t; };
      const auto last = std::lower_bound(items.begin(), items.end(), at, before);
      auto item = std::lower_bound(items.begin(), last, since, before);
      SplitFloat weight{group.weight[k], rest_[k]};
      const double sign = bounds_.sign_of(weight.high);
      Eligibility tag(tags_[k], run.tag_block);
      auto pulse = pulses.begin();
      while (item != last || pulse != pulses.end()) {
        const double w = weight.joined() * sign;
        if (pulse == pulses.end() || (item != last && item->at <= pulse->at)) {
          tag.add(item->event.tag, rule_.at_post(w, run.pre, item->event));
          ++item;
        } else {
          weight = SplitFloat(bounds_.clip(w + pulse->strength * rule_.effective(tag.at(pulse->tag))) * sign);
          ++pulse;
        }
      }
      if (own != nullptr) {
        const Event* const latest = last == items.begin() ? nullptr : &(last - 1)->event;
        tag.add(own->tag, rule_.at_pre(weight.joined() * sign, run.pre, latest, *own));
      }
      tags_[k] = tag.in_block(block);
      group.weight[k] = weight.high;
      rest_[k] = weight.low;
    }
    run.tag_block = block;
  }

  struct SeenPulse {
    Time at;
    Stamp tag;
    double strength;
  };
  // What modulators sent to be seen in [since, at); `shift`: from a synapse's time to that of `at`.
  std::vector<SeenPulse> pulses_between(Time since, Time at, Duration shift) const {
    std::vector<SeenPulse> seen;
    const auto before = [&](const auto& pulse, Time t) { return pulse.first + shift < t; };
    for (auto p = std::lower_bound(pulses_.begin(), pulses_.end(), since, before); p != pulses_.end() && before(*p, at);
         ++p) {
      seen.push_back({p->first + shift, rule_.moment(p->first + shift).tag, p->second});
    }
    return seen;
  }

  // Settles all synapses and forgets what they have seen. Its cost is that of one spike of every source neuron; it
  // comes after 16 spikes of every target, each of which costs as much.
  void trim(Time now, SynapseGroup& group) {
    settle(now, group);
    if (const Duration longest = index_.longest_delay(); now - kStart >= longest) {
      history_.forget(seen_at(now, longest));
      std::erase_if(pulses_, [&](const auto& pulse) { return pulse.first < now - longest; });
    }
    most_items_ = std::max(kItemsPerNeuron * history_.neurons(), 2 * (history_.items() + pulses_.size()));
  }

  Rule rule_;
  Bounds bounds_;
  bool frozen_;
  RowRuns index_;
  Duration lead_;
  typename Rule::Moment start_;  // of the simulation, as targets' spikes are seen
  std::vector<Run> runs_;
  std::vector<float> rest_;  // weight less what `group.weight` holds of it
  std::vector<SplitFloat> tags_;
  PostHistory<Event> history_;
  std::size_t most_items_;
  bool untaken_ = false;  // rows were delivered that the slice has not walked: only those that are delivered may change
  std::vector<std::pair<Time, double>> pulses_;  // ascending in time
};

}  // namespace volley
