// Every way in which a network can be wrong has a row here: what is wrong, and what the message must say about it.
#include "engine/validate.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "engine/parameter_check.h"
#include "tests/support/run_network.h"
#include "tests/support/witness_model.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A network without problems, with one of everything.
Network sound() {
  Network network;
  network.populations = {population("exc", "witness", 8), population("inh", "witness", 2)};
  network.populations[0].shape = {2, 4};
  network.sources = {spike_list("retina", 4, {{kStart, 3}}),
                     {"noise", 5, {}, PoissonSource{{{kStart, 10}}}},
                     {"clock", 1, {}, RegularSource{kStart, 1ms, {}}}};
  network.drives = {{"kick", "exc", {}, PoissonDrive{{{kStart, 100}}, 0.1, "in"}}};
  network.projections = {projection("exc", "inh", FixedIndegree{3}, 0.1, 1),
                         projection("retina", "exc", AllToAll{}, 1, 0)};
  network.spike_probes = {{"exc", {2, 4}}};
  network.state_probes = {{"inh", {1}, "received", kStart, 1ms, {}}};
  return network;
}

std::vector<std::string> problems(const Network& network) {
  WitnessLog log;
  return problems_of(network, witness_catalog(log));
}

struct Wrong {
  std::string thing;
  std::function<void(Network&)> spoil;
  std::string message;
};

// Each row spoils one thing; the network must then have exactly this one problem.
void check_each(const std::vector<Wrong>& rows) {
  for (const Wrong& row : rows) {
    Network network = sound();
    row.spoil(network);
    const std::vector<std::string> found = problems(network);
    CAPTURE(row.thing, row.message);
    REQUIRE(found.size() == 1);
    CHECK(found.front() == row.thing + ": " + row.message);
  }
}

auto parameter(std::string name, Parameter value) {
  return [name, value](Network& n) { n.populations[0].parameters[name] = value; };
}

}  // namespace

TEST_CASE("a sound network has no problems") { CHECK(problems(sound()).empty()); }

TEST_CASE("problems of names and sizes are named") {
  check_each({
      {"population inh",
       [](Network& n) {
         n.populations[1].size = 0, n.projections.erase(n.projections.begin()), n.state_probes.clear();
       },
       "size 0, must be at least 1; set `size`"},
      {"population exc",
       [](Network& n) {
         n.populations[0].shape = {3, 3};
       },
       "shape holds 9 neurons, size is 8; make them equal"},
      {"source noise", [](Network& n) { n.sources[1].shape = {2}; },
       "shape holds 2 neurons, size is 5; make them equal"},
      {"population inh", [](Network& n) { n.populations.push_back(population("inh", "witness", 3)); },
       "the name is used twice; rename one of them"},
      {"source exc", [](Network& n) { n.sources.push_back(spike_list("exc", 1, {})); },
       "the name is used twice; rename one of them"},
      {"population a/b", [](Network& n) { n.populations.push_back(population("a/b", "witness", 3)); },
       "a name must not contain `/`; rename it"},
      {"population", [](Network& n) { n.populations.push_back(population("", "witness", 3)); },
       "a name is missing; set `name`"},
      {"projection exc_to_inh", [](Network& n) { n.projections.push_back(n.projections[0]); },
       "the name is used twice; set a `name` of its own"},
      {"network", [](Network& n) { n.populations.push_back(population("huge", "witness", 4'000'000'000)); },
       "has 4e+09 neurons, at most 4e+09 fit; reduce sizes"},
  });
  CHECK(problems({}) == std::vector<std::string>{"network: has no populations; add at least one to `populations`"});
}

TEST_CASE("problems of models and parameters are named") {
  const std::string exc = "population exc";
  check_each({
      {exc, [](Network& n) { n.populations[0].model = "witnes", n.drives.clear(); },
       "unknown model `witnes`; did you mean `witness`?"},
      {exc, parameter("gian", 1.0), "model witness has no parameter `gian`; did you mean `gain`?"},
      {exc, parameter("xyzzy", 1.0), "model witness has no parameter `xyzzy`; known are gain, bias, quota, colour"},
      {exc, parameter("gain", 0.0), "gain 0 mV, must be above 0; set `gain`"},
      {exc, parameter("gain", 10.5), "gain 10.5 mV, must be at most 10; set `gain`"},
      {exc, parameter("gain", kNan), "gain nan mV, must be a finite number; set `gain`"},
      {exc, parameter("bias", -1.0), "bias -1, must be at least 0; set `bias`"},
      {exc, parameter("bias", kInfinity), "bias inf, must be a finite number; set `bias`"},
      {exc, parameter("quota", -1.0), "quota -1, must be at least 0; set `quota`"},
      {exc, parameter("gain", std::vector<double>{1, 2}),
       "gain has 2 values for 8 neurons; give one value, or one per neuron"},
      {exc, parameter("gain", std::vector<double>{1, 1, 1, -2, 1, -3, 1, 1}),
       "neuron 3: gain -2 mV, must be above 0; set `gain`"},
      {exc, parameter("gain", std::string("one")), "gain is `one`, must be a number of mV; set `gain`"},
      {exc, parameter("bias", std::string("one")), "bias is `one`, must be a number; set `bias`"},
      {exc, parameter("colour", std::string("blue")),
       "option colour is `blue`, must be one of: red, green; set `colour`"},
      {exc, parameter("colour", 3.0), "option colour is a number, must be one of: red, green; set `colour`"},
      {exc, parameter("gain", Distribution{Constant{-1}}), "gain -1 mV, must be above 0; set `gain`"},
      {exc, parameter("gain", Distribution{Uniform{1, 11}}), "gain 11 mV, must be at most 10; set `gain`"},
      {exc, parameter("gain", Distribution{Uniform{3, 2}}), "gain: low 3 mV, must be at most high 2 mV; swap them"},
      {exc, parameter("gain", Distribution{Normal{3, -1}}), "gain: sd -1 mV, must be at least 0; set `sd`"},
      {exc, parameter("gain", Distribution{ClippedNormal{5, 1, 0, 6}}), "gain 0 mV, must be above 0; set `gain`"},
      {exc, parameter("gain", Distribution{ClippedNormal{5, 0.1, 8, 9}}),
       "gain: [8, 9] mV holds 0 of the normal distribution with mean 5 and sd 0.1, must hold at least 0.0001; widen "
       "`low` and `high`"},
      {exc, parameter("bias", Distribution{ClippedNormal{5, 0.1, 50, std::numeric_limits<double>::max()}}),
       "bias: 50 and above holds 0 of the normal distribution with mean 5 and sd 0.1, must hold at least 0.0001; widen "
       "`low` and `high`"},
      {exc, parameter("bias", Distribution{Lognormal{0, -1}}), "bias: sigma -1, must be at least 0; set `sigma`"},
      {exc, parameter("bias", Distribution{Lognormal{kNan, 1}}), "bias: mu nan, must be a finite number; set `mu`"},
  });
}

TEST_CASE("what is not given by default may be left out, given, or given as not given") {
  for (const double value : {kNan, 0.0, 5.0}) {
    Network network = sound();
    network.populations[0].parameters["quota"] = value;
    CHECK(problems(network).empty());
  }
}

TEST_CASE("problems of sources are named") {
  const auto list = [](SpikeListSource source) { return [source](Network& n) { n.sources[0].kind = source; }; };
  const auto regular = [](RegularSource source) { return [source](Network& n) { n.sources[2].kind = source; }; };
  const auto rates = [](std::vector<Step> steps) {
    return [steps](Network& n) { n.sources[1].kind = PoissonSource{steps}; };
  };
  check_each({
      {"source retina", list({{{kStart, 0}, {kStart + 2ms, 4}}, ""}),
       "a spike of neuron 4 at 2 ms, but size is 4; raise `size` or drop the spike"},
      {"source retina", list({{{kStart, 9}}, "events.csv"}),
       "a spike of neuron 9 at 0 ms (events.csv), but size is 4; raise `size` or drop the spike"},
      {"source retina", list({{{kStart - 1ms, 2}}, ""}),
       "a spike of neuron 2 at -1 ms, must be at least 0; drop the spike"},
      {"source clock", regular({kStart, 0ms, {}}), "interval 0 ms, must be above 0; set `interval`"},
      {"source clock", regular({kStart - 1ms, 1ms, {}}), "start -1 ms, must be at least 0; set `start`"},
      {"source noise", rates({}), "no rate is given; give a constant or a list of steps"},
      {"source noise", rates({{kStart, -5}}), "rate -5, must be finite and at least 0"},
      {"source noise", rates({{kStart, kNan}}), "rate nan, must be finite and at least 0"},
      {"source noise", rates({{kStart, 2e9}}),
       "rate 2e+09 Hz, must be at most 1e9 Hz per neuron; use fewer, stronger inputs"},
      {"source noise", rates({{kStart - 1ms, 5}}), "rate step 0 is at -1 ms, must be at least 0"},
      {"source noise", rates({{kStart + 1ms, 5}, {kStart + 1ms, 6}}),
       "rate step 1 is at 1 ms, must be after step 0 at 1 ms"},
  });
}

TEST_CASE("problems of drives are named") {
  const auto drive = [](DriveSpec d) { return [d](Network& n) { n.drives[0] = d; }; };
  const PoissonDrive poisson{{{kStart, 100}}, 0.1, ""};
  check_each({
      {"drive kick", drive({"kick", "exec", {}, poisson}), "unknown population `exec`; did you mean `exc`?"},
      {"drive into noise", drive({"", "noise", {}, poisson}), "unknown population `noise` (it is a source)"},
      {"drive kick", drive({"kick", "exc", {8, {}}, poisson}),
       "neurons from 8, but the population has 8; lower `range`"},
      {"drive kick", drive({"kick", "exc", {6, 3}, poisson}),
       "neurons from 6 on, 3 of them, but the population has 8; lower `range`"},
      {"drive kick", drive({"kick", "exc", {6, 4'294'967'295}, poisson}),
       "neurons from 6 on, 4294967295 of them, but the population has 8; lower `range`"},
      {"drive kick", drive({"kick", "exc", {6, 0}, poisson}), "a range of 0 neurons, must be at least 1; set `range`"},
      {"drive kick", drive({"kick", "exc", {}, PoissonDrive{{{kStart, 100}}, kInfinity, ""}}),
       "weight inf, must be finite"},
      {"drive kick", drive({"kick", "exc", {}, PoissonDrive{{{kStart, 100}}, 1, "out"}}),
       "model witness has no port `out`; known are in, other"},
      {"drive kick", drive({"kick", "exc", {}, PoissonDrive{{{kStart, 100}}, 1, "othr"}}),
       "model witness has no port `othr`; did you mean `other`?"},
      {"drive kick", drive({"kick", "exc", {}, CurrentDrive{{{kStart, 1}}}}),
       "model witness takes no current; use a Poisson drive or another model"},
  });
}

TEST_CASE("problems of projections are named") {
  const auto spoil = [](std::function<void(ProjectionSpec&)> change) {
    return [change](Network& n) { change(n.projections[0]); };
  };
  const std::string name = "projection exc_to_inh";
  check_each({
      {"projection ex_to_inh", spoil([](ProjectionSpec& p) { p.source = "ex"; }),
       "unknown source `ex`; did you mean `exc`?"},
      {"projection exc_to_noise", spoil([](ProjectionSpec& p) { p.target = "noise"; }),
       "unknown population `noise` (it is a source)"},
      {name, spoil([](ProjectionSpec& p) { p.port = "out"; }), "model witness has no port `out`; known are in, other"},
      {name, spoil([](ProjectionSpec& p) { p.delay_ms = Constant{0}; }),
       "delay 0 ms, must be at least 0.001 ms; set `delay`"},
      {name, spoil([](ProjectionSpec& p) { p.delay_ms = Constant{0.0009}; }),
       "delay 0.0009 ms, must be at least 0.001 ms; set `delay`"},
      {name, spoil([](ProjectionSpec& p) { p.delay_ms = Constant{-1}; }),
       "delay -1 ms, must be from 0 to 4.6e+09 ms; set `delay`"},
      {name, spoil([](ProjectionSpec& p) { p.delay_ms = Constant{5e9}; }),
       "delay 5e+09 ms, must be from 0 to 4.6e+09 ms; set `delay`"},
      {name, spoil([](ProjectionSpec& p) {
         p.rule = Explicit{{{0, 1, 1, 1ms}, {3, 0, 1, 0ms}}, ""};
       }),
       "edge 1: delay 0 ms, must be at least 0.001 ms; correct the edge"},
      {name, spoil([](ProjectionSpec& p) {
         p.rule = Explicit{{{0, 0, 1, std::chrono::hours(24 * 60)}}, ""};
       }),
       "edge 0: delay 5.184e+09 ms, must be at most 4.6e+09 ms; correct the edge"},
      {name, spoil([](ProjectionSpec& p) {
         p.delay_ms = Normal{1, 1}, p.delay_resolution = Duration{999'999};
       }),
       "delay_resolution 0.000999999 ms, must be at least 0.001 ms; set `delay_resolution`"},
      {name, spoil([](ProjectionSpec& p) {
         p.delay_ms = Normal{1, 1}, p.delay_resolution = std::chrono::hours(1);
       }),
       "delay_resolution 3.6e+06 ms, must be at most 70191.5 ms; lower `delay_resolution`"},
      {name, spoil([](ProjectionSpec& p) {
         p.weight = Normal{1, -1};
       }),
       "weight: sd -1, must be at least 0; set `sd`"},
      {name, spoil([](ProjectionSpec& p) { p.multapses = false, p.rule = FixedIndegree{9}; }),
       "fixed_indegree 9, must be at most the 8 sources when multapses are off; lower it or set `multapses: true`"},
      {name, spoil([](ProjectionSpec& p) { p.rule = FixedTotal{std::uint64_t{1} << 60}; }),
       "fixed_total 1152921504606846976, must be below 2000000000 times the 2 targets; lower it"},
  });
}

TEST_CASE("drawn delays of which most would be cut to one step are refused") {
  Network network = sound();
  ProjectionSpec& projection = network.projections[0];
  const std::pair<Distribution, bool> cases[] = {{Normal{-50, 1}, false},
                                                 {Normal{0.04, 1}, false},
                                                 {Normal{0.06, 1}, true},
                                                 {Uniform{0, 0.09}, false},
                                                 {Uniform{0, 1}, true},
                                                 {Lognormal{std::log(0.04), 1}, false},
                                                 {Lognormal{0, 1}, true},
                                                 {ClippedNormal{0, 1, -3, 0.04}, false},
                                                 {ClippedNormal{-1, 1, 0.1, 2}, true}};
  for (const auto& [delay, sound] : cases) {
    projection.delay_ms = delay;
    const auto said = problems(network);
    INFO(&delay - &cases[0].first);
    CHECK(said.empty() == sound);
    if (!sound) {
      REQUIRE(said.size() == 1);
      CHECK(said[0].find("half of the draws or more lie below 0.05 ms, and would all become 0.1 ms") !=
            std::string::npos);
    }
  }
  projection.delay_ms = Uniform{0, 0.09};
  projection.delay_resolution = Duration{1'000'000};
  CHECK(problems(network).empty());
}

TEST_CASE("a source may project with delay 0, a population may not") {
  Network network = sound();
  network.projections[1].delay_ms = Constant{0};
  CHECK(problems(network).empty());
  network.projections[1].source = "inh";
  CHECK(problems(network).size() == 1);
}

TEST_CASE("problems of probes are named") {
  const auto spikes = [](SpikeProbe p) { return [p](Network& n) { n.spike_probes[0] = p; }; };
  const auto state = [](StateProbe p) { return [p](Network& n) { n.state_probes[0] = p; }; };
  const std::string name = "state probe of inh";
  check_each({
      {"spike probe of ihn", spikes({"ihn", {}}), "unknown population `ihn`; did you mean `inh`?"},
      {"spike probe of noise", spikes({"noise", {5, {}}}), "neurons from 5, but the population has 5; lower `range`"},
      {name, state({"inh", {}, "recieved", kStart, 1ms, {}}),
       "model witness has no variable `recieved`; did you mean `received`?"},
      {"state probe of noise", state({"noise", {}, "received", kStart, 1ms, {}}),
       "unknown population `noise` (it is a source)"},
      {name, state({"inh", {0, 2}, "received", kStart, 1ms, {}}), "neuron 2, must be below 2; correct `neurons`"},
      {name, state({"inh", {}, "received", kStart, 0ms, {}}),
       "neither interval nor times are given; set `interval` above 0 ms, or `times`"},
      {name, state({"inh", {}, "received", kStart, 1ms, {kStart}}), "interval and times are both given; keep one"},
      {name, state({"inh", {}, "received", kStart - 1ms, 1ms, {}}), "start -1 ms, must be at least 0; set `start`"},
      {name, state({"inh", {}, "received", kStart, 0ms, {kStart + 2ms, kStart + 2ms}}),
       "time 2 ms, times must ascend from 0; correct `times`"},
      {name, state({"inh", {}, "received", kStart, 0ms, {kStart - 2ms}}),
       "time -2 ms, times must ascend from 0; correct `times`"},
  });
}

TEST_CASE("all problems of a network are listed at once, one per line") {
  Network network = sound();
  network.populations[0].parameters["gain"] = -1.0;
  network.drives[0].range = {100, {}};
  network.projections[0].delay_ms = Constant{0};
  network.spike_probes[0].population = "nobody";
  WitnessLog log;
  const absl::Status status = build(network, witness_catalog(log), {1, 0, 0}).status();
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  CHECK(message_of(status) ==
        "population exc: gain -1 mV, must be above 0; set `gain`\n"
        "drive kick: neurons from 100, but the population has 8; lower `range`\n"
        "projection exc_to_inh: delay 0 ms, must be at least 0.001 ms; set `delay`\n"
        "spike probe of nobody: unknown population `nobody`; known are exc, inh, retina, noise, clock\n"
        "options: threads 0, must be 1 to 1024; set `threads`");
}

TEST_CASE("a parameter that is drawn outside its bounds is refused when the network is built") {
  Network network = sound();
  network.populations[0].size = 1000, network.populations[0].shape.clear();
  network.populations[0].parameters["bias"] = Distribution{Normal{2, 1}};  // below 0 once in 44 draws
  CHECK(problems(network).empty());
  WitnessLog log;
  const absl::Status status = build(network, witness_catalog(log)).status();
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  CHECK_THAT(message_of(status),
             Catch::StartsWith("population exc: neuron ") && Catch::Contains(" drew bias -0.") &&
                 Catch::EndsWith(", must be at least 0; set `bias`; narrow or clip the distribution"));
  network.populations[0].parameters["bias"] = Distribution{ClippedNormal{2, 1, 0, 9}};
  CHECK(build(network, witness_catalog(log)).ok());
}

TEST_CASE("what was drawn wrong is said once for every parameter, the same for any number of slices and threads") {
  Network network = sound();
  network.populations[0].size = 1000, network.populations[0].shape.clear();
  network.populations[0].parameters["bias"] = Distribution{Normal{2, 1}};
  network.populations[0].parameters["gain"] = Distribution{Normal{8, 1}};  // above 10 once in 44 draws
  network.populations[1].parameters["gain"] = Distribution{Normal{-8, 1}};
  WitnessLog log;
  const std::string whole = message_of(build(network, witness_catalog(log), {1, 1, 1000}).status());
  CHECK(std::count(whole.begin(), whole.end(), '\n') == 2);
  for (const std::uint32_t slice : {1u, 7u, 100u}) {
    for (const unsigned threads : {1u, 3u}) {
      CHECK(message_of(build(network, witness_catalog(log), {1, threads, slice}).status()) == whole);
    }
  }
}

TEST_CASE("what a model refuses is said once, however many slices refuse it") {
  Network network = sound();
  network.populations[0].parameters["bias"] = 13.0;
  WitnessLog log;
  CHECK(message_of(build(network, witness_catalog(log), {1, 2, 1}).status()) ==
        "population exc: bias 13 brings bad luck");
}

}  // namespace volley::test
