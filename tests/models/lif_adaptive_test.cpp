// lif_adaptive against its definition, moved from event to event in doubles.
#include <catch2/catch.hpp>
#include <cmath>
#include <utility>
#include <vector>

#include "engine/random.h"
#include "models/catalog.h"
#include "tests/support/run_network.h"

namespace volley::test {
namespace {

struct Input {
  double at_ms, weight;
};

// Distinct times, so that inputs do not meet.
std::vector<Input> inputs(std::uint64_t seed, int count) {
  RandomStream draw({seed, Purpose::kUser, 0}, 0);
  std::vector<Input> all;
  double t = 1;
  for (int k = 0; k < count; ++k) {
    t += std::round(draw.next(Uniform{0.05, 1.5}) * 1e6) / 1e6;
    all.push_back({t, static_cast<double>(static_cast<float>(draw.next(Uniform{-1, 5})))});
  }
  return all;
}

const Parameters kParameters = {{"tau_m", 10.0}, {"v_rest", -65.0},   {"v_threshold", -52.0}, {"v_reset", -66.0},
                                {"t_ref", 2.0},  {"theta_plus", 1.5}, {"tau_theta", 300.0},   {"theta_init", 0.5}};

TEST_CASE("an adaptive neuron fires where its definition says, and theta is what it says") {
  const std::vector<Input> all = inputs(3, 2000);
  Network network;
  network.populations = {population("cell", "lif_adaptive", 1, kParameters)};
  std::vector<std::pair<Time, std::uint32_t>> spikes;
  Explicit edges;
  for (std::uint32_t k = 0; k < all.size(); ++k) {
    spikes.emplace_back(time_from_ms(all[k].at_ms), k);
    edges.edges.push_back({k, 0, static_cast<float>(all[k].weight), Duration{0}});
  }
  network.sources = {spike_list("in", static_cast<std::uint32_t>(all.size()), std::move(spikes))};
  network.projections = {projection("in", "cell", edges, 0, 0)};
  const double end = all.back().at_ms + 10;
  network.state_probes = {{"cell", {}, "theta", kStart, Duration{0}, {time_from_ms(100), time_from_ms(end - 1)}},
                          {"cell", {}, "v", kStart, Duration{0}, {time_from_ms(end - 1)}}};
  const Recording found = record(network, standard_models(), duration_from_ms(end));

  double v = 0, theta = 0.5, last = 0, free_at = 0, theta_at_100 = 0;
  std::vector<double> expected;
  for (const auto& [at, w] : all) {
    if (last < 100 && at >= 100) theta_at_100 = theta * std::exp(-(100 - last) / 300);
    theta *= std::exp(-(at - last) / 300);
    if (at >= free_at) {
      v *= std::exp(-(at - std::max(last, free_at)) / 10);
      v += w;
      if (v > 13 + theta) {
        expected.push_back(at);
        v = -1;
        theta += 1.5;
        free_at = at + 2;
      }
    }
    last = at;
  }
  REQUIRE(expected.size() > 50);
  std::vector<double> fired;
  for (const Spike& s : found.spikes) {
    if (index_of(s.population) == 0) fired.push_back(to_ms(s.at));
  }
  REQUIRE(fired.size() == expected.size());
  for (std::size_t k = 0; k < fired.size(); ++k) CHECK(fired[k] == Approx(expected[k]).margin(1e-9));
  REQUIRE(found.samples.size() == 3);
  CHECK(found.samples[0].values[0] == Approx(theta_at_100).epsilon(1e-12));
  CHECK(found.samples[1].values[0] == Approx(theta * std::exp(-(end - 1 - last) / 300)).epsilon(1e-12));
  CHECK(found.samples[2].values[0] ==
        Approx(-65 + v * std::exp(-(end - 1 - std::max(last, free_at)) / 10)).epsilon(1e-12));
}

TEST_CASE("adaptation brings neurons of different drive to similar rates") {
  Network network;
  Parameters parameters = kParameters;
  parameters["tau_theta"] = 1e5;
  parameters["theta_plus"] = 2.5;
  network.populations = {population("cells", "lif_adaptive", 2, parameters)};
  network.drives = {{"weak", "cells", {0, 1}, PoissonDrive{{{kStart, 450}}, 2, ""}},
                    {"strong", "cells", {1, 1}, PoissonDrive{{{kStart, 1600}}, 2, ""}}};
  const auto ratio = [&] {
    const Recording run = record(network, standard_models(), std::chrono::seconds(20));
    double weak = 0, strong = 0;
    for (const Spike& s : run.spikes) (s.neuron == 0 ? weak : strong) += 1;
    REQUIRE(weak > 0);
    return strong / weak;
  };
  const double adapted = ratio();
  network.populations[0].parameters["theta_plus"] = 0.0;
  CHECK(ratio() > 1.5 * adapted);
}

TEST_CASE("what lif_adaptive cannot do is refused") {
  const auto problem = [](Parameters more) {
    Network network;
    network.populations = {population("cell", "lif_adaptive", 2, std::move(more))};
    const auto built = build(network, standard_models());
    REQUIRE_FALSE(built.ok());
    return std::string(built.status().message());
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(problem({{"tau_theta", 5.0}}), Contains("population cell: tau_theta 5 ms, must be at least tau_m 20 ms"));
  CHECK_THAT(problem({{"v_rest", 30.0}}), Contains("must lie below v_threshold 20 mV"));
  CHECK_THAT(problem({{"v_init", 25.0}}), Contains("v_init 25 mV"));
  CHECK_THAT(problem({{"theta_plus", -1.0}}), Contains("theta_plus -1 mV, must be at least 0"));
  CHECK_THAT(problem({{"tau_m", std::vector<double>{10, 20}}}), Contains("may differ between neurons"));
}

}  // namespace
}  // namespace volley::test
