#include "engine/worker_team.h"

#include <catch2/catch.hpp>
#include <cstddef>
#include <new>
#include <thread>
#include <vector>

namespace volley::test {

TEST_CASE("a team of one works on the calling thread") {
  WorkerTeam team(1);
  CHECK(team.threads() == 1);
  std::thread::id who;
  unsigned worker = 99;
  team.run([&](unsigned w) { who = std::this_thread::get_id(), worker = w; });
  CHECK(who == std::this_thread::get_id());
  CHECK(worker == 0);
}

TEST_CASE("every worker does its part of every job exactly once, and the next job sees what it wrote") {
  for (const unsigned threads : {1u, 2u, 3u, 8u}) {
    CAPTURE(threads);
    WorkerTeam team(threads);
    std::vector<unsigned> done(threads);  // plain memory: run() is the only synchronisation
    std::vector<unsigned> saw(threads);
    const unsigned jobs = 300;
    for (unsigned job = 0; job < jobs; ++job) {
      team.run([&](unsigned worker) { ++done[worker]; });
      team.run([&](unsigned worker) { saw[worker] += done[(worker + 1) % threads] == job + 1; });
    }
    for (unsigned worker = 0; worker < threads; ++worker) {
      CHECK(done[worker] == jobs);
      CHECK(saw[worker] == jobs);
    }
  }
}

TEST_CASE("workers that went to sleep between jobs wake up for the next one") {
  WorkerTeam team(3);
  std::vector<int> done(3);
  for (int job = 0; job < 3; ++job) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    team.run([&](unsigned worker) { ++done[worker]; });
  }
  CHECK(done == std::vector<int>{3, 3, 3});
}

TEST_CASE("a team may be dismissed without a job, or right after one") {
  for (int k = 0; k < 20; ++k) {
    WorkerTeam idle(4);
    std::vector<int> done(4);
    {
      WorkerTeam busy(4);
      busy.run([&](unsigned worker) { ++done[worker]; });
    }
    REQUIRE(done == std::vector<int>{1, 1, 1, 1});
  }
}

TEST_CASE("an exception of any worker leaves run() after all have finished, and the team goes on") {
  for (const unsigned thrower : {0u, 1u, 2u}) {
    WorkerTeam team(3);
    std::vector<int> done(3);
    CHECK_THROWS_AS(team.run([&](unsigned worker) {
      ++done[worker];
      if (worker == thrower) throw std::bad_alloc();
    }),
                    std::bad_alloc);
    CHECK(done == std::vector<int>{1, 1, 1});
    team.run([&](unsigned worker) { ++done[worker]; });
    CHECK(done == std::vector<int>{2, 2, 2});
  }
}

}  // namespace volley::test
