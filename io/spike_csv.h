// Spikes as text: `time_ms,neuron`, one spike a line.
//
// Fields are separated by commas, semicolons, or blanks and tabs (the first line that is no comment decides). A header
// line is optional; without it the columns are time in ms and neuron. With it they are found by name: time_ms (also
// timestamps, timestamp, time, t), time_s, time_us or time_ns; neuron (also neuron_id, node_id, node_ids, sender, id);
// and population, so SONATA's CSV reads too. Lines that begin with '#' and empty lines are skipped.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "io/spike_list.h"

namespace volley::io {

// `path` is used in messages. `population` chooses among several; empty: the file must hold one.
absl::StatusOr<SpikeList> decode_spike_csv(std::string_view text, const std::string& path,
                                           const std::string& population = {});

// With a header and times exact to the picosecond.
std::string encode_spike_csv(const SpikeList& spikes);

}  // namespace volley::io
