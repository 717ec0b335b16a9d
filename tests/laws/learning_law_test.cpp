// A network that learns gives the same spikes and the same weights, to the last bit, for every number of threads and
// slices, in pieces, and whether or not its weights are read on the way.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/brunel.h"
#include "tests/support/full_catalog.h"
#include "tests/support/run_network.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

std::vector<Synapse> weights_of(const Simulation& simulation, std::size_t projection) {
  std::vector<Synapse> all;
  simulation.for_each_synapse(projection, [&](const Synapse& synapse) { all.push_back(synapse); });
  return all;
}

struct Result {
  std::vector<Spike> spikes;
  std::vector<std::vector<Synapse>> weights;  // of every plastic projection
  friend bool operator==(const Result&, const Result&) = default;
};

Result run(const Network& network, const Options& options, int pieces, bool read_on_the_way, Duration length = 60ms) {
  auto simulation = build(network, full_catalog(), options);
  INFO(simulation.status());
  REQUIRE(simulation.ok());
  Recording recording;
  simulation->add_observer(recording);
  for (int piece = 0; piece < pieces; ++piece) {
    REQUIRE(simulation->run(length / pieces).ok());
    if (read_on_the_way) (void)weights_of(*simulation, 0);
  }
  Result result{std::move(recording.spikes), {}};
  for (std::size_t j = 0; j < network.projections.size(); ++j) {
    if (network.projections[j].plasticity) result.weights.push_back(weights_of(*simulation, j));
  }
  return result;
}

constexpr Brunel kSmall{500, 50, 2.0, 5, 2};

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
      const Network network = learning_brunel(kSmall, spec, delay);
      const Result whole = run(network, {}, 1, false);
      REQUIRE(whole.spikes.size() > 500);
      REQUIRE(whole.weights.size() == 2);
      CHECK((run(network, {1, 2, 0}, 1, false) == whole));
      CHECK((run(network, {1, 3, 177}, 6, true) == whole));
      CHECK_FALSE((run(network, {2, 1, 0}, 1, false) == whole));
    }
  }
}

TEST_CASE("trimming histories and moving frames changes no bit, though slices do it at different times") {
  const Parameters fast = {{"a_plus", 0.05}, {"a_minus", 0.06}, {"w_max", 9.0}, {"tau_plus", 1.0}, {"tau_minus", 1.0}};
  Parameters multiplicative = fast;
  multiplicative["mu_plus"] = 1.0;
  for (const PlasticitySpec& spec :
       {PlasticitySpec{"pair_stdp", fast, {}}, PlasticitySpec{"pair_stdp", multiplicative, {}},
        PlasticitySpec{"triplet_stdp", {}, {}}, PlasticitySpec{"reward_stdp", fast, {{"inh", 0.01, 2ms}}}}) {
    CAPTURE(spec.rule);
    Network network = brunel({80, 16, 4.0, 5, 4});
    for (ProjectionSpec& projection : network.projections) {
      if (projection.source == "exc") projection.plasticity = spec;
    }
    const Result whole = run(network, {}, 1, false, 900ms);
    REQUIRE(whole.spikes.size() > 100u * 40);  // histories are full after 16 spikes of every target
    CHECK((run(network, {1, 1, 7}, 1, false, 900ms) == whole));
    CHECK((run(network, {1, 1, 1}, 1, false, 900ms) == whole));
    CHECK((run(network, {1, 1, 0}, 90, true, 900ms) == whole));
  }
}

TEST_CASE("neurons that step take what arrived with the weight that it had then, whatever happens before their tick") {
  const std::vector<PlasticitySpec> specs = {{"short_term", {{"u", 0.5}, {"tau_rec", 100.0}}, {}},
                                             {"pair_stdp", {{"a_plus", 0.5}, {"a_minus", 0.5}, {"w_max", 8.0}}, {}}};
  for (const std::string model : {"lif_coba", "izhikevich"}) {
    for (const PlasticitySpec& spec : specs) {
      CAPTURE(model, spec.rule);
      Network network;
      network.populations = {population("cells", model, 9, {{"dt", 4.0}})};  // several spikes of a synapse in a step
      network.sources = {{"in", 40, {}, PoissonSource{{{kStart, 150}}}}};
      network.projections = {projection("in", "cells", AllToAll{}, model == "lif_coba" ? 0.8 : 4, 0.7)};
      network.projections[0].plasticity = spec;
      const Result whole = run(network, {}, 1, false, 300ms);
      const auto by_cells = [](const Spike& spike) { return index_of(spike.population) == 0; };
      REQUIRE(std::count_if(whole.spikes.begin(), whole.spikes.end(), by_cells) > 10);
      CHECK((run(network, {1, 1, 2}, 1, false, 300ms) == whole));
      CHECK((run(network, {1, 1, 0}, 300, true, 300ms) == whole));
    }
  }
}

TEST_CASE("a rule that changes nothing leaves the spikes of static synapses") {
  Network still = brunel(kSmall);
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
