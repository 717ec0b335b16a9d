// volley run --chip, as a user would type it.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/apps/program.h"

namespace volley::app {
namespace {

using nlohmann::json;

TEST_CASE("A run on the chip says what was rounded, what that changed, and replays to the same bits") {
  const Folder folder;
  folder.write("net.yaml", kSmallNetwork);
  const Ran run = folder.volley("run net.yaml --chip loihi --compare exact -o run.h5");
  INFO(run.out << run.err);
  REQUIRE(run.code == 0);
  CHECK(contains(run.out, "as integers of loihi, step 1 ms"));
  CHECK(contains(run.out, "delay 1"));
  CHECK(contains(run.out, "chip beside exact"));
  CHECK(folder.volley("replay run.h5 --mode compare").code == 0);

  const json report = json::parse(folder.volley("run net.yaml --chip loihi --compare exact --json").out);
  const json& chip = report.at("chip");
  CHECK(chip.at("name") == "loihi");
  CHECK(chip.at("roundings").size() > 12);
  CHECK(chip.at("roundings")[0].at("relative_error") >= chip.at("roundings")[1].at("relative_error"));
  const json& gap = report.at("gap").at("populations");
  REQUIRE(gap.size() == 2);  // the source is input, not result
  CHECK(gap[0].at("spikes") == report.at("populations")[0].at("spikes"));
  const json exact = json::parse(folder.volley("run net.yaml --json").out);
  CHECK(gap[0].at("spikes_exact") == exact.at("populations")[0].at("spikes"));
  CHECK(gap[0].at("spike_ratio").get<double>() == Approx(1).margin(0.25));
  CHECK_FALSE(exact.contains("chip"));
}

TEST_CASE("A network that learns by the chip's rule under rewards runs, is priced, and replays to the same bits") {
  const Folder folder;
  folder.write("learn.yaml", R"(volley: 1
until: 100 ms
populations: {out: {model: loihi_cuba, size: 20, params: {du: 1500, dv: 400, vth_mant: 700}}}
sources: {in: {size: 30, poisson: 60 Hz}, dopamine: {size: 1, poisson: 40 Hz}}
projections:
  - {from: in, to: out, name: plastic, rule: {fixed_indegree: 12}, weight: 6144, delay: 1 ms,
     plasticity: {rule: loihi, dw: "2^-6*r1*x1*y0", modulators: [{from: dopamine, strength: 1.5}]}}
)");
  const Ran run = folder.volley("run learn.yaml --chip loihi -o run.h5 --save-weights plastic=w.csv");
  INFO(run.out << run.err);
  REQUIRE(run.code == 0);
  CHECK(contains(run.out, "table fitted, without learning_update and barrier: unset"));
  const std::string weights = folder.read("w.csv");
  std::size_t unchanged = 0;
  for (std::size_t at = 0; (at = weights.find("6144", at)) != std::string::npos; ++at) ++unchanged;
  CHECK(unchanged < 230);  // of 240
  const Ran replay = folder.volley("replay run.h5 --mode compare");
  INFO(replay.err);
  CHECK(replay.code == 0);
  const json energy = json::parse(folder.volley("energy run.h5 --json").out);
  for (const json& event : energy.at("tables")[0].at("events")) {
    if (event.at("event") != "learning_update") continue;
    CHECK(event.at("count").get<int>() > 1000);
    CHECK(event.at("energy_pj").get<double>() == 120.0 * event.at("count").get<int>());
  }
}

TEST_CASE("Bits of weights and the step of the chip can be given") {
  const Folder folder;
  folder.write("net.yaml", kSmallNetwork);
  const auto report = [&](const std::string& options) {
    return json::parse(folder.volley("run net.yaml --chip loihi --json " + options).out).at("chip");
  };
  CHECK(report("--step 0.5ms").at("step_ms") == 0.5);
  const json one = report("--weight-bits 1");
  std::size_t weights = 0;
  for (const json& rounding : one.at("roundings")) {
    if (!contains(rounding.at("thing"), "projection") || rounding.at("parameter") != "weight") continue;
    ++weights;
    CHECK(contains(rounding.at("field"), "1 bit, "));
  }
  CHECK(weights == 5);
}

TEST_CASE("A delay that costs compartments is noted in the report of a run, as it is by check") {
  const Folder folder;
  folder.write("net.yaml", kSmallNetwork);
  const std::string options = "net.yaml --chip loihi -s projections.1.delay=12ms";
  const std::string note =
      "note: projection inh_to_exc: 11 steps of delay are more than 8 and cost compartments; how many is not known";
  const Ran run = folder.volley("run " + options);
  INFO(run.out << run.err);
  CHECK(contains(run.out, note));
  CHECK(contains(folder.volley("check " + options).out, note));
  CHECK(json::parse(folder.volley("run --json " + options).out).at("chip").at("notes").size() == 2);
  CHECK_FALSE(contains(folder.volley("run net.yaml --chip loihi").out, "note: "));
}

TEST_CASE("What the chip cannot do is refused with exit code 2, all of it at once") {
  const Folder folder;
  folder.write("net.yaml", R"(volley: 1
until: 10 ms
populations:
  a: {model: adex, size: 2}
  b: {model: lif_alpha, size: 2}
projections: [{from: a, to: b, rule: all_to_all, weight: 1, delay: 1}]
)");
  const Ran refused = folder.volley("run net.yaml --chip loihi");
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "population a: model adex has adaptation"));
  CHECK(contains(refused.err, "population b: model lif_alpha has alpha-shaped currents"));
  folder.write("small.yaml", kSmallNetwork);
  const auto says = [&](const std::string& options, const std::string& text) {
    const Ran ran = folder.volley("run small.yaml " + options);
    INFO(ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, text));
  };
  says("--compare exact", "--compare exact: only with a chip; add --chip loihi");
  says("--weight-bits 4", "only with a chip");
  says("--chip loihi --weight-bits 7", "must be 1 to 6, or 8");
  says("--chip loihi --weight-bits 9", "--weight-bits");
  says("--chip loihi --compare nest", "must be one of exact");
  says("--chip lohi", "lohi");
  says("--chip loihi2", "has no integer form here, must be loihi");
}

TEST_CASE("A labelled readout is scored, on the chip and exactly") {
  const Folder folder;
  // Neuron i of `out` repeats what neuron i of `in` does: 0, 1, 1 in windows of 10 ms.
  folder.write("net.yaml", R"(volley: 1
until: 30 ms
populations: {out: {model: lif_delta, size: 2, params: {v_threshold: 1 mV}}}
sources: {in: {size: 2, spikes: [[2 ms, 0], [3 ms, 0], [4 ms, 1], [12 ms, 1], [24 ms, 1]]}}
projections: [{from: in, to: out, rule: one_to_one, weight: 1.5 mV, delay: 1 ms}]
readout: {population: out, window: 10 ms, labels: [0, 1, 0]}
)");
  const Ran plain = folder.volley("run net.yaml");
  INFO(plain.out << plain.err);
  CHECK(contains(plain.out, "readout out: 2 of 3 windows right (66.7%), 0 silent"));
  const json gap = json::parse(folder.volley("run net.yaml --chip loihi --compare exact --json").out).at("gap");
  CHECK(gap.at("readout").at("chip").at("correct") == 2);
  CHECK(gap.at("readout").at("exact").at("correct") == 2);
  CHECK(gap.at("readout").at("agreements") == 3);
  folder.write("labels.csv", "label\n0\n1\n1\n");
  CHECK(contains(
      folder.volley("run net.yaml -s readout.windows=3 -s 'readout.labels={file: labels.csv, column: label}'").out,
      "3 of 3 windows right"));
  const Ran wrong = folder.volley("run net.yaml -s 'readout.labels=[0, 2, 0]'");
  CHECK(wrong.code == 2);
  CHECK(contains(wrong.err, "label"));
}

}  // namespace
}  // namespace volley::app
