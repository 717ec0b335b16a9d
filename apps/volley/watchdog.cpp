#include "apps/volley/watchdog.h"

#include <utility>

namespace volley::app {

Watchdog::Watchdog(Clock::duration grace, std::function<void()> act)
    : grace_(grace), act_(std::move(act)), thread_([this] { wait(); }) {}

Watchdog::~Watchdog() { disarm(); }

void Watchdog::start() {
  const std::lock_guard lock(mutex_);
  if (!deadline_) deadline_ = Clock::now() + grace_;
  changed_.notify_one();
}

void Watchdog::disarm() {
  {
    const std::lock_guard lock(mutex_);
    disarmed_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Watchdog::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return disarmed_ || deadline_; });
  if (disarmed_ || changed_.wait_until(lock, *deadline_, [this] { return disarmed_; })) return;
  lock.unlock();
  act_();
}

}  // namespace volley::app
