// One Loihi conformance case: parameters and expected values as data/loihi/vectors lays them out, run through the
// engine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/network.h"
#include "engine/simulation.h"

namespace volley::test {

// What a neuron shows at the end of a step.
struct LoihiRow {
  std::int64_t step, neuron, u, v, spike;
};

struct LoihiCase {
  std::string name;
  std::int64_t neurons = 0, steps = 0;
  Network network;                             // population "net", source "in", probes of u and v at every step
  std::vector<LoihiRow> trace;                 // expected rows, as the folder's README says which
  std::optional<std::vector<LoihiRow>> fired;  // expected (step, neuron) of every spike, ascending
  std::string sha256;                          // of the full trace; "" if not given
  std::vector<std::string> ignored;            // keys without a meaning here
};

// Reads <folder>/<name>.json, with <name>_trace.csv, <name>_spikes.csv and the hash out of MANIFEST.csv where they
// exist. Throws std::exception with the file's name on anything malformed.
LoihiCase read_loihi_case(const std::string& folder, const std::string& name);

// All rows, step by step and neuron by neuron. Throws when the network cannot be built or run.
std::vector<LoihiRow> run_loihi_case(const LoihiCase& test_case, const Options& options);

// Empty if all that is expected is there and holds, else the first row or field that is missing, or the first
// difference.
std::string first_difference(const LoihiCase& test_case, const std::vector<LoihiRow>& rows);

}  // namespace volley::test
