#include "models/izhikevich.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "engine/simulation.h"
#include "tests/models/clocked_harness.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

ClockedSlice neuron(double a, double b, double c, double d, double current) {
  const ClockedSetup setup{
      .model = "izhikevich",
      .neurons = 1,
      .parameters = {{"a", {a}}, {"b", {b}}, {"c", {c}}, {"d", {d}}, {"i_e", {current}}, {"u_init", {b * -65}}},
      .options = {},
      .weights = {},
      .drives = {},
      .arrivals = {}};
  return ClockedSlice(setup, 0, 1);
}

// Intervals in ms over one second.
std::vector<double> intervals(double a, double b, double c, double d, double current) {
  ClockedSlice part = neuron(a, b, c, d, current);
  part.advance_to(kStart + 1s);
  std::vector<double> result;
  for (std::size_t s = 1; s < part.fired().size(); ++s) {
    result.push_back(to_ms(part.fired()[s].at - part.fired()[s - 1].at));
  }
  return result;
}

}  // namespace

TEST_CASE("izhikevich: one tick is one pass of the paper's program") {
  // The loop of Izhikevich 2003: reset what fired, then v in two half steps, then u.
  const double a = 0.02, b = 0.2, c = -65, d = 8, current = 10;
  double v = -65, u = b * v;
  ClockedSlice part = neuron(a, b, c, d, current);
  std::size_t fired = 0;
  for (int t = 1; t <= 1000; ++t) {
    if (v >= 30) {
      v = c;
      u = u + d;
    }
    v = v + 0.5 * (0.04 * v * v + 5 * v + 140 - u + current);
    v = v + 0.5 * (0.04 * v * v + 5 * v + 140 - u + current);
    u = u + a * (b * v - u);
    part.advance_to(kStart + t * 1ms + Duration{1});
    if (v >= 30) ++fired;
    CAPTURE(t);
    REQUIRE(part.value(0) == (v >= 30 ? c : v));
    REQUIRE(part.value(1) == (v >= 30 ? u + d : u));
    REQUIRE(part.fired().size() == fired);
  }
  CHECK(fired > 10);
}

TEST_CASE("izhikevich: the paper's cell types behave as their names say") {
  const auto regular = intervals(0.02, 0.2, -65, 8, 10);
  REQUIRE(regular.size() > 5);
  CHECK(regular[1] > regular[0]);  // spike frequency adapts

  const auto fast = intervals(0.1, 0.2, -65, 2, 10);
  CHECK(fast.size() > 2 * regular.size());  // high frequency, practically no adaptation
  const auto mean = [](auto first, auto last) { return std::accumulate(first, last, 0.0) / double(last - first); };
  CHECK(mean(fast.end() - 20, fast.end()) == Approx(mean(fast.begin() + 3, fast.begin() + 23)).epsilon(0.15));

  const auto chattering = intervals(0.02, 0.2, -50, 2, 10);
  const auto [shortest, longest] = std::minmax_element(chattering.begin() + 3, chattering.end());
  CHECK(*longest > 5 * *shortest);  // bursts of close spikes
}

TEST_CASE("izhikevich: a weight acts for one tick as a current") {
  ClockedSetup setup{.model = "izhikevich",
                     .neurons = 1,
                     .parameters = {{"v_init", {-70}}, {"u_init", {-14}}},
                     .options = {},
                     .weights = {3},
                     .drives = {},
                     .arrivals = {}};
  setup.arrivals = {arrival_at(kStart + 4ms, 0, 0)};
  ClockedSlice part(setup, 0, 1);
  part.advance_to(kStart + 3ms + Duration{1});
  CHECK(part.value(0) == -70);  // the resting state for b = 0.2
  part.advance_to(kStart + 4ms + Duration{1});
  const double half = -70 + 0.5 * 3;
  CHECK(part.value(0) == Approx(half + 0.5 * (0.04 * half * half + 5 * half + 140 + 14 + 3)).epsilon(1e-14));
}

TEST_CASE("izhikevich: half a substep is refused") {
  ClockedSetup setup{.model = "izhikevich",
                     .neurons = 1,
                     .parameters = {{"substeps", {1.5}}},
                     .options = {},
                     .weights = {},
                     .drives = {},
                     .arrivals = {}};
  CHECK(std::string(ClockedSlice(setup, 0, 1).status().message()) ==
        "population pop, neuron 0: substeps 1.5 must be a whole number; set e.g. `substeps: 2`");
}

TEST_CASE("izhikevich: the paper's network of 1,000 neurons fires at about 8 Hz") {
  // Izhikevich 2003, the published program: 800 excitatory and 200 inhibitory neurons, all to all, thalamic noise of
  // deviation 5 and 2; the paper reports mean rates of about 8 Hz.
  std::mt19937 random(1);
  std::uniform_real_distribution<double> unit(0, 1);  // parameters of a test, not of a result
  std::vector<double> a, b, c, d;
  for (int i = 0; i < 800; ++i) {
    const double r = unit(random);
    c.push_back(-65 + 15 * r * r);
    d.push_back(8 - 6 * r * r);
  }
  for (int i = 0; i < 200; ++i) {
    const double r = unit(random);
    a.push_back(0.02 + 0.08 * r);
    b.push_back(0.25 - 0.05 * r);
  }
  Network network;
  network.populations = {{"exc", "izhikevich", 800, {}, {{"c", c}, {"d", d}}},
                         {"inh", "izhikevich", 200, {}, {{"a", a}, {"b", b}, {"d", 2.0}, {"u_init", -14.0}}}};
  network.drives = {{"", "exc", {}, NoiseDrive{0, 5, 1ms}}, {"", "inh", {}, NoiseDrive{0, 2, 1ms}}};
  for (const char* source : {"exc", "inh"}) {
    for (const char* target : {"exc", "inh"}) {
      ProjectionSpec p;
      p.source = source;
      p.target = target;
      p.rule = AllToAll{};
      p.weight = source[0] == 'e' ? Uniform{0, 0.5} : Uniform{-1, 0};
      p.delay_ms = Constant{1};
      network.projections.push_back(p);
    }
  }
  absl::StatusOr<Simulation> simulation = build(network, standard_models());
  REQUIRE(simulation.ok());
  REQUIRE(simulation->run(1s).ok());
  const auto counters = simulation->counters();
  const double rate_hz = static_cast<double>(counters[0].counts.spikes + counters[1].counts.spikes) / 1000;
  CAPTURE(rate_hz);
  CHECK(rate_hz > 5);
  CHECK(rate_hz < 11);
}

}  // namespace volley::test
