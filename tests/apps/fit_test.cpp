// volley check --chip: the verdict, the map, placements by every method, and what is refused.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/apps/program.h"

namespace volley::app {
namespace {

struct Small : Folder {
  Small() { write("net.yaml", kSmallNetwork); }
};

TEST_CASE("check --chip prints the map and the verdict, and exits with 0 when the network fits") {
  const Small folder;
  for (const char* method : {"sequential", "balanced", "traffic"}) {
    const Ran ran = folder.volley("check net.yaml --chip loihi --placement " + std::string(method));
    INFO(ran.out << ran.err);
    CHECK(ran.code == 0);
    CHECK(contains(ran.out, "placement " + std::string(method) + ": 1 of 128 cores"));
    CHECK(contains(ran.out, "compartments"));
    CHECK(contains(ran.out, "fits on loihi"));
    CHECK(contains(ran.out, "note: projection exc_to_exc: delay 1.5 ms becomes 2 ms on the chip (delay 1)"));
  }
}

TEST_CASE("check --chip exits with 2 and names what does not fit") {
  const Small folder;
  const Ran big = folder.volley("check net.yaml --chip loihi -s populations.exc.size=140000 -s projections=[]");
  CHECK(big.code == 2);
  CHECK(contains(big.out, "the network needs "));
  CHECK(contains(big.out, "loihi has 128: "));
  CHECK(contains(big.out, "does not fit on loihi"));
  const Ran slow = folder.volley("check net.yaml --chip loihi --step 0.01ms");
  CHECK(slow.code == 2);
  CHECK(contains(slow.out, "population exc, neuron 0: t_ref 2 ms, must be at most 0.62 ms, 62 steps of 0.01 ms"));
  folder.write("alpha.yaml", "volley: 1\nname: a\nuntil: 1 ms\npopulations:\n  a: {model: lif_alpha, size: 2}\n");
  const Ran alpha = folder.volley("check alpha.yaml --chip loihi");
  CHECK(alpha.code == 2);
  CHECK(contains(alpha.out, "population a: model lif_alpha, but the cores of loihi compute"));
}

TEST_CASE("check --chip refuses whatever run --chip refuses, in the same words") {
  Small folder;
  const std::string ends = "}}\nprojections:\n  - {from: a, to: a, rule: all_to_all, weight: 1, ";
  const std::tuple<std::string, std::string, const char*> cases[] = {
      {"lif_exp, size: 2, params: {tau_syn_exc: 5 ms, tau_syn_inh: 10 ms",
       "port: exc, delay: 1 ms}\n  - {name: back, from: a, to: a, rule: all_to_all, weight: 1, port: inh, delay: 1 ms",
       "tau_syn_exc 5 ms and tau_syn_inh 10 ms, must be equal"},
      {"lif_exp, size: 2, params: {tau_m: 10 ms", "delay: 63 ms", "delay 63 ms, must be at most 62 ms"},
      {"lif_delta, size: 2, params: {t_ref: 70 ms", "delay: 1 ms", "t_ref 70 ms, must be at most 63 ms"},
      {"lif_delta, size: 2, params: {tau_m: 9 s", "delay: 1 ms", "tau_m 9000 ms, must be at most 8191 ms"},
      {"lif_delta, size: 2, params: {tau_m: 10 ms", "delay: 1 ms, plasticity: {rule: pair_stdp, w_max: 2}",
       "learns by rule pair_stdp"}};
  for (const auto& [model, projection, message] : cases) {
    folder.write("odd.yaml", "volley: 1\nuntil: 5 ms\npopulations:\n  a: {model: " + model + ends + projection + "}\n");
    const Ran check = folder.volley("check odd.yaml --chip loihi"), run = folder.volley("run odd.yaml --chip loihi");
    INFO(check.out << check.err << run.err);
    CHECK(check.code == 2);
    CHECK(run.code == 2);
    CHECK(contains(check.out, message));
    CHECK(contains(check.out, "does not fit on loihi"));
    CHECK(contains(run.err, message));
  }
}

constexpr const char* kHuge =
    " -s populations.exc.size=70000 -s 'projections=[{from: exc, to: exc, rule: all_to_all, weight: 1, delay: 1 ms}]'";

TEST_CASE("A network that is far too large for the chip is refused before its synapses are drawn") {
  const Small folder;  // 4.9 billion synapses: drawing them would take minutes and more memory than there is
  const std::string why =
      "projection exc_to_exc has at least 4,900,000,000 synapses; the network's 4,900,070,020 synapses need";
  const Ran check = folder.volley("check net.yaml --chip loihi" + std::string(kHuge));
  CHECK(check.code == 2);
  CHECK(contains(check.out, why));
  const Ran run = folder.volley("run net.yaml --chip loihi --placement balanced -o run.h5" + std::string(kHuge));
  INFO(run.err);
  CHECK(run.code == 2);
  CHECK(contains(run.err, why));
  CHECK_FALSE(folder.has("run.h5"));
}

TEST_CASE("A signal while a chip run sets up ends it at once with 130, a message and no file") {
  const Small folder;
  for (const std::string command : {"run net.yaml --chip loihi -o run.h5", "run net.yaml -o run.h5"}) {
    // Half a minute of set-up at the least; the signal comes in its first seconds.
    const std::string line = command +
                             " -s populations.exc.size=20000 -s 'projections=[{from: exc, to: exc, rule: "
                             "{fixed_indegree: 20000}, weight: {normal: {mean: 0.1 mV, sd: 0.01 mV}}, delay: 1 ms}]'";
    const Ran ran = folder.volley(line, "timeout --signal=INT --preserve-status 1");
    INFO(ran.out << ran.err);
    CHECK(ran.code == 130);
    CHECK(contains(ran.err, "interrupted while setting up; nothing was written"));
    CHECK_FALSE(folder.has("run.h5"));
  }
}

TEST_CASE("A chip of one's own has a name of its own") {
  const Small folder;
  folder.write("mine.yaml",
               "chip: loihi\ntitle: T\nmesh: {width: 2, height: 1, cores_per_tile: 1, class: assumed, source: s}\n"
               "tables: [{name: t, title: T, basis: B, coefficients: []}]\n");
  for (const char* command : {"check net.yaml --chip mine.yaml", "run net.yaml --chip mine.yaml"}) {
    const Ran ran = folder.volley(command);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, "--chip mine.yaml: `chip: loihi` is the name of a shipped chip, must be one of its own"));
  }
}

TEST_CASE("list chips --yaml prints the shipped file, which --chip takes once its name is changed") {
  const Small folder;
  for (const char* chip : {"generic", "loihi", "loihi2"}) {
    const std::string path = std::string(VOLLEY_SOURCE_DIR) + "/hardware/chips/" + chip + ".yaml";
    const Ran ran = folder.volley(std::string("list chips ") + chip + " --yaml");
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.out == folder.shell("cat '" + path + "'").out);
  }
  folder.shell("'" VOLLEY_PROGRAM "' list chips loihi --yaml | sed 's/^chip: loihi$/chip: mine/' > mine.yaml");
  const Ran fits = folder.volley("check net.yaml --chip mine.yaml");
  INFO(fits.err);
  CHECK(fits.code == 0);
  CHECK(contains(fits.out, "fits on mine"));
  const std::pair<const char*, const char*> wrong[] = {
      {"chips --yaml", "--yaml: volley list chips is no file; name one chip or example"},
      {"models lif_delta --yaml", "--yaml: volley list models lif_delta is no file"},
      {"chips generic --yaml --json", "--yaml and --json cannot be combined"},
      {"chips generc --yaml", "did you mean `generic`?"}};
  for (const auto& [words, message] : wrong) {
    const Ran ran = folder.volley(std::string("list ") + words);
    INFO(words << ": " << ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, message));
    CHECK(ran.out.empty());
  }
}

TEST_CASE("A wrong placement by hand is refused by run and check alike, with its place in the file") {
  const Small folder;
  const std::tuple<const char*, int, const char*> wrong[] = {
      {"placement: {exc: [[0, 80, 128]], inh: [[0, 20, 0]]}", 2, "p.yaml:1:27: `core` is 128, must be a whole number"},
      {"placement: {ecx: [[0, 80, 1]], inh: [[0, 20, 0]]}", 2, "p.yaml:1:13: unknown key `ecx`; did you mean `exc`?"},
      {"placement: {exc: [[0, 79, 1]], inh: [[0, 20, 0]]}", 2, "neuron 79 has no core"},
      {"chip: lohi\nplacement: {exc: [[0, 80, 1]], inh: [[0, 20, 0]]}", 2, "a placement for chip lohi"},
      {"chip: [foo]\nplacement: {exc: [[0, 80, 1]], inh: [[0, 20, 0]]}", 2,
       "p.yaml:1:7: `chip` is not a scalar, must be loihi, the name of the chip"},
      {"][", 2, "p.yaml:1:1: "}};
  for (const auto& [text, code, message] : wrong) {
    folder.write("p.yaml", text);
    for (const char* command : {"check", "run"}) {
      const Ran ran = folder.volley(std::string(command) + " net.yaml --chip loihi --placement p.yaml");
      INFO(command << ": " << ran.err);
      CHECK(ran.code == code);
      CHECK(contains(ran.err, message));
    }
  }
}

TEST_CASE("A saved placement is read back, and an overfull one by hand is refused with its core") {
  const Small folder;
  REQUIRE(folder.volley("check net.yaml --chip loihi --save-placement kept.yaml").code == 0);
  CHECK(contains(folder.read("kept.yaml"), "- [0, 80, 0]"));
  CHECK(folder.volley("check net.yaml --chip loihi --placement kept.yaml").code == 0);
  folder.write("tight.yaml",
               "chip: tight\ntitle: T\nmesh: {width: 2, height: 1, cores_per_tile: 1, class: assumed, source: s}\n"
               "limits: {compartments: {value: 60, class: assumed, source: s}}\n"
               "tables: [{name: t, title: T, basis: B, coefficients: []}]\n");
  CHECK(folder.volley("check net.yaml --chip tight.yaml").code == 0);
  folder.write("hand.yaml", "placement: {exc: [[0, 61, 1], [61, 19, 0]], inh: [[0, 20, 0]]}\n");
  const Ran ran = folder.volley("check net.yaml --chip tight.yaml --placement hand.yaml");
  CHECK(ran.code == 2);
  CHECK(contains(ran.out, "core 1: 61 compartments, at most 60 (assumed); population exc has 61 of the neurons"));
}

TEST_CASE("One core is one core of one tile, and rates that no placement by traffic uses are noted") {
  const Small folder;
  const Ran run = folder.volley("run net.yaml --until 20ms --chip loihi --rates 10Hz -o run.h5");
  INFO(run.err);
  REQUIRE(run.code == 0);
  CHECK(contains(run.out, "on loihi: 1 core on 1 tile, placed sequential"));
  CHECK(contains(run.err,
                 "note: --rates 10Hz steers placement by traffic alone, and this one is sequential; add "
                 "--placement traffic"));
  CHECK(contains(folder.volley("energy run.h5").out, " on 1 core of 1 tile (placement sequential); 1 inference\n"));
  const Ran used = folder.volley("run net.yaml --until 20ms --chip loihi --rates 10Hz --placement traffic");
  CHECK(used.code == 0);
  CHECK_FALSE(contains(used.err, "--rates"));
  const Ran alone = folder.volley("run net.yaml --until 20ms --rates 10Hz");
  CHECK(alone.code == 2);
  CHECK(contains(alone.err, "--rates 10Hz: only with a chip; add --chip loihi"));
}

TEST_CASE("Rates of a recording steer placement by traffic, and check --json carries the placement") {
  const Small folder;
  REQUIRE(folder.volley("run net.yaml -o run.h5").code == 0);
  const Ran ran = folder.volley("check net.yaml --chip generic --placement traffic --rates run.h5 --json");
  REQUIRE(ran.code == 0);
  const auto json = nlohmann::json::parse(ran.out, nullptr, false);
  REQUIRE_FALSE(json.is_discarded());
  CHECK(json.at("fit").at("fits") == true);
  CHECK(json.at("fit").at("cores_used") == 1);
  CHECK(contains(json.at("fit").at("placement").get<std::string>(), "chip: generic"));
}

TEST_CASE("Unknown chips, methods, rates and files are refused with a remedy") {
  const Small folder;
  const std::tuple<const char*, int, const char*> cases[] = {
      {"--chip lohi", 2, "--chip lohi: no such chip; did you mean `loihi`?"},
      {"--chip none.yaml", 3, "none.yaml: cannot be opened"},
      {"--chip loihi --placement best", 2, "--placement best: must be sequential, balanced, traffic"},
      {"--chip loihi --placement none.yaml", 3, "none.yaml: cannot be opened"},
      {"--chip loihi --rates -1", 2, "--rates -1: must be a rate of at least 0 in Hz"},
      {"--chip loihi --rates none.h5", 3, "none.h5"},
      {"--chip loihi --step 0ms", 2, "--step `0ms` must lie between 1ps"},
      {"--placement traffic", 2, "--placement traffic: only with a chip; add --chip loihi"}};
  for (const auto& [options, code, message] : cases) {
    const Ran ran = folder.volley("check net.yaml " + std::string(options));
    INFO(options << ": " << ran.err);
    CHECK(ran.code == code);
    CHECK(contains(ran.err, message));
  }
}

}  // namespace
}  // namespace volley::app
