// lava-dl's `.bs1`: one-dimensional spikes of 40 bits, big-endian: id (16), polarity (1), time (23, microseconds).
//
// Many writers leave the high byte of the id 0; it is read. lava-dl's own files set the polarity of every event, and
// its reader subtracts the smallest: so does this one. Where both polarities occur they are two channels, and the
// neuron is polarity * 65536 + id.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "io/spike_list.h"

namespace volley::io {

// `path` is only used in messages.
absl::StatusOr<SpikeList> decode_bs1(std::string_view bytes, const std::string& path);

// Times are rounded to the microsecond. Refuses a neuron above 65535 and a time above 8388.607 ms.
absl::StatusOr<std::string> encode_bs1(const SpikeList& spikes, const std::string& path);

}  // namespace volley::io
