// What lif_delta and if_delta do at single instants, each as a network of a few neurons whose answer is known.
// tests/reference/delta_network_test.cpp holds whole networks to a naive simulation.
#include "models/delta_models.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "models/catalog.h"
#include "tests/support/run_network.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

struct Input {
  Time at;
  double weight;
};

// One neuron and its inputs, one source each.
Network one_neuron(const std::string& model, Parameters parameters, const std::vector<Input>& inputs) {
  Network network;
  network.populations = {population("cell", model, 1, std::move(parameters))};
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const std::string name = "in" + std::to_string(k);
    network.sources.push_back(spike_list(name, 1, {{inputs[k].at, 0}}));
    network.projections.push_back(projection(name, "cell", AllToAll{}, inputs[k].weight, 0));
  }
  return network;
}

std::vector<Time> spikes_of_cell(const Network& network, Duration duration) {
  std::vector<Time> times;
  for (const Spike& s : record(network, standard_models(), duration).spikes) {
    if (index_of(s.population) == 0) times.push_back(s.at);
  }
  return times;
}

std::vector<Time> fires(const std::string& model, Parameters parameters, const std::vector<Input>& inputs) {
  return spikes_of_cell(one_neuron(model, std::move(parameters), inputs), 100ms);
}

constexpr Time kOne = kStart + 1ms, kTwo = kStart + 2ms;

}  // namespace

TEST_CASE("excitation and inhibition that meet at one picosecond cancel, whoever was declared first") {
  for (const char* model : {"lif_delta", "if_delta"}) {
    CHECK(fires(model, {}, {{kOne, 25}, {kOne, -10}}).empty());
    CHECK(fires(model, {}, {{kOne, -10}, {kOne, 25}}).empty());
    CHECK(fires(model, {}, {{kOne, 25}, {kOne + Duration{1}, -10}}) == std::vector<Time>{kOne});
  }
}

TEST_CASE("a neuron fires above its threshold, or at it where that is asked for") {
  for (const char* model : {"lif_delta", "if_delta"}) {
    CHECK(fires(model, {}, {{kOne, 20}}).empty());
    CHECK(fires(model, {}, {{kOne, 20.0000001}}) == std::vector<Time>{kOne});
    CHECK(fires(model, {{"threshold", std::string("at_least")}}, {{kOne, 20}}) == std::vector<Time>{kOne});
    CHECK(fires(model, {{"threshold", std::string("at_least")}}, {{kOne, 19.9999999}}).empty());
  }
}

TEST_CASE("what arrives in the refractory period is lost, and what arrives at its end is not") {
  for (const char* model : {"lif_delta", "if_delta"}) {
    const Parameters p = {{"t_ref", 1.0}};
    CHECK(fires(model, p, {{kOne, 25}, {kTwo - Duration{1}, 25}}) == std::vector<Time>{kOne});
    CHECK(fires(model, p, {{kOne, 25}, {kTwo, 25}}) == std::vector<Time>{kOne, kTwo});
    CHECK(fires(model, p, {{kOne, 25}, {kOne + 500us, 15}, {kTwo, 15}}) == std::vector<Time>{kOne});
  }
}

TEST_CASE("without a refractory period a neuron fires at every instant that lifts it over the threshold") {
  for (const char* model : {"lif_delta", "if_delta"}) {
    CHECK(fires(model, {}, {{kOne, 25}, {kOne + Duration{1}, 25}}) == std::vector<Time>{kOne, kOne + Duration{1}});
    CHECK(fires(model, {}, {{kOne, 25}, {kOne, 25}, {kOne, 25}}) == std::vector<Time>{kOne});
  }
}

TEST_CASE("reset sets the potential, or takes off what a spike costs") {
  const std::string subtract = "subtract";
  // 15 + 15 leaves 30 - 20 = 10 by subtraction: 11 more suffice.
  CHECK(fires("if_delta", {{"reset", subtract}}, {{kOne, 15}, {kOne, 15}, {kTwo, 11}}) ==
        std::vector<Time>{kOne, kTwo});
  CHECK(fires("if_delta", {}, {{kOne, 15}, {kOne, 15}, {kTwo, 11}}) == std::vector<Time>{kOne});
  // A spike costs v_threshold - v_reset.
  CHECK(fires("if_delta", {{"reset", subtract}, {"v_reset", 5.0}}, {{kOne, 25}, {kTwo, 10.5}}) ==
        std::vector<Time>{kOne, kTwo});
  CHECK(fires("if_delta", {{"reset", subtract}, {"v_reset", 5.0}}, {{kOne, 25}, {kTwo, 9.5}}) ==
        std::vector<Time>{kOne});
}

TEST_CASE("what subtraction leaves above the threshold fires at the next event, whatever it is") {
  const std::string subtract = "subtract";
  for (const char* model : {"lif_delta", "if_delta"}) {
    // 65 mV are worth three spikes: one now, one at each of the next two inputs, also if they inhibit a little.
    CHECK(fires(model, {{"reset", subtract}}, {{kOne, 65}, {kOne + 1us, -1}, {kOne + 2us, 0.1}, {kOne + 3us, 0.1}}) ==
          std::vector<Time>{kOne, kOne + 1us, kOne + 2us});
    CHECK(fires(model, {{"reset", subtract}, {"t_ref", 1e-3}}, {{kOne, 65}}) ==
          std::vector<Time>{kOne, kOne + 1us, kOne + 2us});
  }
}

TEST_CASE("a leaky neuron forgets with its time constant, one without leak does not") {
  // After 20 ms, one time constant, 15 mV have decayed to 5.518.
  CHECK(fires("lif_delta", {}, {{kOne, 15}, {kOne + 20ms, 14.481}}).empty());
  CHECK(fires("lif_delta", {}, {{kOne, 15}, {kOne + 20ms, 14.482}}) == std::vector<Time>{kOne + 20ms});
  CHECK(fires("if_delta", {}, {{kOne, 15}, {kOne + 98ms, 5.001}}) == std::vector<Time>{kOne + 98ms});
}

TEST_CASE("the potential can be read before, at and after a spike and while refractory") {
  Network network =
      one_neuron("lif_delta", {{"t_ref", 2.0}, {"v_reset", -5.0}, {"v_init", 10.0}}, {{kStart + 20ms, 25}});
  network.state_probes = {
      {"cell",
       {},
       "v",
       kStart,
       Duration{0},
       {kStart, kStart + 20ms - Duration{1}, kStart + 20ms, kStart + 21ms, kStart + 22ms, kStart + 42ms}}};
  std::vector<double> v;
  for (const Sample& s : record(network, standard_models(), 50ms).samples) v.push_back(s.values.front());
  REQUIRE(v.size() == 6);
  CHECK(v[0] == 10);
  CHECK(v[1] == Approx(10 * std::exp(-1)).epsilon(1e-9));
  CHECK(v[2] == -5);
  CHECK(v[3] == -5);
  CHECK(v[4] == Approx(-5).epsilon(1e-14));
  CHECK(v[5] == Approx(-5 * std::exp(-1)).epsilon(1e-12));
}

TEST_CASE("two Poisson drives into one population add up, each with its own weight") {
  Network network;
  network.populations = {population("cells", "if_delta", 500, {{"v_threshold", 1e9}})};
  network.drives = {{"a", "cells", {}, PoissonDrive{{{kStart, 300}}, 1, ""}},
                    {"b", "cells", {}, PoissonDrive{{{kStart, 500}}, 1000, ""}}};
  network.state_probes = {{"cells", {}, "v", kStart + 1s, 1s, {}}};
  Recording recording;
  Simulation simulation = must_build(network, standard_models());
  simulation.add_observer(recording);
  REQUIRE(simulation.run(1s + Duration{1}).ok());
  double a = 0, b = 0;
  for (const double v : recording.samples.front().values) a += std::fmod(v, 1000), b += std::floor(v / 1000);
  CHECK(a + b == static_cast<double>(simulation.counters()[0].counts.external_events));
  CHECK(std::fabs(a - 150'000) < 4 * std::sqrt(150'000.0));
  CHECK(std::fabs(b - 250'000) < 4 * std::sqrt(250'000.0));
}

TEST_CASE("a drive into a range reaches exactly the neurons of the range") {
  Network network;
  network.populations = {population("cells", "if_delta", 3000, {{"v_threshold", 1e9}})};
  network.drives = {{"a", "cells", {700, 1500}, PoissonDrive{{{kStart, 2000}}, 1, ""}}};
  network.state_probes = {{"cells", {}, "v", kStart + 50ms, 1s, {}}};
  for (const std::uint32_t slice : {0u, 999u, 64u}) {
    const std::vector<double> v = record(network, standard_models(), 51ms, {1, 1, slice}).samples.front().values;
    double outside = 0, inside = 0;
    for (std::size_t i = 0; i < v.size(); ++i) (i >= 700 && i < 2200 ? inside : outside) += v[i];
    CHECK(outside == 0);
    CHECK(std::fabs(inside - 150'000) < 4 * std::sqrt(150'000.0));
  }
}

TEST_CASE("a time constant far shorter than a window loses no input and keeps every bit in every slicing") {
  Network network;
  network.populations = {population("cells", "lif_delta", 4000, {{"tau_m", 0.002}, {"v_threshold", 1.5}})};
  network.drives = {{"a", "cells", {}, PoissonDrive{{{kStart, 100'000}}, 1, ""}}};
  const Recording whole = record(network, standard_models(), 5ms);
  // Two inputs of 1 mV within tau ln 2 cross 1.5 mV: of 100,000 a second, 13 % do; a third is rarely needed.
  const double expected = 4000 * 0.005 * 1e5 * 0.129;
  CHECK(static_cast<double>(whole.spikes.size()) == Approx(expected).epsilon(0.1));
  for (const std::uint32_t slice : {100u, 1024u, 3000u}) {
    CHECK(record(network, standard_models(), 5ms, {1, 1, slice}).spikes == whole.spikes);
  }
}

TEST_CASE("a potential that has decayed to nothing is the same in every slicing") {
  // Neuron 0 hears once and then never again; its neighbour goes on hearing for 8,000 time constants.
  Network network;
  network.populations = {population("cells", "lif_delta", 2, {{"tau_m", 0.1}})};
  network.sources = {spike_list("once", 1, {{kOne, 0}}), {"clock", 1, {}, RegularSource{kOne, 5ms, {}}}};
  network.projections = {projection("once", "cells", Explicit{{{0, 0, 5, 0ms}}, ""}, 0, 0),
                         projection("clock", "cells", Explicit{{{0, 1, 5, 0ms}}, ""}, 0, 0)};
  network.state_probes = {{"cells", {}, "v", kStart, 3ms, {}}};
  const Recording whole = record(network, standard_models(), 800ms);
  CHECK(record(network, standard_models(), 800ms, {1, 1, 1}).samples == whole.samples);
  CHECK(whole.samples.back().values.front() == 0);
}

TEST_CASE("a refractory period of many time constants ends in the reset") {
  // 5,000 time constants: the neighbour keeps moving the frame meanwhile.
  Network network;
  network.populations = {population("cells", "lif_delta", 2, {{"tau_m", 0.1}, {"t_ref", 500.0}, {"v_reset", 7.0}})};
  network.sources = {spike_list("twice", 1, {{kOne, 0}, {kOne + 501ms, 0}}),
                     {"clock", 1, {}, RegularSource{kOne, 90ms, {}}}};
  network.projections = {projection("twice", "cells", Explicit{{{0, 0, 25, 0ms}}, ""}, 0, 0),
                         projection("clock", "cells", Explicit{{{0, 1, 5, 0ms}}, ""}, 0, 0)};
  network.state_probes = {{"cells", {0}, "v", kStart + 499ms, 2ms, {}}};
  const Recording recording = record(network, standard_models(), 504ms);
  REQUIRE(recording.samples.size() == 3);
  CHECK(recording.samples[0].values.front() == 7);
  CHECK(recording.samples[1].values.front() == Approx(7).epsilon(1e-12));
  CHECK(recording.samples[2].values.front() == 7);  // it has fired again
}

TEST_CASE("fifty days of silence take no time, refractory or not") {
  const Network network =
      one_neuron("lif_delta", {{"t_ref", 0.1}}, {{kOne, 25}, {kStart + std::chrono::hours(24 * 50), 25}});
  CHECK(spikes_of_cell(network, std::chrono::hours(24 * 50) + 1ms).size() == 2);
}

TEST_CASE("a neuron that starts or is reset at its threshold is refused") {
  const auto message = [](Parameters parameters) {
    return message_of(build(one_neuron("lif_delta", std::move(parameters), {}), standard_models()).status());
  };
  CHECK(message({{"v_reset", 20.0}}) ==
        "population cell, neuron 0: v_reset 20 mV, must be below v_threshold 20 mV; set `v_reset`");
  CHECK(message({{"v_init", 25.0}}) ==
        "population cell, neuron 0: v_init 25 mV, must be below v_threshold 20 mV; set `v_init`");
}

TEST_CASE("currents that make a neuron fire without end are refused, with the interval and the remedy") {
  for (const char* model : {"lif_delta", "if_delta", "lif_exp", "lif_alpha"}) {
    INFO(model);
    Network network;
    network.populations = {test::population("cells", model, 3)};
    network.populations[0].parameters = {
        {"v_threshold", 20.0}, {"v_reset", 0.0}, {"v_rest", 0.0}, {"t_ref", 0.0}, {"i_e", 1e300}};
    const auto refused = build(network, standard_models());
    REQUIRE_FALSE(refused.ok());
    const std::string message(refused.status().message());
    CHECK(message.find("population cells, neuron 0") != std::string::npos);
    CHECK(message.find("must be at least 0.001 ms; lower `i_e`") != std::string::npos);
    network.populations[0].parameters["t_ref"] = 2.0;
    CHECK(build(network, standard_models()).ok());
    network.populations[0].parameters["t_ref"] = 0.0;
    network.populations[0].parameters["i_e"] = 0.0;
    network.drives = {{.name = "step",
                       .population = "cells",
                       .range = {},
                       .kind = CurrentDrive{.amplitude = {{kStart, 1.0}, {kStart + Duration{5}, 1e300}}}}};
    CHECK_FALSE(build(network, standard_models()).ok());
  }
}

}  // namespace volley::test
