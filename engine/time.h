// Simulated time: an integer count of picoseconds, so that sums are exact and equal on every machine.
//
// `Duration` is a length, `Time` an instant since the start of the simulation; they are different types, and the
// compiler refuses to mix them up. The range is +-106 days. std::chrono literals (1ms, 2s) convert without loss.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>

namespace volley {

using Duration = std::chrono::duration<std::int64_t, std::pico>;

// The clock that `Time` counts on. It does not tick by itself: only the run loop moves it.
struct SimulationClock {
  using duration = Duration;
  using rep = Duration::rep;
  using period = Duration::period;
  using time_point = std::chrono::time_point<SimulationClock, Duration>;
  static constexpr bool is_steady = true;
};
using Time = SimulationClock::time_point;

inline constexpr Time kStart{Duration{0}};
inline constexpr Time kNever = Time::max();
// No run goes beyond this, 53 days: half the range, so that a delay can be added to any instant without overflow.
inline constexpr Time kEnd{Duration{std::int64_t{1} << 62}};

// t + d, or kNever where that lies beyond all time. REQUIRES: d >= 0.
constexpr Time later(Time t, Duration d) { return d > kNever - t ? kNever : t + d; }

// A real number of milliseconds as the nearest picosecond. REQUIRES: |ms| < 9.2e9.
inline Duration duration_from_ms(double ms) { return Duration{std::llround(ms * 1e9)}; }
inline Time time_from_ms(double ms) { return Time{duration_from_ms(ms)}; }

// Milliseconds as a double. Exact round trip with the functions above up to 2^51 ps (37 minutes); beyond that within
// one part in 2^53.
constexpr double to_ms(Duration d) { return static_cast<double>(d.count()) / 1e9; }
constexpr double to_ms(Time t) { return to_ms(t.time_since_epoch()); }
constexpr double to_seconds(Duration d) { return static_cast<double>(d.count()) / 1e12; }
constexpr double to_seconds(Time t) { return to_seconds(t.time_since_epoch()); }

// The half-open stretch [begin, end) that the run loop processes at once.
struct Window {
  Time begin;
  Time end;
};

}  // namespace volley
