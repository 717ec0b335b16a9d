// Reward-modulated STDP (Izhikevich 2007, Cereb. Cortex 17, 2443; Fremaux & Gerstner 2016, Front. Neural Circuits 9,
// 85): what pair_stdp.h would do to the weight goes to an eligibility trace e that decays with tau_e, and a pulse of
// strength R of a modulator changes the weight:
//   w += eta R e
// `trace: causal` keeps only the part of e in which the own spike came first. A trace smaller than `cutoff` in
// magnitude counts as none.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "engine/plasticity.h"
#include "learning/pair_stdp.h"
#include "learning/trace.h"

namespace volley {

class RewardStdp {
 public:
  struct Moment {
    PairStdp::Moment pair;
    Stamp tag;
  };
  using Pre = PairStdp::Pre;
  struct Event {
    PairStdp::Event pair;
    Stamp tag;
  };

  static RuleInfo info();
  static std::vector<std::string> problems(const ResolvedParameters& p) { return PairStdp::problems(p); }

  explicit RewardStdp(const ResolvedParameters& p)
      : pair_(p),
        tag_(p.uniform("tau_e")),
        eta_(p.uniform("eta")),
        cutoff_(p.uniform("cutoff")),
        causal_(p.option("trace") == 1) {}

  Moment moment(Time t) const { return {pair_.moment(t), tag_.at(t)}; }

  void arrive(Pre& pre, const Moment& m) const { pair_.arrive(pre, m.pair); }
  Event fire(const Event* last, const Moment& m, const Moment&) const {
    return {pair_.fire(last == nullptr ? nullptr : &last->pair, m.pair, m.pair), m.tag};
  }
  double at_post(double w, const Pre& pre, const Event& event) const { return pair_.at_post(w, pre, event.pair); }
  double at_pre(double w, const Pre& pre, const Event* last, const Moment& m) const {
    return causal_ ? 0.0 : pair_.at_pre(w, pre, last == nullptr ? nullptr : &last->pair, m.pair);
  }
  // Of a trace, what a pulse of strength 1 adds to the weight.
  double effective(double trace) const { return std::fabs(trace) < cutoff_ ? 0.0 : eta_ * trace; }

 private:
  PairStdp pair_;
  TraceClock tag_;
  double eta_, cutoff_;
  bool causal_;
};

}  // namespace volley
