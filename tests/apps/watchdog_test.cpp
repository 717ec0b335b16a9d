#include "apps/volley/watchdog.h"

#include <atomic>
#include <catch2/catch.hpp>

namespace volley::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST_CASE("A watchdog acts once the time of grace is over, also if it is started again") {
  std::atomic<int> acted = 0;
  Watchdog watchdog(milliseconds(1), [&] { ++acted; });
  watchdog.start();
  watchdog.start();
  while (acted == 0) std::this_thread::sleep_for(milliseconds(1));
  watchdog.disarm();
  CHECK(acted == 1);
}

TEST_CASE("A watchdog that was not started, or is disarmed in time, does nothing") {
  std::atomic<int> acted = 0;
  {
    const Watchdog never(milliseconds(0), [&] { ++acted; });
  }
  Watchdog in_time(hours(1), [&] { ++acted; });
  in_time.start();
  in_time.disarm();
  CHECK(acted == 0);
}

}  // namespace
}  // namespace volley::app
