// N-MNIST's `.bin` (also `.bs2`): camera events of 40 bits, big-endian: x (8), y (8), polarity (1), time (23, us).
//
// The neuron is the channel-first index (polarity * 34 + y) * 34 + x. An event with y == 240 is no spike but an
// overflow of the clock: every later event is 8192 us later than it says. Source: Orchard et al., Frontiers in
// Neuroscience 9:437, 2015, and the readers published with the data set.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "io/spike_list.h"

namespace volley::io {

inline constexpr std::uint32_t kNmnistSide = 34;  // pixels in x and in y
inline constexpr std::uint32_t kNmnistNeurons = 2 * kNmnistSide * kNmnistSide;

// `path` is only used in messages.
absl::StatusOr<SpikeList> decode_nmnist(std::string_view bytes, const std::string& path);

// Times are rounded to the microsecond. Refuses a neuron outside 2 x 34 x 34 and a time above 8388.607 ms.
absl::StatusOr<std::string> encode_nmnist(const SpikeList& spikes, const std::string& path);

}  // namespace volley::io
