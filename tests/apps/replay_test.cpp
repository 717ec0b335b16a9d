// Replay from outside: recorded spikes in the place of a population, and the same run again.
#include <catch2/catch.hpp>

#include "tests/apps/program.h"

namespace volley::app {
namespace {

struct Recorded : Folder {
  Recorded() {
    write("net.yaml", kSmallNetwork);
    REQUIRE(volley("run net.yaml -o run.h5").code == 0);
  }
};

TEST_CASE("A recorded population drives the rest of its network to the same spikes, bit for bit") {
  const Recorded folder;
  for (const char* name : {"exc", "inh", "input", "exc --population input"}) {
    const Ran ran = folder.volley(std::string("replay run.h5 --into net.yaml -o again.h5 --population ") + name);
    INFO(name);
    INFO(ran.err);
    CHECK(ran.code == 0);
    const Ran same = folder.volley("diff run.h5 again.h5");
    INFO(same.out);
    CHECK(same.code == 0);
  }
}

TEST_CASE("What a replay replaces and drops is said, and the replaced population is marked") {
  const Recorded folder;
  const Ran ran = folder.volley("replay run.h5 --into net.yaml --population exc");
  CHECK(ran.code == 0);
  CHECK(contains(ran.err,
                 "exc: fires as recorded, so projections into it are dropped (exc_to_exc, inh_to_exc, input_to_exc)"));
  CHECK(contains(ran.out, "exc (replayed)"));
}

TEST_CASE("A recording drives another network whose source has the population's name") {
  const Recorded folder;
  folder.write("joint.yaml", std::string(kSmallNetwork) + R"(  - {spikes: readout}
)");
  // The same readout, once behind the living population and once behind its recording.
  std::string joint = kSmallNetwork;
  joint.insert(joint.find("sources:"),
               "  readout: {model: lif_delta, size: 5, params: {tau_m: 20 ms, v_threshold: 5 mV}}\n");
  joint.insert(joint.find("probes:"), "  - {from: exc, to: readout, rule: all_to_all, weight: 0.37 mV, delay: 1 ms}\n");
  joint.replace(joint.find("[exc, inh, input]}"), 18, "[exc, readout]}");
  folder.write("joint.yaml", joint);
  folder.write("readout.yaml", R"(volley: 1
populations:
  readout: {model: lif_delta, size: 5, params: {tau_m: 20 ms, v_threshold: 5 mV}}
sources:
  exc: {size: 80, spikes: []}
projections:
  - {from: exc, to: readout, rule: all_to_all, weight: 0.37 mV, delay: 1 ms}
probes:
  - {spikes: [exc, readout]}
)");
  REQUIRE(folder.volley("run joint.yaml -o joint.h5").code == 0);
  const Ran ran = folder.volley("replay joint.h5 --into readout.yaml --population exc -o readout.h5");
  INFO(ran.err);
  REQUIRE(ran.code == 0);
  CHECK_FALSE(contains(ran.err, "no spikes"));
  const Ran same = folder.volley("diff joint.h5 readout.h5");
  INFO(same.out);
  CHECK(same.code == 0);
}

TEST_CASE("Comparing a recording with its own configuration finds no difference, whatever happened to the file") {
  const Recorded folder;
  CHECK(folder.volley("replay run.h5 --mode compare --threads 2").code == 0);
  folder.write("net.yaml", "volley: 1\npopulations: {}\n");
  const Ran ran = folder.volley("replay run.h5 --mode compare");
  CHECK(ran.code == 0);
  CHECK(contains(ran.err, "net.yaml has changed since the recording"));
}

TEST_CASE("A recording is replayed from any folder, with the inputs of its run") {
  const Folder folder;
  std::filesystem::create_directories(folder / "nets/data");
  std::filesystem::create_directories(folder / "elsewhere");
  folder.write("nets/net.yaml", R"(volley: 1
until: 20 ms
populations:
  exc: {model: lif_delta, size: 3, params: {tau_m: 20 ms, v_threshold: 5 mV}}
sources:
  input: {size: 3, spikes: {file: data/in.csv}}
projections:
  - {from: input, to: exc, rule: one_to_one, weight: 9 mV, delay: 1 ms}
)");
  folder.write("nets/data/in.csv", "time_ms,neuron\n1,0\n2,1\n");
  REQUIRE(folder.volley("run nets/net.yaml -o run.h5").code == 0);
  const auto elsewhere = [&](const std::string& line) {
    return folder.shell("cd elsewhere && '" VOLLEY_PROGRAM "' " + line);
  };
  const Ran ran = elsewhere("replay ../run.h5 --mode compare");
  INFO(ran.err);
  CHECK(ran.code == 0);
  CHECK_FALSE(contains(ran.err, "warning"));
  folder.write("nets/data/in.csv", "time_ms,neuron\n1,0\n3,1\n");
  const Ran changed = elsewhere("replay ../run.h5 --mode compare");
  CHECK(changed.code == 4);
  CHECK(contains(changed.err, "nets/data/in.csv has changed since the recording"));
  std::filesystem::remove(folder / "nets/data/in.csv");
  const Ran missing = elsewhere("replay ../run.h5 --mode compare");
  CHECK(missing.code == 3);
  CHECK(contains(missing.err, "data/in.csv`"));
  CHECK(contains(missing.err, "put the file back there, replay in a folder that has all of them"));
}

TEST_CASE("A compared run that differs exits with 4 and shows the first difference") {
  const Recorded folder;
  const Ran ran = folder.volley("replay run.h5 --mode compare -s populations.inh.params.t_ref='2.5 ms'");
  INFO(ran.err);
  CHECK(ran.code == 4);
  CHECK(contains(ran.out, "different"));
  CHECK(contains(ran.out, "first difference in inh: neuron "));
  CHECK(contains(folder.volley("replay run.h5 --mode compare --json --seed 99").out, "\"equal\": false"));
}

TEST_CASE("A shorter run is compared with the beginning of the recording") {
  const Recorded folder;
  for (const std::string option : {"--until 70ms", "-s until='70 ms'"}) {
    const Ran ran = folder.volley("replay run.h5 --mode compare " + option);
    INFO(option << ": " << ran.out << ran.err);
    CHECK(ran.code == 0);
    CHECK(contains(ran.err, "note: compared before 70 ms"));
    CHECK(folder.volley("replay run.h5 --mode compare --seed 99 " + option).code == 4);
  }
  CHECK(folder.volley("replay run.h5 --mode compare --until 330ms").code == 0);
  CHECK_FALSE(contains(folder.volley("replay run.h5 --mode compare").err, "compared before"));
}

TEST_CASE("Replays that make no sense are refused with a remedy") {
  const Recorded folder;
  folder.write("other.yaml", "volley: 1\nuntil: 1 ms\npopulations:\n  p: {model: lif_delta, size: 1}\n");
  folder.write("small.yaml",
               "volley: 1\nuntil: 1 ms\npopulations:\n  p: {model: lif_delta, size: 1}\nsources:\n  exc: {size: 3, "
               "spikes: []}\n");
  const std::pair<const char*, const char*> wrong[] = {
      {"run.h5 --into net.yaml", "every population of the network (exc, inh) would be replaced"},
      {"run.h5 --into net.yaml --population exd", "--population exd: not in the recording; did you mean `exc`?"},
      {"run.h5 --into other.yaml", "nothing to replay"},
      {"run.h5 --into small.yaml", "exc: the recording has neuron"},
      {"run.h5 --into net.yaml --population exc -o run.h5", "run.h5: would overwrite an input of this run"}};
  for (const auto& [line, message] : wrong) {
    const Ran ran = folder.volley(std::string("replay ") + line);
    INFO(ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, message));
  }
  REQUIRE(folder.volley("replay run.h5 --into net.yaml --population exc -o again.h5").code == 0);
  CHECK(contains(folder.volley("replay again.h5 --mode compare").err, "was made by a replay"));
}

}  // namespace
}  // namespace volley::app
