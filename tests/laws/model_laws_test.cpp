// Laws that every model of the catalog keeps, whoever wrote it: where windows are cut, how a population is sliced, how
// often it is sampled and whether it ran before must not change a bit.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/random.h"
#include "models/catalog.h"
#include "tests/support/run_network.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

constexpr auto kDuration = 120ms;

// How strongly, in the unit of its first port, a model must be driven to fire by 50 Poisson neurons of 40 Hz each.
const std::map<std::string, double> kWeight = {
    {"adex", 500},    {"if_delta", 1},  {"izhikevich", 8}, {"lif_adaptive", 3},  {"lif_alpha", 500},
    {"lif_coba", 20}, {"lif_delta", 3}, {"lif_exp", 500},  {"loihi_cuba", 2048}, {"parrot", 1},
};

// 40 neurons of the model under Poisson input, connected to one another with drawn delays; every variable sampled.
Network network_of(const ModelInfo& model) {
  const auto known = kWeight.find(model.name);
  const double weight = known == kWeight.end() ? 1 : known->second;
  Network network;
  network.populations = {population("cells", model.name, 40)};
  network.sources = {{"noise", 50, {}, PoissonSource{{{kStart, 40}, {kStart + 50ms, 0}, {kStart + 70ms, 60}}}}};
  const std::uint32_t indegree = model.name == "parrot" ? 0 : 4;  // parrots that hear parrots never stop
  network.projections = {projection("noise", "cells", FixedIndegree{25}, weight, 0),
                         projection("cells", "cells", FixedIndegree{indegree}, 0.5 * weight, 1)};
  network.projections[1].delay_ms = Uniform{1, 5};
  for (const VariableInfo& variable : model.variables) {
    network.state_probes.push_back({"cells", {}, variable.name, kStart, 3ms, {}});
  }
  return network;
}

template <class Check>
void for_every_model(Check check) {
  const ModelCatalog catalog = standard_models();
  REQUIRE(catalog.all().size() >= 5);
  for (const auto& model : catalog.all()) {
    CAPTURE(model->info().name);
    const Network network = network_of(model->info());
    const Recording whole = record(network, catalog, kDuration);
    // The law must have something to say.
    REQUIRE(std::count_if(whole.spikes.begin(), whole.spikes.end(),
                          [](const Spike& s) { return index_of(s.population) == 0; }) > 20);
    check(catalog, network, whole);
  }
}

}  // namespace

TEST_CASE("every model gives the same bits when it is built and run again") {
  for_every_model([](const ModelCatalog& catalog, const Network& network, const Recording& whole) {
    CHECK(fingerprint(record(network, catalog, kDuration)) == fingerprint(whole));
  });
}

TEST_CASE("every model gives the same bits in every slicing") {
  for_every_model([](const ModelCatalog& catalog, const Network& network, const Recording& whole) {
    for (const Options& options : {Options{1, 1, 1}, Options{1, 1, 7}, Options{1, 2, 16}, Options{1, 3, 0}}) {
      CAPTURE(options.threads, options.slice_size);
      CHECK(fingerprint(record(network, catalog, kDuration, options)) == fingerprint(whole));
    }
  });
}

TEST_CASE("every model gives the same bits when the run is cut at random") {
  for_every_model([](const ModelCatalog& catalog, const Network& network, const Recording& whole) {
    RandomStream draw({5, Purpose::kUser, 0}, 0);
    Recording pieces;
    Simulation simulation = must_build(network, catalog);
    simulation.add_observer(pieces);
    while (simulation.now() < kStart + kDuration) {
      const auto piece = Duration{static_cast<std::int64_t>(draw.next_exponential() * 2e9)};
      REQUIRE(simulation.run(std::min<Duration>(piece, kStart + kDuration - simulation.now())).ok());
    }
    CHECK(fingerprint(pieces) == fingerprint(whole));
  });
}

TEST_CASE("how often a model is sampled changes no spike") {
  for_every_model([](const ModelCatalog& catalog, const Network& network, const Recording& whole) {
    for (const Duration interval : {Duration{17'345'678}, Duration{41ms}}) {
      Network probed = network;
      for (StateProbe& probe : probed.state_probes) probe.interval = interval;
      CHECK(record(probed, catalog, kDuration).spikes == whole.spikes);
    }
    Network unseen = network;
    unseen.state_probes.clear();
    CHECK(record(unseen, catalog, kDuration).spikes == whole.spikes);
  });
}

TEST_CASE("every model can be sampled at any time, and its variables are finite") {
  for_every_model([](const ModelCatalog&, const Network&, const Recording& whole) {
    for (const Sample& sample : whole.samples) {
      for (const double v : sample.values) REQUIRE(std::isfinite(v));
    }
  });
}

TEST_CASE("a second population of the same model does not disturb the first") {
  for_every_model([](const ModelCatalog& catalog, const Network& network, const Recording& whole) {
    Network doubled = network;
    doubled.populations.push_back(population("others", network.populations[0].model, 33));
    doubled.projections.push_back(projection("noise", "others", FixedIndegree{20}, 1, 0));
    const Recording both = record(doubled, catalog, kDuration);
    std::vector<Spike> first, expected;
    for (const Spike& s : both.spikes) {
      if (index_of(s.population) == 0) first.push_back(s);
    }
    for (const Spike& s : whole.spikes) {
      if (index_of(s.population) == 0) expected.push_back(s);
    }
    CHECK(first == expected);
    CHECK(both.samples == whole.samples);
  });
}

}  // namespace volley::test
