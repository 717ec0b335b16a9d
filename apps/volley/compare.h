// The spikes of two recordings, compared population by population.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/time.h"
#include "io/recording.h"
#include "io/spike_list.h"

namespace volley::app {

// The first spike, in the order (time, neuron), that has no partner in the other train.
struct FirstDifference {
  Time at;
  std::uint32_t neuron = 0;
  bool in_a = false;  // else only in b
  // The spike of the same neuron that stands in its place in the other one; empty when that one has none left.
  std::optional<Time> instead;
};

struct PopulationComparison {
  std::string name;
  std::optional<std::uint64_t> spikes_a, spikes_b;  // empty: this recording has no such population
  std::uint64_t unmatched = 0;                      // spikes of either without a partner
  std::optional<FirstDifference> first;

  bool equal() const { return spikes_a && spikes_b && unmatched == 0; }
};

struct Comparison {
  std::vector<PopulationComparison> populations;  // those of a by name, then those that only b has

  bool equal() const;
};

// Neuron by neuron, spikes pair up in order of time as long as they are at most `tolerance` apart; without a tolerance
// only equal times pair up.
PopulationComparison compare_trains(io::SpikeList a, io::SpikeList b, Duration tolerance);

// Populations that recorded nothing in one and are missing in the other count as equal to nothing: as different.
// Of files that are being written, what they held when they were opened. `before`: later spikes of both do not count.
// Errors of either file are DataLoss.
absl::StatusOr<Comparison> compare_recordings(const io::Recording& a, const io::Recording& b, Duration tolerance,
                                              std::optional<Time> before = {});

// For people: one line per population, and the first difference.
std::string comparison_report(const Comparison& comparison, const std::string& name_a, const std::string& name_b);

}  // namespace volley::app
