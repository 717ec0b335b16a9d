// Probes of weights: described, refused, recorded and read back.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "io/recorder.h"
#include "io/recording.h"
#include "io/yaml_network.h"
#include "tests/support/full_catalog.h"
#include "tests/support/run_network.h"
#include "tests/support/temporary_folder.h"

namespace volley::io {
namespace {

using namespace std::chrono_literals;

absl::StatusOr<RunPlan> with_probes(const std::string& probes) {
  return parse_yaml_network(
      "volley: 1\n"
      "populations: {e: {model: lif_delta, size: 20}, i: {model: lif_delta, size: 5}}\n"
      "sources: {in: {size: 10, poisson: 200 Hz}}\n"
      "projections:\n"
      "  - {from: in, to: [e, i], rule: {fixed_indegree: 4}, weight: {uniform: [1 mV, 20 mV]}, delay: 1.5 ms,\n"
      "     plasticity: {rule: pair_stdp, a_plus: 0.1, a_minus: 0.1, w_max: 30}}\n"
      "  - {name: back, from: e, to: e, rule: {fixed_indegree: 3}, weight: 0.5, delay: {uniform: [1, 3]}}\n"
      "probes: " +
          probes + "\n",
      "net.yaml", {}, test::full_catalog());
}

TEST_CASE("probes of weights are read, and the resolved description reads as the same") {
  const auto plan = with_probes(
      "[{weights: [in_to_e, back], interval: 100 ms}, {weights: in_to_i, start: 5, interval: 2, synapses: {first: 3, "
      "count: 4}}, {weights: back, times: [1 ms, 2.5 ms]}]");
  INFO(plan.status());
  REQUIRE(plan.ok());
  const std::vector<WeightProbe> expected = {{"in_to_e", {}, kStart, 100ms, {}},
                                             {"back", {}, kStart, 100ms, {}},
                                             {"in_to_i", {3, 4}, kStart + 5ms, 2ms, {}},
                                             {"back", {}, kStart, Duration{0}, {kStart + 1ms, kStart + 2500us}}};
  CHECK(plan->network.weight_probes == expected);
  CHECK(plan->network.spike_probes.empty());
  const auto again = parse_yaml_network(plan->resolved, "resolved.yaml", {}, test::full_catalog());
  INFO(plan->resolved << again.status());
  REQUIRE(again.ok());
  CHECK(again->network == plan->network);
}

TEST_CASE("what is wrong with a probe of weights is said at its place") {
  using Catch::Matchers::Contains;
  const auto problem = [](const std::string& probes) {
    const auto plan = with_probes(probes);
    REQUIRE_FALSE(plan.ok());
    return std::string(plan.status().message());
  };
  CHECK_THAT(problem("[{weights: in_to_ee, interval: 1}]"),
             Contains("net.yaml:8:20: unknown projection `in_to_ee`; did you mean `in_to_e`?"));
  CHECK_THAT(problem("[{weights: back}]"), Contains("net.yaml:8:10") && Contains("interval"));
  CHECK_THAT(problem("[{weights: back, interval: 0}]"), Contains("net.yaml:8:36: interval: must be above 0"));
  CHECK_THAT(problem("[{weights: back, times: [2, 1]}]"), Contains("net.yaml:8:37: times: must ascend"));
  CHECK_THAT(problem("[{weights: back, interval: 1, variable: v}]"), Contains("net.yaml:8:39") && Contains("variable"));
  CHECK_THAT(problem("[{weights: back, interval: 1, synapses: {first: 1, count: 0}}]"),
             Contains("net.yaml:8:67") && Contains("synapses.count"));
  CHECK_THAT(problem("[{weights: back, state: e, interval: 1}]"), Contains("net.yaml:8:10: a probe is one of"));
}

TEST_CASE("recorded weights come back with their projection, unit, neurons, times and values") {
  auto plan = with_probes(
      "[{weights: in_to_e, interval: 10 ms}, {weights: back, times: [3 ms], synapses: {first: 7, count: 2}}, "
      "{state: e, variable: v, neurons: [4], interval: 50 ms}]");
  REQUIRE(plan.ok());
  const test::TemporaryFolder folder;
  Simulation simulation = test::must_build(plan->network, test::full_catalog());
  RunMetadata metadata{.plan = *plan, .probe_units = probe_units(plan->network, test::full_catalog())};
  // Whose synapses they are must be told.
  CHECK_FALSE(Recorder::create(folder.path("run.h5"), metadata).ok());
  metadata.probed_synapses = simulation.probed_synapses();
  auto recorder = Recorder::create(folder.path("run.h5"), metadata);
  INFO(recorder.status());
  REQUIRE(recorder.ok());
  test::Recording seen;
  simulation.add_observer(**recorder);
  simulation.add_observer(seen);
  REQUIRE(simulation.run(100ms).ok());
  REQUIRE((*recorder)->close(Outcome::kComplete, counters_of(simulation)).ok());

  const auto recording = Recording::open(folder.path("run.h5"));
  REQUIRE(recording.ok());
  const auto traces = recording->traces();
  INFO(traces.status());
  REQUIRE(traces.ok());
  REQUIRE(traces->size() == 3);  // by the names of their groups: back, e, in_to_e
  const RecordedTrace &back = (*traces)[0], &state = (*traces)[1], &in = (*traces)[2];
  CHECK(state.projection.empty());
  CHECK(state.sources.empty());
  CHECK(state.values.size() == 2);
  CHECK(back.projection == "back");
  CHECK(back.times_ms == std::vector<double>{3});
  CHECK(back.values == std::vector<float>{0.5f, 0.5f});
  CHECK(in.projection == "in_to_e");
  CHECK(in.population == "e");
  CHECK(in.variable == "weight");
  CHECK(in.unit == "mV");
  REQUIRE(in.times_ms.size() == 10);
  CHECK(in.times_ms.back() == 90);
  std::vector<Synapse> synapses;
  simulation.for_each_synapse(0, [&](const Synapse& synapse) { synapses.push_back(synapse); });
  REQUIRE(in.neurons.size() == 80);
  for (std::size_t k = 0; k < 80; ++k) {
    REQUIRE(in.sources[k] == synapses[k].source);
    REQUIRE(in.neurons[k] == synapses[k].target);
  }
  std::size_t row = 0, changed = 0;
  for (const test::Sample& sample : seen.samples) {
    if (sample.probe != 1) continue;  // state probes come first
    for (std::size_t k = 0; k < 80; ++k) {
      REQUIRE(in.values[80 * row + k] == static_cast<float>(sample.values[k]));
      changed += row > 0 && in.values[80 * row + k] != in.values[80 * (row - 1) + k];
    }
    ++row;
  }
  CHECK(row == 10);
  CHECK(changed > 100);
  std::vector<std::string> reports;
  for (const RecordedReport& r : recording->info().reports) {
    reports.push_back(r.projection + "/" + r.population + "/" + r.variable + "/" + std::to_string(r.columns) + "/" +
                      std::to_string(r.samples));
  }
  CHECK(reports == std::vector<std::string>{"back/e/weight/2/1", "/e/v/1/2", "in_to_e/e/weight/80/10"});
}

}  // namespace
}  // namespace volley::io
