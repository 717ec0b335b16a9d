#include "apps/volley/progress.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "apps/volley/values.h"

namespace volley::app {

Progress::Progress(Console& console, Duration until)
    : console_(console),
      until_(until),
      begun_(Clock::now()),
      every_(console.err_is_terminal() ? Clock::duration(std::chrono::milliseconds(100))
                                       : Clock::duration(std::chrono::seconds(10))) {
  next_ = begun_ + every_;
  looked_ = begun_;
}

absl::Status Progress::on_window(const WindowReport& report) {
  spikes_ += report.spikes.size();
  if (++windows_ < look_after_) return absl::OkStatus();
  // Windows are shorter than a look at the clock is worth: so many that they take about a hundredth of the interval.
  const Clock::time_point now = Clock::now();
  constexpr std::uint32_t kMost = 1024;
  look_after_ = (now - looked_) * 200 < every_  ? std::min(2 * look_after_, kMost)
                : (now - looked_) * 50 > every_ ? std::max(look_after_ / 2, 1u)
                                                : look_after_;
  looked_ = now;
  windows_ = 0;
  if (now < next_) return absl::OkStatus();
  next_ = now + every_;
  console_.progress(progress_line(report.window.end.time_since_epoch(), until_, spikes_,
                                  std::chrono::duration<double>(now - begun_).count()));
  return absl::OkStatus();
}

void Progress::finish() {
  if (console_.err_is_terminal()) console_.progress({});
}

std::string progress_line(Duration reached, Duration until, std::uint64_t spikes, double wall_seconds) {
  const double done = std::min(1.0, to_seconds(reached) / to_seconds(until));
  std::string line =
      absl::StrCat(static_cast<int>(done * 100), "% ... ", short_time(reached), " . ", short_count(spikes), " spikes");
  if (wall_seconds > 0) absl::StrAppend(&line, " . ", short_number(to_seconds(reached) / wall_seconds), "x real time");
  if (done > 0 && done < 1) absl::StrAppend(&line, " . ETA ", short_seconds(wall_seconds * (1 - done) / done));
  return line;
}

}  // namespace volley::app
