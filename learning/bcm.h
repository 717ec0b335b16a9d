// The rule of Bienenstock, Cooper & Munro (1982, J. Neurosci. 2, 32) on spikes, without a voltage:
//   own spike:        x += 1
//   target's spike:   y += 1;  w += eta x y (y - theta)
//   tau_theta dtheta/dt = y^2 / y_0 - theta
// x and y decay with tau_x and tau_y. y is a rate in spikes per tau_y, and above theta activity strengthens. Between
// two spikes of the target y^2 is an exponential, so theta has a closed form.
#pragma once

#include <string>
#include <vector>

#include "engine/plasticity.h"
#include "learning/trace.h"

namespace volley {

class Bcm {
 public:
  struct Moment {
    Stamp plus, minus, theta;
  };
  struct Pre {
    Trace x;
  };
  struct Event {
    double fall;  // of `plus`, the clock of x; that of y is `minus`
    std::int64_t whole;
    Trace y;       // with this spike
    Trace theta;   // as if y were 0 from here on
    double drive;  // y (y - theta)
  };

  static RuleInfo info();
  static std::vector<std::string> problems(const ResolvedParameters& p);

  explicit Bcm(const ResolvedParameters& p)
      : x_(p.uniform("tau_x")),
        y_(p.uniform("tau_y")),
        theta_(p.uniform("tau_theta")),
        eta_(p.uniform("eta")),
        y_0_(p.uniform("y_0")),
        theta_init_(p.uniform("theta_init")),
        // y^2 / y_0 = s exp(-2 t / tau_y) drives theta to gain * s * (exp(-2 t / tau_y) - exp(-t / tau_theta)).
        gain_(p.uniform("tau_y") / (p.uniform("tau_y") - 2 * p.uniform("tau_theta"))) {}

  Moment moment(Time t) const { return {x_.at(t), y_.at(t), theta_.at(t)}; }

  void arrive(Pre& pre, const Moment& m) const { pre.x.add(m.plus, 1.0); }
  Event fire(const Event* last, const Moment& m, const Moment& start) const {
    Event event{m.plus.fall, m.plus.whole, {}, {}, 0.0};
    double theta = 0;
    if (last == nullptr) {
      theta = fallen(theta_init_ * start.theta.rise * m.theta.fall, m.theta.whole - start.theta.whole);
    } else {
      const double y = last->y.at(m.minus);
      theta = last->theta.at(m.theta) + gain_ * y * y / y_0_;
      event.y = last->y;
    }
    event.y.add(m.minus, 1.0);
    const double y = event.y.at(m.minus);
    event.drive = y * (y - theta);
    event.theta.set(m.theta, theta - gain_ * y * y / y_0_);
    return event;
  }

  double at_post(double, const Pre& pre, const Event& event) const {
    return eta_ * fallen(pre.x.risen * event.fall, event.whole - pre.x.whole) * event.drive;
  }
  double at_pre(double, const Pre&, const Event*, const Moment&) const { return 0.0; }

  // For learning/product_rows.h.
  static bool is_product() { return true; }
  static Trace own_trace(const Pre& pre) { return pre.x; }
  static Trace post_trace(const Event& event) { return event.y; }
  double post_amount(const Event& event) const { return eta_ * event.drive; }
  double own_amount(const Pre&, const Moment&) const { return 0.0; }

 private:
  TraceClock x_, y_, theta_;
  double eta_, y_0_, theta_init_, gain_;
};

}  // namespace volley
