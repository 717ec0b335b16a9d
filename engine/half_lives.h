// Times in half-lives of a time constant, in fixed point: a decay from one to another is a power of two, which is
// exact, times a factor of their fractions.
//
// With t = (whole + fraction / 2^64) half-lives of tau (a half-life is tau * ln 2), exp(-t / tau) = 2^-whole *
// exp(-fraction_in_tau). Positions are products of 192 bits, so the fraction is as good at 10^6 s as at 1 ms.
#pragma once

#include <cstdint>

#include "engine/time.h"

namespace volley {

class HalfLives {
 public:
  struct Position {
    std::int64_t whole;
    std::uint64_t fraction;  // in units of 2^-64 half-lives
  };

  // REQUIRES: 1e-6 <= tau_ms <= 1e9.
  explicit HalfLives(double tau_ms);

  // REQUIRES: t >= kStart.
  Position position(Time t) const {
    __extension__ typedef unsigned __int128 Wide;
    const auto ps = static_cast<std::uint64_t>(t.time_since_epoch().count());
    const Wide upper = Wide{ps} * rate_high_ + (Wide{ps} * rate_low_ >> 64);
    return {static_cast<std::int64_t>(upper >> 64), static_cast<std::uint64_t>(upper)};
  }

  // The fraction in units of tau, in [0, ln 2). Signed conversion is one instruction and rounds once.
  static double fraction_in_tau(Position p) {
    return static_cast<double>(static_cast<std::int64_t>(p.fraction >> 1)) * kLn2Over2To63;
  }

 private:
  static constexpr double kLn2Over2To63 = 0x1.62e42fefa39efp-1 * 0x1p-63;

  std::uint64_t rate_high_, rate_low_;  // half-lives per picosecond, times 2^128
};

}  // namespace volley
