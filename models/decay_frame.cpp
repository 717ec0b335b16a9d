#include "models/decay_frame.h"

#include <algorithm>

namespace volley {
DecayFrame::DecayFrame(double tau_ms) : tau_ms_(tau_ms), inverse_tau_ps_(1.0 / (tau_ms * 1e9)), half_lives_(tau_ms) {
  block_end_ = kStart;
  rebase(kStart);
}

double DecayFrame::rescale_to(Time t) const {
  const std::int64_t moved = block_of(t) - base_;
  return power_of_two(-std::min<std::int64_t>(moved, 1022));  // small enough for rescaled() to give 0
}

double DecayFrame::rebase(Time t) {
  const double power = rescale_to(t);
  base_ = block_of(t);
  // The first picosecond of the next block: a close guess, then exact by bisection over a few neighbours.
  const double half_life_ps = tau_ms_ * 1e9 * 0x1.62e42fefa39efp-1;
  const double guess = static_cast<double>(base_ + kBlock) * half_life_ps;
  if (!(guess < 9.2e18)) {
    block_end_ = kNever;
    return power;
  }
  const auto margin = static_cast<std::int64_t>(guess * 0x1p-50) + 2;
  std::int64_t low = std::max<std::int64_t>(static_cast<std::int64_t>(guess) - margin, 0);  // in the block
  std::int64_t high = static_cast<std::int64_t>(guess) + margin;                            // past it
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (block_of(Time{Duration{middle}}) > base_ ? high : low) = middle;
  }
  block_end_ = Time{Duration{high}};
  return power;
}

}  // namespace volley
