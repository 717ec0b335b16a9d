// Whether the next window is worth a team of threads. A barrier costs microseconds, and milliseconds when the machine
// has other things to do, while a window may hold less work than that. So both ways are timed now and then, and the one
// that was quicker does the rest. Only speed depends on it: what a window computes is the same either way.
#pragma once

#include <algorithm>
#include <cstdint>

namespace volley {

// Not thread safe.
class TeamPace {
 public:
  enum class Way { kTeam, kAlone };

  // The way to take for the next window.
  Way next() const {
    if (windows_ < 2 * kFirst) return windows_ < kFirst ? Way::kTeam : Way::kAlone;
    return windows_ < next_trial_ ? quicker() : other(quicker());
  }

  // Says how long that took.
  void took(Way way, std::int64_t ns) {
    Average& average = way == Way::kTeam ? team_ : alone_;
    const Way before = quicker();
    // A trial counts for itself: what was measured long ago says little about it.
    const bool trial = way != before;
    average.ns =
        average.known && !trial ? average.ns + (static_cast<double>(ns) - average.ns) / 8 : static_cast<double>(ns);
    average.known = true;
    if (++windows_ <= 2 * kFirst || windows_ <= next_trial_) return;
    // A trial that changes nothing makes the next one rarer; one that does starts over.
    wait_ = before == quicker() ? std::min(2 * wait_, kRarest) : kFirst;
    next_trial_ = windows_ + wait_;
  }

 private:
  static constexpr std::uint64_t kFirst = 8, kRarest = 1 << 16;
  struct Average {
    double ns = 0;
    bool known = false;
  };
  Way quicker() const { return team_.ns <= alone_.ns ? Way::kTeam : Way::kAlone; }
  static Way other(Way way) { return way == Way::kTeam ? Way::kAlone : Way::kTeam; }

  Average team_, alone_;
  std::uint64_t windows_ = 0;
  std::uint64_t wait_ = kFirst;
  std::uint64_t next_trial_ = 4 * kFirst;
};

}  // namespace volley
