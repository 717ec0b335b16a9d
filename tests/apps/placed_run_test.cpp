// Runs on a chip through the whole program: placed, counted, timed, stored, drawn.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/apps/program.h"

namespace volley::app {
namespace {

using Json = nlohmann::json;

// Two populations on at least three cores of a chip whose cores hold 40 neurons.
constexpr const char* kNetwork = R"(volley: 1
name: pair
until: 100 ms
populations:
  a: {model: lif_delta, size: 60, params: {tau_m: 20, v_threshold: 10, v_rest: 12, t_ref: 2}}
  b: {model: lif_delta, size: 50, params: {tau_m: 20, v_threshold: 10, v_rest: 0, t_ref: 2}}
projections:
  - {from: a, to: b, rule: {fixed_indegree: 8}, weight: 2, delay: 1 ms}
  - {from: b, to: a, rule: {fixed_indegree: 5}, weight: -1, delay: 2 ms}
)";

TEST_CASE("a run on a chip says where its time goes, and its ledger counts what the run did") {
  const Folder folder;
  folder.write("pair.yaml", kNetwork);
  const Ran ran = folder.volley("run pair.yaml --chip loihi --placement balanced --window 20ms --json -o run.h5");
  INFO(ran.err);
  REQUIRE(ran.code == 0);
  const Json json = Json::parse(ran.out);
  const Json& placed = json.at("placed");
  CHECK(placed.at("placement") == "balanced");
  CHECK(placed.at("steps") == 100);
  CHECK(placed.at("time_table") == "fitted");
  CHECK(placed.at("step_mesh_ns").size() == 100);
  CHECK(placed.at("step_simple_ns").size() == 100);
  CHECK(placed.at("last_core").size() == 100);
  CHECK(placed.at("barrier_ns") == 600);
  CHECK(placed.at("barrier_free_ns").get<double>() < placed.at("barriered_ns").get<double>());
  CHECK(placed.at("energy").size() == 2);
  for (std::size_t s = 0; s < 100; ++s) {
    CHECK(placed.at("step_mesh_ns")[s].get<double>() >= placed.at("barrier_ns").get<double>());
  }
  // The run is read back and played again as before.
  CHECK(folder.volley("energy run.h5 --chip loihi --json").code == 0);
  CHECK(folder.volley("replay run.h5 --mode compare").code == 0);
}

TEST_CASE("the same run with the network left out takes the simple time, and none of the mesh") {
  const Folder folder;
  folder.write("pair.yaml", kNetwork);
  const Ran ran = folder.volley("run pair.yaml --chip loihi --timing simple --json");
  REQUIRE(ran.code == 0);
  const Json placed = Json::parse(ran.out).at("placed");
  CHECK(placed.at("step_mesh_ns").empty());
  CHECK(placed.at("network_not_timed") == "not asked for");
  CHECK(placed.at("last_core").size() == 100);
}

TEST_CASE("a timeline is JSON with one flow begin and end per message") {
  const Folder folder;
  folder.write("pair.yaml", kNetwork);
  REQUIRE(folder.volley("run pair.yaml --chip loihi --until 30ms --timeline out.json").code == 0);
  const Json trace = Json::parse(std::ifstream(folder / "out.json"));
  std::size_t begins = 0, ends = 0, steps = 0;
  for (const Json& event : trace.at("traceEvents")) {
    begins += event.at("ph") == "s";
    ends += event.at("ph") == "f";
    steps += event.at("ph") == "X" && event.at("pid") == 0;
  }
  CHECK(begins > 0);
  CHECK(begins == ends);
  CHECK(steps == 30);
}

TEST_CASE("what a chip cannot do is refused with the option, the value and the remedy, and nothing is left behind") {
  const Folder folder;
  folder.write("pair.yaml", kNetwork);
  for (const auto& [options, words] : {std::pair{"--placement nowhere.yaml", "nowhere.yaml"},
                                       {"--timing never", "--timing"},
                                       {"--window 0ms", "--window"},
                                       {"--window 1.5ms", "whole number of the chip's steps"},
                                       {"--timeline missing/out.json", "--timeline"},
                                       {"--timing simple --timeline out.json", "--timeline"}}) {
    INFO(options);
    const Ran ran = folder.volley(std::string("run pair.yaml --chip loihi ") + options + " -o run.h5");
    CHECK(ran.code == (std::string(words) == "nowhere.yaml" ? 3 : 2));  // 3: a file that cannot be read
    CHECK(ran.err.find(words) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(folder / "run.h5"));
    CHECK_FALSE(std::filesystem::exists(folder / "out.json"));
  }
  for (const char* option : {"--placement balanced", "--timeline out.json", "--window 1ms", "--timing mesh"}) {
    const Ran ran = folder.volley(std::string("run pair.yaml ") + option);
    CHECK(ran.code == 2);
    CHECK(ran.err.find("--chip") != std::string::npos);
  }
}

TEST_CASE("a placed run reports one energy, and what is not in it") {
  const Folder folder;
  folder.write("net.yaml", kSmallNetwork);  // with Poisson drives
  const Ran run = folder.volley("run net.yaml --chip loihi -o run.h5");
  INFO(run.out);
  REQUIRE(run.code == 0);
  CHECK(run.out.find("energy on loihi, estimated") == std::string::npos);
  const auto line = [](const std::string& text, const std::string& part) {
    const std::size_t at = text.find(part);
    return at == std::string::npos ? std::string() : text.substr(at, text.find('\n', at) - at);
  };
  const std::string drives = line(run.out, "not included: ");
  CHECK(drives.find(" events of Poisson drives") != std::string::npos);
  CHECK(line(run.out, "not included: static").find("104 mW a chip") != std::string::npos);
  // The recording tells the same: energies and what is left out.
  const Json report = Json::parse(folder.volley("run net.yaml --chip loihi --json").out).at("placed");
  const Json energy = Json::parse(folder.volley("energy run.h5 --json").out);
  CHECK(report.at("drive_events").get<std::uint64_t>() > 10'000);
  CHECK(energy.at("drive_events") == report.at("drive_events"));
  for (std::size_t t = 0; t < 2; ++t) {
    CHECK(energy.at("tables")[t].at("total_pj") == report.at("energy")[t].at("dynamic_pj"));
  }
  CHECK(line(folder.volley("energy run.h5").out, "not included: ").substr(0, 40) == drives.substr(0, 40));
  // Without places the estimate counts them as operations.
  CHECK(folder.volley("run net.yaml").out.find("energy on loihi, estimated") != std::string::npos);
}

TEST_CASE("a network that is too large runs without places and says why; asked for places, it is refused") {
  const Folder folder;
  std::string large = kNetwork;
  large.replace(large.find("size: 60"), 8, "size: 200000");
  folder.write("large.yaml", large);
  const Ran loose = folder.volley("run large.yaml --chip loihi --until 2ms");
  CHECK(loose.code == 0);
  CHECK(loose.err.find("no places") != std::string::npos);
  const Ran strict = folder.volley("run large.yaml --chip loihi --until 2ms --placement sequential");
  CHECK(strict.code == 2);
  CHECK(strict.err.find("core") != std::string::npos);
}

}  // namespace
}  // namespace volley::app
