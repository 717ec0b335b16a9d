#include "learning/short_term.h"

#include "engine/elementary.h"

namespace volley {

RuleInfo ShortTerm::info() {
  return {"short_term",
          "w_delivered = w u x; u <- U + u (1 - U) exp(-dt/tau_facil), x <- 1 + (x - u x - 1) exp(-dt/tau_rec)",
          "Tsodyks, Pawelzik & Markram 1998",
          {{"u", "", 0.5, "U: fraction of the resources that a first spike uses", 0.0, {}, 1.0},
           {"tau_rec", "ms", 800, "time constant of recovery from depression", 0.0, {}, 1e9},
           {"tau_facil", "ms", 0, "time constant of facilitation; 0: none", {}, 0.0, 1e9}},
          {},
          false};
}

ShortTerm::ShortTerm(const ResolvedParameters& p, bool frozen, const SynapseGroup& group)
    : use_(p.uniform("u")),
      tau_rec_ms_(p.uniform("tau_rec")),
      tau_facil_ms_(p.uniform("tau_facil")),
      frozen_(frozen),
      index_(group),
      runs_(index_.size()),
      base_(group.weight) {}

void ShortTerm::deliver(const Arrival& arrival, SynapseGroup& group) {
  Run& run = runs_[index_.of(arrival.neuron, arrival.begin)];
  const bool first = run.delivered == kNever;
  if (first) run.u = use_;
  if (!first && !frozen_) {
    const double dt = to_ms(arrival.at - run.delivered);
    run.x = 1.0 + (run.x - run.u * run.x - 1.0) * exp_portable(-dt / tau_rec_ms_);
    run.u = tau_facil_ms_ == 0 ? use_ : use_ + run.u * (1.0 - use_) * exp_portable(-dt / tau_facil_ms_);
  }
  run.delivered = arrival.at;
  const double factor = run.u * run.x;
  for (std::uint32_t k = arrival.begin; k < arrival.end; ++k) {
    group.weight[k] = static_cast<float>(static_cast<double>(base_[k]) * factor);
  }
}

}  // namespace volley
