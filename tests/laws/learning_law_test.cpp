// A network that learns gives the same spikes and the same weights, to the last bit, for every number of threads and
// slices, in pieces, and whether or not its weights are read on the way.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/brunel.h"
#include "tests/support/full_catalog.h"
#include "tests/support/run_network.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;
using Weight = std::tuple<std::uint32_t, std::uint32_t, double>;  // source, target, weight

std::vector<Weight> weights_of(Simulation& simulation, std::size_t projection) {
  std::vector<Weight> all;
  const ProjectionWeights weights = *simulation.weights(projection);
  for (std::uint32_t source = 0; source < weights.sources(); ++source) {
    for (std::size_t slice = 0; slice < weights.slices(); ++slice) {
      const WeightRow row = weights.row(source, slice);
      for (std::size_t k = 0; k < row.target.size(); ++k) {
        all.emplace_back(source, row.first_neuron + row.target[k], weights.get(source, slice, k));
      }
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

struct Result {
  std::vector<Spike> spikes;
  std::vector<std::vector<Weight>> weights;  // of every plastic projection
  friend bool operator==(const Result&, const Result&) = default;
};

Result run(const Network& network, const Options& options, int pieces, bool read_on_the_way) {
  auto simulation = build(network, full_catalog(), options);
  INFO(simulation.status());
  REQUIRE(simulation.ok());
  Recording recording;
  simulation->add_observer(recording);
  for (int piece = 0; piece < pieces; ++piece) {
    REQUIRE(simulation->run(Duration{60ms} / pieces).ok());
    if (read_on_the_way) (void)weights_of(*simulation, 0);
  }
  Result result{std::move(recording.spikes), {}};
  for (std::size_t j = 0; j < network.projections.size(); ++j) {
    if (network.projections[j].plasticity) result.weights.push_back(weights_of(*simulation, j));
  }
  return result;
}

// A twentieth of Brunel's network, whose recurrent synapses learn by `spec`.
Network learning_brunel(const PlasticitySpec& spec, const Distribution& delay) {
  Network network = brunel({500, 50, 2.0, 5, 2});
  for (ProjectionSpec& projection : network.projections) {
    if (projection.source != "exc") continue;
    projection.plasticity = spec;
    projection.delay_ms = delay;
  }
  return network;
}

TEST_CASE("a network that learns gives the same bits for every number of threads, slice size and piece") {
  const Parameters pair = {{"a_plus", 0.05}, {"a_minus", 0.06}, {"w_max", 6.0}};
  Parameters multiplicative = pair;
  multiplicative["mu_plus"] = 1.0;
  const std::vector<PlasticitySpec> specs = {
      {"pair_stdp", pair, {}},
      {"pair_stdp", multiplicative, {}},
      {"triplet_stdp", {}, {}},
      {"bcm", {{"eta", 0.002}}, {}},
      {"reward_stdp", pair, {{"inh", 0.01, 2ms}}},
      {"short_term", {}, {}},
      {"synaptic_scaling", {{"w_max", 6.0}}, {}},
  };
  for (const PlasticitySpec& spec : specs) {
    for (const Distribution& delay : {Distribution{Constant{1.5}}, Distribution{Uniform{0.3, 4}}}) {
      CAPTURE(spec.rule, delay.index());
      const Network network = learning_brunel(spec, delay);
      const Result whole = run(network, {}, 1, false);
      REQUIRE(whole.spikes.size() > 500);
      REQUIRE(whole.weights.size() == 2);
      CHECK((run(network, {1, 2, 0}, 1, false) == whole));
      CHECK((run(network, {1, 3, 177}, 6, true) == whole));
      CHECK_FALSE((run(network, {2, 1, 0}, 1, false) == whole));
    }
  }
}

TEST_CASE("a rule that changes nothing leaves the spikes of static synapses") {
  Network still = brunel({500, 50, 2.0, 5, 2});
  const Recording without = record(still, standard_models(), 100ms);
  for (ProjectionSpec& projection : still.projections) {
    if (projection.source == "exc") projection.plasticity = {"pair_stdp", {{"a_plus", 0.0}, {"a_minus", 0.0}}, {}};
  }
  const Recording with = record(still, full_catalog(), 100ms);
  // A weight each is stored in single precision: J = 2 mV is exact there.
  CHECK(with.spikes == without.spikes);
}

}  // namespace
}  // namespace volley::test
