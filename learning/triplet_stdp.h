// Triplet spike-timing-dependent plasticity (Pfister & Gerstner 2006, J. Neurosci. 26, 9673, equations 3 and 4):
//   own spike:        w -= o1 (a2_minus + a3_minus r2);  then r1 += 1, r2 += 1
//   target's spike:   w += r1 (a2_plus  + a3_plus  o2);  then o1 += 1, o2 += 1
// r1, r2, o1, o2 decay with tau_plus, tau_x, tau_minus, tau_y; with `pairs: nearest` they are set to 1 instead of
// raised. Defaults: the paper's fit to visual cortex, all pairs (its table 4).
#pragma once

#include <string>
#include <vector>

#include "engine/plasticity.h"
#include "learning/trace.h"

namespace volley {

class TripletStdp {
 public:
  struct Moment {
    Stamp plus, minus, x, y;
  };
  struct Pre {
    Trace r1, r2;
  };
  struct Event {
    double fall;  // of `plus`
    std::int64_t whole;
    double o2_before;
    Trace o1, o2;  // with this spike
  };

  static RuleInfo info();
  static std::vector<std::string> problems(const ResolvedParameters&) { return {}; }

  explicit TripletStdp(const ResolvedParameters& p)
      : plus_(p.uniform("tau_plus")),
        minus_(p.uniform("tau_minus")),
        x_(p.uniform("tau_x")),
        y_(p.uniform("tau_y")),
        a2_plus_(p.uniform("a2_plus")),
        a2_minus_(p.uniform("a2_minus")),
        a3_plus_(p.uniform("a3_plus")),
        a3_minus_(p.uniform("a3_minus")),
        nearest_(p.option("pairs") == 1) {}

  Moment moment(Time t) const { return {plus_.at(t), minus_.at(t), x_.at(t), y_.at(t)}; }

  void arrive(Pre& pre, const Moment& m) const {
    raise(pre.r1, m.plus);
    raise(pre.r2, m.x);
  }
  Event fire(const Event* last, const Moment& m, const Moment&) const {
    Event event{m.plus.fall, m.plus.whole, 0.0, {}, {}};
    if (last != nullptr) {
      event.o1 = last->o1;
      event.o2 = last->o2;
      event.o2_before = last->o2.at(m.y);
    }
    raise(event.o1, m.minus);
    raise(event.o2, m.y);
    return event;
  }

  double at_post(double, const Pre& pre, const Event& event) const {
    return fallen(pre.r1.risen * event.fall, event.whole - pre.r1.whole) * (a2_plus_ + a3_plus_ * event.o2_before);
  }
  double at_pre(double, const Pre& pre, const Event* last, const Moment& m) const {
    if (last == nullptr) return 0.0;
    return -last->o1.at(m.minus) * (a2_minus_ + a3_minus_ * pre.r2.at(m.x));
  }

  // For learning/product_rows.h.
  static bool is_product() { return true; }
  static Trace own_trace(const Pre& pre) { return pre.r1; }
  static Trace post_trace(const Event& event) { return event.o1; }
  double post_amount(const Event& event) const { return a2_plus_ + a3_plus_ * event.o2_before; }
  double own_amount(const Pre& pre, const Moment& m) const { return a2_minus_ + a3_minus_ * pre.r2.at(m.x); }

 private:
  void raise(Trace& trace, const Stamp& s) const { nearest_ ? trace.set(s, 1.0) : trace.add(s, 1.0); }

  TraceClock plus_, minus_, x_, y_;
  double a2_plus_, a2_minus_, a3_plus_, a3_minus_;
  bool nearest_;
};

}  // namespace volley
