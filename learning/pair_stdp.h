// Pair-based spike-timing-dependent plasticity (Song, Miller & Abbott 2000, Nat. Neurosci. 3, 919; Morrison, Diesmann &
// Gerstner 2008, Biol. Cybern. 98, 459):
//   own spike:        w -= a_minus f-(w) y;  x += 1
//   target's spike:   w += a_plus  f+(w) x;  y += 1
// x and y decay with tau_plus and tau_minus; with `pairs: nearest` they are set to 1 instead of raised. f+, f-: see
// learning/weight_dependence.h.
#pragma once

#include <string>
#include <vector>

#include "engine/plasticity.h"
#include "learning/trace.h"
#include "learning/weight_dependence.h"

namespace volley {

class PairStdp {
 public:
  struct Moment {
    Stamp plus, minus;
  };
  struct Pre {
    Trace x;
  };
  struct Event {
    double fall;  // of `plus`
    std::int64_t whole;
    Trace y;  // with this spike
  };

  static RuleInfo info();
  static std::vector<std::string> problems(const ResolvedParameters& p) { return WeightDependence::problems(p); }

  explicit PairStdp(const ResolvedParameters& p)
      : plus_(p.uniform("tau_plus")),
        minus_(p.uniform("tau_minus")),
        a_plus_(p.uniform("a_plus")),
        a_minus_(p.uniform("a_minus")),
        nearest_(p.option("pairs") == 1),
        dependence_(p) {}

  Moment moment(Time t) const { return {plus_.at(t), minus_.at(t)}; }

  void arrive(Pre& pre, const Moment& m) const { raise(pre.x, m.plus); }
  Event fire(const Event* last, const Moment& m, const Moment&) const {
    Event event{m.plus.fall, m.plus.whole, last == nullptr ? Trace{} : last->y};
    raise(event.y, m.minus);
    return event;
  }

  double at_post(double w, const Pre& pre, const Event& event) const {
    return a_plus_ * dependence_.growth(w) * fallen(pre.x.risen * event.fall, event.whole - pre.x.whole);
  }
  double at_pre(double w, const Pre&, const Event* last, const Moment& m) const {
    if (last == nullptr) return 0.0;
    return -a_minus_ * dependence_.shrinking(w) * last->y.at(m.minus);
  }

  // For learning/product_rows.h.
  bool is_product() const { return dependence_.is_additive(); }
  static Trace own_trace(const Pre& pre) { return pre.x; }
  static Trace post_trace(const Event& event) { return event.y; }
  double post_amount(const Event&) const { return a_plus_; }
  double own_amount(const Pre&, const Moment&) const { return a_minus_; }

 private:
  void raise(Trace& trace, const Stamp& s) const { nearest_ ? trace.set(s, 1.0) : trace.add(s, 1.0); }

  TraceClock plus_, minus_;
  double a_plus_, a_minus_;
  bool nearest_;
  WeightDependence dependence_;
};

}  // namespace volley
