// A training that is not finished, as a file:
//
//   digits 1                      version
//   settings <key=value ...>      what the training was asked for, as far as it counts (settings_line())
//   shape <neurons> <pixels>
//   shown <images of all passes>  the position of every random stream, too (training.h)
//   state <SHA-256>               of what follows this line's end, little-endian: weights by pixel, then neuron, in
//                                 single precision, and thresholds in double precision
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "apps/digits/network.h"
#include "apps/digits/settings.h"

namespace volley::digits {

struct Checkpoint {
  Learned state;
  std::uint64_t shown = 0;
};

// Everything that changes what is learnt, in one line.
std::string settings_line(const Settings& settings);

// Replaces `path` at once: whoever is killed meanwhile leaves the old file whole.
absl::Status write_checkpoint(const std::string& path, const Settings& settings, const Checkpoint& checkpoint);
// NotFound when there is no such file; DataLoss when it was cut off or damaged; InvalidArgument when it is another kind
// of file, of another shape, or of a training with other settings.
absl::StatusOr<Checkpoint> read_checkpoint(const std::string& path, const Settings& settings, std::uint32_t pixels);

}  // namespace volley::digits
