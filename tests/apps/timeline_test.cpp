#include "apps/volley/timeline.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "hardware/axons.h"
#include "tests/support/temporary_folder.h"

namespace volley::app {
namespace {

using Json = nlohmann::json;
using std::chrono_literals::operator""ns;

const hardware::Mesh kMesh{.width = 2, .height = 2, .cores_per_tile = 2, .source = {}};

// Six neurons on six cores of three tiles; 0 reaches cores 1, 2 and 5, neuron 3 reaches core 0.
const hardware::Placement kPlacement{.method = "test", .core_of = {{0, 1, 2, 3, 4, 5}}};
const hardware::AxonTable kAxons{
    .first_sender = {0, 6}, .offset = {0, 3, 3, 3, 4, 4, 4}, .axons = {{1, 10}, {2, 5}, {5, 1}, {0, 20}}};

hardware::ServiceTimes service() {
  hardware::ServiceTimes times;
  times.quiet_update = 10ns;
  times.firing_update = 40ns;
  times.axon_out = 5ns;
  times.axon_in = 16ns;
  times.synapse = 5ns;
  return times;
}

hardware::StepTimer timer_with(Timeline& timeline) {
  hardware::StepTimer timer({kAxons, kPlacement, kMesh.core_count(), service()}, kMesh, hardware::NetworkTiming{},
                            600ns);
  timer.set_listener(timeline);
  return timer;
}

Json read(const std::string& path) { return Json::parse(std::ifstream(path)); }

TEST_CASE("a timeline has every message as a flow from its sender's slice to its receiver's") {
  test::TemporaryFolder folder;
  const std::string path = folder.path("out.json");
  auto timeline = Timeline::create(path, kMesh, 1000);
  REQUIRE(timeline.ok());
  hardware::StepTimer timer = timer_with(**timeline);
  timer.on_step(0, std::vector<std::uint32_t>{0, 3});
  timer.on_step(1, {});
  timer.on_step(2, std::vector<std::uint32_t>{3});
  REQUIRE((*timeline)->finish({100.0, 50.0, 75.0}).ok());
  CHECK((*timeline)->messages_written() == 5);
  CHECK((*timeline)->messages_left_out() == 0);

  const Json trace = read(path);
  std::map<int, Json> begins, ends;
  std::map<std::pair<int, int>, std::vector<std::pair<double, double>>> slices;
  std::vector<std::pair<double, double>> steps;
  std::set<std::string> names;
  std::vector<double> power;
  for (const Json& e : trace.at("traceEvents")) {
    const std::string ph = e.at("ph");
    if (ph == "s") begins[e.at("id")] = e;
    if (ph == "f") ends[e.at("id")] = e;
    if (ph == "M") names.insert(e.at("args").at("name"));
    if (ph == "C") power.push_back(e.at("args").at("mW"));
    if (ph != "X") continue;
    const std::pair span{e.at("ts").get<double>(), e.at("ts").get<double>() + e.at("dur").get<double>()};
    if (e.at("pid") == 0) {
      steps.push_back(span);
    } else {
      slices[{e.at("pid"), e.at("tid")}].push_back(span);
    }
  }
  REQUIRE(begins.size() == 5);
  REQUIRE(ends.size() == 5);
  const auto enclosed = [&](const Json& e) {
    for (const auto& [from, to] : slices[{e.at("pid"), e.at("tid")}]) {
      if (from <= e.at("ts").get<double>() && e.at("ts").get<double>() <= to + 1e-9) return true;
    }
    return false;
  };
  for (const auto& [id, begin] : begins) {
    INFO("flow " << id);
    CHECK(enclosed(begin));
    CHECK(enclosed(ends.at(id)));
    CHECK(begin.at("ts").get<double>() < ends.at(id).at("ts").get<double>());
  }
  REQUIRE(steps.size() == 3);
  for (std::size_t s = 0; s < 3; ++s) {
    CHECK(steps[s].second - steps[s].first == Approx(static_cast<double>(timer.times().mesh[s].count()) / 1e6));
    if (s > 0) CHECK(steps[s].first == Approx(steps[s - 1].second));
  }
  REQUIRE(power.size() == 3);
  // 100 pJ over the step's picoseconds is watts.
  CHECK(power[0] == Approx(100.0 / static_cast<double>(timer.times().mesh[0].count()) * 1e3));
  for (const char* name : {"chip", "tile 0 (x 0, y 0)", "tile 1 (x 0, y 1)", "core 0 neurons", "core 5 receiver"}) {
    CHECK(names.contains(name));
  }
}

TEST_CASE("a timeline leaves whole steps out rather than grow without bound, and says how many messages") {
  test::TemporaryFolder folder;
  auto timeline = Timeline::create(folder.path("out.json"), kMesh, 4);
  REQUIRE(timeline.ok());
  hardware::StepTimer timer = timer_with(**timeline);
  for (std::uint64_t step = 0; step < 3; ++step) timer.on_step(step, std::vector<std::uint32_t>{0, 3});
  REQUIRE((*timeline)->finish({1, 1, 1}).ok());
  CHECK((*timeline)->messages_written() == 4);
  CHECK((*timeline)->messages_left_out() == 8);
  CHECK(read(folder.path("out.json")).at("traceEvents").size() > 8);
}

TEST_CASE("a timeline that is not finished leaves nothing behind") {
  test::TemporaryFolder folder;
  const std::string path = folder.path("out.json");
  {
    auto timeline = Timeline::create(path, kMesh, 10);
    REQUIRE(timeline.ok());
    hardware::StepTimer timer = timer_with(**timeline);
    timer.on_step(0, std::vector<std::uint32_t>{0});
    CHECK(std::filesystem::exists(path + ".part"));
  }
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK_FALSE(std::filesystem::exists(path + ".part"));
}

TEST_CASE("a timeline that cannot be created names the path and the remedy") {
  test::TemporaryFolder folder;
  for (const std::string& path : {folder.path("missing/out.json"), folder.path(".")}) {
    const auto timeline = Timeline::create(path, kMesh, 10);
    REQUIRE_FALSE(timeline.ok());
    CHECK(timeline.status().message().find(path) == 0);
    CHECK(timeline.status().message().find("--timeline") != std::string::npos);
  }
}

}  // namespace
}  // namespace volley::app
