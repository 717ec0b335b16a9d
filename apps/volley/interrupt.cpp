#include "apps/volley/interrupt.h"

#include <pthread.h>
#include <unistd.h>

#include <utility>

#include "apps/volley/status.h"

namespace volley::app {
namespace {

constexpr int kWakeUp = SIGUSR1;  // sent to the waiting thread alone, to end it

}  // namespace

Interrupt::Interrupt() {
  sigemptyset(&watched_);
  sigaddset(&watched_, SIGINT);
  sigaddset(&watched_, SIGTERM);
  struct sigaction hang_up = {};  // nohup asks for SIGHUP to be ignored, and gets it
  if (sigaction(SIGHUP, nullptr, &hang_up) == 0 && hang_up.sa_handler != SIG_IGN) sigaddset(&watched_, SIGHUP);
  sigaddset(&watched_, kWakeUp);
  pthread_sigmask(SIG_BLOCK, &watched_, &before_);
  thread_ = std::thread([this] { wait(); });
}

Interrupt::~Interrupt() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  pthread_kill(thread_.native_handle(), kWakeUp);
  thread_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interrupt::on_first(std::function<void()> action) {
  const std::lock_guard lock(mutex_);
  action_ = std::move(action);
}

bool Interrupt::came() {
  const std::lock_guard lock(mutex_);
  return came_;
}

void Interrupt::wait() {
  for (;;) {
    int signal = 0;
    if (sigwait(&watched_, &signal) != 0) continue;
    const std::lock_guard lock(mutex_);
    if (ending_) return;
    if (signal == kWakeUp) continue;
    if (came_ || !action_) _exit(static_cast<int>(ExitCode::kInterrupted));
    came_ = true;
    action_();
  }
}

}  // namespace volley::app
