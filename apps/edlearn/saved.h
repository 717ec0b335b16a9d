// A trained network, or one in training, as a file: a few lines of text, then the weights.
//
//   edlearn 1                     version
//   settings <key=value ...>      what the training was asked for, as far as it counts (settings_line())
//   shape <pixels> <hidden ...>
//   gains <mV per unit of weight ...>
//   epoch <six numbers>           one line per epoch that is done: the fields of Epoch, as hexadecimal floats
//   weights <count> <SHA-256>     all layers, little-endian single precision, begin after this line's end; the digest
//   is
//                                 that of the layers' digests
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/edlearn/settings.h"
#include "apps/edlearn/training.h"
#include "apps/edlearn/weights.h"

namespace volley::edlearn {

struct Saved {
  std::string settings;
  Weights weights;
  std::vector<Epoch> history;
};

// Everything that changes what is computed, in one line; not the number of epochs, and nothing that is only shown.
std::string settings_line(const Settings& settings);

// Replaces `path` at once: whoever is killed meanwhile leaves the old file whole.
absl::Status write_saved(const std::string& path, const Saved& saved);
// NotFound when there is no such file; DataLoss when it was cut off or damaged; InvalidArgument when it is another kind
// of file.
absl::StatusOr<Saved> read_saved(const std::string& path);

// InvalidArgument, with both shapes, unless the file's network has this one.
absl::Status check_shape(const std::string& path, const Shape& saved, const Shape& asked);
// InvalidArgument where the spiking form is to run a network that was trained with another `readout`: it has a gain for
// each layer that spiked then. Networks of the other forms have none. REQUIRES: the shape is the one asked for.
absl::Status check_gains(const std::string& path, const Weights& saved, const Settings& settings);

}  // namespace volley::edlearn
