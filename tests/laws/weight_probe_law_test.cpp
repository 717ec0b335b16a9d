// Weights that are probed are those that reading them would give, for every number of slices, and probing changes
// nothing.
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/brunel.h"
#include "tests/support/full_catalog.h"
#include "tests/support/run_network.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

std::vector<Synapse> synapses_of(const Simulation& simulation, std::size_t projection) {
  std::vector<Synapse> all;
  simulation.for_each_synapse(projection, [&](const Synapse& synapse) { all.push_back(synapse); });
  return all;
}

constexpr Brunel kSmall{100, 20, 4.0, 5, 2};

const Parameters kPair = {{"a_plus", 0.05}, {"a_minus", 0.06}, {"w_max", 9.0}};

TEST_CASE("a probe of weights gives what reading them just after it gives, whatever the slices, rule and delays") {
  const std::vector<PlasticitySpec> specs = {{"pair_stdp", kPair, {}},
                                             {"triplet_stdp", {}, {}},
                                             {"reward_stdp", kPair, {{"inh", 0.01, 2ms}}},
                                             {"short_term", {}, {}},
                                             {"synaptic_scaling", {{"w_max", 9.0}}, {}}};
  for (const PlasticitySpec& spec : specs) {
    for (const Distribution& delay : {Distribution{Constant{1.5}}, Distribution{Uniform{0.3, 4}}}) {
      CAPTURE(spec.rule, delay.index());
      Network network = learning_brunel(kSmall, spec, delay);
      const Recording plain = record(network, full_catalog(), 40ms);
      network.weight_probes = {{"exc_to_exc", {}, kStart + 5ms, 7ms, {}},
                               {"exc_to_inh", {17, 5}, kStart, Duration{0}, {kStart, kStart + 26ms, kStart + 27ms}}};
      const Recording whole = record(network, full_catalog(), 40ms);
      REQUIRE(whole.samples.size() == 5 + 3);
      CHECK(whole.spikes == plain.spikes);
      CHECK(record(network, full_catalog(), 40ms, {1, 2, 0}).samples == whole.samples);
      CHECK(record(network, full_catalog(), 40ms, {1, 3, 17}).samples == whole.samples);

      network.weight_probes.clear();
      Simulation simulation = must_build(network, full_catalog());
      for (const Sample& sample : whole.samples) {
        REQUIRE(simulation.run(sample.at + Duration{1} - simulation.now()).ok());
        const std::vector<Synapse> read = synapses_of(simulation, sample.probe == 0 ? 0 : 2);
        const std::size_t first = sample.probe == 0 ? 0 : 17;
        REQUIRE(sample.values.size() == (sample.probe == 0 ? 2000 : 5));
        for (std::size_t k = 0; k < sample.values.size(); ++k) REQUIRE(sample.values[k] == read[first + k].weight);
      }
    }
  }
}

TEST_CASE("synapses are shown by source, target and delay, the same for all slices") {
  Network network = brunel(kSmall);
  network.projections[0].delay_ms = Uniform{0.3, 4};
  network.projections[0].weight = Normal{1, 0.2};
  const std::vector<Synapse> whole = synapses_of(must_build(network, full_catalog()), 0);
  CHECK(synapses_of(must_build(network, full_catalog(), {1, 1, 13}), 0) == whole);
  REQUIRE(whole.size() == 2000);
  std::size_t pairs_twice = 0;
  for (std::size_t k = 1; k < whole.size(); ++k) {
    const Synapse &a = whole[k - 1], &b = whole[k];
    REQUIRE(std::tuple(a.source, a.target, a.delay) <= std::tuple(b.source, b.target, b.delay));
    pairs_twice += a.source == b.source && a.target == b.target;
  }
  CHECK(pairs_twice > 0);
  // Where all share one weight, it is shown.
  for (const Synapse& s : synapses_of(must_build(network, full_catalog()), 1)) {
    REQUIRE(s.weight == -20);
    REQUIRE(s.delay == 1500us);
  }
}

TEST_CASE("a modulator's last spike counts for weights that are read before anything else happens") {
  // The synapse is tagged at 12 ms; the modulator fires once, at 20 ms, has no synapses of its own, and nothing
  // follows.
  Network network;
  const Parameters fires_at_once = {{"tau_m", 20.0}, {"v_rest", 0.0}, {"v_threshold", 1.0}, {"t_ref", 2.0}};
  network.populations = {population("post", "lif_delta", 1, fires_at_once),
                         population("dopamine", "lif_delta", 1, fires_at_once)};
  network.sources = {spike_list("pre", 1, {{kStart + 10ms, 0}}), spike_list("teacher", 1, {{kStart + 12ms, 0}}),
                     spike_list("reward", 1, {{kStart + 19ms, 0}})};
  network.projections = {projection("pre", "post", OneToOne{}, 0.1, 1), projection("teacher", "post", OneToOne{}, 2, 0),
                         projection("reward", "dopamine", OneToOne{}, 2, 1)};
  network.projections[0].plasticity = {"reward_stdp", {{"a_plus", 0.1}, {"w_max", 5.0}}, {{"dopamine", 1, 0ms}}};
  Simulation at_once = must_build(network, full_catalog());
  REQUIRE(at_once.run(100ms).ok());
  const double read = synapses_of(at_once, 0).front().weight;
  CHECK(read > 0.15);
  // Reading on the way, after the pulse and before anything that comes after it, changes nothing.
  Simulation in_pieces = must_build(network, full_catalog());
  for (int k = 0; k < 100; ++k) {
    REQUIRE(in_pieces.run(1ms).ok());
    (void)synapses_of(in_pieces, 0);
  }
  CHECK(synapses_of(in_pieces, 0).front().weight == read);
}

TEST_CASE("probes of weights that do not exist are refused") {
  const auto problem = [](WeightProbe probe) {
    Network network = brunel(kSmall);
    network.weight_probes = {std::move(probe)};
    const auto built = build(network, full_catalog());
    REQUIRE_FALSE(built.ok());
    return message_of(built.status());
  };
  CHECK(problem({"exc_to_ex", {}, kStart, 1ms, {}}) ==
        "weight probe of exc_to_ex: unknown projection `exc_to_ex`; did you mean `exc_to_exc`?");
  CHECK(problem({"exc_to_exc", {1990, 11}, kStart, 1ms, {}}) ==
        "weight probe of exc_to_exc: synapses from 1990 on, 11 of them, but the projection has 2000; lower `synapses`");
  CHECK(problem({"exc_to_exc", {2000, {}}, kStart, 1ms, {}}) ==
        "weight probe of exc_to_exc: synapses from 2000, but the projection has 2000; lower `synapses`");
  CHECK(problem({"exc_to_exc", {0, 0}, kStart, 1ms, {}}).find("must be at least 1") != std::string::npos);
  CHECK(problem({"exc_to_exc", {}, kStart, Duration{0}, {}}).find("set `interval`") != std::string::npos);
  CHECK(problem({"exc_to_exc", {}, kStart, Duration{0}, {kStart + 2ms, kStart + 1ms}}).find("must ascend") !=
        std::string::npos);
}

}  // namespace
}  // namespace volley::test
