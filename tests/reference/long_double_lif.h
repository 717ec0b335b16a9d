// An independent integrate-and-fire neuron for tests: closed forms in long double between events, scanned at 1e-3 ms
// for crossings and for maxima, refined by bisection. Shares no code with models/.
//
// It also carries how far a model that keeps V in double can be off by now: rounding at every event, decaying with the
// membrane, and after a crossing at slope V' by what a shift of noise / V' in time makes of it. A crossing that this
// noise moves by more than kShiftMs has no well defined place in double precision; the reference says when the first
// comes.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace volley::testing {

enum class Shape { kDelta, kExponential, kAlpha };

struct ReferenceParameters {
  Shape shape = Shape::kExponential;
  double c_m = 250, tau_m = 10, v_rest = -70, v_threshold = -55, v_reset = -70, t_ref = 2,
         i_e = 0;  // i_e: mV for delta
  double tau_syn[2] = {2, 2};
};

struct ReferenceInput {
  std::int64_t at_ps;
  int port;
  double weight;
};

// V(s) = constant + sum (a + b s) exp(-rate s).
struct ReferenceCurve {
  struct Mode {
    long double rate, a, b;
  };
  long double constant = 0;
  std::vector<Mode> modes;

  long double value(long double s) const {
    long double v = constant;
    for (const Mode& m : modes) v += (m.a + m.b * s) * std::exp(-m.rate * s);
    return v;
  }
  long double slope(long double s) const {
    long double d = 0;
    for (const Mode& m : modes) d += (m.b - m.rate * (m.a + m.b * s)) * std::exp(-m.rate * s);
    return d;
  }
};

class ReferenceNeuron {
 public:
  explicit ReferenceNeuron(const ReferenceParameters& p) : p_(p), v_(p.v_rest) {}

  static constexpr long double kShiftMs = 3e-10L;  // together with rounding to 1 ps, 5e-10 ms, below 1e-9 ms

  const std::vector<long double>& spikes_ms() const { return spikes_; }
  long double noise() const { return noise_; }
  // Time of the first crossing that noise moves by more than kShiftMs; infinite if there was none.
  long double blurred_ms() const { return blurred_; }
  bool refractory() const { return held_; }

  // Moves to `at_ms`, firing on the way.
  void run_to(long double at_ms) {
    while (now_ < at_ms) {
      if (held_) {
        const long double end = std::fmin(at_ms, release_);
        decay_currents(end - now_);
        now_ = end;
        if (now_ >= release_) release();
        continue;
      }
      const ReferenceCurve curve = potential();
      const long double found = first_crossing(curve, at_ms - now_);
      const bool fires = found >= 0;
      const long double length = fires ? found : at_ms - now_;
      noise_ = rounding(curve) + noise_ * std::exp(-length / p_.tau_m);
      if (fires) shift_ = noise_ / std::fabs(curve.slope(length));
      if (fires && shift_ > kShiftMs && now_ + length < blurred_) blurred_ = now_ + length;
      v_ = curve.value(length);
      decay_currents(length);
      now_ = fires ? now_ + length : at_ms;
      if (fires) fire();
    }
    if (held_ && now_ >= release_) release();
  }

  void receive(int port, long double weight) {
    if (p_.shape == Shape::kDelta) {
      if (held_) return;
      v_ += weight;
      if (v_ <= p_.v_threshold) return;
      shift_ = 0;
      fire();
    } else if (p_.shape == Shape::kExponential) {
      g_[port] += weight;
    } else {
      h_[port] += weight * std::exp(1.0L) / p_.tau_syn[port];
    }
  }

  struct Touch {
    long double weight;
    long double curvature;  // of V where it touches, mV / ms^2
  };

  // The weight on `port` with which V's maximum over the next `length` ms is `level`, by a scan and a ternary search.
  Touch weight_that_touches(int port, long double length, long double level) const {
    const ReferenceCurve without = potential();
    ReferenceNeuron excited = *this;
    excited.receive(port, 1.0L);
    const ReferenceCurve with = excited.potential();
    const auto needed = [&](long double s) { return (level - without.value(s)) / (with.value(s) - without.value(s)); };
    long double best = length, step = length / 150;
    for (int i = 1; i <= 150; ++i) {
      if (needed(i * step) < needed(best)) best = i * step;
    }
    long double a = best - step > 1e-6L ? best - step : 1e-6L, b = best + step < length ? best + step : length;
    for (int i = 0; i < 90; ++i) {
      const long double m1 = a + (b - a) / 3, m2 = b - (b - a) / 3;
      (needed(m1) < needed(m2) ? b : a) = needed(m1) < needed(m2) ? m2 : m1;
    }
    const long double at = (a + b) / 2, weight = needed(at);
    excited.receive(port, weight - 1.0L);
    const ReferenceCurve tuned = excited.potential();
    return {weight, std::fabs(tuned.slope(at + 1e-4L) - tuned.slope(at - 1e-4L)) / 2e-4L};
  }

  ReferenceCurve potential() const {
    const long double tau_m = p_.tau_m;
    ReferenceCurve curve;
    if (p_.shape == Shape::kDelta) {
      curve.constant = p_.v_rest + static_cast<long double>(p_.i_e);
      curve.modes = {{1 / tau_m, v_ - curve.constant, 0}};
      return curve;
    }
    const long double resistance = tau_m / p_.c_m;
    curve.constant = p_.v_rest + resistance * p_.i_e;
    curve.modes = {{1 / tau_m, v_ - curve.constant, 0}};
    for (int port = 0; port < 2; ++port) {
      // tau V' = -V + R (g + h s) exp(-s / tau_s), solved by V = (A + B s) exp(-s / tau_s) - A exp(-s / tau_m).
      const long double tau_s = p_.tau_syn[port];
      const long double ratio = 1 - tau_m / tau_s;
      const long double b = resistance * h_[port] / ratio;
      const long double a = (resistance * g_[port] - tau_m * b) / ratio;
      curve.modes.push_back({1 / tau_s, a, b});
      curve.modes[0].a -= a;
    }
    return curve;
  }

 private:
  void fire() {
    spikes_.push_back(now_);
    v_ = p_.v_reset;
    release_ = now_ + static_cast<long double>(p_.t_ref);
    held_ = p_.t_ref > 0;
    if (!held_) release();
  }

  void release() {
    held_ = false;
    const ReferenceCurve curve = potential();
    noise_ = rounding(curve) + shift_ * std::fabs(curve.slope(0));
  }

  void decay_currents(long double length) {
    for (int port = 0; port < 2; ++port) {
      const long double e = std::exp(-length / static_cast<long double>(p_.tau_syn[port]));
      g_[port] = (g_[port] + h_[port] * length) * e;
      h_[port] *= e;
    }
  }

  // Of one evaluation of V in double, in mV.
  static long double rounding(const ReferenceCurve& curve) {
    long double sum = std::fabs(curve.constant);
    for (const auto& m : curve.modes) sum += std::fabs(m.a) + std::fabs(m.b) / m.rate;
    return 0x1p-52L * sum;
  }

  template <class Sign>
  static long double bisect(long double a, long double b, const Sign& is_past) {
    for (int i = 0; i < 80; ++i) {
      const long double m = (a + b) / 2;
      (is_past(m) ? b : a) = m;
    }
    return b;
  }

  // First s in (0, length] with V(s) >= threshold, or -1.
  long double first_crossing(const ReferenceCurve& curve, long double length) const {
    constexpr long double kStep = 1e-3L;
    constexpr long double kNear = 0.1L;  // mV; no input of these tests moves V by more within a step
    const long double level = p_.v_threshold;
    // The scan only says where to look, so double is enough for it.
    struct Walker {
      double a = 0, b = 0, decay = 0;
    };
    Walker walkers[3];
    for (std::size_t k = 0; k < curve.modes.size(); ++k) {
      const auto& m = curve.modes[k];
      walkers[k] = {static_cast<double>(m.a), static_cast<double>(m.b), static_cast<double>(std::exp(-m.rate * kStep))};
    }
    const auto constant = static_cast<double>(curve.constant);
    const double near = p_.v_threshold - static_cast<double>(kNear);
    for (std::int64_t i = 0;; ++i) {
      const long double left = static_cast<long double>(i) * kStep;
      if (left >= length) return -1;
      double v = constant;
      for (Walker& w : walkers) {
        w.a = (w.a + w.b * static_cast<double>(kStep)) * w.decay;
        w.b *= w.decay;
        v += w.a;
      }
      if (v < near) continue;
      const long double right = left + kStep < length ? left + kStep : length;
      long double top = right;
      if (curve.slope(left) > 0 && curve.slope(right) < 0) {
        top = bisect(left, right, [&](long double s) { return curve.slope(s) < 0; });
      }
      if (curve.value(top) >= level) {
        return bisect(left, top, [&](long double s) { return curve.value(s) >= level; });
      }
    }
  }

  ReferenceParameters p_;
  long double now_ = 0, v_, release_ = 0;
  long double g_[2] = {0, 0}, h_[2] = {0, 0};
  long double noise_ = 1e-14L, shift_ = 0, blurred_ = std::numeric_limits<long double>::infinity();
  bool held_ = false;
  std::vector<long double> spikes_;
};

}  // namespace volley::testing
