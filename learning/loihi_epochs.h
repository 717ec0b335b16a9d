// What a Loihi learning rule is made of, apart from synapses: its parameters in integers, and the traces of one neuron,
// epoch by epoch.
//
// Epoch n is [n T, (n + 1) T), T = `epoch` steps of the target's population. At its end, in this order: x0 and y0 are 1
// where the neuron fired in it; traces decay and take the epoch's impulses (learning/loihi_traces.h); the rule is
// evaluated from those (learning/loihi_rule.h). Random numbers belong to (projection, neuron or synapse, epoch), so it
// does not matter when an epoch is computed. Source: Davies et al. 2018, IEEE Micro 38(1), "Learning engine".
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "engine/random.h"
#include "engine/time.h"
#include "learning/loihi_rule.h"
#include "learning/loihi_traces.h"

namespace volley {

using LoihiEpoch = std::int64_t;

// Streams of Purpose::kLoihi: of a projection's synapses, source neurons, target neurons and reward trace.
enum class LoihiStream : std::uint64_t { kSynapses = 0, kSources = 1, kTargets = 2, kRewards = 3 };
inline StreamKey loihi_key(std::uint64_t seed, std::uint32_t projection, LoihiStream stream) {
  return {seed, Purpose::kLoihi, static_cast<std::uint64_t>(stream) << 32 | projection};
}

// Up to three traces of one neuron at the end of an epoch.
struct LoihiTraceValues {
  bool fired = false;
  std::array<std::uint8_t, 3> trace{};
  bool quiet() const { return !fired && trace == std::array<std::uint8_t, 3>{}; }
};

// How the traces of a side, x1 and x2 or y1 to y3, go on.
class LoihiTraces {
 public:
  LoihiTraces(StreamKey key, std::vector<LoihiTrace::Params> params)
      : key_(philox_key(key)), params_(std::move(params)) {}

  // The values at the end of `epoch`, in which the neuron fired `spikes` times, from those of the epoch before.
  LoihiTraceValues next(const LoihiTraceValues& before, std::uint32_t neuron, LoihiEpoch epoch,
                        std::uint32_t spikes) const {
    LoihiTraceValues after{spikes > 0, {}};
    if (spikes == 0 && before.trace == std::array<std::uint8_t, 3>{}) return after;
    RandomStream random(key_, neuron, 2 * static_cast<std::uint64_t>(epoch));
    for (std::size_t i = 0; i < params_.size(); ++i) {
      const std::uint32_t decay = random.next_u32(), impulse = random.next_u32();
      after.trace[i] = static_cast<std::uint8_t>(LoihiTrace::next(params_[i], before.trace[i], spikes, decay, impulse));
    }
    return after;
  }

 private:
  PhiloxKey key_;
  std::vector<LoihiTrace::Params> params_;
};

// The reward trace of a projection in the epochs in which it was not 0, as far as they were computed and are needed.
class LoihiRewards {
 public:
  struct Item {
    LoihiEpoch epoch;
    int value;
  };

  LoihiRewards(StreamKey key, LoihiTrace::Params params) : key_(philox_key(key)), params_(params) {}

  // A pulse of strength 1 adds the impulse. Whole numbers are added, so that the order of pulses does not matter.
  // REQUIRES: epoch was not computed yet.
  void pulse(LoihiEpoch epoch, double strength) {
    coming_[epoch] += static_cast<std::int64_t>(std::round(std::clamp(strength * params_.impulse, -1e9, 1e9)));
  }
  // Computes all epochs below `end`. REQUIRES: every pulse in them was told.
  void go_on(LoihiEpoch end) {
    while (next_ < end) {
      if (value_ == 0) {  // nothing happens before the next pulse
        next_ = coming_.empty() ? end : std::min(end, coming_.begin()->first);
        if (next_ == end) break;
      }
      std::int64_t pulses = 0;
      if (!coming_.empty() && coming_.begin()->first == next_) {
        pulses = coming_.begin()->second;
        coming_.erase(coming_.begin());
      }
      RandomStream random(key_, 0, 2 * static_cast<std::uint64_t>(next_));
      const std::uint32_t decay = random.next_u32(), impulse = random.next_u32();
      value_ = next_reward(params_, value_, pulses, decay, impulse);
      if (value_ != 0) items_.push_back({next_, value_});
      ++next_;
    }
  }
  // REQUIRES: nobody asks for epochs below `begin` any more.
  void forget(LoihiEpoch begin) {
    items_.erase(items_.begin(), std::partition_point(items_.begin(), items_.end(),
                                                      [&](const Item& item) { return item.epoch < begin; }));
  }
  std::span<const Item> items() const { return items_; }
  std::size_t bytes() const { return items_.capacity() * sizeof(Item) + coming_.size() * 48; }

 private:
  PhiloxKey key_;
  LoihiTrace::Params params_;
  LoihiEpoch next_ = 0;  // the first that was not computed
  int value_ = 0;
  std::vector<Item> items_;
  std::map<LoihiEpoch, std::int64_t> coming_;  // pulses by epoch, in 1/128
};

// The epochs of one target neuron in which it was not quiet, as far as they were computed and are still needed.
class LoihiHistory {
 public:
  struct Item {
    LoihiEpoch epoch;
    LoihiTraceValues values;
  };

  // Epochs ascend.
  void fire(LoihiEpoch epoch) {
    if (!coming_.empty() && coming_.back().first == epoch) {
      ++coming_.back().second;
    } else {
      coming_.emplace_back(epoch, 1);
    }
  }
  // Computes all epochs below `end`. REQUIRES: every spike in them was told.
  void go_on(const LoihiTraces& traces, std::uint32_t neuron, LoihiEpoch end) {
    while (next_ < end) {
      if (last_.trace == std::array<std::uint8_t, 3>{}) {  // nothing happens before the next spike
        next_ = coming_.empty() ? end : std::min(end, coming_.front().first);
        if (next_ == end) break;
      }
      std::uint32_t spikes = 0;
      if (!coming_.empty() && coming_.front().first == next_) {
        spikes = coming_.front().second;
        coming_.erase(coming_.begin());
      }
      last_ = traces.next(last_, neuron, next_, spikes);
      if (!last_.quiet()) items_.push_back({next_, last_});
      ++next_;
    }
  }
  // REQUIRES: nobody asks for epochs below `begin` any more.
  void forget(LoihiEpoch begin) {
    items_.erase(items_.begin(), std::partition_point(items_.begin(), items_.end(),
                                                      [&](const Item& item) { return item.epoch < begin; }));
  }
  std::span<const Item> items() const { return items_; }
  std::size_t size() const { return items_.size() + coming_.size(); }
  std::size_t bytes() const { return items_.capacity() * sizeof(Item) + coming_.capacity() * sizeof(coming_[0]); }

 private:
  LoihiEpoch next_ = 0;  // the first that was not computed
  LoihiTraceValues last_;
  std::vector<Item> items_;
  std::vector<std::pair<LoihiEpoch, std::uint32_t>> coming_;  // spikes by epoch, from next_ on
};

}  // namespace volley
