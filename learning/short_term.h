// Short-term plasticity (Tsodyks, Pawelzik & Markram 1998, Neural Comput. 10, 821, equations 2.11 to 2.14): each spike
// uses a fraction u of the resources x that are left, and both recover in closed form:
//   u <- U + u (1 - U) exp(-dt / tau_facil)         (u = U at every spike where tau_facil is 0)
//   x <- 1 + (x - u_last x - 1) exp(-dt / tau_rec)
//   delivered weight: w u x
// All synapses of a source neuron share u and x; w itself does not change.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/plasticity.h"
#include "learning/row_runs.h"

namespace volley {

class ShortTerm final : public PlasticSynapses {
 public:
  static RuleInfo info();

  ShortTerm(const ResolvedParameters& p, bool frozen, const SynapseGroup& group);

  void deliver(const Arrival& arrival, SynapseGroup& group) override;
  Time last_delivery(const Arrival& arrival) const override {
    return runs_[index_.of(arrival.neuron, arrival.begin)].delivered;
  }
  void fired(std::span<const Spike>, std::uint32_t) override {}
  void modulate(Time, double) override {}
  void settle(Time, SynapseGroup&) override {}
  // w, and not what was delivered last.
  double weight(std::size_t k, const SynapseGroup&) const override { return static_cast<double>(base_[k]); }
  void set_weight(std::size_t k, double weight, SynapseGroup&) override { base_[k] = static_cast<float>(weight); }
  // Frozen resources stay as they are.
  void freeze(bool frozen) override { frozen_ = frozen; }
  std::size_t bytes() const override {
    return runs_.capacity() * sizeof(Run) + base_.capacity() * sizeof(float) + index_.bytes();
  }

 private:
  struct Run {
    double u = 0, x = 1;  // just after the last spike: x before it used u of it
    Time delivered = kNever;
  };

  double use_, tau_rec_ms_, tau_facil_ms_;
  bool frozen_;
  RowRuns index_;
  std::vector<Run> runs_;
  std::vector<float> base_;
};

}  // namespace volley
