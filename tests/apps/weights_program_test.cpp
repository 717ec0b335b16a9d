// Weights from outside: saved by a run, loaded by another, probed, refused.
#include "tests/apps/program_json.h"

#include <catch2/catch.hpp>

namespace volley::app {
namespace {

constexpr const char* kLearner = R"(volley: 1
seed: 3
until: 200 ms
populations: {e: {model: lif_delta, size: 20, params: {tau_m: 20 ms}}}
sources: {in: {size: 30, poisson: 60 Hz}}
projections:
  - from: in
    to: e
    rule: {fixed_indegree: 12}
    weight: {uniform: [2 mV, 8 mV]}
    delay: {uniform: [0.5 ms, 3 ms]}
    plasticity: {rule: pair_stdp, a_plus: 0.1 mV, a_minus: 0.1 mV, w_max: 20 mV}
  - {from: e, to: e, rule: {fixed_indegree: 3}, weight: 0.1 mV, delay: 1 ms}
probes:
  - {spikes: e}
  - {weights: in_to_e, interval: 50 ms}
)";

struct Small : Folder {
  Small() { write("net.yaml", kLearner); }
};

TEST_CASE("weights that a run saved are those that the next run begins with") {
  const Small folder;
  const Ran ran = folder.volley("run net.yaml --threads 1 --save-weights in_to_e=w.csv --save-weights e_to_e=e.csv");
  INFO(ran.err);
  REQUIRE(ran.code == 0);
  CHECK(contains(ran.err, "wrote w.csv (240 synapses of in_to_e); to begin with them: edges: {file: w.csv}"));
  CHECK(contains(folder.read("e.csv"), ",0.1,1\n"));
  std::string loads = kLearner;
  loads.replace(loads.find("    rule: {fixed_in"), loads.find("    plasticity") - loads.find("    rule: {fixed_in"),
                "    edges: {file: w.csv}\n");
  folder.write("loads.yaml", loads);
  const Ran again = folder.volley("run loads.yaml --until 1us --threads 2 --json --save-weights in_to_e=again.csv");
  INFO(again.err);
  REQUIRE(again.code == 0);
  CHECK(folder.read("again.csv") == folder.read("w.csv"));
  const Json saved = json_of(again).at("saved_weights");
  CHECK(saved == Json::parse(R"([{"projection": "in_to_e", "path": "again.csv", "synapses": 240}])"));
  CHECK_FALSE(folder.has("again.csv.part"));
}

TEST_CASE("info shows what was probed") {
  const Small folder;
  REQUIRE(folder.volley("run net.yaml -q -o run.h5").code == 0);
  const Ran text = folder.volley("info run.h5");
  CHECK(contains(text.out, "probe of"));
  CHECK(contains(text.out, "in_to_e   weight    mV"));
  const Json reports = json_of(folder.volley("info run.h5 --json")).at("reports");
  CHECK(reports == Json::parse(R"([{"population": "e", "projection": "in_to_e", "variable": "weight", "unit": "mV",
                                    "columns": 240, "samples": 4}])"));
  CHECK(folder.volley("replay run.h5 --mode compare").code == 0);
}

TEST_CASE("weights of nothing, or to where nothing may be written, are refused before the run") {
  const Small folder;
  const auto refused = [&](const std::string& options, const std::string& message) {
    const Ran ran = folder.volley("run net.yaml " + options);
    INFO(ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, message));
  };
  refused("--save-weights in_to_ee=w.csv", "no projection `in_to_ee`; did you mean `in_to_e`?");
  refused("--save-weights w.csv", "must be projection=file");
  refused("--save-weights in_to_e=", "must be projection=file");
  refused("--save-weights in_to_e=net.yaml", "would overwrite an input of this run");
  refused("--save-weights in_to_e=no/w.csv", "no directory `no`");
  refused("--save-weights in_to_e=w --save-weights e_to_e=w", "is the file of --save-weights as well");
  refused("-o w.h5 --save-weights in_to_e=w.h5", "is the file of");
  CHECK_FALSE(folder.has("w.csv"));
}

}  // namespace
}  // namespace volley::app
