#include "hardware/free_running.h"

#include <catch2/catch.hpp>

namespace volley::hardware {
namespace {

using std::chrono_literals::operator""ns;

const Mesh kMesh{.width = 2, .height = 1, .cores_per_tile = 1, .source = {}};

// Core 0 works 100 ns and sends one message to core 1 after `sent`, which takes 30 ns there; core 1 works `other`.
StepWork step(Duration sent, Duration other) {
  StepWork work;
  work.messages.push_back({1, sent, 30ns});
  work.end_core(100ns - sent);
  work.end_core(other);
  return work;
}

TEST_CASE("a core waits for its messages and not for the others") {
  FreeRunning run(kMesh, 4ns, 6ns);
  run.add(step(10ns, 20ns), 50ns);
  // Core 1: own work until 20 ns, its message arrives at 14 ns and is handled at 44 ns. Core 0 is done at 100 ns.
  CHECK(run.free() == 100ns);
  CHECK(run.barriered() == 150ns);
  // Core 1 begins its second step at 44 ns, core 0 at 100 ns: the second message arrives at 114 ns.
  run.add(step(10ns, 20ns), 50ns);
  CHECK(run.free() == 200ns);
  CHECK(run.barriered() == 300ns);
}

TEST_CASE("cores that take turns being slow gain from running free") {
  FreeRunning run(kMesh, 4ns, 6ns);
  for (int i = 0; i < 10; ++i) {
    StepWork work;
    work.end_core(i % 2 == 0 ? 100ns : 10ns);
    work.end_core(i % 2 == 0 ? 10ns : 100ns);
    run.add(work, 0ns);
  }
  CHECK(run.barriered() == 1000ns);
  CHECK(run.free() == 550ns);  // nothing ties them together
}

TEST_CASE("messages that arrive together are handled one after the other") {
  FreeRunning run({.width = 1, .height = 1, .cores_per_tile = 3, .source = {}}, 4ns, 6ns);
  StepWork work;
  for (int core = 0; core < 2; ++core) {
    work.messages.push_back({2, 10ns, 30ns});
    work.end_core(0ns);
  }
  work.end_core(0ns);
  run.add(work, 0ns);
  CHECK(run.free() == 70ns);
}

}  // namespace
}  // namespace volley::hardware
