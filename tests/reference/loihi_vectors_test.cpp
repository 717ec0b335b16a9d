// Loihi conformance vectors of the public emulators (see their README), every step and every bit, through the engine.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

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
  CHECK(verdict(folder) == "");
  folder.file("V00_hand_spikes.csv", "step,neuron\n4,0\n");
  CHECK(verdict(folder) == "step 3, neuron 0, spike: expected 0, got 1");
  std::string wrong = kTrace;
  wrong.replace(wrong.find("4,0,0,64"), 8, "4,0,0,65");
  folder.file("V00_hand_trace.csv", wrong);
  CHECK(verdict(folder) == "step 4, neuron 0, v: expected 65, got 64");
  folder.file("V00_hand_trace.csv", "");
  folder.file("V00_hand_spikes.csv", "step,neuron\n3,0\n");
  CHECK(verdict(folder) == "");
  folder.file("MANIFEST.csv", "case,sha256_full_trace\nV00_hand,0123\n");
  CHECK(verdict(folder).rfind("sha256 of the full trace: expected 0123, got ", 0) == 0);
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
    std::filesystem::copy_file(*folder + "/" + name + "_trace.csv", copy.path(std::string(name) + "_trace.csv"));
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

}  // namespace volley::test
