// Synaptic scaling (Turrigiano 2008, Cell 135, 422): all weights onto a neuron follow its rate r towards a target,
//   dw/dt = eta w (rate - r),    r = y / tau_rate,  y += 1 at each of its spikes, decaying with tau_rate.
// The integral of r is the number of its spikes less y, so the weight has a closed form, also of a silent neuron:
//   w(t) = w_0 exp(eta (rate t - n(t) + y(t))).
// w_min and w_max cut what this gives, and the integral goes on: after a long silence at w_max it takes as many spikes
// to leave it again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/plasticity.h"
#include "learning/bounds.h"
#include "learning/post_history.h"
#include "learning/row_runs.h"
#include "learning/trace.h"

namespace volley {

class SynapticScaling final : public PlasticSynapses {
 public:
  static RuleInfo info();
  static std::vector<std::string> problems(const ResolvedParameters& p);

  SynapticScaling(const ResolvedParameters& p, bool frozen, std::uint32_t neurons, const SynapseGroup& group);

  void deliver(const Arrival& arrival, SynapseGroup& group) override;
  Time last_delivery(const Arrival& arrival) const override {
    return delivered_[index_.of(arrival.neuron, arrival.begin)];
  }
  void fired(std::span<const Spike> spikes, std::uint32_t first) override;
  void modulate(Time, double) override {}
  void settle(Time now, SynapseGroup& group) override;
  double weight(std::size_t k, const SynapseGroup& group) const override {
    return static_cast<double>(group.weight[k]);
  }
  // The weight as it is now: what follows scales it.
  void set_weight(std::size_t k, double weight, SynapseGroup& group) override;
  // What a neuron did while its weights were frozen counts afterwards.
  void freeze(bool frozen) override { frozen_ = frozen; }
  std::size_t bytes() const override {
    return delivered_.capacity() * sizeof(Time) + base_.capacity() * sizeof(float) + index_.bytes() + history_.bytes();
  }

 private:
  struct Event {
    double spikes;
    Trace y;
  };

  static Duration delay_of(std::size_t k, const SynapseGroup& group) {
    return group.delay_step.empty() ? group.delay : group.delay_step[k] * group.delay_resolution;
  }
  // As in learning/plastic_rows.h.
  Time seen_at(Time arrival, Duration delay) const { return arrival - delay - delay + lead_; }
  // ln(w / w_0) of a neuron's synapses at a moment.
  double log_scale(std::uint32_t neuron, Time at, const Stamp& stamp) const;
  void scale(const RowRuns::Run& run, Time at, SynapseGroup& group);

  TraceClock clock_;
  double rate_per_ms_, eta_;
  Bounds bounds_;
  bool frozen_;
  RowRuns index_;
  Duration lead_;
  std::vector<Time> delivered_;  // by run
  std::vector<float> base_;      // w_0
  PostHistory<Event> history_;
  std::size_t most_items_;
  Time settled_ = kStart;
};

}  // namespace volley
