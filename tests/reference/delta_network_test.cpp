// Small random networks of lif_delta and if_delta against the naive simulation of tests/reference/naive_network.h:
// the same neurons fire at the same picoseconds.
#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "engine/random.h"
#include "models/catalog.h"
#include "tests/reference/naive_network.h"
#include "tests/support/run_network.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

struct Case {
  std::string name;
  NaiveParameters neuron;
  bool on_grid;  // all times are multiples of 0.1 ms and all weights of 0.25 mV, so that much meets and sums are exact
  double input_hz;  // per neuron
  double input_mv;
  std::size_t spikes;  // at least, over all networks
};

struct Both {
  Network network;
  NaiveNetwork naive;
};

constexpr auto kDuration = 300ms;

Parameters parameters_of(const NaiveParameters& p) {
  Parameters parameters = {{"v_rest", static_cast<double>(p.v_rest)},
                           {"v_threshold", static_cast<double>(p.v_threshold)},
                           {"v_reset", static_cast<double>(p.v_reset)},
                           {"v_init", static_cast<double>(p.v_init)},
                           {"i_e", static_cast<double>(p.i_e)},
                           {"t_ref", static_cast<double>(p.t_ref_ps / 1e9L)},
                           {"reset", std::string(p.subtract ? "subtract" : "value")},
                           {"threshold", std::string(p.at_least ? "at_least" : "above")}};
  if (std::isfinite(p.tau_ms)) parameters["tau_m"] = static_cast<double>(p.tau_ms);
  return parameters;
}

// 10 to 50 neurons; every pair is connected with probability 0.2, a quarter of the neurons inhibits. Edges with one
// delay each go into four projections, all others into one with delays on a grid.
Both draw(const Case& c, std::uint64_t index) {
  RandomStream random({3, Purpose::kUser, 4}, index);
  const std::uint32_t size = 10 + random.next_below(41);
  const auto weight = [&](bool inhibits) {
    const double mv = c.on_grid ? 0.25 * (1 + random.next_below(4)) : 0.3 + 1.2 * random.next_uniform();
    return static_cast<float>(inhibits ? -2 * mv : mv);
  };
  const auto delay_ps = [&] { return std::int64_t{100'000'000} * (1 + random.next_below(40)); };
  std::vector<NaiveEdge> edges;
  std::vector<Explicit> projections(5);
  std::vector<std::int64_t> common_ps(4);
  for (std::int64_t& ps : common_ps) ps = c.on_grid ? delay_ps() : 200'000'000 + random.next_below(3'000'000'000);
  for (std::uint32_t i = 0; i < size; ++i) {
    for (std::uint32_t j = 0; j < size; ++j) {
      if (random.next_below(5) != 0) continue;
      const std::uint32_t group = random.next_below(5);
      const std::int64_t ps = group < 4 ? common_ps[group] : delay_ps();
      const float w = weight(i % 4 == 3);
      projections[group].edges.push_back({i, j, w, Duration{ps}});
      edges.push_back({i, j, w, ps});
    }
  }
  Both both{{}, NaiveNetwork(c.neuron, size, std::move(edges))};
  both.network.populations = {
      population("cells", std::isfinite(c.neuron.tau_ms) ? "lif_delta" : "if_delta", size, parameters_of(c.neuron))};
  for (std::size_t group = 0; group < projections.size(); ++group) {
    both.network.projections.push_back(projection("cells", "cells", std::move(projections[group]), 0, 0));
    both.network.projections.back().name = "group " + std::to_string(group);
  }
  // Input from outside: explicit Poisson lists, excitatory and inhibitory.
  for (const double sign : {1.0, -0.5}) {
    const std::string name = sign > 0 ? "more" : "less";
    const auto w = static_cast<float>(sign * c.input_mv);
    SpikeListSource list;
    for (std::uint32_t i = 0; i < size; ++i) {
      for (double ms = 0;;) {
        ms += random.next_exponential() * 1000 / (c.input_hz * (sign > 0 ? 1 : 0.3));
        const Time at = c.on_grid ? kStart + static_cast<std::int64_t>(ms * 10) * 100us : time_from_ms(ms);
        if (at >= kStart + kDuration) break;
        list.spikes.push_back({at, i});
        both.naive.input(at.time_since_epoch().count(), i, w);
      }
    }
    both.network.sources.push_back({name, size, {}, std::move(list)});
    both.network.projections.push_back(projection(name, "cells", OneToOne{}, w, 0));
  }
  return both;
}

NaiveParameters neuron(long double tau_ms, long double v_reset, long double t_ref_ms, bool subtract, bool at_least) {
  NaiveParameters p;
  p.tau_ms = tau_ms;
  p.v_threshold = 5;
  p.v_reset = v_reset;
  p.t_ref_ps = t_ref_ms * 1e9L;
  p.subtract = subtract;
  p.at_least = at_least;
  return p;
}

NaiveParameters drifting(NaiveParameters p) {
  p.v_rest = -3;
  p.i_e = 9;  // rests at 6 mV, 1 mV above threshold
  p.v_init = -1;
  return p;
}

constexpr long double kNoLeak = std::numeric_limits<long double>::infinity();

}  // namespace

TEST_CASE("small networks fire as a naive simulation in long double says, to the picosecond") {
  const Case c = GENERATE(values<Case>({
      {"leaky", neuron(20, 0, 2, false, false), false, 400, 1, 500},
      {"leaky, no refractory period", neuron(20, 1, 0, false, false), false, 400, 1, 500},
      {"leaky, short tau", neuron(0.5, -1, 1, false, true), false, 3000, 2.5, 500},
      {"leaky, reset by subtraction", neuron(20, 0, 2, true, false), false, 400, 1, 500},
      {"leaky, reset by subtraction, no refractory period", neuron(20, 0, 0, true, false), false, 400, 1, 500},
      {"leaky, on a grid", neuron(20, 0, 2, false, false), true, 400, 1, 500},
      {"leaky, on a grid, reset by subtraction", neuron(20, 1, 0.1L, true, true), true, 400, 1.5, 500},
      {"no leak", neuron(kNoLeak, 0, 2, false, false), false, 300, 1, 500},
      {"no leak, on a grid, fires above", neuron(kNoLeak, 0, 1, false, false), true, 300, 1, 500},
      {"no leak, on a grid, fires at", neuron(kNoLeak, 0, 1, false, true), true, 300, 1, 500},
      {"no leak, on a grid, large steps, subtraction", neuron(kNoLeak, 2, 0, true, true), true, 200, 8, 500},
      {"no leak, on a grid, large steps, subtraction, refractory", neuron(kNoLeak, 2, 0.3L, true, true), true, 200, 8,
       500},
      {"drifting over the threshold", drifting(neuron(20, -5, 2, false, false)), false, 100, 0.5, 500},
      {"drifting, no refractory period", drifting(neuron(20, -5, 0, false, false)), false, 100, 0.5, 500},
      {"drifting, reset by subtraction", drifting(neuron(10, 0, 1, true, false)), false, 100, 0.5, 500},
  }));
  CAPTURE(c.name);
  std::size_t spikes = 0;
  for (std::uint64_t index = 0; index < 10; ++index) {
    CAPTURE(index);
    Both both = draw(c, index);
    const std::vector<Spike> expected = both.naive.run(Duration(kDuration).count());
    Recording recording = record(both.network, standard_models(), kDuration, {1, 1, index % 2 == 0 ? 0u : 7u});
    std::erase_if(recording.spikes, [](const Spike& s) { return s.population != PopulationId{0}; });
    const std::size_t both_have = std::min(expected.size(), recording.spikes.size());
    for (std::size_t k = 0; k < both_have; ++k) {
      const Spike& a = recording.spikes[k];
      const Spike& b = expected[k];
      CAPTURE(k, a.neuron, b.neuron, a.at.time_since_epoch().count(), b.at.time_since_epoch().count());
      REQUIRE(a == b);
    }
    REQUIRE(recording.spikes.size() == expected.size());
    spikes += expected.size();
  }
  CHECK(spikes > c.spikes);
}

}  // namespace volley::test
