// What a description file asks for: a network and how long to run it. Readers of every format make one of these.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/network.h"
#include "engine/time.h"

namespace volley::io {

// A file that a run depends on, with the SHA-256 of its bytes in lower-case hex.
struct InputFile {
  std::string path;
  std::string sha256;
};

// A population whose neurons are answers: in window i, [start + i window, start + (i + 1) window), neuron labels[i]
// should have the most spikes.
struct Readout {
  std::string population;
  Time start = kStart;
  Duration window{0};
  std::vector<std::uint32_t> labels;
  friend bool operator==(const Readout&, const Readout&) = default;
};

struct RunPlan {
  Network network;
  std::uint64_t seed = 1;
  Duration until{0};              // 0: not given by the file
  std::vector<InputFile> inputs;  // the description itself first, then every file that it names
  std::optional<Readout> readout{};
  std::string resolved;  // the effective description as YAML, defaults and overrides filled in
  // Where things stand, as "path:line:column" or "-s key", by what build() calls them in its messages: "population
  // exc", "projection exc_to_inh". A thing that stands in several places, as two probes of one population do, is left
  // out.
  std::map<std::string, std::string> places{};
};

// `-s key=value` from the command line: a dotted path into the description ("parameters.g", "populations.exc.size").
using Overrides = std::vector<std::pair<std::string, std::string>>;

}  // namespace volley::io
