// Loihi conformance vectors of the public emulators (see their README), every step and every bit, through the engine.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/loihi_case.h"
#include "tests/support/loihi_tables.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

namespace volley::test {
namespace {

// A case made by hand from the equations: one neuron without decay, bias 64, threshold 128 and one input of 64 that
// comes at step 2 with a delay of 1; it fires at step 3 and starts again.
constexpr const char* kCase =
    R"({"n": 1, "steps": 5, "ds_offset": 1, "decay_u": [4095], "decay_v": [0], "vth_mant": [2],
 "bias_mant": [64], "bias_exp": [0], "refractory": [1], "vmin": -8388607, "vmax": 8388607, "n_inputs": 1,
 "inputs": [[2, 0]], "w_in": [[1]], "w_rec": [[0]], "delay_in": [[1]], "w_exp": 0, "num_weight_bits": 8})";
constexpr const char* kTrace = "step,neuron,u,v,spike\n1,0,0,64,0\n2,0,0,128,0\n3,0,64,0,1\n4,0,0,64,0\n5,0,0,128,0\n";

std::string verdict(const TemporaryFolder& folder) {
  const LoihiCase c = read_loihi_case(folder.path("."), "V00_hand");
  return first_difference(c, run_loihi_case(c, {}));
}

}  // namespace

TEST_CASE("a conformance case made by hand passes, and a wrong number in it is named") {
  TemporaryFolder folder;
  folder.file("V00_hand.json", kCase);
  folder.file("V00_hand_trace.csv", kTrace);
  CHECK(verdict(folder) == "step 1, spike: missing, there is no V00_hand_spikes.csv");
  folder.file("V00_hand_spikes.csv", "step,neuron\n3,0\n");
  CHECK(verdict(folder) == "");
  folder.file("V00_hand_spikes.csv", "step,neuron\n4,0\n");
  CHECK(verdict(folder) == "step 3, neuron 0, spike: expected 0, got 1");
  std::string wrong = kTrace;
  wrong.replace(wrong.find("4,0,0,64"), 8, "4,0,0,65");
  folder.file("V00_hand_trace.csv", wrong);
  CHECK(verdict(folder) == "step 4, neuron 0, v: expected 65, got 64");
  folder.file("V00_hand_trace.csv", kTrace);
  folder.file("V00_hand_spikes.csv", "step,neuron\n3,0\n");
  CHECK(verdict(folder) == "");
  folder.file("MANIFEST.csv", "case,sha256_full_trace\nV00_hand,0123\n");
  CHECK(verdict(folder).rfind("sha256 of the full trace: expected 0123, got ", 0) == 0);
}

TEST_CASE("what a case lacks is named: a row, a field, a file") {
  TemporaryFolder folder;
  folder.file("V00_hand.json", kCase);
  folder.file("V00_hand_spikes.csv", "step,neuron\n3,0\n");
  CHECK(verdict(folder) == "step 1, neuron 0, u: missing in V00_hand_trace.csv");
  const std::string trace = kTrace;
  for (std::size_t length = 0; length + 1 < trace.size(); ++length) {  // without the last line's end nothing is missing
    folder.file("V00_hand_trace.csv", trace.substr(0, length));
    INFO(length);
    std::string found;
    try {
      found = verdict(folder);
    } catch (const std::exception& error) {
      found = error.what();
    }
    CHECK(found != "");
  }
  folder.file("V00_hand_trace.csv", trace.substr(0, trace.find("4,0,0,64")));
  CHECK(verdict(folder) == "step 4, neuron 0, u: missing in V00_hand_trace.csv");
  folder.file("V00_hand_trace.csv", trace.substr(0, trace.find(",64,0,1\n")) + "\n");
  CHECK_THROWS_WITH(verdict(folder), Catch::Contains("step 3, neuron 0, u: missing in line 4 of V00_hand_trace.csv"));
  folder.file("V00_hand_trace.csv", trace + "6,0,0,0,0\n");
  CHECK(verdict(folder) == "step 6, neuron 0: the case has 5 steps of 1 neurons");
}

TEST_CASE("a large case shows five neurons, and all of them in its last step") {
  TemporaryFolder folder;
  std::string trace = "step,neuron,u,v,spike\n", last;
  for (int step = 1; step <= 3; ++step) {
    for (int neuron = 0; neuron < (step == 3 ? 11 : 5); ++neuron) {
      last = std::to_string(step) + "," + std::to_string(neuron) + ",0," + std::to_string(64 * step) + ",0\n";
      trace += last;
    }
  }
  folder.file("V00_hand.json", R"({"n": 11, "steps": 3, "decay_u": 0, "decay_v": 0, "vth_mant": 9, "bias_mant": 64,
 "bias_exp": 0, "refractory": 1, "w_rec": 0})");
  folder.file("V00_hand_trace.csv", trace);
  folder.file("V00_hand_spikes.csv", "step,neuron\n");
  CHECK(verdict(folder) == "");
  folder.file("V00_hand_trace.csv", trace.substr(0, trace.size() - last.size()));
  CHECK(verdict(folder) == "step 3, neuron 10, u: missing in V00_hand_trace.csv");
}

TEST_CASE("every conformance vector of the public emulators is met, bit for bit") {
  const auto folder = shared_data("loihi/vectors");
  if (!folder) return;
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (entry.path().extension() != ".json") continue;
    const LoihiCase c = read_loihi_case(*folder, entry.path().stem().string());
    CAPTURE(c.name);
    CHECK(c.sha256.size() == 64);
    CHECK(c.ignored.empty());
    CHECK(first_difference(c, run_loihi_case(c, {})) == "");
    CHECK(first_difference(c, run_loihi_case(c, {.seed = 9, .threads = 2, .slice_size = 1})) == "");
    ++cases;
  }
  CHECK(cases >= 6);
}

TEST_CASE("the conformance vectors are also met from their stored mantissas") {
  const auto folder = shared_data("loihi/vectors");
  if (!folder) return;
  TemporaryFolder copy;
  for (const char* name : {"V03_input_exc_inh", "V05_inputs_recurrent5", "V11_delays5", "V13_wexp_pos_4bit"}) {
    nlohmann::json json = nlohmann::json::parse(std::ifstream(*folder + "/" + name + ".json"));
    json.erase("w_in_act");
    json.erase("w_rec_act");
    copy.file(std::string(name) + ".json", json.dump());
    for (const char* end : {"_trace.csv", "_spikes.csv"}) {
      std::filesystem::copy_file(*folder + "/" + name + end, copy.path(std::string(name) + end));
    }
    const LoihiCase c = read_loihi_case(copy.path("."), name);
    CAPTURE(name);
    CHECK(first_difference(c, run_loihi_case(c, {})) == "");
  }
}

TEST_CASE("decay, weights and wrap agree with the emulators' tables") {
  const auto folder = shared_data("loihi/vectors");
  if (!folder) return;
  CHECK(check_decay_table(*folder + "/T1_decay.csv") == "");
  CHECK(check_weight_table(*folder + "/T2_weights.csv") == "");
  CHECK(check_wrap_table(*folder + "/T3_wrap_edges.csv") == "");
}

TEST_CASE("a table that lost a line is refused, wherever the line was") {
  const auto folder = shared_data("loihi/vectors");
  if (!folder) return;
  TemporaryFolder cut;
  const std::pair<const char*, std::string (*)(const std::string&)> tables[] = {
      {"T1_decay", check_decay_table}, {"T2_weights", check_weight_table}, {"T3_wrap_edges", check_wrap_table}};
  for (const auto& [name, check] : tables) {
    std::ifstream in(*folder + "/" + name + ".csv");
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    REQUIRE(lines.size() > 9);
    // Of the third table, any line but the first: 2^23 - 2 is no edge.
    for (const std::size_t lost : {std::size_t{2}, lines.size() / 2, lines.size() - 1}) {
      std::string text;
      for (std::size_t i = 0; i < lines.size(); ++i) text += i == lost ? "" : lines[i] + "\n";
      cut.file("table.csv", text);
      INFO(name << " without line " << lost + 1);
      CHECK(check(cut.path("table.csv")).ends_with(": missing"));
    }
  }
}

}  // namespace volley::test
