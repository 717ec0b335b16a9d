// When a sum of decaying modes reaches its threshold: cheap bounds first, then the search of models/crossing.h.
#pragma once

#include <algorithm>
#include <cmath>

#include "models/crossing.h"
#include "models/modes.h"

namespace volley {

template <int Width>
class ModeThreshold {
 public:
  // `level`: of the threshold above what the modes decay to, in mV. `slack`: what rounding may hide. `rates` in 1/ms,
  // of the first `used` modes; the others are 0.
  ModeThreshold(double level, double slack, Modes<Width> rates, int used)
      : level_(level), slack_(slack), rates_(rates), used_(used) {
    for (int k = 0; k < used; ++k) fastest_rate_ = std::max(fastest_rate_, rates[k]);
  }

  double level() const { return level_; }
  Modes<Width> rates() const { return rates_; }
  // A bound on the potential up to here rules a crossing out.
  double bar() const { return level_ - slack_; }

  // The first crossing within `length_ms`, or kNoCrossing. `now` and `later`: the modes at both ends; excess: how far
  // they are above the threshold now.
  double crossing_before(Modes<Width> now, Modes<Width> later, double excess, double length_ms) const {
    // A second, tighter bound, still without an exponential: the steepest slope that the modes allow.
    const Modes<Width> slope_now = -(rates_ * now), slope_later = -(rates_ * later);
    const double steepest = sum_of<Width>(slope_now > slope_later ? slope_now : slope_later);
    if (excess + slack_ + (steepest > 0 ? steepest * length_ms : 0) < 0) return kNoCrossing;
    const double flattest = sum_of<Width>(slope_now < slope_later ? slope_now : slope_later);
    if (flattest >= 0 &&
        length_ms * fastest_rate_ <= 0.251) {  // V only rises: its value at the end decides, and there is one root
      const double end = sum_of<Width>(later) - level_;
      if (end + slack_ < 0) return kNoCrossing;
      const double root = rising_root(now, excess, length_ms);
      if (root < length_ms) return root;
      if (end < 0) return kNoCrossing;
    }
    ExponentialSum<0> v;  // V - v_threshold
    v.constant = -level_;
    v.add(rates_[0], now[0]);
    for (int k = 1; k < used_; ++k) {
      if (now[k] != 0) v.add(rates_[k], now[k]);
    }
    return first_crossing(v, length_ms);
  }

  // A crossing that rounding moved to a later picosecond has just passed: how long ago, as a negative number.
  double passed_ps(Modes<Width> now, double excess) const {
    const double slope = -sum_of<Width>(rates_ * now);
    const double ago = slope > 0 ? excess / slope * 1e9 : 1.0;
    return ago <= 0.5 ? -ago : 0.0;
  }

  // A crossing that rounding moved to an earlier picosecond is just ahead: how far. More than half a picosecond where a
  // straight line does not tell.
  double due_ps(Modes<Width> now, double excess) const {
    constexpr double kHalf = 0.5e-9;  // ms
    const Modes<Width> slopes = rates_ * now, bends = rates_ * slopes;
    const double slope = -sum_of<Width>(slopes);
    const double bend = sum_of<Width>(bends > 0 ? bends : -bends);
    const bool straight = slope > 0 && bend * kHalf < 1e-5 * slope;
    return straight ? -excess / slope * 1e9 : 1.0;
  }

 private:
  // Newton's iteration on the Taylor polynomial of V: a length of at most a quarter of the fastest time constant leaves
  // (1/4)^12 / 12! = 1.2e-16 of a mode. kNoCrossing if it does not settle inside.
  double rising_root(Modes<Width> now, double excess, double length_ms) const {
    constexpr int kDegree = 11;
    double c[kDegree + 1];
    Modes<Width> term = now;
    c[0] = excess;
    for (int n = 1; n <= kDegree; ++n) {
      term *= -rates_ / static_cast<double>(n);
      c[n] = sum_of<Width>(term);
    }
    double s = c[1] > 0 ? std::min(-c[0] / c[1], length_ms) : 0.5 * length_ms;
    for (int iteration = 0; iteration < 20; ++iteration) {
      double value = c[kDegree], slope = 0;
      for (int n = kDegree - 1; n >= 0; --n) {
        slope = slope * s + value;
        value = value * s + c[n];
      }
      if (!(slope > 0)) break;
      const double step = value / slope;
      s = std::clamp(s - step, 0.0, length_ms);
      if (std::fabs(step) < 1e-12) return s;
    }
    return kNoCrossing;
  }

  double level_, slack_;
  Modes<Width> rates_;
  int used_;
  double fastest_rate_ = 0;
};

}  // namespace volley
