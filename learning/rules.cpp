// What the rules of pairs of spikes are called, what they take, and where it comes from.
#include "absl/strings/str_format.h"
#include "learning/bcm.h"
#include "learning/bounds.h"
#include "learning/pair_stdp.h"
#include "learning/reward_stdp.h"
#include "learning/triplet_stdp.h"

namespace volley {
namespace {

constexpr double kShortest = 1e-6, kLongest = 1e9;  // of a time constant, in ms: learning/trace.h

ParameterInfo time_constant(std::string name, double ms, std::string doc) {
  return {std::move(name), "ms", ms, std::move(doc), {}, kShortest, kLongest};
}

OptionInfo pairs() {
  return {"pairs", {"all", "nearest"}, "all: traces add up; nearest: each spike pairs with the last one alone"};
}

}  // namespace

RuleInfo PairStdp::info() {
  RuleInfo info{"pair_stdp",
                "own spike: w -= a_minus (w/w_max)^mu_minus y; target's: w += a_plus (1 - w/w_max)^mu_plus x",
                "Song, Miller & Abbott 2000; Guetig et al. 2003; Morrison, Diesmann & Gerstner 2008",
                {{"a_plus", "weight", 0.01, "growth at a target's spike right after an own one", {}, {}, {}},
                 {"a_minus", "weight", 0.0105, "shrinking at an own spike right after a target's", {}, {}, {}},
                 time_constant("tau_plus", 20, "of x, the trace of own spikes"),
                 time_constant("tau_minus", 20, "of y, the trace of the target's spikes")},
                {pairs()},
                false};
  for (ParameterInfo& parameter : WeightDependence::parameters()) info.parameters.push_back(std::move(parameter));
  return info;
}

RuleInfo TripletStdp::info() {
  return {"triplet_stdp",
          "own spike: w -= o1 (a2_minus + a3_minus r2); target's: w += r1 (a2_plus + a3_plus o2)",
          "Pfister & Gerstner 2006",
          {{"a2_plus", "weight", 5e-10, "growth by pairs", {}, {}, {}},
           {"a2_minus", "weight", 7e-3, "shrinking by pairs", {}, {}, {}},
           {"a3_plus", "weight", 6.2e-3, "growth by triplets", {}, {}, {}},
           {"a3_minus", "weight", 2.3e-4, "shrinking by triplets", {}, {}, {}},
           time_constant("tau_plus", 16.8, "of r1, the fast trace of own spikes"),
           time_constant("tau_x", 101, "of r2, the slow one"),
           time_constant("tau_minus", 33.7, "of o1, the fast trace of the target's spikes"),
           time_constant("tau_y", 125, "of o2, the slow one")},
          {pairs()},
          false};
}

RuleInfo Bcm::info() {
  return {"bcm",
          "target's spike: w += eta x y (y - theta); tau_theta dtheta/dt = y^2/y_0 - theta",
          "Bienenstock, Cooper & Munro 1982",
          {{"eta", "weight", 1e-3, "learning rate", {}, 0.0, {}},
           {"y_0", "", 1, "activity, in spikes per tau_y, at which theta comes to rest at y", {}, 1e-9, 1e9},
           {"theta_init", "", 1, "theta at the start", {}, 0.0, 1e9},
           time_constant("tau_x", 20, "of x, the trace of own spikes"),
           time_constant("tau_y", 100, "of y, the trace of the target's spikes"),
           time_constant("tau_theta", 10000, "of theta")},
          {},
          false};
}

std::vector<std::string> Bcm::problems(const ResolvedParameters& p) {
  if (p.uniform("tau_theta") >= p.uniform("tau_y")) return {};
  return {absl::StrFormat("tau_theta %g ms, must be at least tau_y %g ms: theta slides slowly; set `tau_theta`",
                          p.uniform("tau_theta"), p.uniform("tau_y"))};
}

RuleInfo RewardStdp::info() {
  RuleInfo info = PairStdp::info();
  info.name = "reward_stdp";
  info.summary = "pair_stdp into an eligibility e that decays with tau_e; a pulse of strength R: w += eta R e";
  info.citation = "Izhikevich 2007; Fremaux & Gerstner 2016";
  info.parameters.push_back(time_constant("tau_e", 1000, "of the eligibility"));
  info.parameters.push_back({"eta", "", 1, "learning rate", {}, 0.0, kLargestLearned});
  info.parameters.push_back({"cutoff", "weight", 0, "an eligibility below this counts as none", {}, 0.0, {}});
  info.options.push_back({"trace", {"full", "causal"}, "causal: only what an own spike before the target's leaves"});
  info.takes_modulators = true;
  return info;
}

}  // namespace volley
