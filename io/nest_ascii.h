// NEST's text recordings: `.dat` of NEST 3 and the two columns of NEST 2's `.gdf`.
//
// A `.dat` file has comment lines, then a line with the columns' names (without '#', whatever NEST's documentation
// says), then `sender time_ms`, or `sender time_step time_offset` where the time is step * resolution - offset. A
// `.gdf` file is `sender time_ms` from the first line on. The neuron is the sender's number as it stands; NEST numbers
// its nodes from 1. Source: NEST 3, recording backend `ascii` (nestkernel/recording_backend_ascii.cpp) and the precise
// times of Morrison et al., Neural Computation 19:47, 2007.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "io/spike_list.h"

namespace volley::io {

// NEST's default resolution, which files with `time_step` do not state.
inline constexpr Duration kNestResolution{100'000'000};

// `path` is used in messages. Refuses columns beyond the time's: such a file is a multimeter's or a weight recorder's.
absl::StatusOr<SpikeList> decode_nest_ascii(std::string_view text, const std::string& path,
                                            Duration resolution = kNestResolution);

std::string encode_nest_dat(const SpikeList& spikes);
std::string encode_nest_gdf(const SpikeList& spikes);

}  // namespace volley::io
