// The built program from outside: exit codes, what goes to stdout and what to stderr, files, wrong inputs.
#include "tests/apps/program_json.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "tests/support/shared_data.h"

namespace volley::app {
namespace {

struct Small : Folder {
  Small() { write("net.yaml", kSmallNetwork); }
};

TEST_CASE("A run reports rates, CV, speed, size and energy on stdout, and nothing is written without -o") {
  const Small folder;
  const Ran ran = folder.volley("run net.yaml");
  CHECK(ran.code == 0);
  for (const char* part : {"small: 300 ms simulated in", "x real time", "synapses in", "population", "rate", "CV",
                           "exc", "inh", "input (source)", " Hz", "energy on loihi, estimated:", "davies2018"}) {
    INFO(part);
    CHECK(contains(ran.out, part));
  }
  CHECK(ran.err.empty());
  CHECK_FALSE(contains(ran.out, "\033"));
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder / ".")) ++files;
  CHECK(files == 3);  // net.yaml, and the two streams
}

TEST_CASE("run --json prints one object whose figures agree with one another") {
  const Small folder;
  const Ran ran = folder.volley("run net.yaml --json -o run.h5");
  REQUIRE(ran.code == 0);
  const Json json = json_of(ran);
  CHECK(json.at("schema") == "volley.run/1");
  CHECK(json.at("outcome") == "complete");
  CHECK(json.at("seed") == 3);
  CHECK(json.at("reached_ms") == 300);
  std::uint64_t spikes = 0;
  for (const Json& entry : json.at("populations")) {
    spikes += entry.at("spikes").get<std::uint64_t>();
    CHECK(entry.at("rate_hz").get<double>() ==
          Approx(entry.at("spikes").get<double>() / entry.at("neurons").get<double>() / 0.3));
  }
  CHECK(spikes > 100);
  CHECK(json.at("recording").at("spikes") == spikes);
  CHECK(json.at("energy").at("estimate") == true);
  CHECK(json.at("populations")[0].at("cv").get<double>() > 0);
  CHECK(contains(ran.err, "wrote run.h5 ("));
  CHECK(contains(ran.err, "next: volley energy run.h5 --chip loihi"));
}

TEST_CASE("--raster draws and -q keeps stderr empty") {
  const Small folder;
  const Ran drawn = folder.volley("run net.yaml --raster");
  CHECK(drawn.code == 0);
  CHECK(contains(drawn.out, "\nspikes"));
  CHECK_FALSE(contains(folder.volley("run net.yaml").out, "\nspikes"));
  const Ran quiet = folder.volley("run net.yaml -q -o run.h5");
  CHECK(quiet.code == 0);
  CHECK(quiet.err.empty());
  CHECK(quiet.out.empty());
  CHECK(contains(folder.volley("run net.yaml -q --json").out, "volley.run/1"));
  CHECK(contains(folder.volley("run nothing.yaml -q").err, "nothing.yaml"));
}

TEST_CASE("Threads never change a spike, and seeds always do") {
  const Small folder;
  REQUIRE(folder.volley("run net.yaml -o a.h5 --threads 1").code == 0);
  REQUIRE(folder.volley("run net.yaml -o b.h5 --threads 3").code == 0);
  REQUIRE(folder.volley("run net.yaml -o c.h5 --seed 4").code == 0);
  CHECK(folder.volley("diff a.h5 b.h5").code == 0);
  const Ran differs = folder.volley("diff a.h5 c.h5");
  CHECK(differs.code == 4);
  CHECK(contains(differs.out, "first difference in "));
}

TEST_CASE("A flag beats -s, -s beats the environment, the environment beats the file") {
  const Small folder;
  const auto seed = [&](const std::string& flags, const std::string& environment) {
    return json_of(folder.volley("run net.yaml --until 5ms --json " + flags, environment)).at("seed").get<int>();
  };
  CHECK(seed("", "") == 3);
  CHECK(seed("", "VOLLEY_SEED=5") == 5);
  CHECK(seed("-s seed=6", "VOLLEY_SEED=5") == 6);
  CHECK(seed("-s seed=6 --seed 7", "VOLLEY_SEED=5") == 7);
  CHECK(json_of(folder.volley("run net.yaml --until 5ms --json", "VOLLEY_THREADS=2")).at("threads") == 2);
  CHECK(json_of(folder.volley("run net.yaml --until 5ms --json --threads 1", "VOLLEY_THREADS=2")).at("threads") == 1);
  const Ran wrong = folder.volley("run net.yaml", "VOLLEY_SEED=x");
  CHECK(wrong.code == 2);
  CHECK(contains(wrong.err, "VOLLEY_SEED `x` must be a whole number"));
}

TEST_CASE("-s changes the description, and a wrong key is refused with what was probably meant") {
  const Small folder;
  CHECK(json_of(folder.volley("run net.yaml --json --until 5ms -s populations.exc.size=100"))
            .at("populations")[0]
            .at("neurons") == 100);
  const Ran wrong = folder.volley("run net.yaml -s populations.exc.sizee=100");
  CHECK(wrong.code == 2);
  CHECK(wrong.out.empty());
  CHECK(contains(wrong.err, "did you mean `size`?"));
}

TEST_CASE("What the engine refuses is said with its place in the description") {
  const Folder folder;
  folder.write("net.yaml", R"(volley: 1
until: 1 ms
populations:
  "e: 1": {model: lif_delta, size: 3}
projections:
  - {from: "e: 1", to: "e: 1", rule: {fixed_indegree: 9}, multapses: false, weight: 1 mV, delay: 1 ms}
)");
  const std::string line = "net.yaml:6:5: projection e: 1_to_e: 1: ";
  for (const char* command : {"run net.yaml", "check net.yaml", "check net.yaml --chip loihi"}) {
    const Ran ran = folder.volley(command);
    INFO(command << ran.out << ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.out + ran.err, line));
  }
  // Drawn while the network is built.
  folder.write("drawn.yaml", R"(volley: 1
until: 1 ms
populations:
  p: {model: lif_delta, size: 1000, params: {tau_m: {normal: {mean: 1 ms, sd: 1 ms}}}}
)");
  const Ran drawn = folder.volley("run drawn.yaml");
  INFO(drawn.err);
  CHECK(drawn.code == 2);
  CHECK(contains(drawn.err, "drawn.yaml:4:3: population p: neuron "));
}

TEST_CASE("A run without a length of time is a usage error with a remedy") {
  const Folder folder;
  folder.write("net.yaml", "volley: 1\npopulations:\n  p: {model: lif_delta, size: 1}\n");
  const Ran ran = folder.volley("run net.yaml");
  CHECK(ran.code == 2);
  CHECK(contains(ran.err, "give --until, such as --until 1s, or `until` in the file"));
  CHECK(folder.volley("run net.yaml --until 1ms").code == 0);
}

TEST_CASE("A silent population is diagnosed on stderr with its drive") {
  const Folder folder;
  folder.write("net.yaml", R"(volley: 1
until: 100 ms
populations:
  weak: {model: lif_delta, size: 10, params: {tau_m: 20 ms, v_threshold: 20 mV}}
  alone: {model: lif_delta, size: 3}
drives:
  background: {population: weak, poisson: {rate: 100 Hz, weight: 0.1 mV}}
)");
  const Ran ran = folder.volley("run net.yaml");
  CHECK(ran.code == 0);
  CHECK(contains(ran.err, "no spikes in population weak: "));
  CHECK(contains(ran.err, "its mean drive reaches 1% of the way to threshold (0.2 of 20 mV)"));
  CHECK(contains(ran.err, "no spikes in population alone: no projection ends on it; no drive belongs to it"));
  CHECK(json_of(folder.volley("run net.yaml --json")).at("silent").size() == 2);
}

TEST_CASE("A spike file feeds a source: the neuron that it drives fires") {
  const Folder folder;
  folder.write("net.yaml", R"(volley: 1
until: 20 ms
populations:
  p: {model: lif_delta, size: 2, params: {v_threshold: 20 mV}}
sources:
  a: {size: 2, spikes: []}
  b: {size: 2, spikes: []}
projections:
  - {from: a, to: p, rule: one_to_one, weight: 30 mV, delay: 1 ms}
)");
  folder.write("in.csv", "time_ms,neuron\n5,1\n7.5,1\n");
  const Ran ran = folder.volley("run net.yaml --json --input a=in.csv -o run.h5");
  REQUIRE(ran.code == 0);
  CHECK(json_of(ran).at("populations")[0].at("spikes") == 2);
  CHECK(folder.volley("replay run.h5 --mode compare").code == 0);  // the recording holds the input
  const Ran which = folder.volley("run net.yaml --input in.csv");
  CHECK(which.code == 2);
  CHECK(contains(which.err, "the network has 2 sources; name one, such as --input a=in.csv"));
  CHECK(contains(folder.volley("run net.yaml --input aa=in.csv").err, "no source `aa`; did you mean `a`?"));
  folder.write("far.csv", "time_ms,neuron\n5,2\n");
  const Ran far = folder.volley("run net.yaml --input a=far.csv");
  CHECK(far.code == 2);
  CHECK(contains(far.err, "far.csv: neuron 2 at 5 ms, but source a has 2 (0 to 1)"));
}

TEST_CASE("Inputs that cannot be read exit with 3 and name the file") {
  const Small folder;
  folder.write("broken.h5", "this is no HDF5");
  folder.write("broken.csv", "time_ms,neuron\n1,zero\n");
  folder.write("empty.net", "");
  for (const char* line :
       {"run missing.yaml", "info missing.h5", "energy broken.h5", "energy missing.h5", "info broken.h5",
        "diff broken.h5 broken.h5", "replay broken.h5 --mode compare", "run empty.net",
        "run net.yaml --input input=broken.csv", "run net.yaml --input input=missing.csv", "info broken.csv"}) {
    const Ran ran = folder.volley(line);
    INFO(line);
    INFO(ran.err);
    CHECK(ran.code == 3);
    CHECK(ran.out.empty());
    const std::string words(line);
    const std::size_t at = std::max(words.find("broken"), std::size_t{0});
    const std::string name = at != std::string::npos      ? words.substr(at, 6)
                             : contains(words, "missing") ? "missing"
                                                          : "empty";
    CHECK(contains(ran.err, name));
  }
}

TEST_CASE("An output that cannot be created is refused before the run, by its name") {
  const Small folder;
  const Ran ran = folder.volley("run net.yaml -o no/such/folder/run.h5");
  CHECK(ran.code == 2);
  CHECK(contains(ran.err, "no/such/folder"));
}

TEST_CASE("check lists every problem at once and exits with 2") {
  const Small folder;
  const Ran good = folder.volley("check net.yaml");
  CHECK(good.code == 0);
  CHECK(contains(good.out, "net.yaml: no problems; 2 populations (100 neurons), 1 sources, 5 projections, 2 drives"));
  folder.write("bad.yaml",
               "volley: 1\npopulations:\n  p: {model: lif_dleta, size: 1}\n  q: {model: lif_delta, size: 0}\n");
  const Ran bad = folder.volley("check bad.yaml");
  CHECK(bad.code == 2);
  CHECK(contains(bad.out, "bad.yaml:3:"));
  CHECK(contains(bad.out, "lif_dleta"));
  CHECK(contains(bad.out, "bad.yaml:4:"));
  const Ran json = folder.volley("check bad.yaml --json");
  CHECK(json.code == 2);
  CHECK(json_of(json).at("ok") == false);
  CHECK(json_of(json).at("problems").size() >= 2);
  CHECK(folder.volley("run bad.yaml --until 1ms").code == 2);
}

TEST_CASE("check finds what models say of neurons, drawn ones included, with its place") {
  const Small folder;
  const std::pair<const char*, const char*> wrong[] = {
      {"v_reset: 30 mV", "bad.yaml:4:3: population p, neuron 0: v_reset 30 mV, must be below v_threshold 20 mV"},
      {"v_init: {uniform: [0 mV, 900 mV]}", "bad.yaml:4:3: population p, neuron "},
      {"tau_m: {normal: {mean: 1 ms, sd: 9 ms}}", "bad.yaml:4:3: population p: neuron "}};
  for (const auto& [parameter, message] : wrong) {
    folder.write("bad.yaml",
                 absl::StrCat("volley: 1\nuntil: 1 ms\npopulations:\n  p: {model: lif_delta, size: 50, params: {",
                              parameter, "}}\n"));
    for (const char* command : {"check", "run"}) {
      const Ran ran = folder.volley(absl::StrCat(command, " bad.yaml"));
      INFO(command << "\n" << ran.out << ran.err);
      CHECK(ran.code == 2);
      CHECK(contains(ran.out + ran.err, message));
    }
  }
}

TEST_CASE("info lists the reports of another simulator's file") {
  const auto path = test::shared_data("formats/sonata-libsonata/somas.h5");
  if (!path) return;
  const Ran ran = Small().volley(absl::StrCat("info ", *path));
  CHECK(ran.code == 0);
  CHECK(contains(ran.out, "SONATA reports\n"));
  CHECK(contains(ran.out, "soma1     -         mV                     20       10"));
}

TEST_CASE("check --resolved prints a description that runs to the same spikes") {
  const Small folder;
  const Ran resolved = folder.volley("check net.yaml --resolved -s populations.exc.size=90 > resolved.yaml");
  REQUIRE(resolved.code == 0);
  CHECK(contains(folder.read("resolved.yaml"), "size: 90"));
  REQUIRE(folder.volley("run net.yaml -s populations.exc.size=90 -o a.h5").code == 0);
  REQUIRE(folder.volley("run resolved.yaml -o b.h5").code == 0);
  CHECK(folder.volley("diff a.h5 b.h5").code == 0);
}

TEST_CASE("energy prices a recording; its breakdown sums to the total, and the step scales neuron updates") {
  const Small folder;
  REQUIRE(folder.volley("run net.yaml -o run.h5 --until 10ms").code == 0);
  const Ran text = folder.volley("energy run.h5 --chip loihi");
  CHECK(text.code == 0);
  for (const char* part :
       {"Davies et al., IEEE Micro 38(1), 2018, Table 2", "published", "23.6 pJ (minimum)", "10 steps of 1 ms", "unset",
        "104 mW", "secondary", "hop_east_west: not counted", "barrier: coefficient unset"}) {
    INFO(part);
    CHECK(contains(text.out, part));
  }
  CHECK(text.err.empty());
  for (const char* by : {"unit", "population"}) {
    const Json json = json_of(folder.volley(std::string("energy run.h5 --json --by ") + by));
    CHECK(json.at("schema") == "volley.energy/1");
    double sum = 0;
    for (const Json& group : json.at("groups")) {
      for (const Json& line : group.at("lines")) {
        CHECK(line.contains("source"));
        if (!line.at("energy_pj").is_null()) sum += line.at("energy_pj").get<double>();
      }
    }
    CHECK(std::abs(sum - json.at("total_pj").get<double>()) <= 1e-12 * sum);
  }
  const auto updates = [&](const std::string& step) {
    std::uint64_t count = 0;
    const Json report = json_of(folder.volley("energy run.h5 --json --step " + step));
    for (const Json& group : report.at("groups")) {
      for (const Json& line : group.at("lines")) {
        if (line.at("event").get<std::string>().starts_with("neuron_update"))
          count += line.at("count").get<std::uint64_t>();
      }
    }
    return count;
  };
  CHECK(updates("1ms") == 100 * 10);
  CHECK(updates("0.1ms") == 100 * 100);
}

TEST_CASE("energy refuses unknown chips, tables and steps with a remedy") {
  const Small folder;
  REQUIRE(folder.volley("run net.yaml -o run.h5 --until 10ms").code == 0);
  const std::pair<const char*, const char*> wrong[] = {
      {"--chip lohi", "--chip lohi: no such chip; did you mean `loihi`?"},
      {"--table davies", "has no such table"},
      {"--step 0ms", "must lie between"},
      {"--by cores", "--by `cores` must be one of unit, population, core"}};
  for (const auto& [flags, message] : wrong) {
    const Ran ran = folder.volley(std::string("energy run.h5 ") + flags);
    INFO(ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, message));
  }
}

TEST_CASE("info says what a recording, a network and a spike file hold") {
  const Small folder;
  REQUIRE(folder.volley("run net.yaml -o run.h5 --seed 11 --until 10ms").code == 0);
  folder.write("in.csv", "time_ms,neuron\n5,1\n7.5,4\n");
  const Ran run = folder.volley("info run.h5");
  CHECK(run.code == 0);
  for (const char* part : {"recording, complete, 10 ms of 10 ms", "volley run net.yaml -o run.h5 --seed 11",
                           "seed       11", "sha256", "exc_to_inh"}) {
    INFO(run.out);
    INFO(part);
    CHECK(contains(run.out, part));
  }
  CHECK(json_of(folder.volley("info run.h5 --json")).at("seed") == 11);
  CHECK(json_of(folder.volley("info net.yaml --json")).at("populations").size() == 2);
  CHECK(contains(folder.volley("info net.yaml").out, "network small, seed 3, until 300 ms"));
  CHECK(contains(folder.volley("info in.csv").out, "2 spikes (csv), neurons up to 4, 5 to 7.5 ms"));
}

TEST_CASE("list names models with their parameters, chips with sources, formats and examples that check") {
  const Folder folder;
  CHECK(contains(folder.volley("list models").out, "lif_delta"));
  CHECK(contains(folder.volley("list models lif_delta").out, "tau_m"));
  CHECK(contains(folder.volley("list models parrot").out, "weights are pure numbers"));
  CHECK(contains(folder.volley("list models lif_adaptive").out, "may differ between neurons"));
  CHECK(contains(folder.volley("list chips loihi").out, "23.6 pJ"));
  CHECK(contains(folder.volley("list formats").out, "bs1"));
  CHECK(folder.volley("list models lif_dleta").code == 2);
  const Json examples = json_of(folder.volley("list examples --json"));
  REQUIRE(examples.at("entries").size() > 0);
  for (const Json& entry : examples.at("entries")) {
    const std::string name = entry.at("name");
    REQUIRE(folder.volley("list examples " + name + " > " + name + ".yaml").code == 0);
    const Ran checked = folder.volley("check " + name + ".yaml");
    INFO(checked.out);
    CHECK(checked.code == 0);
  }
}

TEST_CASE("The version and the help go to stdout") {
  const Folder folder;
  const Ran version = folder.volley("--version");
  CHECK(version.code == 0);
  CHECK(version.out.find("volley 0.") == 0);
  CHECK(folder.volley("--help").out.find("Examples:") == 0);
  const Ran none = folder.volley("");
  CHECK(none.code == 2);
  CHECK(none.out.empty());
}

TEST_CASE("stdout that cannot take the data is an error") {
  const Small folder;
  const Ran ran = folder.volley("list models > /dev/full");
  CHECK(ran.code == 1);
  CHECK(contains(ran.err, "stdout"));
}

// Long enough to be interrupted on any machine: hours of simulated time.
TEST_CASE("An interrupted run closes its file, says how far it got and exits with 130") {
  const Small folder;
  for (const char* signal : {"INT", "TERM", "HUP"}) {
    const Ran ran = folder.shell(std::string("'" VOLLEY_PROGRAM "' run net.yaml --until 36000s -o run.h5 & pid=$!; "
                                             "while [ ! -s run.h5 ]; do sleep 0.05; done; sleep 0.5; kill -") +
                                 signal + " $pid; wait $pid");
    INFO(ran.err);
    CHECK(ran.code == 130);
    CHECK(contains(ran.err, "interrupted at "));
    CHECK(contains(ran.err, "wrote run.h5 ("));
    const Json info = json_of(folder.volley("info run.h5 --json"));
    CHECK(info.at("outcome") == "interrupted");
    CHECK(info.at("reached_ms").get<double>() > 0);
    CHECK(info.at("reached_ms").get<double>() < 36e6);
    CHECK(info.at("recorded_spikes").at("exc").get<std::uint64_t>() > 0);
    CHECK(folder.volley("energy run.h5").code == 0);
    std::filesystem::remove(folder / "run.h5");
  }
}

TEST_CASE("A run that was killed has an energy, up to where its file goes") {
  const Small folder;
  const Ran ran = folder.shell("'" VOLLEY_PROGRAM
                               "' run net.yaml --until 36000s -o run.h5 -q & pid=$!; n=0; "
                               "until '" VOLLEY_PROGRAM
                               "' energy run.h5 >/dev/null 2>&1 || [ $n = 600 ]; do "
                               "sleep 0.1; n=$((n + 1)); done; kill -KILL $pid; wait $pid");
  CHECK(ran.code == 128 + 9);
  CHECK(folder.volley("energy run.h5").code == 0);
  const Json info = json_of(folder.volley("info run.h5 --json"));
  CHECK(info.at("outcome") == "unfinished");
  CHECK(info.at("reached_ms").get<double>() > 0);
  CHECK(info.at("populations").at(0).at("spikes").get<std::uint64_t>() > 0);
}

TEST_CASE("A run on a chip that was killed is priced by its populations, and a note says that its ledger is missing") {
  const Small folder;
  const Ran ran = folder.shell("'" VOLLEY_PROGRAM
                               "' run net.yaml --chip loihi --until 36000s -o run.h5 -q & pid=$!; n=0; "
                               "until '" VOLLEY_PROGRAM
                               "' energy run.h5 >/dev/null 2>&1 || [ $n = 600 ]; do "
                               "sleep 0.1; n=$((n + 1)); done; kill -KILL $pid; wait $pid");
  CHECK(ran.code == 128 + 9);
  const Ran energy = folder.volley("energy run.h5 --by population");
  INFO(energy.err);
  CHECK(energy.code == 0);
  CHECK(contains(energy.err,
                 "note: run.h5 was recorded with --chip loihi and has no ledger: the run was not closed in "
                 "order (unfinished); the counts of its populations are priced, without messages, cores or "
                 "links; run it again to its end for those"));
  REQUIRE(folder.volley("run net.yaml --until 20ms -o plain.h5").code == 0);
  CHECK_FALSE(contains(folder.volley("energy plain.h5").err, "ledger"));
  REQUIRE(folder.volley("run net.yaml --until 20ms --chip loihi -o placed.h5").code == 0);
  CHECK_FALSE(contains(folder.volley("energy placed.h5").err, "no ledger"));
}

TEST_CASE("The bash completion is valid and completes commands and options; the manual page names every command") {
  const Folder folder;
  const Ran completed =
      folder.shell("bash -c '. " VOLLEY_DOCUMENTS
                   "/volley.bash; COMP_WORDS=(volley re); COMP_CWORD=1; _volley; echo \"${COMPREPLY[*]}\"; "
                   "COMP_WORDS=(volley run --se); COMP_CWORD=2; _volley; echo \"${COMPREPLY[*]}\"; "
                   "COMP_WORDS=(volley energy --by \"\"); COMP_CWORD=3; _volley; echo \"${COMPREPLY[*]}\"'");
  CHECK(completed.code == 0);
  CHECK(completed.err.empty());
  CHECK(completed.out == "replay\n--set --seed\nunit population core link step inference\n");
  const std::string man = folder.shell("cat " VOLLEY_DOCUMENTS "/volley.1").out;
  for (const char* command : {"run", "replay", "energy", "info", "diff", "check", "list"}) {
    CHECK(contains(man, std::string(".SS volley ") + command));
  }
}

}  // namespace
}  // namespace volley::app
