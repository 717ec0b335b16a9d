// The law of the resolved description: reading it gives the network, seed and length that it was written from.
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/simulation.h"
#include "io/yaml/writer.h"
#include "io/yaml_network.h"
#include "tests/support/full_catalog.h"
#include "tests/support/described_models.h"

namespace {

using namespace volley;

void check_law(const io::RunPlan& plan, const std::string& path, const ModelCatalog& models) {
  const auto again = io::parse_yaml_network(plan.resolved, path, {}, models);
  CAPTURE(path, plan.resolved.substr(0, 4000), again.status().message());
  REQUIRE(again.ok());
  CHECK(again->network == plan.network);
  CHECK(again->seed == plan.seed);
  CHECK(again->until == plan.until);
  CHECK(again->readout == plan.readout);
  CHECK(again->resolved == plan.resolved);
}

std::vector<std::string> examples() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(VOLLEY_SOURCE_DIR) + "/apps/examples")) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path().string());
  }
  return paths;
}

}  // namespace

TEST_CASE("every example resolves to a description of the same network") {
  const ModelCatalog models = test::full_catalog();
  REQUIRE(examples().size() >= 6);
  for (const std::string& path : examples()) {
    const auto plan = io::read_yaml_network(path, {}, models);
    CAPTURE(plan.status().message());
    REQUIRE(plan.ok());
    check_law(*plan, path, models);
  }
}

TEST_CASE("every example builds") {
  const ModelCatalog models = test::full_catalog();
  for (const std::string& path : examples()) {
    io::Overrides overrides;
    if (path.ends_with("potjans_diesmann.yaml")) overrides.emplace_back("parameters.scale", "0.02");
    const auto plan = io::read_yaml_network(path, overrides, models);
    REQUIRE(plan.ok());
    const auto simulation = build(plan->network, models);
    CAPTURE(path, simulation.status().message());
    CHECK(simulation.ok());
  }
}

TEST_CASE("the law holds for every kind of value, with names that need quotes") {
  const ModelCatalog models = test::described_models();
  const auto plan = io::parse_yaml_network(R"(
volley: 1
name: "with: \"odd\" \\ name"
until: 1234567890.123456789 ms
parameters: {half: 0.5}
populations:
  "null": {model: jump, shape: [2, 2], params: {v_init: [1, 2, "= 3 * half", 4 mV], tau_m: {lognormal: {mean: 3, sd: 1}}}}
  "a b": {model: map, size: 3, draws: {r: {uniform: [0, 1]}}, params: {d: "= half * r * 1 mV/ms", u: "= r", a: 0.3}}
  "3": {model: current, size: 2, params: {c_m: {clipped_normal: {mean: 1, sd: 1, high: 0.1 nF, low: 0.5}}}}
sources:
  "~": {size: 2, spikes: [[0.000000001 ms, 1], [3 s, 0], [99 s, 1]]}
  empty: {size: 2, spikes: []}
  r: {size: 1, regular: {interval: 0.333333333 ms}}
  p: {size: 1, poisson: [[1 ms, 8.25 Hz], [2 ms, 0]]}
drives:
  one: {population: ["3", "null"], poisson: {rate: 0.1 kHz, weight: 0.7}}
  two: {population: "null", range: {first: 1}, noise: {mean: 1e-300, sd: 1e300, interval: 1 us}}
projections:
  - {from: "~", to: "null", edges: [[0, 1, 0.1, 0.1], [1, 0, 16777217, 1e-9], [0, 0, 3.4e38, 1 s]]}
  - {from: "a b", to: "a b", rule: {pairwise_bernoulli: 0.1}, weight: {uniform: [-0.1, 0.3]}, delay: {normal: {mean: 1, sd: 0}}, multapses: false}
  - {from: "a b", to: "a b", rule: {fixed_total: 9007199254740992}, weight: {lognormal: {mu: 0.1, sigma: 0.3}}, delay: 0.1, weight_grid: {scale: 0.3, step: 64, low: -1e3, high: 16320}}
probes:
  - {spikes: ["null", "~"]}
  - {state: "a b", variable: x, range: {first: 1, count: 2}, start: 0.1, interval: 0.3}
  - {state: "3", variable: [v, i_exc], times: [0, 1 s, 100000 s]}
readout: {population: "a b", start: 0.5 ms, window: 1e-9 ms, labels: [2, 0, 2, "= 2 * half"]}
)",
                                           "odd.yaml", {}, models);
  CAPTURE(plan.status().message());
  REQUIRE(plan.ok());
  check_law(*plan, "odd.yaml", models);
}

TEST_CASE("a plan that no description gave is written out in full") {
  const ModelCatalog models = test::described_models();
  io::RunPlan plan;
  plan.network.name = "made";
  plan.network.populations.push_back({"a", "jump", 2, {}, {{"tau_m", std::vector<double>{1.5, 0.1}}}});
  plan.network.projections.push_back({"x", "a", "a", Explicit{{{0, 1, 0.1f, Duration{1}}}, "elsewhere.h5"}, Constant{0},
                                      Constant{0}, Duration{5}, "in", true, false});
  const auto read = io::parse_yaml_network(io::resolved_yaml(plan, models), "made.yaml", {}, models);
  CAPTURE(io::resolved_yaml(plan, models), read.status().message());
  REQUIRE(read.ok());
  CHECK(read->network.populations[0].parameters.at("tau_m") == plan.network.populations[0].parameters.at("tau_m"));
  CHECK(std::get<Explicit>(read->network.projections[0].rule).edges ==
        std::get<Explicit>(plan.network.projections[0].rule).edges);
  CHECK(read->network.projections[0].delay_resolution == Duration{5});
  CHECK_FALSE(read->network.projections[0].multapses);
}

TEST_CASE("overrides appear in the resolved description with everything that follows from them") {
  const ModelCatalog models = test::described_models();
  const auto plan = io::parse_yaml_network(
      "volley: 1\nparameters: {J: 0.1 mV, g: 5}\npopulations: {e: {model: jump, size: 3}}\n"
      "projections: [{from: e, to: e, rule: one_to_one, weight: \"= -g * J\", delay: 1.5}]\n",
      "x.yaml", {{"parameters.g", "7"}}, models);
  REQUIRE(plan.ok());
  CHECK(plan->resolved.find("weight: -0.7000000000000001 mV") != std::string::npos);
  CHECK(plan->resolved.find("delay: 1.5 ms") != std::string::npos);
  CHECK(plan->resolved.find("parameters") == std::string::npos);
}

TEST_CASE("words that YAML would read as something else are quoted") {
  using io::yaml::quoted_yaml;
  CHECK(quoted_yaml("exc_1.a") == "exc_1.a");
  CHECK(quoted_yaml("null") == "\"null\"");
  CHECK(quoted_yaml("~") == "\"~\"");
  CHECK(quoted_yaml("") == "\"\"");
  CHECK(quoted_yaml("a: b") == "\"a: b\"");
  CHECK(quoted_yaml("say \"x\\y\"") == "\"say \\\"x\\\\y\\\"\"");
}
