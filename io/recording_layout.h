// Where things are in volley's recordings. Spikes and reports follow SONATA; everything else is below /volley.
//
//   /spikes/<population>                 attribute sorting = by_time
//     timestamps   f64 (S), units ms     exact to the picosecond below 2^51 ps (37 minutes)
//     node_ids     u64 (S)
//     residual_ps  i32 (S)               only in longer runs: the spike's time minus its timestamp, in picoseconds
//   /report/<name>                       <population>, or <population>_<variable> where a population has several
//   probes;
//                                        attributes population, variable
//     data         f32 (T, N), units
//                                        of a weight probe: the projection's name; attribute projection as well
//     mapping/     node_ids u64 (N), index_pointers u64 (N + 1), element_ids u32 (N), time f64 (start, stop, step) ms;
//                  of a weight probe node_ids are the targets and source_ids u64 (N) the source neurons;
//                  a probe at listed times has its times in `times` f64 (T) ms, and the mean distance as step
//   /volley                              attributes format, seed, threads, until_ps
//     version build configuration command_line directory started     text
//     outcome finished error             text, empty while the run goes on
//     inputs/      path, sha256          text (files)
//     populations/ name, size, is_source, counters u64 (P, 4): spikes, synaptic and external events, neuron updates
//     projections/ name, source, target, synaptic_events u64
//     columns                            text: the groups above that grow
//     progress     u64 (2, n)            written in turn at every flush: checksum, sequence number, reached ps, spikes
//                                        recorded, the rows of every column that are complete, and all counters above
//                                        as they were then
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/network.h"
#include "engine/time.h"

namespace volley::io {

inline constexpr std::uint32_t kRecordingFormat = 1;
inline constexpr std::size_t kOutcomeBytes = 16, kFinishedBytes = 32, kErrorBytes = 512;
// Timestamps below this survive as milliseconds in double precision (engine/time.h).
inline constexpr Duration kExactMilliseconds{std::int64_t{1} << 51};

struct Progress {
  std::uint64_t sequence = 0;
  Time reached = kStart;
  std::uint64_t spikes = 0;
  std::vector<std::uint64_t> rows;      // by column
  std::vector<std::uint64_t> counters;  // `counters` of the populations, then `synaptic_events` of the projections
};

// Of one population; and of a whole network with its projections.
inline constexpr std::size_t kPopulationCounters = 4;
std::size_t counter_words(const Network& network);

// One row of /volley/progress. A row that was only half written does not have its checksum.
std::vector<std::uint64_t> encode_progress(const Progress& progress);
// The newest valid row of the two, of a recording with so many columns; nullopt when there is none.
std::optional<Progress> decode_progress(std::span<const std::uint64_t> rows, std::size_t columns);

// The group names below /report of a network's state probes and weight probes: distinct, in their order.
std::vector<std::string> report_names(const Network& network);

}  // namespace volley::io
