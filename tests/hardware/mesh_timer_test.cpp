#include "hardware/mesh_timer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "tests/support/clocked_mesh.h"

namespace volley::hardware {
namespace {

using std::chrono_literals::operator""ns;

const Mesh kLoihi{.width = 8, .height = 4, .cores_per_tile = 4, .source = {}};
constexpr NetworkTiming kTiming{.subnets = 2};

// Random traffic: `messages` per core on average, to any core or, with `hot`, all to core 0.
StepWork traffic(const Mesh& mesh, std::uint32_t cores, std::uint32_t messages, int generation_ns, int processing_ns,
                 bool hot, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  StepWork work;
  for (std::uint32_t core = 0; core < cores; ++core) {
    for (std::uint32_t m = below(2 * messages + 1); m > 0; --m) {
      const Duration made{1 + static_cast<std::int64_t>(below(static_cast<std::uint32_t>(generation_ns) * 2000))};
      const Duration handled{1000 + static_cast<std::int64_t>(below(static_cast<std::uint32_t>(processing_ns) * 2000))};
      work.messages.push_back({hot ? 0 : below(std::min(cores, mesh.core_count())), made, handled});
    }
    work.end_core(Duration{static_cast<std::int64_t>(below(100'000))});
  }
  return work;
}

StepWork one_message(std::uint32_t from, std::uint32_t to, std::uint32_t cores) {
  StepWork work;
  for (std::uint32_t core = 0; core < cores; ++core) {
    if (core == from) work.messages.push_back({to, 10ns, 100ns});
    work.end_core(Duration{0});
  }
  return work;
}

TEST_CASE("a message alone takes the pipeline's cycles and four for every hop") {
  MeshTimer timer(kLoihi, kTiming);
  std::vector<MessageTimes> times;
  timer.time(one_message(0, 1, 2), &times);  // the same tile
  CHECK(times[0].sent == 10ns);
  CHECK(times[0].received == 14ns);
  CHECK(times[0].finished == 114ns);
  // Tile 31 lies at the far corner: 7 hops east and 3 south.
  timer.time(one_message(0, 31 * 4, 1), &times);
  CHECK(times[0].received == 14ns + 40ns);
}

TEST_CASE("the event-driven mesh ends every step in the same cycle as one simulated cycle by cycle") {
  std::uint32_t seed = 1;
  const std::pair<Mesh, NetworkTiming> networks[] = {
      {kLoihi, kTiming},
      {{.width = 3, .height = 2, .cores_per_tile = 2, .source = {}}, {.subnets = 1, .receive_buffer = 2}},
      {{.width = 1, .height = 5, .cores_per_tile = 1, .source = {}}, {.subnets = 3, .receive_buffer = 1}},
      {{.width = 2, .height = 2, .cores_per_tile = 4, .source = {}}, {.clock = Duration{2500}, .subnets = 2}}};
  for (const auto& [mesh, timing] : networks) {
    for (const bool hot : {false, true}) {
      for (const auto& [generation, processing] : {std::pair{5, 50}, {50, 5}, {20, 20}, {2000, 30}}) {
        for (NetworkTiming t = timing; const EndOfStep end : {EndOfStep::kSerial, EndOfStep::kOverlapped}) {
          t.end_of_step = end;
          const StepWork work =
              traffic(mesh, std::min(mesh.core_count(), 20u), 12, generation, processing, hot, ++seed);
          INFO("mesh " << mesh.width << "x" << mesh.height << ", hot " << hot << ", " << generation << "/" << processing
                       << " ns, seed " << seed << ", " << work.messages.size() << " messages");
          CHECK(MeshTimer(mesh, t).time(work).duration / t.clock == test::clocked_mesh_cycles(mesh, t, work));
        }
      }
    }
  }
}

TEST_CASE("a timer's answer does not depend on what it timed before") {
  MeshTimer used(kLoihi, kTiming);
  for (std::uint32_t seed = 0; seed < 5; ++seed) {
    const StepWork work = traffic(kLoihi, 128, 10, 10, 30, false, seed);
    const MeshTime ours = used.time(work), fresh = MeshTimer(kLoihi, kTiming).time(work);
    CHECK(ours.duration == fresh.duration);
    CHECK(ours.last_core == fresh.last_core);
    CHECK(ours.busiest_tile == fresh.busiest_tile);
    CHECK(ours.busiest_messages == fresh.busiest_messages);
  }
}

TEST_CASE("the mesh never takes less time than the simple mode") {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    StepWork work = traffic(kLoihi, 64, 10, 10, 40, seed % 2 == 0, seed);
    // Whole cycles, so that rounding cannot make the mesh faster.
    for (Message& m : work.messages) {
      m.generation = (m.generation / 1000 + Duration{1}) * 1000;
      m.processing = (m.processing / 1000 + Duration{1}) * 1000;
    }
    for (Duration& t : work.tail) t = t / 1000 * 1000;
    CHECK(MeshTimer(kLoihi, kTiming).time(work).duration >= simple_time(work).duration);
  }
}

TEST_CASE("the busiest link and the last core are named") {
  StepWork work;
  for (std::uint32_t core = 0; core < 8; ++core) {
    if (core == 2) {
      for (int i = 0; i < 5; ++i) work.messages.push_back({16, 10ns, 20ns});  // tile 0 to tile 4: one hop east
    }
    work.end_core(core == 7 ? Duration{5'000'000} : Duration{0});
  }
  const MeshTime time = MeshTimer(kLoihi, kTiming).time(work);
  CHECK(time.busiest_tile == 0);
  CHECK(time.busiest_direction == Direction::kEast);
  CHECK(time.busiest_messages == 5);
  CHECK(time.last_core == 7);
}

TEST_CASE("tiles of more cores than a router can tell apart are not timed") {
  Mesh mesh;
  mesh.width = 2;
  mesh.cores_per_tile = kMostCoresOfRouter;
  mesh.clock_ns = {.value = 1};
  mesh.subnets = {.value = 2};
  mesh.receive_buffer = {.value = 8};
  mesh.end_of_step = {.value = EndOfStep::kSerial};
  CHECK(network_timing(mesh).ok());
  ++mesh.cores_per_tile;
  const auto refused = network_timing(mesh);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.status().message().find("tiles have 29 cores, must be at most 28") != std::string::npos);
}

TEST_CASE("a step without messages lasts as long as its longest core") {
  StepWork work;
  for (const int ns : {100, 700, 300}) work.end_core(Duration{ns * 1000});
  CHECK(simple_time(work).duration == 700ns);
  CHECK(simple_time(work).last_core == 1);
  CHECK(MeshTimer(kLoihi, kTiming).time(work).duration == 701ns);  // one cycle to fetch
}

}  // namespace
}  // namespace volley::hardware
