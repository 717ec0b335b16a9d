// Traces that decay in closed form: a value and when it was last touched, nothing ticks.
//
// A moment is stamped in half-lives of the trace's time constant (engine/half_lives.h), so that a decay from one to
// another is two multiplications, and the same bits whoever asks.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/elementary.h"
#include "engine/half_lives.h"
#include "engine/time.h"

namespace volley {

// A moment on a trace's clock: 2^-whole * fall is exp(-t / tau); rise = 1 / fall.
struct Stamp {
  std::int64_t whole = 0;
  double rise = 1, fall = 1;
};

class TraceClock {
 public:
  // REQUIRES: 1e-6 <= tau_ms <= 1e9.
  explicit TraceClock(double tau_ms) : half_lives_(tau_ms) {}
  // REQUIRES: t >= kStart.
  Stamp at(Time t) const {
    const HalfLives::Position p = half_lives_.position(t);
    const double rise = exp_fraction(HalfLives::fraction_in_tau(p));
    return {p.whole, rise, 1.0 / rise};
  }

 private:
  HalfLives half_lives_;
};

// value * 2^-half_lives, 0 for all purposes beyond 1000. REQUIRES: half_lives >= 0.
inline double fallen(double value, std::int64_t half_lives) {
  return value * power_of_two(-std::min<std::int64_t>(half_lives, 1000));
}

struct Trace {
  double risen = 0;        // value at the last touch, times that stamp's rise
  std::int64_t whole = 0;  // of the last touch

  // REQUIRES: s is not before the last touch.
  double at(const Stamp& s) const { return fallen(risen * s.fall, s.whole - whole); }
  void set(const Stamp& s, double value) {
    risen = value * s.rise;
    whole = s.whole;
  }
  void add(const Stamp& s, double jump) { set(s, at(s) + jump); }
};

}  // namespace volley
