// What is done about a run that does not heed a request to stop: it looks for one between windows only, and a network
// that runs away may fire without end within one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace volley::app {

// Calls `act` on a thread of its own when `grace` has passed since the first start() without a disarm().
class Watchdog {
 public:
  using Clock = std::chrono::steady_clock;

  Watchdog(Clock::duration grace, std::function<void()> act);
  ~Watchdog();  // disarms
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Any thread may call it.
  void start();
  // Once this returns, `act` is not running and will not be called.
  void disarm();

 private:
  void wait();

  Clock::duration grace_;
  std::function<void()> act_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Clock::time_point> deadline_;
  bool disarmed_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace volley::app
