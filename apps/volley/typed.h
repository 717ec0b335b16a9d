// The command line as typed words, and how they become a request. Conversion is apart from parsing, so that every
// message about a value is ours: thing, value, bound, remedy.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/volley/requests.h"

namespace volley::app {

struct Typed {
  std::vector<std::string> files, overrides, inputs, populations, save_weights;
  std::string seed, threads, until, output, into, mode = "drive", chip, table, by = "unit", step, tolerance, compare,
                                                  inference, sweep, html, run_chip, weight_bits, placement, timing,
                                                  timeline, window;
  std::string fit_chip, rates, save_placement;
  bool json = false, raster = false, resolved = false, yaml = false;
};

// `command`: "run", ... REQUIRES: as many files as the command takes. `arguments`: all words, for the record that a
// recording keeps of the command line.
absl::StatusOr<Request> request_of(const std::string& command, const Typed& typed,
                                   const std::vector<std::string>& arguments);

}  // namespace volley::app
