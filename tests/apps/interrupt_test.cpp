#include "apps/volley/interrupt.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <thread>

namespace volley::app {
namespace {

// Runs `body` in a process of its own and gives its exit code.
template <class Body>
int exit_code_of_child(Body body) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void wait_for(const std::atomic<bool>& flag) {
  while (!flag) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST_CASE("The first signal calls the action, and the process goes on") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CHECK(exit_code_of_child([signal] {
            std::signal(signal, SIG_DFL);
            std::atomic<bool> called = false;
            Interrupt interrupt;
            interrupt.on_first([&] { called = true; });
            kill(getpid(), signal);
            wait_for(called);
            _exit(interrupt.came() ? 42 : 1);
          }) == 42);
  }
}

TEST_CASE("The second signal ends the process at once with 130") {
  CHECK(exit_code_of_child([] {
          std::atomic<bool> called = false;
          Interrupt interrupt;
          interrupt.on_first([&] { called = true; });
          kill(getpid(), SIGINT);
          wait_for(called);
          kill(getpid(), SIGINT);
          std::this_thread::sleep_for(std::chrono::minutes(1));
        }) == 130);
}

TEST_CASE("A signal before there is anything to stop ends the process with 130") {
  CHECK(exit_code_of_child([] {
          Interrupt interrupt;
          kill(getpid(), SIGTERM);
          std::this_thread::sleep_for(std::chrono::minutes(1));
        }) == 130);
}

TEST_CASE("A hang-up that is ignored, as nohup has it, stays ignored") {
  CHECK(exit_code_of_child([] {
          std::signal(SIGHUP, SIG_IGN);
          Interrupt interrupt;
          kill(getpid(), SIGHUP);
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
          _exit(interrupt.came() ? 1 : 42);
        }) == 42);
}

TEST_CASE("Without a signal nothing is called and the destructor returns") {
  CHECK(exit_code_of_child([] {
          bool called = false;
          {
            Interrupt interrupt;
            interrupt.on_first([&] { called = true; });
          }
          _exit(called ? 1 : 42);
        }) == 42);
}

}  // namespace
}  // namespace volley::app
