// Loihi's learning rule on synapses of a network, beside a brute-force account that steps through every epoch.
#include "learning/loihi_synapses.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "learning/loihi_text.h"
#include "tests/support/full_catalog.h"
#include "tests/support/run_network.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kSources = 12, kTargets = 15;

struct Case {
  std::string dw, dt;
  int epoch = 1;
  std::string sign_mode = "mixed";
  int bits = 8;
  Distribution delay = Constant{1};
  bool rewarded = false;
};

// Random spikes onto compartments that fire now and then, in bursts with silence between them.
Network network_of(const Case& c) {
  Network network;
  network.populations = {population("cells", "loihi_cuba", kTargets,
                                    {{"du", 1500.0}, {"dv", 400.0}, {"vth_mant", 700.0}, {"refractory", 2.0}})};
  std::vector<std::pair<Time, std::uint32_t>> spikes;
  RandomStream random(StreamKey{3, Purpose::kUser, 5}, 0);
  for (int burst = 0; burst < 4; ++burst) {
    for (int k = 0; k < 150; ++k) {
      const Time at = kStart + burst * Duration{700ms} + std::int64_t{random.next_below(400)} * Duration{500us};
      spikes.emplace_back(at, random.next_below(kSources));
    }
  }
  network.sources = {spike_list("in", kSources, spikes)};
  network.projections = {projection("in", "cells", FixedIndegree{6}, 64.0 * 96, 0)};
  network.projections[0].delay_ms = c.delay;
  network.projections[0].delay_resolution = 1ms;
  if (c.sign_mode == "inhibitory") {
    network.projections[0].weight = Constant{-64.0 * 96};
    network.projections.push_back(projection("in", "cells", AllToAll{}, 64.0 * 60, 1));
    network.projections.back().name = "drive";
  }
  PlasticitySpec spec{"loihi",
                      {{"dw", c.dw},
                       {"dt", c.dt},
                       {"epoch", double(c.epoch)},
                       {"sign_mode", c.sign_mode},
                       {"weight_bits", double(c.bits)},
                       {"x1_impulse", 20.5},
                       {"x1_tau", 8.0},
                       {"x2_impulse", 7.25},
                       {"x2_tau", 40.0},
                       {"y1_impulse", 16.0},
                       {"y1_tau", 12.0},
                       {"y2_impulse", 30.0},
                       {"y2_tau", 3.0},
                       {"y3_impulse", 5.5},
                       {"y3_tau", 60.0}},
                      {}};
  if (c.rewarded) {
    network.sources.push_back(spike_list("good", 2, {}));
    network.sources.push_back(spike_list("bad", 1, {}));
    for (auto& [name, pulses] : {std::pair{1u, 60}, std::pair{2u, 25}}) {
      auto& list = std::get<SpikeListSource>(network.sources[name].kind).spikes;
      for (int k = 0; k < pulses; ++k) {
        list.emplace_back(kStart + std::int64_t{random.next_below(5400)} * Duration{500us}, name == 1 ? k % 2 : 0);
      }
    }
    spec.modulators = {{"good", 1.0, Duration{0}}, {"bad", -2.5, 3ms}};
    spec.parameters["r1_impulse"] = 10.25;
    spec.parameters["r1_tau"] = 30.0;
  }
  network.projections[0].plasticity = spec;
  return network;
}

std::vector<Synapse> synapses_of(const Simulation& simulation) {
  std::vector<Synapse> all;
  simulation.for_each_synapse(0, [&](const Synapse& synapse) { all.push_back(synapse); });
  return all;
}

// Values of a neuron's traces at the end of every epoch.
std::vector<LoihiTraceValues> path(const std::vector<Time>& spikes, std::uint32_t neuron, LoihiStream stream,
                                   const std::vector<LoihiTrace::Params>& params, Duration epoch, LoihiEpoch epochs) {
  std::vector<LoihiTraceValues> values;
  std::vector<int> trace(params.size());
  for (LoihiEpoch n = 0; n < epochs; ++n) {
    const auto fired = static_cast<std::uint32_t>(
        std::count_if(spikes.begin(), spikes.end(), [&](Time t) { return (t - kStart) / epoch == n; }));
    RandomStream random(loihi_key(1, 0, stream), neuron, 2 * static_cast<std::uint64_t>(n));
    LoihiTraceValues now{fired > 0, {}};
    for (std::size_t i = 0; i < params.size(); ++i) {
      const std::uint32_t decay = random.next_u32(), impulse = random.next_u32();
      trace[i] = LoihiTrace::next(params[i], trace[i], fired, decay, impulse);
      now.trace[i] = static_cast<std::uint8_t>(trace[i]);
    }
    values.push_back(now);
  }
  return values;
}

// The weights after `until`, from the spikes that there were.
std::vector<Synapse> stepped(const Case& c, std::vector<Synapse> synapses, const std::vector<Spike>& spikes,
                             Time until) {
  const Duration epoch = c.epoch * Duration{1ms};
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Time>> times;
  for (const Spike& s : spikes) times[{index_of(s.population), s.neuron}].push_back(s.at);
  const auto params = [&](std::vector<std::pair<double, double>> of) {
    std::vector<LoihiTrace::Params> all;
    for (const auto& [impulse, tau] : of) all.push_back(LoihiTrace::params(tau, c.epoch, impulse));
    return all;
  };
  const auto epochs = (until - kStart) / epoch + 1;
  std::vector<std::vector<LoihiTraceValues>> own, theirs;
  for (std::uint32_t i = 0; i < kSources; ++i)
    own.push_back(path(times[{1, i}], i, LoihiStream::kSources, params({{20.5, 8}, {7.25, 40}}), epoch, epochs));
  for (std::uint32_t i = 0; i < kTargets; ++i) {
    theirs.push_back(
        path(times[{0, i}], i, LoihiStream::kTargets, params({{16, 12}, {30, 3}, {5.5, 60}}), epoch, epochs));
  }
  std::vector<int> r1(static_cast<std::size_t>(epochs));
  if (c.rewarded) {
    const LoihiTrace::Params r = LoihiTrace::params(30, c.epoch, 10.25);
    for (LoihiEpoch n = 0; n < epochs; ++n) {
      std::int64_t pulses = 0;  // 10.25 is 1312 / 128
      for (const Spike& s : spikes) {
        if (index_of(s.population) == 2 && (s.at - kStart) / epoch == n) pulses += 1312;
        if (index_of(s.population) == 3 && (s.at + Duration{3ms} - kStart) / epoch == n) pulses -= 3280;
      }
      RandomStream random(loihi_key(1, 0, LoihiStream::kRewards), 0, 2 * static_cast<std::uint64_t>(n));
      const std::uint32_t decay = random.next_u32(), impulse = random.next_u32();
      const int before = n > 0 ? r1[static_cast<std::size_t>(n - 1)] : 0;
      const int left = LoihiTrace::next({r.keep, 0}, std::abs(before), 0, decay, 0);
      const double sum = (before < 0 ? -left : left) + std::floor(static_cast<double>(pulses) / 128) +
                         ((pulses % 128 + 128) % 128 * 0x1p25 > impulse ? 1 : 0);
      r1[static_cast<std::size_t>(n)] = static_cast<int>(std::clamp(sum, -128.0, 127.0));
    }
    CHECK(*std::max_element(r1.begin(), r1.end()) > 15);
    CHECK(*std::min_element(r1.begin(), r1.end()) < -15);
  }
  const LoihiRule dw = parse_loihi_rule(c.dw).rule, dt = parse_loihi_rule(c.dt).rule;
  LoihiStoredWeight stored{c.bits - (c.sign_mode == "mixed"), c.sign_mode == "excitatory" ? 0 : -255,
                           c.sign_mode == "inhibitory" ? 0 : 255};
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> twins;
  for (Synapse& s : synapses) {
    const std::uint64_t twin = twins[{s.source, s.target}]++;
    int mantissa = static_cast<int>(s.weight / 64), tag = 0;
    for (LoihiEpoch n = 0; (n + 1) * epoch <= until - kStart - s.delay; ++n) {
      const LoihiTraceValues &x = own[s.source][static_cast<std::size_t>(n)],
                             &y = theirs[s.target][static_cast<std::size_t>(n)];
      const LoihiValues values = {1,          x.fired,
                                  x.trace[0], x.trace[1],
                                  y.fired,    y.trace[0],
                                  y.trace[1], y.trace[2],
                                  mantissa,   static_cast<std::int32_t>(s.delay / Duration{1ms}) - 1,
                                  tag,        r1[static_cast<std::size_t>(n)]};
      RandomStream random(loihi_key(1, 0, LoihiStream::kSynapses), std::uint64_t{s.source} << 32 | s.target,
                          static_cast<std::uint64_t>(n) | twin << 48);
      const std::uint32_t for_weight = random.next_u32(), for_tag = random.next_u32();
      mantissa = next_weight(stored, mantissa, evaluate(dw, values), kRuleBits, for_weight);
      tag = next_tag(tag, evaluate(dt, values), kRuleBits, for_tag);
    }
    s.weight = 64.0 * mantissa;
  }
  return synapses;
}

const std::vector<Case> kCases = {
    {"2^-2*x1*y0 - 2^-2*y1*x0", ""},
    {"2^-4*x1*y0 - 2^-4*y1*x0", "", 4},
    {"2^-5*x1*y0 - 2^-5*y1*x0 + 2^-9*y3*x2*y0", "", 1, "excitatory", 6},
    {"-2^-3*x1*y0 + 2^-3*y1*x0", "", 2, "inhibitory", 8},
    {"2^-3*y0 - 2^-7*w*x0", "", 3},                            // a product without the source
    {"-2^-9*w + 2^-3*x1*y0", "", 5},                           // one that never rests
    {"2^-6*t*y2 - 2^-6*x0*(w-20)", "2^-2*x1*y0 - 2^-6*t*x0"},  // by way of the tag
    {"2^-3*x1*y0 - 2^-4*(d+1)*y1*x0", "", 1, "mixed", 8, Uniform{1, 9}},
    {"2^-9*y1 - 2^-4*y1*x0", "", 7, "mixed", 5, Uniform{1, 9}},
    {"2^-9*r1*x1*y0", "", 1, "mixed", 8, Constant{1}, true},
    {"2^-7*r1*t", "2^-1*x1*y0 - 2^-3*y1*x0", 2, "mixed", 8, Uniform{1, 9}, true},  // waits for a reward alone
    {"2^-6*(r1-3)*y0", "", 4, "excitatory", 6, Constant{2}, true},
};

TEST_CASE("weights are those of a stepper that visits every synapse in every epoch") {
  for (const Case& c : kCases) {
    CAPTURE(c.dw, c.dt, c.epoch);
    const Network network = network_of(c);
    Simulation simulation = must_build(network, full_catalog());
    const std::vector<Synapse> before = synapses_of(simulation);
    Recording recording;
    simulation.add_observer(recording);
    for (const Duration length : {Duration{300ms}, Duration{2600ms}}) {
      REQUIRE(simulation.run(length).ok());
      const std::vector<Synapse> expected = stepped(c, before, recording.spikes, simulation.now());
      CHECK(synapses_of(simulation) == expected);
      CHECK(expected != before);
    }
    REQUIRE(std::count_if(recording.spikes.begin(), recording.spikes.end(),
                          [](const Spike& s) { return index_of(s.population) == 0; }) > 50);
  }
}

TEST_CASE("spikes and weights by Loihi's rule are the same for every slice, piece and reading") {
  for (const Case& c : kCases) {
    CAPTURE(c.dw);
    const Network network = network_of(c);
    const auto run = [&](const Options& options, int pieces) {
      Simulation simulation = must_build(network, full_catalog(), options);
      Recording recording;
      simulation.add_observer(recording);
      for (int k = 0; k < pieces; ++k) {
        REQUIRE(simulation.run(Duration{2800ms} / pieces).ok());
        if (pieces > 1) (void)synapses_of(simulation);
      }
      return std::pair(recording.spikes, synapses_of(simulation));
    };
    const auto whole = run({}, 1);
    CHECK(run({1, 2, 0}, 1) == whole);
    CHECK(run({1, 1, 4}, 350) == whole);
    CHECK(run({2, 1, 0}, 1) != whole);
  }
}

TEST_CASE("a frozen projection keeps its weights while its traces go on") {
  Case c{"2^-2*x1*y0 - 2^-2*y1*x0", ""};
  Network network = network_of(c);
  network.projections[0].plasticity->frozen = true;
  Simulation simulation = must_build(network, full_catalog());
  const std::vector<Synapse> before = synapses_of(simulation);
  REQUIRE(simulation.run(200ms).ok());
  CHECK(synapses_of(simulation) == before);
  REQUIRE(simulation.freeze("in_to_cells", false).ok());
  REQUIRE(simulation.run(900ms).ok());
  CHECK(synapses_of(simulation) != before);
}

TEST_CASE("a sum of products is read as it is written") {
  const LoihiText text = parse_loihi_rule(" -2^-2 * x1*y0 + 3*(w - 5)*2^3*t-7");
  REQUIRE(text.problem.empty());
  REQUIRE(text.rule.size() == 3);
  LoihiValues values{};
  values[static_cast<std::size_t>(LoihiVariable::kX1)] = 6;
  values[static_cast<std::size_t>(LoihiVariable::kY0)] = 1;
  values[static_cast<std::size_t>(LoihiVariable::kWeight)] = 9;
  values[static_cast<std::size_t>(LoihiVariable::kTag)] = -2;
  CHECK(evaluate(text.rule, values) == static_cast<std::int64_t>((-1.5 + 3 * 4 * 8 * -2 - 7) * (1 << kRuleBits)));
  CHECK(parse_loihi_rule("").rule.empty());
}

TEST_CASE("what is wrong with a rule of Loihi is said with its place or value, and the remedy") {
  const auto problem = [](const std::string& dw, const Parameters& more = {}, double weight = 64) {
    Network network = network_of({dw, ""});
    network.projections[0].weight = Constant{weight};
    for (const auto& [name, value] : more) network.projections[0].plasticity->parameters[name] = value;
    const auto built = build(network, full_catalog());
    REQUIRE_FALSE(built.ok());
    return message_of(built.status());
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(problem("x1*z"), Contains("dw `x1*z`: at 4: `z` is no variable; there are x0, x1"));
  CHECK_THAT(problem("x1 y0"), Contains("at 4: `y0` must be `+`, `-` or `*`"));
  CHECK_THAT(problem("x1*"), Contains("at 4: the end is no variable"));
  CHECK_THAT(problem("(x1+2"), Contains("at 6: the end must be `)`"));
  CHECK_THAT(problem("2^-16*x1"), Contains("exponent -16, must be from -15 to 3"));
  CHECK_THAT(problem("500*x1"), Contains("scale 500, must be from -127 to 127"));
  CHECK_THAT(problem("r2*x1"), Contains("`r2*x1` is no variable"));
  Network unread = network_of({"2^-9*r1*x1*y0", "", 1, "mixed", 8, Constant{1}, true});
  unread.projections[0].plasticity->parameters["dw"] = "x1*y0";
  CHECK_THAT(message_of(build(unread, full_catalog()).status()),
             Contains("projection in_to_cells: has 2 modulators, but neither dw nor dt reads their trace; use r1"));
  CHECK_THAT(problem(""), Contains("dw is empty"));
  CHECK_THAT(problem("x1*y0", {{"epoch", 1.5}}), Contains("epoch 1.5, must be a whole number"));
  CHECK_THAT(problem("x1*y0", {{"epoch", 64.0}}), Contains("epoch 64, must be at most 63"));
  CHECK_THAT(problem("x1*y0", {{"weight_bits", 1.0}}), Contains("weight_bits 1, must be at least 2"));
  CHECK_THAT(problem("x1*y0", {}, 100), Contains("begins with weight 100, must be a multiple of 128"));
  CHECK_THAT(problem("x1*y0", {}, 64 * 256), Contains("from -16320 to 16320"));
  Network network = network_of({"x1*y0", ""});
  network.populations[0] = population("cells", "lif_delta", kTargets);
  CHECK_THAT(message_of(build(network, full_catalog()).status()),
             Contains("rule loihi works on synapses of model loihi_cuba, but population cells is lif_delta"));
}

}  // namespace
}  // namespace volley::test
