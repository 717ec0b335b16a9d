// The rules of pairs and triplets of spikes against their definitions, summed by brute force over random trains.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "tests/learning/trains.h"

namespace volley::test {
namespace {

constexpr double kDuration = 2000;

double decay(double dt, double tau) { return std::exp(-dt / tau); }

struct Case {
  std::string name;
  PlasticitySpec spec;
  std::function<double(const std::vector<Seen>&, double weight, double delay_ms)> weight;
};

double pair_stdp(const std::vector<Seen>& events, double w, bool nearest, double mu_plus, double mu_minus, double most,
                 double a_minus = 0.02) {
  double x = 0, y = 0, last = 0;
  for (const Seen& e : events) {
    x *= decay(e.at - last, 20);
    y *= decay(e.at - last, 30);
    last = e.at;
    if (e.kind == Seen::kPre) {
      w -= a_minus * std::pow(w / most, mu_minus) * y;
      x = nearest ? 1 : x + 1;
    } else {
      w += 0.015 * std::pow(1 - w / most, mu_plus) * x;
      y = nearest ? 1 : y + 1;
    }
    w = std::clamp(w, 0.0, most);
  }
  return w;
}

double triplet(const std::vector<Seen>& events, double w, bool nearest) {
  double r1 = 0, r2 = 0, o1 = 0, o2 = 0, last = 0;
  for (const Seen& e : events) {
    const double dt = e.at - last;
    r1 *= decay(dt, 16.8), r2 *= decay(dt, 101), o1 *= decay(dt, 33.7), o2 *= decay(dt, 125);
    last = e.at;
    if (e.kind == Seen::kPre) {
      w -= o1 * (7e-3 + 2.3e-4 * r2);
      r1 = nearest ? 1 : r1 + 1, r2 = nearest ? 1 : r2 + 1;
    } else {
      w += r1 * (5e-10 + 6.2e-3 * o2);
      o1 = nearest ? 1 : o1 + 1, o2 = nearest ? 1 : o2 + 1;
    }
    w = std::max(w, 0.0);
  }
  return w;
}

// theta by many small steps of its differential equation would not reach 1e-9; this is its solution by variation of
// constants between two events.
double bcm(const std::vector<Seen>& events, double w, double delay_ms) {
  const double tau_x = 20, tau_y = 100, tau_theta = 1500, y_0 = 1.5;
  double x = 0, y = 0, theta = 0.8, last = delay_ms;  // the neuron began a delay before the synapse hears of it
  for (const Seen& e : events) {
    const double dt = e.at - last;
    const double rate = 1 / tau_theta - 2 / tau_y;
    theta =
        theta * decay(dt, tau_theta) + y * y / y_0 / tau_theta / rate * (decay(dt, tau_y / 2) - decay(dt, tau_theta));
    x *= decay(dt, tau_x), y *= decay(dt, tau_y);
    last = e.at;
    if (e.kind == Seen::kPre) {
      x += 1;
    } else {
      y += 1;
      w += 1e-3 * x * y * (y - theta);
    }
    w = std::max(w, 0.0);
  }
  return w;
}

double reward(const std::vector<Seen>& events, double w, bool causal, double cutoff) {
  double x = 0, y = 0, tag = 0, last = 0;
  for (const Seen& e : events) {
    const double dt = e.at - last;
    x *= decay(dt, 20), y *= decay(dt, 30), tag *= decay(dt, 250);
    last = e.at;
    if (e.kind == Seen::kPre) {
      tag -= causal ? 0 : 0.02 * y;
      x += 1;
    } else if (e.kind == Seen::kPost) {
      tag += 0.015 * x;
      y += 1;
    } else if (std::fabs(tag) >= cutoff) {
      w += 0.7 * e.strength * tag;
    }
    w = std::max(w, 0.0);
  }
  return w;
}

std::vector<Case> cases() {
  using Events = std::vector<Seen>;
  const Parameters pair = {{"a_plus", 0.015}, {"a_minus", 0.02}, {"tau_plus", 20.0}, {"tau_minus", 30.0}};
  const auto with = [](const Parameters& base, Parameters more) {
    more.insert(base.begin(), base.end());
    return more;
  };
  const Parameters scaled = with(pair, {{"w_max", 3.0}});
  return {
      {"additive",
       {"pair_stdp", scaled, {}},
       [](const Events& e, double w, double) { return pair_stdp(e, w, false, 0, 0, 3); }},
      {"nearest",
       {"pair_stdp", with(scaled, {{"pairs", "nearest"}}), {}},
       [](const Events& e, double w, double) { return pair_stdp(e, w, true, 0, 0, 3); }},
      {"growth only",
       {"pair_stdp", with(scaled, {{"pairs", "nearest"}, {"a_minus", 0.0}}), {}},
       [](const Events& e, double w, double) { return pair_stdp(e, w, true, 0, 0, 3, 0); }},
      {"multiplicative",
       {"pair_stdp", with(scaled, {{"mu_plus", 1.0}, {"mu_minus", 1.0}}), {}},
       [](const Events& e, double w, double) { return pair_stdp(e, w, false, 1, 1, 3); }},
      {"power law",
       {"pair_stdp", with(scaled, {{"mu_plus", 0.4}, {"mu_minus", 0.2}}), {}},
       [](const Events& e, double w, double) { return pair_stdp(e, w, false, 0.4, 0.2, 3); }},
      {"triplet", {"triplet_stdp", {}, {}}, [](const Events& e, double w, double) { return triplet(e, w, false); }},
      {"triplet, nearest",
       {"triplet_stdp", {{"pairs", "nearest"}}, {}},
       [](const Events& e, double w, double) { return triplet(e, w, true); }},
      {"bcm",
       {"bcm", {{"tau_theta", 1500.0}, {"y_0", 1.5}, {"theta_init", 0.8}}, {}},
       [](const Events& e, double w, double delay) { return bcm(e, w, delay); }},
      {"reward",
       {"reward_stdp", with(pair, {{"tau_e", 250.0}, {"eta", 0.7}}), {{"dopamine", 2.0, duration_from_ms(3)}}},
       [](const Events& e, double w, double) { return reward(e, w, false, 0); }},
      {"reward, causal",
       {"reward_stdp",
        with(pair, {{"tau_e", 250.0}, {"eta", 0.7}, {"trace", "causal"}, {"cutoff", 0.01}}),
        {{"dopamine", 2.0, duration_from_ms(3)}}},
       [](const Events& e, double w, double) { return reward(e, w, true, 0.01); }},
  };
}

const std::vector<double>& dopamine() {
  static const std::vector<double> times = random_trains(77, 1, 5, kDuration)[0];
  return times;
}

Network network_of(const Case& c, const Trains& pre, const Trains& post, const Distribution& delay) {
  Network network = told(pre, post, AllToAll{}, Uniform{0.5, 2.0}, delay, c.spec);
  network.sources.push_back(trains_source("dopamine", {dopamine()}));
  return network;
}

void compare(const Case& c, const Distribution& delay, double rate_hz, std::uint32_t targets, double target_hz) {
  INFO(c.name << " at " << rate_hz << " Hz, targets at " << target_hz << " Hz");
  const Trains pre = random_trains(1, 6, rate_hz, kDuration), post = random_trains(2, targets, target_hz, kDuration);
  const Network network = network_of(c, pre, post, delay);
  auto at_start = build(network, full_catalog());
  INFO(at_start.status());
  REQUIRE(at_start.ok());
  const std::vector<Learned> before = learned(*at_start);
  auto simulation = build(network, full_catalog());
  REQUIRE(simulation->run(duration_from_ms(kDuration)).ok());
  const std::vector<Learned> after = learned(*simulation);
  REQUIRE(after.size() == std::size_t{6} * targets);
  std::vector<std::pair<double, double>> pulses;
  for (const double t : dopamine()) pulses.emplace_back(t + 3, 2.0);
  double moved = 0;
  for (std::size_t s = 0; s < after.size(); ++s) {
    const double delay_ms = to_ms(after[s].delay);
    const auto events = seen(pre[after[s].source], post[after[s].target], delay_ms, kDuration, pulses);
    const bool pulsed = !c.spec.modulators.empty();
    std::vector<Seen> relevant;
    std::copy_if(events.begin(), events.end(), std::back_inserter(relevant),
                 [&](const Seen& e) { return pulsed || e.kind != Seen::kPulse; });
    CHECK(after[s].weight == Approx(c.weight(relevant, before[s].weight, delay_ms)).epsilon(0).margin(1e-9));
    moved = std::max(moved, std::fabs(after[s].weight - before[s].weight));
  }
  CHECK(moved > 1e-3);
}

TEST_CASE("every rule of pairs is the sum over its definition", "[brute-force]") {
  for (const Case& c : cases()) {
    compare(c, Constant{1.5}, 20, 5, 20);
    compare(c, Constant{1.5}, 150, 5, 150);
  }
}

TEST_CASE("where few of a row's targets have fired since its last spike, too", "[brute-force]") {
  for (const Case& c : cases()) compare(c, Constant{1.5}, 40, 80, 2);
}

TEST_CASE("synapses of different delays each see their own order", "[brute-force]") {
  for (const Case& c : cases()) compare(c, Uniform{0.1, 8}, 40, 5, 40);
}

TEST_CASE("reading weights, pieces of a run and the history's end change no weight") {
  for (const Case& c : cases()) {
    INFO(c.name);
    // The target that fires often makes the history overflow many times.
    Trains pre = random_trains(3, 6, 8, 4000), post = random_trains(4, 3, 30, 4000);
    post.push_back(random_trains(5, 1, 400, 4000)[0]);
    const Network network = network_of(c, pre, post, Uniform{0.1, 6});
    auto whole = build(network, full_catalog());
    REQUIRE(whole->run(duration_from_ms(4000)).ok());
    const std::vector<Learned> expected = learned(*whole);
    for (const Options& options : {Options{1, 1, 1}, Options{1, 2, 2}, Options{1, 3, 0}}) {
      auto pieces = build(network, full_catalog(), options);
      for (int piece = 0; piece < 16; ++piece) {
        REQUIRE(pieces->run(duration_from_ms(250)).ok());
        (void)learned(*pieces);
      }
      std::vector<Learned> found = learned(*pieces);
      const auto order = [](const Learned& a, const Learned& b) {
        return std::tie(a.source, a.target) < std::tie(b.source, b.target);
      };
      std::sort(found.begin(), found.end(), order);
      std::vector<Learned> sorted = expected;
      std::sort(sorted.begin(), sorted.end(), order);
      REQUIRE(found.size() == sorted.size());
      for (std::size_t s = 0; s < found.size(); ++s) CHECK(found[s].weight == sorted[s].weight);
    }
  }
}

TEST_CASE("a pair of spikes changes a weight by the window's formula") {
  for (double dt = -60; dt <= 60; dt += 7.5) {
    const PlasticitySpec spec{
        "pair_stdp", {{"a_plus", 0.3}, {"a_minus", 0.4}, {"tau_plus", 17.0}, {"tau_minus", 34.0}}, {}};
    // A second own spike, much later, would be needed to see the target's; reading settles it.
    const Network network = told({{100}}, {{100 + dt - 1}}, OneToOne{}, Constant{5}, Constant{1}, spec);
    auto simulation = build(network, full_catalog());
    REQUIRE(simulation->run(duration_from_ms(400)).ok());
    const double change = learned(*simulation)[0].weight - 5;
    // At the synapse the target's spike is seen a delay later: at 100 + dt. At equal times the own spike comes first.
    const double expected = dt >= 0 ? 0.3 * std::exp(-dt / 17) : -0.4 * std::exp(dt / 34);
    CHECK(change == Approx(expected).epsilon(0).margin(1e-9));
  }
}

// Pfister & Gerstner 2006, figure 4: 60 pairs at a frequency, the target 10 ms after or before.
double after_60_pairs(double frequency_hz, double dt_ms) {
  std::vector<double> pre, post;
  for (int k = 0; k < 60; ++k) {
    pre.push_back(100 + k * 1000 / frequency_hz);
    post.push_back(pre.back() + dt_ms - 1);
  }
  const Network network =
      told({pre}, {post}, OneToOne{}, Constant{2}, Constant{1}, {"triplet_stdp", {{"w_min", 0.0}}, {}});
  auto simulation = build(network, full_catalog());
  REQUIRE(simulation->run(duration_from_ms(pre.back() + 1000)).ok());
  return learned(*simulation)[0].weight - 2;
}

TEST_CASE("the triplet rule has the frequency dependence of visual cortex") {
  CHECK(after_60_pairs(50, 10) > 0.1);
  CHECK(after_60_pairs(50, -10) > 0.1);
  CHECK(after_60_pairs(0.1, -10) < -0.1);
  CHECK(std::fabs(after_60_pairs(0.1, 10)) < 0.01);
  CHECK(after_60_pairs(20, 10) > after_60_pairs(10, 10));
}

TEST_CASE("the bcm rule changes sign where activity passes theta") {
  const auto change = [](double rate_hz) {
    std::vector<double> pre, post;
    for (double t = 10; t < 1000; t += 1000 / rate_hz) pre.push_back(t), post.push_back(t + 2);
    // theta moves so slowly that it stays at 2 spikes per 100 ms: 20 Hz.
    const Network network =
        told({pre}, {post}, OneToOne{}, Constant{2}, Constant{1},
             {"bcm", {{"theta_init", 2.0}, {"tau_theta", 1e8}, {"tau_y", 100.0}, {"eta", 0.001}}, {}});
    auto simulation = build(network, full_catalog());
    REQUIRE(simulation->run(duration_from_ms(1200)).ok());
    return learned(*simulation)[0].weight - 2;
  };
  CHECK(change(5) < 0);
  CHECK(change(12) < 0);
  CHECK(change(35) > 0);
  CHECK(change(60) > change(35));
}

}  // namespace
}  // namespace volley::test
