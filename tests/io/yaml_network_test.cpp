#include "io/yaml_network.h"

#include <catch2/catch.hpp>
#include <string>
#include <variant>
#include <vector>

#include "io/sha256.h"
#include "tests/support/described_models.h"
#include "tests/support/temporary_folder.h"

namespace {

using namespace volley;
using namespace std::chrono_literals;

absl::StatusOr<io::RunPlan> parse(const std::string& text, const io::Overrides& overrides = {},
                                  const std::string& path = "net.yaml") {
  return io::parse_yaml_network(text, path, overrides, test::described_models());
}

io::RunPlan plan_of(const std::string& text, const io::Overrides& overrides = {}) {
  auto plan = parse(text, overrides);
  CAPTURE(text, plan.status().message());
  REQUIRE(plan.ok());
  return *std::move(plan);
}

std::vector<std::string> problems_of(const std::string& text, const io::Overrides& overrides = {}) {
  const auto plan = parse(text, overrides);
  CAPTURE(text);
  REQUIRE(plan.status().code() == absl::StatusCode::kInvalidArgument);
  std::vector<std::string> lines(1);
  for (const char c : plan.status().message()) c == '\n' ? lines.emplace_back() : lines.back() += c, void();
  return lines;
}

// The only problem of two populations `e` and `i` (model "jump"), a source `s` and these further lines, from line 5 on.
const std::string kHead =
    "volley: 1\nparameters: {g: 5, J: 0.1 mV}\n"
    "populations: {e: {model: jump, size: 10}, i: {model: jump, size: 4}, c: {model: current, size: 3}}\n"
    "sources: {s: {size: 2, poisson: 8 Hz}}\n";

std::string problem_of(const std::string& more, const io::Overrides& overrides = {}) {
  const auto lines = problems_of(kHead + more, overrides);
  CAPTURE(lines);
  CHECK(lines.size() == 1);
  return lines.front();
}

const ProjectionSpec& only_projection(const io::RunPlan& plan) {
  REQUIRE(plan.network.projections.size() == 1);
  return plan.network.projections.front();
}

double number(const io::RunPlan& plan, std::size_t population, const std::string& name) {
  return std::get<double>(plan.network.populations.at(population).parameters.at(name));
}

}  // namespace

TEST_CASE("a description of every part becomes a network") {
  const io::RunPlan plan = plan_of(R"(
volley: 1
name: all
seed: 18446744073709551615
until: 1.5 s
parameters:
  N: 100
  J: 0.1 mV
  g: "= 2 + 3"
populations:
  exc: {model: jump, shape: [10, 10], params: {tau_m: 0.02 s, reset: subtract, v_init: {uniform: [0, "= 10 * J"]}}}
  inh: {model: jump, size: "= N / 4"}
sources:
  in: {size: 3, poisson: [[0 ms, 8 Hz], [100 ms, 0.02 kHz]]}
  beat: {size: 1, regular: {start: 2 ms, interval: 10, count: 7}}
  list: {size: 2, spikes: [[1.000000001 ms, 1], [0.5, 0]]}
drives:
  bg: {population: [exc, inh], poisson: {rate: 20 kHz, weight: "= J"}}
  kick: {population: exc, range: {first: 3, count: 4}, current: [[1 ms, 2 mV], [2 ms, 0]]}
  hiss: {population: inh, noise: {sd: 5, interval: 1 ms}}
projections:
  - {from: in, to: exc, rule: all_to_all, weight: "= J", delay: 1.5 ms}
  - name: rec
    from: exc
    to: [exc, inh]
    rule: {fixed_indegree: 10}
    weight: {normal: {mean: "= -g * J", sd: 100 uV}}
    delay: {clipped_normal: {mean: 1.5, sd: 0.75, low: 100 us}}
    delay_resolution: 0.05 ms
    autapses: false
  - {from: beat, to: inh, edges: [[0, 3, 0.25 mV, 1 ms], [0, 4, -0.1, 2.5]]}
probes:
  - {spikes: [exc, in]}
  - {spikes: inh, range: {first: 5}}
  - {state: exc, variable: v, neurons: [0, 99], start: 1 ms, interval: 0.1 ms}
  - {state: inh, variable: v, range: {first: 2, count: 3}, times: [1 ms, 2 ms]}
)");
  CHECK(plan.seed == 18446744073709551615u);
  CHECK(plan.until == 1500ms);
  const Network& n = plan.network;
  CHECK(n.name == "all");
  REQUIRE(n.populations.size() == 2);
  CHECK(n.populations[0].size == 100);
  CHECK(n.populations[0].shape == std::vector<std::uint32_t>{10, 10});
  CHECK(number(plan, 0, "tau_m") == 20);
  CHECK(std::get<std::string>(n.populations[0].parameters.at("reset")) == "subtract");
  CHECK(std::get<Distribution>(n.populations[0].parameters.at("v_init")) == Distribution{Uniform{0, 1}});
  CHECK(n.populations[1].size == 25);
  CHECK(number(plan, 1, "t_ref") == 2);
  CHECK(n.populations[1].parameters.contains("v_init") == false);

  REQUIRE(n.sources.size() == 3);
  CHECK(std::get<PoissonSource>(n.sources[0].kind) == PoissonSource{{{kStart, 8}, {kStart + 100ms, 20}}});
  CHECK(std::get<RegularSource>(n.sources[1].kind) == RegularSource{kStart + 2ms, 10ms, 7});
  CHECK(std::get<SpikeListSource>(n.sources[2].kind) ==
        SpikeListSource{{{kStart + 1ms + Duration{1}, 1}, {kStart + 500us, 0}}, ""});

  REQUIRE(n.drives.size() == 4);
  CHECK(n.drives[0] == DriveSpec{"bg_exc", "exc", {}, PoissonDrive{{{kStart, 20000}}, 0.1, "in"}});
  CHECK(n.drives[1].name == "bg_inh");
  CHECK(n.drives[2] == DriveSpec{"kick", "exc", {3, 4}, CurrentDrive{{{kStart + 1ms, 2}, {kStart + 2ms, 0}}}});
  CHECK(n.drives[3] == DriveSpec{"hiss", "inh", {}, NoiseDrive{0, 5, 1ms}});

  REQUIRE(n.projections.size() == 4);
  CHECK(n.projections[0] ==
        ProjectionSpec{"in_to_exc", "in", "exc", AllToAll{}, Constant{0.1}, Constant{1.5}, 100us, "in", true, true});
  CHECK(n.projections[1].name == "rec_exc_to_exc");
  CHECK(n.projections[2].name == "rec_exc_to_inh");
  CHECK(n.projections[2].weight == Distribution{Normal{-0.5, 0.1}});
  const auto& delay = std::get<ClippedNormal>(n.projections[2].delay_ms);
  CHECK(delay.low == 0.1);
  CHECK(delay.high == std::numeric_limits<double>::max());
  CHECK(n.projections[2].delay_resolution == 50us);
  CHECK_FALSE(n.projections[2].autapses);
  CHECK(std::get<Explicit>(n.projections[3].rule).edges ==
        std::vector<Edge>{{0, 3, 0.25f, 1ms}, {0, 4, -0.1f, 2500us}});

  CHECK(n.spike_probes == std::vector<SpikeProbe>{{"exc", {}}, {"in", {}}, {"inh", {5, {}}}});
  REQUIRE(n.state_probes.size() == 2);
  CHECK(n.state_probes[0] == StateProbe{"exc", {0, 99}, "v", kStart + 1ms, 100us, {}});
  CHECK(n.state_probes[1] == StateProbe{"inh", {2, 3, 4}, "v", kStart, Duration{0}, {kStart + 1ms, kStart + 2ms}});
}

TEST_CASE("without probes the spikes of every population are recorded, those of sources are not") {
  CHECK(plan_of(kHead).network.spike_probes == std::vector<SpikeProbe>{{"e", {}}, {"i", {}}, {"c", {}}});
  CHECK(plan_of(kHead + "probes: []\n").network.spike_probes.empty());
}

TEST_CASE("the name of the file is the network's name unless one is given") {
  CHECK(parse(kHead, {}, "some/where/net.v2.yaml")->network.name == "net.v2");
}

TEST_CASE("defaults are filled in where a model has one") {
  const io::RunPlan plan = plan_of(kHead);
  CHECK(number(plan, 0, "v_threshold") == 20);
  CHECK(std::get<std::string>(plan.network.populations[0].parameters.at("reset")) == "value");
  CHECK(number(plan, 2, "c_m") == 250);
}

TEST_CASE("every distribution is read in the unit of what it draws") {
  const auto weight = [](const std::string& law) {
    return only_projection(
               plan_of(kHead + "projections: [{from: e, to: e, rule: all_to_all, delay: 1, weight: " + law + "}]\n"))
        .weight;
  };
  CHECK(weight("0.3 V") == Distribution{Constant{300}});
  CHECK(weight("{uniform: [1 mV, 2]}") == Distribution{Uniform{1, 2}});
  CHECK(weight("{uniform: {low: 1, high: 2}}") == Distribution{Uniform{1, 2}});
  CHECK(weight("{normal: {mean: 1, sd: 0}}") == Distribution{Normal{1, 0}});
  CHECK(weight("{clipped_normal: {mean: 1, sd: 2, low: 0, high: 9}}") == Distribution{ClippedNormal{1, 2, 0, 9}});
  CHECK(weight("{lognormal: {mu: -1, sigma: 0.5}}") == Distribution{Lognormal{-1, 0.5}});
  const auto moments = std::get<Lognormal>(weight("{lognormal: {mean: 2 mV, sd: 1 mV}}"));
  CHECK(std::exp(moments.mu + moments.sigma * moments.sigma / 2) == Approx(2).epsilon(1e-14));
  CHECK((std::exp(moments.sigma * moments.sigma) - 1) * 4 == Approx(1).epsilon(1e-14));
}

TEST_CASE("every rule is read") {
  const auto rule = [](const std::string& text) {
    return only_projection(
               plan_of(kHead + "projections: [{from: e, to: i, weight: 1, delay: 1, rule: " + text + "}]\n"))
        .rule;
  };
  CHECK(rule("all_to_all") == Rule{AllToAll{}});
  CHECK(rule("one_to_one") == Rule{OneToOne{}});
  CHECK(rule("{fixed_indegree: 3}") == Rule{FixedIndegree{3}});
  CHECK(rule("{fixed_outdegree: \"= g - 1\"}") == Rule{FixedOutdegree{4}});
  CHECK(rule("{pairwise_bernoulli: 0.02}") == Rule{PairwiseBernoulli{0.02}});
  CHECK(rule("{fixed_total: \"= n_from * n_to\"}") == Rule{FixedTotal{40}});
}

TEST_CASE("a table gives every pair of a source and a target its own numbers, and `~` leaves a pair out") {
  const io::RunPlan plan = plan_of(kHead + R"(
projections:
  - from: [e, s]
    to: [e, i]
    where:
      K: {table: [[1, 2], [3, ~]]}
      a: {from: [10, 20]}
      b: {to: [100 mV, 200 mV]}
    rule: {fixed_total: "= K * a"}
    weight: "= b"
    delay: 1 ms
)");
  REQUIRE(plan.network.projections.size() == 3);
  const auto check = [&](std::size_t at, const char* name, std::uint64_t count, double weight) {
    CHECK(plan.network.projections[at].name == name);
    CHECK(plan.network.projections[at].rule == Rule{FixedTotal{count}});
    CHECK(plan.network.projections[at].weight == Distribution{Constant{weight}});
  };
  check(0, "e_to_e", 10, 100);
  check(1, "s_to_e", 40, 100);
  check(2, "e_to_i", 30, 200);
}

TEST_CASE("projections without a name of their own get different ones") {
  const io::RunPlan plan = plan_of(kHead + R"(
projections:
  - &p {from: e, to: i, rule: all_to_all, weight: 1, delay: 1}
  - *p
  - *p
)");
  CHECK(plan.network.projections[0].name == "e_to_i");
  CHECK(plan.network.projections[1].name == "e_to_i_2");
  CHECK(plan.network.projections[2].name == "e_to_i_3");
}

TEST_CASE("expressions of draws give every neuron its own value, the same for the same seed") {
  const std::string text = R"(
volley: 1
parameters: {base: -65}
populations:
  a:
    model: map
    size: 200
    draws: {r: {uniform: [0, 1]}, q: {normal: {mean: 0, sd: 1}}}
    params: {d: "= 8 - 6 * r^2", a: "= 0.02 + 0.08 * r", k: "= q", u: "= 100 * base"}
)";
  const auto list = [](const io::RunPlan& plan, const char* name) {
    return std::get<std::vector<double>>(plan.network.populations[0].parameters.at(name));
  };
  const io::RunPlan plan = plan_of(text);
  const auto d = list(plan, "d"), a = list(plan, "a");
  REQUIRE(d.size() == 200);
  double mean = 0;
  for (std::size_t i = 0; i < d.size(); ++i) {
    const double r = (a[i] - 0.02) / 0.08;
    CHECK(d[i] == Approx(8 - 6 * r * r).epsilon(1e-12));  // one r for both
    CHECK((r > 0 && r < 1));
    mean += r / 200;
  }
  CHECK(mean == Approx(0.5).margin(0.08));
  CHECK(number(plan, 0, "u") == -6500);
  CHECK(list(plan_of(text), "d") == d);
  CHECK(list(plan_of(text, {{"seed", "2"}}), "d") != d);
  CHECK(list(plan, "k") != a);
}

TEST_CASE("values come from files beside the description, which are hashed") {
  const test::TemporaryFolder folder;
  folder.file("p.csv", "id,tau\n0,5\n1,6\n2,7\n");
  folder.file("e.csv", "source,target,weight,delay_ms\n0,1,0.5,1.5\n");
  folder.file("s.csv", "time_ms,neuron\n1.5,1\n0.5,0\n");
  const std::string text = R"(volley: 1
populations: {c: {model: current, size: 3, params: {tau_m: {file: p.csv, column: tau}}}}
sources: {s: {size: 2, spikes: {file: s.csv}}}
projections: [{from: s, to: c, edges: {file: e.csv}, port: inh}]
)";
  const std::string path = folder.file("net.yaml", text);
  const auto plan = io::read_yaml_network(path, {}, test::described_models());
  CAPTURE(plan.status().message());
  REQUIRE(plan.ok());
  CHECK(std::get<std::vector<double>>(plan->network.populations[0].parameters.at("tau_m")) ==
        std::vector<double>{5, 6, 7});
  CHECK(std::get<SpikeListSource>(plan->network.sources[0].kind) ==
        SpikeListSource{{{kStart + 1500us, 1}, {kStart + 500us, 0}}, "s.csv"});
  CHECK(std::get<Explicit>(only_projection(*plan).rule) == Explicit{{{0, 1, 0.5f, 1500us}}, "e.csv"});
  REQUIRE(plan->inputs.size() == 4);
  CHECK(plan->inputs[0].path == path);
  CHECK(plan->inputs[0].sha256 == io::sha256_bytes(text));
  CHECK(plan->inputs[1].path == folder.path("p.csv"));
  CHECK(plan->inputs[3].sha256 == io::sha256_bytes("source,target,weight,delay_ms\n0,1,0.5,1.5\n"));
  CHECK(plan->resolved.find("tau_m: {file: \"p.csv\", column: tau}") == std::string::npos);
  CHECK(plan->resolved.find("tau_m: {file: p.csv, column: tau}") != std::string::npos);
}

TEST_CASE("a description that is not there is not found") {
  const auto plan = io::read_yaml_network("/nonexistent/net.yaml", {}, test::described_models());
  CHECK(plan.status().code() == absl::StatusCode::kNotFound);
}

TEST_CASE("all problems are listed at once, in the order of the file") {
  const auto lines = problems_of(R"(volley: 2
sed: 3
populations:
  e: {model: jmup, size: 10}
  i: {model: jump, size: 2.5, params: {tau: 3}}
  j: {model: jump, size: 3, params: {tau_m: 5 mV, v_rest: 1 mx, t_ref: -1, reset: zero}}
projections:
  - {from: e, to: x, rule: all_to_all, weight: 1, delay: 1}
)");
  CAPTURE(lines);
  REQUIRE(lines.size() == 9);
  CHECK(lines[0] == "net.yaml:1:9: schema version `2` is not known; this is version 1");
  CHECK(lines[1] == "net.yaml:2:1: unknown key `sed` in the description; did you mean `seed`?");
  CHECK(lines[2] == "net.yaml:4:14: unknown model `jmup`; did you mean `jump`?");
  CHECK(lines[3] == "net.yaml:5:26: size: 2.5 is not a whole number; use round(), floor() or ceil()");
  CHECK(lines[4] == "net.yaml:6:45: tau_m: `5 mV` is a voltage, must be a time in ms");
  CHECK(lines[5].find("net.yaml:6:59: v_rest: `1 mx` has the unknown unit ` mx`") == 0);
  CHECK(lines[6] == "net.yaml:6:72: t_ref -1 ms, must be at least 0 ms");
  CHECK(lines[7] == "net.yaml:6:83: reset `zero`; known are value, subtract");
  CHECK(lines[8].find("net.yaml:8:19: there is no population or source `x`") == 0);
}

TEST_CASE("every problem names the place, the value and the remedy") {
  CHECK(problems_of("").front() ==
        "net.yaml:1:1: the description must be a map; known are volley, name, seed, until, "
        "parameters, populations, sources, drives, projections, probes, readout");
  CHECK(problems_of("volley: 1\n").front() ==
        "net.yaml:1:1: the description has no `populations`; name at least one population");
  CHECK(problem_of("until: 5 mV\n") == "net.yaml:5:8: until: `5 mV` is a voltage, must be a time, e.g. `1.5 ms`");
  CHECK(problem_of("until: 200000 ks\n") == "net.yaml:5:8: until: `200000 ks`, must be from 0 to 53 days (4611686 s)");
  CHECK(problem_of("seed: -1\n").find("net.yaml:5:7: seed: `-1`, must be a whole number from 0") == 0);
  CHECK(problem_of("name:\n") == "net.yaml:5:1: `name` has no value; give one or remove the key");
  CHECK(problem_of("until: \"= 1 ms +\"\n") ==
        "net.yaml:5:17: until: the expression ends where a number or a name is missing");
  CHECK(problem_of("until: \"= 2 * gg\"\n") == "net.yaml:5:15: until: unknown name `gg`; did you mean `g`?");
  CHECK(problem_of("until: = g * 1 mV\n") ==
        "net.yaml:5:8: until: `= g * 1 mV` is a voltage, must be a time, e.g. `1.5 ms`");
  CHECK(problem_of("drives: {d: {population: s, current: 1}}\n") ==
        "net.yaml:5:26: `s` is a source; a drive goes into a population");
  CHECK(problem_of("drives: {d: {population: e, poisson: {rate: -1, weight: 1}}}\n") ==
        "net.yaml:5:45: rate -1 Hz, must be at least 0");
  CHECK(problem_of("drives: {d: {population: e, poisson: {rate: 1 ms, weight: 1}}}\n") ==
        "net.yaml:5:45: rate: `1 ms` is a time, must be a rate in Hz");
  CHECK(problem_of("drives: {d: {population: e}}\n") ==
        "net.yaml:5:13: drive `d` needs one of `poisson`, `current`, `noise`");
  CHECK(problem_of("drives: {d: {population: e, current: 1, noise: 2}}\n") ==
        "net.yaml:5:48: drive `d` has both `current` and `noise`; keep one");
  CHECK(problem_of("drives: {d: {population: e, current: [[2 ms, 1], [1 ms, 0]]}}\n") ==
        "net.yaml:5:50: current: the times of steps must ascend");
  CHECK(problem_of("drives: {d: {population: e, range: {first: 4, count: 7}, current: 1}}\n") ==
        "net.yaml:5:54: range.count: 7, must be from 1 to 6");
  CHECK(problem_of("sources: {e: {size: 1, poisson: 1}}\n").find("key `sources` stands twice") != std::string::npos);
  CHECK(problem_of("probes: [{state: e, variable: w, interval: 1}]\n") ==
        "net.yaml:5:31: model `jump` has no variable `w`; known are v");
  CHECK(problem_of("probes: [{state: e, variable: v}]\n") ==
        "net.yaml:5:10: a state probe needs one of `interval`, `times`");
  CHECK(problem_of("probes: [{state: e, variable: v, times: [2, 1]}]\n") == "net.yaml:5:45: times: must ascend");
  CHECK(problem_of("probes: [{state: e, variable: v, neurons: [10], interval: 1}]\n") ==
        "net.yaml:5:44: neurons: 10, must be from 0 to 9");
  CHECK(problem_of("probes: [{of: e}]\n").find("net.yaml:5:10: a probe is one of") == 0);
}

TEST_CASE("every problem of a projection names the place, the value and the remedy") {
  const auto projection = [](const std::string& text) { return problem_of("projections: [{" + text + "}]\n"); };
  const std::string rest = ", weight: 1, delay: 1";
  CHECK(projection("from: e, to: s, rule: all_to_all" + rest) ==
        "net.yaml:5:29: `s` is a source; a projection ends on a population");
  CHECK(projection("from: ee, to: c, rule: all_to_all" + rest)
            .find("net.yaml:5:22: there is no population or source "
                  "`ee`; did you mean `e`?") == 0);
  CHECK(projection("from: e, to: c, port: ihn, rule: all_to_all" + rest) ==
        "net.yaml:5:38: model `current` has no port `ihn`; did you mean `inh`?");
  CHECK(projection("from: e, to: c, rule: all_to_all, weight: 1 mV, delay: 1") ==
        "net.yaml:5:58: weight: `1 mV` is a voltage, must be a current in pA");
  CHECK(projection("from: e, to: c, rule: all_to_all, weight: 1, delay: 0") ==
        "net.yaml:5:68: delay 0 ms, must be above 0 and below 10 days; give the time that a spike takes, such as "
        "1.5 ms");
  CHECK(projection("from: e, to: c, rule: all_to_al" + rest) ==
        "net.yaml:5:38: unknown rule `all_to_al`; did you mean `all_to_all`?");
  CHECK(projection("from: e, to: c, rule: fixed_total" + rest) ==
        "net.yaml:5:38: rule `fixed_total` needs a number: {fixed_total: ...}");
  CHECK(projection("from: e, to: c, rule: {pairwise_bernoulli: 1.5}" + rest) ==
        "net.yaml:5:59: pairwise_bernoulli: 1.5, must be from 0 to 1");
  CHECK(projection("from: e, to: c, rule: {fixed_indegree: -1}" + rest) ==
        "net.yaml:5:55: fixed_indegree: -1, must be from 0 to 4294967295");
  CHECK(projection("from: e, to: c, weight: 1, delay: 1") ==
        "net.yaml:5:15: a projection needs one of `rule`, `edges`");
  CHECK(projection("from: e, to: c, rule: all_to_all, delay: 1") ==
        "net.yaml:5:15: a projection has no `weight`; give a number or a distribution, in pA");
  CHECK(projection("from: e, to: c, rule: all_to_all, autapses: yes" + rest) ==
        "net.yaml:5:60: autapses: `yes` must be true or false");
  CHECK(projection("from: e, to: c, edges: [[0, 3, 1, 1]]") == "net.yaml:5:44: edges: target: 3, must be from 0 to 2");
  CHECK(projection("from: e, to: c, edges: [[0, 0, 1]]") ==
        "net.yaml:5:40: edges: an edge is [source, target, weight, delay]");
  CHECK(projection("from: e, to: c, edges: [], weight: 1") ==
        "net.yaml:5:51: `edges` have weights and delays of their own; remove `weight`");
  CHECK(projection("from: [e, e], to: c, rule: all_to_all" + rest) ==
        "net.yaml:5:26: `e` stands twice in this list; keep one");
  CHECK(projection("from: [e, i], to: c, where: {K: {from: [1]}}, rule: {fixed_total: = K}" + rest) ==
        "net.yaml:5:55: must be a list with one value per source: 2, not 1");
  CHECK(projection("from: e, to: c, where: {g: 1}, rule: all_to_all" + rest).find("net.yaml:5:40: local name `g`") ==
        0);
  CHECK(projection("from: e, to: e, rule: all_to_all, delay: 1, weight: {normal: {mean: 1, sd: -1}}")
            .find("net.yaml:5:77: weight: sd -1, must be at least 0") == 0);
  CHECK(projection("from: e, to: e, rule: all_to_all, delay: 1, weight: {gamma: 1}")
            .find("unknown key `gamma` in weight; known are uniform") != std::string::npos);
}

TEST_CASE("problems of overrides name the override") {
  CHECK(problem_of("", {{"parameters.g", "= h"}}).find("-s parameters.g: parameters.g: unknown name `h`") == 0);
  CHECK(problem_of("", {{"populations.e.params.tua_m", "3"}}) ==
        "-s populations.e.params.tua_m: unknown key `tua_m` in params of model `jump`; did you mean `tau_m`?");
  CHECK(problem_of("", {{"populations.x.size", "3"}}).find("-s populations.x.size: there is no `x` in `populations`") ==
        0);
  CHECK(number(plan_of(kHead, {{"populations.e.params.tau_m", "3 ms"}}), 0, "tau_m") == 3);
}

TEST_CASE("a plan knows where each of its things stands") {
  const io::RunPlan plan = plan_of(
      "volley: 1\n"
      "populations:\n"
      "  e: {model: jump, size: 3}\n"
      "sources:\n"
      "  s: {size: 3, poisson: 8 Hz}\n"
      "drives:\n"
      "  d: {population: e, poisson: {rate: 8 Hz, weight: 1}}\n"
      "projections:\n"
      "  - {from: [s, e], to: e, rule: all_to_all, weight: 1, delay: 1}\n"
      "probes:\n"
      "  - {spikes: e}\n"
      "  - {spikes: s, range: {first: 0, count: 1}}\n"
      "  - {spikes: s, range: {first: 1, count: 1}}\n",
      {{"projections.0.weight", "2"}});
  CHECK(plan.places.at("population e") == "net.yaml:3:3");
  CHECK(plan.places.at("source s") == "net.yaml:5:3");
  CHECK(plan.places.at("drive d") == "net.yaml:7:3");
  CHECK(plan.places.at("projection s_to_e") == "net.yaml:9:5");
  CHECK(plan.places.at("projection e_to_e") == "net.yaml:9:5");
  CHECK(plan.places.at("spike probe of e") == "net.yaml:11:5");
  CHECK_FALSE(plan.places.contains("spike probe of s"));  // which of the two is not known
}

TEST_CASE("numbers beyond a double, and unknown units, are refused by what they are") {
  const std::string text = "volley: 1\npopulations: {e: {model: jump, size: 1, params: {tau_m: ";
  for (const char* number : {"1e-400", "1e400 ms"}) {
    CHECK(problems_of(text + number + "}}}\n").front().find("closer to 0 or larger than numbers can be") !=
          std::string::npos);
  }
  CHECK(problems_of(text + "3 parsec}}}\n").front().find("V, A, Hz, F, S, Ohm, C, W with") != std::string::npos);
}

TEST_CASE("what the engine refuses is told together with what could not be read") {
  const auto lines = problems_of(
      "volley: 1\n"
      "populations:\n"
      "  e: {model: jump, size: 3, params: {nothing: 1}}\n"
      "  i: {model: jump, size: 4}\n"
      "projections:\n"
      "  - {from: e, to: i, rule: one_to_one, weight: 1, delay: 1}\n");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].find("net.yaml:3:38: unknown key `nothing`") == 0);
  CHECK(lines[1].find("net.yaml:6:5: projection e_to_i: ") == 0);
}

TEST_CASE("nothing is said that only follows from what could not be read") {
  const std::string text =
      "volley: 1\n"
      "parameters: {N: 3}\n"
      "populations:\n"
      "  e: {model: jump, size: = N}\n"
      "  i: {model: jump, size: 3}\n"
      "sources:\n"
      "  s: {size: = N, poisson: 8 Hz}\n"
      "drives:\n"
      "  d: {population: [e, i], range: {first: 1, count: 2}, poisson: {rate: 8 Hz, weight: 1}}\n"
      "projections:\n"
      "  - {from: [e, s], to: [e, i], rule: one_to_one, weight: = 1 / n_from, delay: 1}\n"
      "probes:\n"
      "  - {spikes: [e, s], neurons: [1, 2]}\n"
      "  - {state: e, variable: x, neurons: [1], interval: 1}\n"
      "  - {weights: e_to_i, interval: 1}\n"
      "readout: {population: e, window: 1, labels: [1]}\n";
  plan_of(text, {{"probes.1.variable", "v"}});
  for (const auto& [key, value] : io::Overrides{{"populations.e", "3"},
                                                {"populations.e.model", "jmp"},
                                                {"populations.e.size", "x"},
                                                {"populations", "3"},
                                                {"sources", "3"},
                                                {"sources.s", "3"},
                                                {"sources.s.poisson", "-8 Hz"},
                                                {"sources.s.size", "0"},
                                                {"parameters.N", "x"}}) {
    const auto lines = problems_of(text, {{"probes.1.variable", "v"}, {key, value}});
    CAPTURE(key, lines);
    CHECK(lines.size() == 1);
  }
}

TEST_CASE("the spikes of listed neurons are asked for in unbroken ranges") {
  const std::string text = "volley: 1\npopulations: {e: {model: jump, size: 9}}\nprobes:\n  - {spikes: e, neurons: ";
  const io::RunPlan plan = plan_of(text + "[7, 2, 0, 1, 2, 8, 4]}\n");
  CHECK(plan.network.spike_probes == std::vector<SpikeProbe>{{"e", {0, 3}}, {"e", {4, 1}}, {"e", {7, 2}}});
  CHECK(plan_of(plan.resolved).network == plan.network);
  CHECK(problems_of(text + "[9]}\n") == std::vector<std::string>{"net.yaml:4:27: neurons: 9, must be from 0 to 8"});
  CHECK(problems_of(text + "[]}\n").front().find("must be a list of indices") != std::string::npos);
  CHECK(problems_of(text + "[1], range: {first: 2}}\n").front().find("`neurons` or `range`, not both") !=
        std::string::npos);
}

TEST_CASE("names that would be no names in a recording are refused") {
  CHECK(problems_of("volley: 1\npopulations: {\"a/b\": {model: jump, size: 1}}\n")
            .front()
            .find("name `a/b`: must have 1 to") != std::string::npos);
  CHECK(problems_of("volley: 1\npopulations: {\"\": {model: jump, size: 1}}\n").size() == 1);
}

TEST_CASE("keys that begin with x- hold anchors and are not read") {
  CHECK(plan_of("x-a: &a {model: jump, size: 3}\n"
                "volley: 1\npopulations: {e: *a}\n")
            .network.populations[0]
            .size == 3);
}

TEST_CASE("requests for more memory than any description needs are refused") {
  std::string text = "volley: 1\npopulations:\n";
  text += "  e: {model: map, size: 4000000000, draws: {r: {uniform: [0, 1]}}, params: {a: = r}}\n";
  CHECK(problems_of(text).front().find("more than 134,217,728 listed or derived values") != std::string::npos);
  CHECK(problems_of("volley: 1\npopulations: {e: {model: map, shape: [65536, 65536]}}\n")
            .front()
            .find("more than 4294967294 neurons") != std::string::npos);
  CHECK(problems_of("volley: 1\npopulations: {e: {model: map, size: 4000000000}}\n"
                    "probes: [{state: e, variable: x, interval: 1, range: {first: 1}}]\n")
            .front()
            .find("more than 134,217,728") != std::string::npos);
}
