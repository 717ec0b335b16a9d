// Exponential decay in a shared frame that never rounds when it moves.
//
// A mode x(t) that decays with time constant tau is stored as c = x(t) * factor(t), where factor(t) = exp((t - base) /
// tau) and base is common to all neurons: an input of w at t is c += w * factor(t), and x(t) = c * decay(t). Between
// inputs c does not change, and factor(t) depends on t alone, so it is computed once per arrival and shared by the
// whole row.
//
// The base is always a whole number of half-lives (tau * ln 2) after the start of the simulation. With t = (k + f)
// half-lives, k whole and 0 <= f < 1, factor(t) = 2^(k - k_base) * 2^f: moving the base multiplies by a power of two,
// which is exact (engine/half_lives.h). The base is a function of the time alone (k_base is a multiple of kBlock), so
// results cannot depend on windows, slices or on who touched a neuron when.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "engine/elementary.h"
#include "engine/half_lives.h"
#include "engine/root_of_two.h"
#include "engine/time.h"

namespace volley {

class DecayFrame {
 public:
  // Half-lives that one base serves: coefficients grow by at most 2^kBlock before the base moves.
  static constexpr std::int64_t kBlock = 256;

  // REQUIRES: 1e-6 <= tau_ms <= 1e9. The base is at kStart.
  explicit DecayFrame(double tau_ms);

  double tau_ms() const { return tau_ms_; }

  // exp((t - base) / tau) and exp(-(t - base) / tau), within 4e-16 relative. REQUIRES: t >= kStart. Saturates 1000
  // half-lives away from the base.
  double factor(Time t) const { return factor(t, 0.0); }
  double decay(Time t) const { return 1.0 / factor(t); }

  // The same at t + residual_ps. REQUIRES: |residual_ps| <= 0.5.
  double factor(Time t, double residual_ps) const {
    const Position p = position(t);
    return power_at(p) * root_of_two(p.fraction, residual_ps * inverse_tau_ps_);
  }
  double decay(Time t, double residual_ps) const { return 1.0 / factor(t, residual_ps); }

  // How many factors factors() computes at once.
  static constexpr std::size_t kLanes = 8;
  // out[k] = factor(at(k)) for k below `count`, at most kLanes.
  template <class At>
  void factors(std::size_t count, const At& at, double* out) const {
    for (std::size_t k = 0; k < count; ++k) out[k] = factor(at(k));
  }

  // Whether the base of `t` is not the current one. One comparison; REQUIRES: t is not before the base.
  bool needs_rebase(Time t) const { return t >= block_end_; }

  // Moves the base to that of `t`, and returns what every coefficient must be multiplied by (with rescaled()): a power
  // of two not above 1.
  double rebase(Time t);

  // What rebase(t) would return.
  double rescale_to(Time t) const;

  // c * power, but zero once it is negligible: no denormal is ever made, and one large step gives what many small ones
  // give.
  static double rescaled(double c, double power) {
    const double scaled = c * power;
    return std::fabs(scaled) < 0x1p-600 ? 0.0 : scaled;
  }

 private:
  using Position = HalfLives::Position;
  Position position(Time t) const { return half_lives_.position(t); }
  double power_at(Position p) const {
    std::int64_t n = p.whole - base_;
    if (n > 1000) n = 1000;
    if (n < -1000) n = -1000;
    return power_of_two(n);
  }
  std::int64_t block_of(Time t) const { return position(t).whole & ~(kBlock - 1); }

  double tau_ms_;
  double inverse_tau_ps_;
  HalfLives half_lives_;
  std::int64_t base_ = 0;  // in half-lives
  Time block_end_;         // first time whose base is another
};

}  // namespace volley
