// SIGINT, SIGTERM and SIGHUP (unless that is ignored) without a handler: a thread waits for them, so nothing global is
// needed.
#pragma once

#include <csignal>
#include <functional>
#include <mutex>
#include <thread>

namespace volley::app {

// While it lives, the first signal calls the action and the second ends the process at once with exit code 130. Without
// an action the first one ends it already. Threads inherit the blocked signals: construct this before the ones that
// simulate.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // `action` runs on the waiting thread and must be safe there. An empty one removes it; once this returns, the old
  // action is not running and will not be called.
  void on_first(std::function<void()> action);
  // A signal came while there was an action.
  bool came();

 private:
  void wait();

  sigset_t watched_{};
  sigset_t before_{};
  std::mutex mutex_;
  std::function<void()> action_;
  bool came_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace volley::app
