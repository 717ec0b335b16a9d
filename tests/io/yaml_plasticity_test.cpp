// The `plasticity` of a projection: read, refused, and written out again.
#include <catch2/catch.hpp>
#include <string>

#include "io/yaml_network.h"
#include "tests/support/full_catalog.h"

namespace volley {
namespace {

absl::StatusOr<io::RunPlan> with_plasticity(const std::string& plasticity) {
  return io::parse_yaml_network(
      "volley: 1\n"
      "parameters: {J: 0.5 mV}\n"
      "populations: {e: {model: lif_delta, size: 3}}\n"
      "sources: {dopamine: {size: 1, regular: {interval: 100 ms}}}\n"
      "projections:\n"
      "  - from: e\n"
      "    to: e\n"
      "    rule: all_to_all\n"
      "    weight: \"= J\"\n"
      "    delay: 1.5\n"
      "    plasticity: " +
          plasticity + "\n",
      "net.yaml", {}, test::full_catalog());
}

TEST_CASE("a projection's plasticity is read with units, expressions and modulators") {
  const auto plan = with_plasticity(
      "{rule: reward_stdp, a_plus: 10 uV, w_max: \"= 3 * J\", tau_plus: 0.02 s, pairs: nearest, frozen: true, "
      "modulators: [{from: dopamine, strength: -2, delay: 5}, {from: e}]}");
  INFO(plan.status());
  REQUIRE(plan.ok());
  const auto& plasticity = plan->network.projections[0].plasticity;
  REQUIRE(plasticity.has_value());
  CHECK(plasticity->rule == "reward_stdp");
  CHECK(std::get<double>(plasticity->parameters.at("a_plus")) == Approx(0.01));
  CHECK(std::get<double>(plasticity->parameters.at("w_max")) == Approx(1.5));
  CHECK(std::get<double>(plasticity->parameters.at("tau_plus")) == Approx(20));
  CHECK(std::get<double>(plasticity->parameters.at("tau_e")) == 1000);
  CHECK(std::get<std::string>(plasticity->parameters.at("pairs")) == "nearest");
  CHECK(plasticity->frozen);
  CHECK(plasticity->modulators == std::vector<Modulator>{{"dopamine", -2, duration_from_ms(5)}, {"e", 1, Duration{0}}});

  const auto again = io::parse_yaml_network(plan->resolved, "resolved.yaml", {}, test::full_catalog());
  INFO(plan->resolved << again.status());
  REQUIRE(again.ok());
  CHECK(again->network == plan->network);
}

TEST_CASE("what is wrong with a plasticity is said at its place") {
  using Catch::Matchers::Contains;
  const auto problem = [](const std::string& plasticity) {
    const auto plan = with_plasticity(plasticity);
    REQUIRE_FALSE(plan.ok());
    return std::string(plan.status().message());
  };
  CHECK_THAT(problem("3"), Contains("net.yaml:11:17") && Contains("must be a map"));
  CHECK_THAT(problem("{a_plus: 3}"), Contains("net.yaml:11:17") && Contains("volley list rules"));
  CHECK_THAT(problem("{rule: par_stdp}"), Contains("net.yaml:11:24") && Contains("pair_stdp"));
  CHECK_THAT(problem("{rule: pair_stdp, a_pls: 1}"), Contains("net.yaml:11:35") && Contains("a_plus"));
  CHECK_THAT(problem("{rule: pair_stdp, a_plus: 1 ms}"), Contains("net.yaml:11:43") && Contains("mV"));
  CHECK_THAT(problem("{rule: pair_stdp, pairs: nearst}"), Contains("net.yaml:11:42") && Contains("nearest"));
  CHECK_THAT(problem("{rule: pair_stdp, modulators: [{from: e}]}"), Contains("takes no modulators"));
  CHECK_THAT(problem("{rule: reward_stdp, modulators: [{from: dopamin}]}"), Contains("dopamine"));
  CHECK_THAT(problem("{rule: reward_stdp, modulators: [{strength: 1}]}"), Contains("from"));
  CHECK_THAT(problem("{rule: reward_stdp, modulators: 1}"), Contains("must be a list"));
}

}  // namespace
}  // namespace volley
