// Rules that change what is delivered: short-term plasticity, synaptic scaling, frozen projections and modulators,
// measured at the neuron.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/learning/trains.h"

namespace volley::test {
namespace {

// What each spike of `pre` adds to a neuron without leak, which also fires at `post`.
std::vector<double> jumps(const std::vector<double>& pre, const std::vector<double>& post, double weight,
                          const PlasticitySpec& spec, double delay_ms = 1) {
  Network network = told({pre}, {post}, OneToOne{}, Constant{weight}, Constant{delay_ms}, spec);
  StateProbe probe{"post", {}, "v", kStart, Duration{0}, {}};
  for (const double t : pre) {
    probe.times.push_back(time_from_ms(t + delay_ms) - Duration{1});
    probe.times.push_back(time_from_ms(t + delay_ms));
  }
  network.state_probes = {probe};
  auto simulation = build(network, full_catalog());
  INFO(simulation.status());
  REQUIRE(simulation.ok());
  Recording recording;
  simulation->add_observer(recording);
  REQUIRE(simulation->run(duration_from_ms(pre.back() + delay_ms + 1)).ok());
  std::vector<double> found;
  for (std::size_t s = 0; s + 1 < recording.samples.size(); s += 2) {
    found.push_back(recording.samples[s + 1].values[0] - recording.samples[s].values[0]);
  }
  REQUIRE(found.size() == pre.size());
  return found;
}

TEST_CASE("short-term plasticity uses and recovers resources in closed form") {
  const std::vector<double> pre = random_trains(9, 1, 40, 1500)[0];
  struct Kind {
    double u, tau_rec, tau_facil;
  };
  // Depressing, facilitating, and both: Tsodyks, Pawelzik & Markram 1998, figures 1 and 3.
  for (const Kind kind : {Kind{0.5, 800, 0}, Kind{0.03, 130, 530}, Kind{0.2, 300, 200}}) {
    const auto found = jumps(
        pre, {}, 2, {"short_term", {{"u", kind.u}, {"tau_rec", kind.tau_rec}, {"tau_facil", kind.tau_facil}}, {}});
    // By the differential equations: x recovers to 1, u decays to 0 and is raised before it is used.
    double x = 1, u = 0, last = pre[0];
    for (std::size_t k = 0; k < pre.size(); ++k) {
      const double dt = pre[k] - last;
      x = 1 - (1 - x) * std::exp(-dt / kind.tau_rec);
      u = kind.tau_facil == 0 ? 0 : u * std::exp(-dt / kind.tau_facil);
      u += kind.u * (1 - u);
      CHECK(found[k] == Approx(2 * u * x).epsilon(2e-7));
      x -= u * x;
      last = pre[k];
    }
  }
}

TEST_CASE("a depressing synapse reaches the published steady state") {
  // At rate r without facilitation: x = (1 - exp(-1/(r tau))) / (1 - (1 - U) exp(-1/(r tau))).
  std::vector<double> pre;
  for (int k = 0; k < 60; ++k) pre.push_back(10 + 50 * k);
  const auto found = jumps(pre, {}, 1, {"short_term", {{"u", 0.5}, {"tau_rec", 800.0}, {"tau_facil", 0.0}}, {}});
  const double e = std::exp(-50.0 / 800);
  CHECK(found.back() == Approx(0.5 * (1 - e) / (1 - 0.5 * e)).epsilon(1e-6));
}

TEST_CASE("synaptic scaling follows the integral of the target's rate") {
  const std::vector<double> post = random_trains(10, 1, 12, 3000)[0];
  std::vector<double> pre;
  for (double t = 37; t < 3000; t += 101.3) pre.push_back(t);
  const PlasticitySpec spec{
      "synaptic_scaling", {{"rate", 8.0}, {"tau_rate", 400.0}, {"eta", 0.05}, {"w_max", 50.0}}, {}};
  const auto found = jumps(pre, post, 2, spec);
  for (std::size_t k = 0; k < pre.size(); ++k) {
    // As the spike saw it when it was sent: d ln w / dt = eta (rate - y / tau), integrated between the target's spikes.
    double log = 0, y = 0, last = 0;
    std::vector<double> marks;
    for (const double t : post) marks.push_back(t + 1);
    const double until = pre[k];
    for (const double t : marks) {
      if (t >= until) break;
      log -= 0.05 * y * (1 - std::exp(-(t - last) / 400));
      y = y * std::exp(-(t - last) / 400) + 1;
      last = t;
    }
    log -= 0.05 * y * (1 - std::exp(-(until - last) / 400));
    log += 0.05 * 8e-3 * std::max(0.0, until - 1);
    CHECK(found[k] == Approx(2 * std::exp(log)).epsilon(3e-7));
  }
}

TEST_CASE("scaling raises the weights of a silent neuron up to their bound") {
  std::vector<double> pre;
  for (double t = 10; t < 20'000; t += 500) pre.push_back(t);
  const PlasticitySpec spec{"synaptic_scaling", {{"rate", 10.0}, {"eta", 0.02}, {"w_max", 5.0}}, {}};
  const auto found = jumps(pre, {}, -2, spec);
  CHECK(found.front() == Approx(-2).epsilon(0.01));
  CHECK(found.back() == Approx(-5));
  CHECK(std::is_sorted(found.rbegin(), found.rend()));
}

TEST_CASE("a weight that is scaled without end stays a number: 0 stays 0, others reach their bound") {
  std::vector<double> pre;
  for (double t = 10; t < 2000; t += 100) pre.push_back(t);
  const PlasticitySpec fast{"synaptic_scaling", {{"rate", 1e6}, {"eta", 100.0}, {"w_max", 5.0}}, {}};
  CHECK(jumps(pre, {}, 0, fast) == std::vector<double>(pre.size(), 0.0));
  CHECK(jumps(pre, {}, 1e-9, fast).back() == 5);
}

TEST_CASE("a spike delivers what it finds when it is sent, also several in one window") {
  // Three own spikes within a delay, then the target's: each is delivered before the next one's change.
  const PlasticitySpec spec{"pair_stdp", {{"a_plus", 0.0}, {"a_minus", 0.25}, {"tau_minus", 1e9}}, {}};
  const auto found = jumps({50, 50.2, 50.4, 60}, {10, 20}, 4, spec, 2);
  // Two spikes of the target before: every own spike takes 2 * 0.25.
  CHECK(found[0] == Approx(3.5));
  CHECK(found[1] == Approx(3.0));
  CHECK(found[2] == Approx(2.5));
  CHECK(found[3] == Approx(2.0));
}

TEST_CASE("inhibitory weights keep their sign and grow in magnitude") {
  const PlasticitySpec keep{"pair_stdp", {{"a_plus", 1.0}, {"a_minus", 0.0}, {"tau_plus", 1e9}, {"w_max", 3.5}}, {}};
  const auto found = jumps({10, 30, 50, 70}, {20, 40}, -2, keep);
  CHECK(found[0] == Approx(-2));
  CHECK(found[1] == Approx(-3));
  CHECK(found[2] == Approx(-3.5));  // two own spikes before the second one of the target, but a bound
  PlasticitySpec free = keep;
  free.parameters["sign"] = "free";
  free.parameters["w_min"] = -10.0;
  const auto moved = jumps({10, 30, 50, 70}, {20, 40}, -2, free);
  CHECK(moved[1] == Approx(-1));
  CHECK(moved[2] == Approx(1));
}

TEST_CASE("frozen weights stay while traces go on") {
  const Trains pre = random_trains(11, 3, 40, 900), post = random_trains(12, 3, 40, 900);
  const PlasticitySpec spec{"pair_stdp", {{"a_plus", 0.02}, {"a_minus", 0.02}, {"w_max", 5.0}}, {}};
  for (const Distribution& delay : {Distribution{Constant{1}}, Distribution{Uniform{0.5, 3}}}) {
    auto simulation = build(told(pre, post, AllToAll{}, Uniform{1, 2}, delay, spec), full_catalog());
    REQUIRE(simulation->run(duration_from_ms(300)).ok());
    const auto before = learned(*simulation);
    REQUIRE(simulation->freeze("plastic", true).ok());
    REQUIRE(simulation->run(duration_from_ms(300)).ok());
    const auto frozen = learned(*simulation);
    REQUIRE(simulation->freeze("plastic", false).ok());
    REQUIRE(simulation->run(duration_from_ms(300)).ok());
    const auto after = learned(*simulation);
    double moved = 0;
    for (std::size_t s = 0; s < before.size(); ++s) {
      CHECK(frozen[s].weight == before[s].weight);
      moved += std::fabs(after[s].weight - frozen[s].weight);
    }
    CHECK(moved > 0.01);
    // A projection that is frozen from the start never moves.
    PlasticitySpec still = spec;
    still.frozen = true;
    auto other = build(told(pre, post, AllToAll{}, Uniform{1, 2}, delay, still), full_catalog());
    const auto first = learned(*other);
    REQUIRE(other->run(duration_from_ms(900)).ok());
    const auto last = learned(*other);
    for (std::size_t s = 0; s < first.size(); ++s) CHECK(last[s].weight == first[s].weight);
  }
}

TEST_CASE("weights that are set are learned on from") {
  const PlasticitySpec spec{"pair_stdp", {{"a_plus", 0.0}, {"a_minus", 0.25}, {"tau_minus", 1e9}, {"w_max", 9.0}}, {}};
  for (const Distribution& delay : {Distribution{Constant{1}}, Distribution{Uniform{0.9, 1.1}}}) {
    auto simulation = build(told({{50, 80}}, {{10}}, OneToOne{}, Constant{2}, delay, spec), full_catalog());
    REQUIRE(simulation->run(duration_from_ms(60)).ok());
    CHECK(learned(*simulation)[0].weight == Approx(1.75));
    simulation->weights(0)->set(0, 0, 0, 7);
    REQUIRE(simulation->run(duration_from_ms(60)).ok());
    CHECK(learned(*simulation)[0].weight == Approx(6.75));
  }
}

TEST_CASE("a pulse sent by hand is the pulse of a modulator") {
  const Trains pre = {{10, 60}}, post = {{20}};
  const PlasticitySpec spec{
      "reward_stdp", {{"a_plus", 1.0}, {"a_minus", 0.0}, {"tau_plus", 20.0}, {"tau_e", 100.0}, {"eta", 0.5}}, {}};
  auto simulation = build(told(pre, post, OneToOne{}, Constant{2}, Constant{1}, spec), full_catalog());
  REQUIRE(simulation->run(duration_from_ms(40)).ok());
  REQUIRE(simulation->modulate("plastic", 3).ok());
  REQUIRE(simulation->run(duration_from_ms(60)).ok());
  // The pair leaves exp(-11/20) at 21 ms; the pulse comes at 40 ms.
  CHECK(learned(*simulation)[0].weight ==
        Approx(2 + 0.5 * 3 * std::exp(-11.0 / 20) * std::exp(-19.0 / 100)).epsilon(1e-9));
  CHECK(simulation->modulate("nothing", 1).code() == absl::StatusCode::kNotFound);
  CHECK(simulation->modulate("teacher_to_post", 1).code() == absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("descriptions of rules are checked, all at once") {
  const auto problem = [](PlasticitySpec spec, double weight = 1, double delay_ms = 1) {
    const auto built =
        build(told({{1}}, {{2}}, OneToOne{}, Constant{weight}, Constant{delay_ms}, std::move(spec)), full_catalog());
    REQUIRE_FALSE(built.ok());
    return std::string(built.status().message());
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(problem({"pair_sdtp", {}, {}}),
             Contains("projection plastic: unknown plasticity rule `pair_sdtp`") && Contains("pair_stdp"));
  CHECK_THAT(problem({"pair_stdp", {{"tau_plus", -3.0}}, {}}), Contains("tau_plus -3 ms, must be at least 1e-06"));
  CHECK_THAT(problem({"pair_stdp", {{"tau_pls", 3.0}}, {}}),
             Contains("no parameter `tau_pls`") && Contains("tau_plus"));
  CHECK_THAT(problem({"pair_stdp", {{"mu_plus", 1.0}}, {}}), Contains("set `w_max`"));
  CHECK_THAT(problem({"pair_stdp", {{"w_min", 3.0}, {"w_max", 2.0}}, {}}),
             Contains("w_max 2, must be at least w_min 3"));
  CHECK_THAT(problem({"pair_stdp", {{"w_min", -1.0}}, {}}), Contains("sign: free"));
  CHECK_THAT(problem({"pair_stdp", {{"w_max", 2.0}}, {}}, 3), Contains("begins with a weight of magnitude 3"));
  CHECK_THAT(problem({"pair_stdp", {}, {{"pre", 1, Duration{0}}}}), Contains("takes no modulators"));
  CHECK_THAT(problem({"reward_stdp", {}, {{"dopa", 1, Duration{-1}}}}),
             Contains("unknown modulator `dopa`") && Contains("must be at least 0"));
  CHECK_THAT(problem({"pair_stdp", {}, {}}, 1, 0), Contains("delay 0 ms, must be at least 0.001 ms"));
  CHECK_THAT(problem({"bcm", {{"tau_theta", 10.0}}, {}}), Contains("tau_theta 10 ms, must be at least tau_y 100 ms"));
  CHECK_THAT(problem({"synaptic_scaling", {}, {}}), Contains("set `w_max`"));
  Network grid = told({{1}}, {{2}}, OneToOne{}, Constant{1}, Constant{1}, {"pair_stdp", {}, {}});
  ProjectionSpec& plastic = grid.projections.front();
  plastic.weight_grid = WeightGrid{.scale = 1, .step = 0.25, .low = -2, .high = 2};
  CHECK_THAT(std::string(build(grid, full_catalog()).status().message()), Contains("would leave the grid"));
  plastic.plasticity->frozen = true;
  CHECK(build(grid, full_catalog()).ok());
  CHECK_THAT(problem({"pair_stdp", {{"a_plus", 2e30}}, {}}), Contains("a_plus 2e+30, must be at most 1e+30"));
  CHECK_THAT(problem({"pair_stdp", {{"a_plus", -2e30}}, {}}), Contains("must be at least -1e+30"));
  CHECK_THAT(problem({"pair_stdp", {{"w_max", 2e30}}, {}}), Contains("must be at most 1e+30"));
}

}  // namespace
}  // namespace volley::test
