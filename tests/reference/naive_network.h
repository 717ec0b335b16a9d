// Networks of integrate-and-fire neurons with delta synapses the naive way: one sorted list of events, one event per
// synapse, every neuron moved by itself in long double. Shares no code with the models. For tests: slow and plain.
//
// At one instant, in this order: refractory periods that are over end; all input of the instant is added (what meets a
// refractory neuron is lost); every neuron that got input or woke up is tested, and fires at most once.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "engine/spike.h"

namespace volley::test {

struct NaiveParameters {
  long double tau_ms = 20;                                                     // infinity: no leak
  long double v_rest = 0, i_e = 0, v_threshold = 20, v_reset = 0, v_init = 0;  // i_e in mV
  long double t_ref_ps = 0;
  bool subtract = false;
  bool at_least = false;
};

struct NaiveEdge {
  std::uint32_t source, target;
  long double weight;
  std::int64_t delay_ps;
};

class NaiveNetwork {
 public:
  NaiveNetwork(const NaiveParameters& parameters, std::uint32_t neurons, std::vector<NaiveEdge> edges)
      : p_(parameters), neurons_(neurons, {parameters.v_init, 0, -1}), edges_of_(neurons) {
    for (const NaiveEdge& edge : edges) edges_of_[edge.source].push_back(edge);
    for (std::uint32_t i = 0; i < neurons; ++i) predict(i);
  }

  // An input of `weight` mV from outside.
  void input(std::int64_t at_ps, std::uint32_t neuron, long double weight) {
    events_[at_ps].push_back({neuron, weight});
  }

  // All spikes before `end_ps`, in canonical order, of population 0.
  std::vector<Spike> run(std::int64_t end_ps) {
    for (std::int64_t now = next(); now < end_ps; now = next()) instant(now);
    std::sort(spikes_.begin(), spikes_.end());
    return spikes_;
  }

 private:
  struct Neuron {
    long double v;
    long double last_ps;  // v is that of this real moment
    long double wake_ps;  // end of the refractory period; -1: not refractory
    std::int64_t crosses = std::numeric_limits<std::int64_t>::max();  // picosecond of the next crossing without input
    long double crosses_ps = 0;                                       // its real time
  };
  struct Input {
    std::uint32_t neuron;
    long double weight;
  };

  std::int64_t next() const {
    std::int64_t next = events_.empty() ? std::numeric_limits<std::int64_t>::max() : events_.begin()->first;
    for (const Neuron& n : neurons_) {
      next = std::min(next, n.crosses);
      if (n.wake_ps >= 0) next = std::min(next, static_cast<std::int64_t>(std::llroundl(n.wake_ps)));
    }
    return next;
  }

  bool above(long double v) const { return p_.at_least ? v >= p_.v_threshold : v > p_.v_threshold; }
  long double v_inf() const { return p_.v_rest + p_.i_e; }

  void move(Neuron& n, long double to_ps) const {
    if (to_ps <= n.last_ps) return;
    if (std::isfinite(p_.tau_ms)) n.v = v_inf() + (n.v - v_inf()) * std::exp((n.last_ps - to_ps) / (p_.tau_ms * 1e9L));
    n.last_ps = to_ps;
  }

  // Only a leaky neuron whose resting place lies above the threshold crosses without input.
  void predict(std::uint32_t i) {
    Neuron& n = neurons_[i];
    n.crosses = std::numeric_limits<std::int64_t>::max();
    if (n.wake_ps >= 0 || !std::isfinite(p_.tau_ms) || v_inf() <= p_.v_threshold || n.v > p_.v_threshold) return;
    n.crosses_ps = n.last_ps + p_.tau_ms * 1e9L * std::log((n.v - v_inf()) / (p_.v_threshold - v_inf()));
    n.crosses = static_cast<std::int64_t>(std::llroundl(n.crosses_ps));
  }

  void fire(std::uint32_t i, std::int64_t now, long double real_ps) {
    Neuron& n = neurons_[i];
    spikes_.push_back({Time{Duration{now}}, PopulationId{0}, i});
    n.v = p_.subtract ? n.v - (p_.v_threshold - p_.v_reset) : p_.v_reset;
    if (p_.t_ref_ps > 0) n.wake_ps = real_ps + p_.t_ref_ps;
    for (const NaiveEdge& edge : edges_of_[i]) events_[now + edge.delay_ps].push_back({edge.target, edge.weight});
  }

  void instant(std::int64_t now) {
    std::vector<bool> tested(neurons_.size());
    for (std::uint32_t i = 0; i < neurons_.size(); ++i) {
      Neuron& n = neurons_[i];
      if (n.wake_ps >= 0 && std::llroundl(n.wake_ps) == now) {
        n.last_ps = n.wake_ps;
        n.wake_ps = -1;
        tested[i] = true;
      }
    }
    const auto due = events_.find(now);
    if (due != events_.end()) {
      for (const Input& input : due->second) {
        Neuron& n = neurons_[input.neuron];
        if (n.wake_ps >= 0) continue;
        move(n, static_cast<long double>(now));
        n.v += input.weight;
        tested[input.neuron] = true;
      }
      events_.erase(due);
    }
    for (std::uint32_t i = 0; i < neurons_.size(); ++i) {
      Neuron& n = neurons_[i];
      if (tested[i] && above(n.v)) {
        fire(i, now, static_cast<long double>(now));
      } else if (n.crosses == now && !tested[i]) {
        move(n, n.crosses_ps);
        fire(i, now, n.crosses_ps);
      } else if (!tested[i]) {
        continue;
      }
      predict(i);
    }
  }

  NaiveParameters p_;
  std::vector<Neuron> neurons_;
  std::vector<std::vector<NaiveEdge>> edges_of_;
  std::map<std::int64_t, std::vector<Input>> events_;
  std::vector<Spike> spikes_;
};

}  // namespace volley::test
