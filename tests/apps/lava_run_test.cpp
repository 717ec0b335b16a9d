// A trained network through the whole program, against the spikes that its authors recorded.
#include <catch2/catch.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tests/apps/program.h"

namespace volley::app {
namespace {

TEST_CASE("The oxford network of lava-dl answers its input with the 10,178 spikes of its authors") {
  // expected.json beside the data: output_spikes 10178 for 2000 steps, as SLAYER computed them.
  const std::filesystem::path data = std::filesystem::path(VOLLEY_SOURCE_DIR) / "../shared/data/formats/lava-dl/oxford";
  if (!std::filesystem::exists(data)) {
    std::cout << "skipped: no " << data << "\n";
    return;
  }
  const Folder folder;
  const std::string net = std::filesystem::canonical(data / "network.net").string();
  const std::string input = std::filesystem::canonical(data / "input.bs1").string();
  const Ran ran = folder.volley("run " + net + " --input " + input + " --until 2s --json -o run.h5");
  INFO(ran.err);
  REQUIRE(ran.code == 0);
  const auto json = nlohmann::json::parse(ran.out);
  const auto& populations = json.at("populations");
  CHECK(populations.at(populations.size() - 2).at("spikes") == 10178);  // the last is the source
  CHECK(folder.volley("replay run.h5 --mode compare").code == 0);
  const Ran chip = folder.volley("run " + net + " --input " + input + " --chip loihi --compare exact --json -o c.h5");
  REQUIRE(chip.code == 0);
  const auto on_chip = nlohmann::json::parse(chip.out);
  CHECK(on_chip.at("chip").at("roundings").empty());
  for (const auto& population : on_chip.at("gap").at("populations")) {
    CHECK(population.at("f1") == 1.0);
    CHECK(population.at("spikes") == population.at("spikes_exact"));
  }
  CHECK(folder.volley("replay c.h5 --mode compare").code == 0);
  const auto until = nlohmann::json::parse(folder.volley("run " + net + " --input " + input + " --json").out)
                         .at("until_ms")
                         .get<double>();
  CHECK(until == std::floor(until));
  CHECK(until > 1000);
  CHECK(folder.volley("run " + net).code == 2);
}

}  // namespace
}  // namespace volley::app
