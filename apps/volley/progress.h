// How far a run is: ten times a second on a terminal, else one line every ten seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "apps/volley/console.h"
#include "engine/observer.h"

namespace volley::app {

class Progress : public Observer {
 public:
  // Starts the clock. REQUIRES: `console` outlives this.
  Progress(Console& console, Duration until);

  absl::Status on_window(const WindowReport& report) override;
  void finish();  // takes the line away from a terminal

 private:
  using Clock = std::chrono::steady_clock;

  Console& console_;
  Duration until_;
  std::uint64_t spikes_ = 0;
  Clock::time_point begun_;
  Clock::time_point next_;
  Clock::time_point looked_;      // at the clock
  std::uint32_t windows_ = 0;     // since then
  std::uint32_t look_after_ = 1;  // so many windows
  Clock::duration every_;
};

// "57% ... 575 ms . 1.2 M spikes . 3.1x real time . ETA 4 s"
std::string progress_line(Duration reached, Duration until, std::uint64_t spikes, double wall_seconds);

}  // namespace volley::app
