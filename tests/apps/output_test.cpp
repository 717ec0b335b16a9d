// What `-o` may replace, and what becomes of a file that is already there.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/apps/program.h"

namespace volley::app {
namespace {

struct Fed : Folder {
  Fed() {
    write("net.yaml",
          "volley: 1\nuntil: 20 ms\npopulations:\n  p: {model: lif_delta, size: 2}\nsources:\n  s: {size: 2, spikes: "
          "{file: listed.csv}}\n  t: {size: 2, spikes: []}\nprobes:\n  - {spikes: [p, s, t]}\n");
    write("listed.csv", "time_ms,neuron\n1,0\n");
    write("given.csv", "time_ms,neuron\n2,1\n");
    write("busy.yaml",  // for days
          "volley: 1\nuntil: 1000000 s\npopulations:\n  p: {model: lif_delta, size: 2}\nsources:\n  s: {size: "
          "1000, poisson: 100 Hz}\nprobes:\n  - {spikes: s}\n");
  }
};

TEST_CASE("An output never replaces an input, a device, a FIFO or a directory") {
  const Fed folder;
  mkfifo((folder / "pipe").c_str(), 0600);
  std::filesystem::create_symlink("net.yaml", folder / "link.h5");
  REQUIRE(folder.volley("run net.yaml -o run.h5").code == 0);
  const std::string net = folder.read("net.yaml"), listed = folder.read("listed.csv"), run = folder.read("run.h5");
  folder.write("chip.yaml",
               "chip: mine\ntitle: T\nmesh: {width: 1, height: 1, cores_per_tile: 1, class: assumed, source: s}\n"
               "tables:\n  - {name: t, title: T, basis: B, coefficients: []}\n");
  folder.write("places.yaml", "placement:\n  p: [[0, 2, 0]]\n");
  const std::string chip = folder.read("chip.yaml"), places = folder.read("places.yaml");
  const std::pair<const char*, const char*> wrong[] = {
      {"run net.yaml -o net.yaml", "net.yaml: would overwrite an input"},
      {"run net.yaml -o ./net.yaml", "net.yaml, an input"},
      {"run net.yaml -o link.h5", "net.yaml, an input"},
      {"run net.yaml -o listed.csv", "listed.csv"},
      {"run net.yaml --input t=given.csv -o given.csv", "given.csv"},
      {"run net.yaml -o pipe", "a FIFO"},
      {"run net.yaml -o .", "a directory"},
      {"run net.yaml -o /dev/null", "a device"},
      {"run net.yaml -o ''", "-o"},
      {"run net.yaml -o -", "-o -: files are not written to stdout"},
      {"run net.yaml --chip chip.yaml -o chip.yaml", "chip.yaml"},
      {"run net.yaml --chip loihi --timeline net.yaml", "--timeline net.yaml"},
      {"run net.yaml --chip loihi --timeline same -o same", "is the file of"},
      {"run net.yaml --chip loihi --timeline same -o ./same", "is the file of"},
      {"run net.yaml --chip loihi --placement traffic --rates run.h5 -o run.h5", "run.h5"},
      {"check net.yaml --chip loihi --save-placement net.yaml", "--save-placement net.yaml"},
      {"check net.yaml --chip chip.yaml --save-placement ./chip.yaml", "chip.yaml, an input"},
      {"check net.yaml --chip loihi --placement places.yaml --save-placement places.yaml", "places.yaml"},
      {"check net.yaml --chip loihi --placement traffic --rates run.h5 --save-placement run.h5", "run.h5"},
      {"check net.yaml --chip loihi --save-placement .", "a directory"},
      {"energy run.h5 --html run.h5", "--html run.h5"},
      {"energy run.h5 --chip chip.yaml --html chip.yaml", "--html chip.yaml"},
      {"energy run.h5 --compare chip.yaml --html chip.yaml", "--html chip.yaml"},
      {"replay run.h5 --into net.yaml --population t -o net.yaml", "net.yaml"},
      {"replay run.h5 --into net.yaml --population t -o run.h5", "run.h5"},
      {"replay run.h5 --mode compare -o run.h5", "run.h5"}};
  for (const auto& [line, message] : wrong) {
    const Ran ran = folder.volley(line);
    INFO(line << "\n" << ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, message));
  }
  CHECK(folder.read("net.yaml") == net);
  CHECK(folder.read("listed.csv") == listed);
  CHECK(folder.read("given.csv") == "time_ms,neuron\n2,1\n");
  CHECK(folder.read("run.h5") == run);
  CHECK(folder.read("chip.yaml") == chip);
  CHECK(folder.read("places.yaml") == places);
  CHECK(std::filesystem::is_fifo(folder / "pipe"));
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("A run that cannot start leaves the old recording alone") {
  const Fed folder;
  REQUIRE(folder.volley("run net.yaml -o keep.h5").code == 0);
  const std::string before = folder.read("keep.h5");
  const Ran long_run = folder.volley("run net.yaml -o keep.h5 -s 'until=5000000 s'");
  CHECK(long_run.code == 2);
  CHECK(contains(long_run.err, "until: `5000000 s`, must be from 0 to 53 days"));
  CHECK(folder.volley("run net.yaml -o keep.h5 --until 5000000s").code == 2);
  CHECK(folder.read("keep.h5") == before);
  folder.write("long.yaml", "volley: 1\nuntil: 5000000 s\npopulations:\n  p: {model: lif_delta, size: 1}\n");
  const Ran checked = folder.volley("check long.yaml");
  CHECK(checked.code == 2);
  CHECK(contains(checked.out, "long.yaml:2:8: until: `5000000 s`"));
  CHECK(folder.volley("check net.yaml -s 'until=4611686 s'").code == 0);
}

TEST_CASE("Two runs never write to one file") {
  const Fed folder;
  const Ran first =
      folder.shell("'" VOLLEY_PROGRAM
                   "' run busy.yaml -o run.h5 >first.out 2>first.err & pid=$!; "
                   "while [ ! -s run.h5 ]; do sleep 0.05; done; "
                   "'" VOLLEY_PROGRAM "' run net.yaml -o run.h5; echo \"second $?\"; kill -INT $pid; wait $pid");
  INFO(first.err << folder.read("first.err"));
  CHECK(contains(first.out, "second 2"));
  CHECK(contains(first.err, "run.h5: another run is writing to it"));
  CHECK(first.code == 130);
  CHECK(contains(folder.read("first.err"), "wrote run.h5"));
  CHECK(contains(folder.volley("info run.h5").out, "interrupted"));
  CHECK(folder.volley("run net.yaml -o run.h5").code == 0);
}

TEST_CASE("A file size limit is an error that says so") {
  const Fed folder;
  const Ran at_once = folder.shell("ulimit -f 100; '" VOLLEY_PROGRAM "' run net.yaml -o run.h5");
  CHECK(at_once.code == 2);
  CHECK(contains(at_once.err, "run.h5: no room to record"));
  const Ran later = folder.shell("ulimit -f 5000; '" VOLLEY_PROGRAM "' run busy.yaml -o run.h5");
  INFO(later.err);
  CHECK(later.code == 1);
  CHECK(contains(later.err, "File too large"));
  CHECK(contains(folder.volley("info run.h5").out, "failed"));
  // Reached before the first flush, of a second: as much as fits is there nevertheless.
  folder.write("fast.yaml",
               "volley: 1\nuntil: 1000 s\npopulations:\n  p: {model: lif_delta, size: 2}\nsources:\n  s: {size: 40000, "
               "poisson: 100 Hz}\nprobes:\n  - {spikes: s}\n");
  const Ran fast = folder.shell("ulimit -f 8000; '" VOLLEY_PROGRAM "' run fast.yaml -o fast.h5");
  INFO(fast.err);
  CHECK(fast.code == 1);
  CHECK(contains(fast.err, "ulimit -f"));
  const auto info = nlohmann::json::parse(folder.volley("info fast.h5 --json").out);
  CHECK(info.at("outcome") == "failed");
  CHECK(info.at("reached_ms") > 1);
}

TEST_CASE("A run that does not come back from a window is stopped, and its recording closed before that window") {
  const Fed folder;
  folder.write(
      "away.yaml",  // 40,000 spikes, then 10^10 events in each window of 10 ms
      "volley: 1\nuntil: 1000 s\npopulations:\n  p: {model: lif_delta, size: 1000}\nsources:\n  s: {size: 4000, "
      "poisson: 100 Hz}\ndrives:\n  d: {population: p, poisson: {rate: [[0, 1 Hz], [100 ms, 1e9 Hz]], weight: "
      "0}}\nprobes:\n  - {spikes: s}\n");
  const Ran ran = folder.shell("'" VOLLEY_PROGRAM
                               "' run away.yaml -o away.h5 --threads 2 >out 2>err & pid=$!; "
                               "while [ ! -s away.h5 ]; do sleep 0.05; done; sleep 1.5; kill -TERM $pid; wait $pid");
  INFO(folder.read("err"));
  CHECK(ran.code == 130);
  CHECK(contains(folder.read("err"), "holds everything before "));
  const auto info = nlohmann::json::parse(folder.volley("info away.h5 --json").out);
  CHECK(info.at("outcome") == "interrupted");
  CHECK(info.at("reached_ms") >= 50);
  CHECK(info.at("reached_ms") <= 110);
}

TEST_CASE("An incomplete recording says so where it is used") {
  const Fed folder;
  REQUIRE(folder.volley("run net.yaml -o whole.h5").code == 0);
  const Ran cut = folder.shell("'" VOLLEY_PROGRAM
                               "' run busy.yaml -o cut.h5 >out 2>err & pid=$!; "
                               "while [ ! -s cut.h5 ]; do sleep 0.05; done; sleep 0.2; kill -INT $pid; wait $pid");
  REQUIRE(cut.code == 130);
  const char* const kSaid = "cut.h5 is incomplete (interrupted): its data end at ";
  CHECK(contains(folder.volley("diff whole.h5 cut.h5").err, kSaid));
  CHECK(contains(folder.volley("replay cut.h5 --into busy.yaml --population s --until 1ms").err, kSaid));
  CHECK(folder.volley("diff whole.h5 whole.h5").err.empty());
}

TEST_CASE("A source gets one file, and what is no file is an unreadable input") {
  const Fed folder;
  folder.write("more.csv", "time_ms,neuron\n3,1\n");
  const Ran twice = folder.volley("run net.yaml --input t=given.csv --input t=more.csv");
  CHECK(twice.code == 2);
  CHECK(contains(twice.err, "--input t=more.csv: source t has a file already"));
  CHECK(folder.volley("run net.yaml --input t=given.csv --input s=more.csv").code == 0);
  folder.write("lost.yaml",
               "volley: 1\nuntil: 1 ms\npopulations:\n  p: {model: lif_delta, size: 1}\nsources:\n  s: "
               "{size: 2, spikes: {file: lost.csv}}\n");
  for (const char* line : {"run lost.yaml", "check lost.yaml", "run net.yaml --input t=lost.csv"}) {
    const Ran ran = folder.volley(line);
    INFO(line);
    CHECK(ran.code == 3);
    CHECK(contains(ran.err, "lost.csv"));
  }
  CHECK(folder.volley("run lost.yaml -s populations.p.size=x").code == 2);
  mkfifo((folder / "pipe.h5").c_str(), 0600);
  mkfifo((folder / "pipe.csv").c_str(), 0600);
  std::filesystem::create_directory(folder / "dir.h5");
  std::filesystem::create_directory(folder / "dir.yaml");
  for (const char* line : {"info pipe.h5", "info pipe.csv", "info dir.h5", "info .", "info dir.yaml", "run dir.yaml",
                           "energy dir.h5", "diff pipe.h5 pipe.h5", "replay dir.h5"}) {
    const Ran ran = folder.volley(line);
    INFO(line << "\n" << ran.err);
    CHECK(ran.code == 3);
    CHECK(contains(ran.err, "is not a regular file"));
  }
}

TEST_CASE("A network beyond the memory is refused by check and run before anything is drawn") {
  const Fed folder;
  folder.write(
      "vast.yaml",
      "volley: 1\nuntil: 1 s\npopulations:\n  p: {model: lif_delta, size: 4000000}\nprojections:\n  - {from: p, "
      "to: p, rule: {fixed_indegree: 4000000000}, weight: 1, delay: 1}\n");
  for (const char* line : {"check vast.yaml", "run vast.yaml -o run.h5"}) {
    const Ran ran = folder.volley(line);
    CHECK(ran.code == 2);
    CHECK(contains(ran.out + ran.err, "vast.yaml:6:5: projection p_to_p: its 1.6e+16 synapses take at least"));
  }
  CHECK_FALSE(std::filesystem::exists(folder / "run.h5"));
}

TEST_CASE("A recording is known by what it holds, not by its name") {
  const Fed folder;
  REQUIRE(folder.volley("run net.yaml -o run.txt").code == 0);
  CHECK(contains(folder.volley("info run.txt").out, "run.txt: recording, complete"));
  folder.write("words.txt", "words");
  CHECK(contains(folder.volley("info words.txt").err, "ending `.txt`"));
}

TEST_CASE("No message ends where its remedy should be") {
  const Fed folder;
  folder.write("none.yaml",
               "volley: 1\nparameters: {}\nuntil: 1 ms\npopulations:\n  p: {model: lif_delta, size: 1, params: {tau_m: "
               "\"= b\"}}\n");
  CHECK(contains(folder.volley("run none.yaml").err, "unknown name `b`; define it under `parameters`"));
  const Ran ran = folder.volley("run none.yaml -s parameters.g=5");
  CHECK(contains(ran.err, "there is no `g` in `parameters`; it is empty"));
}

}  // namespace
}  // namespace volley::app
