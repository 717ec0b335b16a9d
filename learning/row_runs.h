// Numbers the runs of a group of synapses: the stretches of a row that one spike reaches at one time. Where all delays
// are equal, a run is a row.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/synapses.h"

namespace volley {

class RowRuns {
 public:
  struct Run {
    std::uint32_t begin, end;
    Duration delay;
  };

  explicit RowRuns(const SynapseGroup& group) : delay_(group.delay), bound_(group.delay), longest_(group.delay) {
    const std::size_t rows = group.offset.empty() ? 0 : group.offset.size() - 1;
    rows_ = rows;
    if (group.delay_step.empty()) return;
    first_.reserve(rows + 1);
    longest_ = Duration{0};
    bound_ = std::numeric_limits<std::uint16_t>::max() * group.delay_resolution;
    for (std::size_t row = 0; row < rows; ++row) {
      first_.push_back(static_cast<std::uint32_t>(begin_.size()));
      for (std::uint32_t k = group.offset[row]; k < group.offset[row + 1]; ++k) {
        if (k != group.offset[row] && group.delay_step[k] == group.delay_step[k - 1]) continue;
        begin_.push_back(k);
        longest_ = std::max(longest_, group.delay_step[k] * group.delay_resolution);
      }
    }
    first_.push_back(static_cast<std::uint32_t>(begin_.size()));
  }

  std::size_t size() const { return first_.empty() ? rows_ : begin_.size(); }
  Duration longest_delay() const { return longest_; }
  // No delay of the projection is longer, in whatever slice.
  Duration delay_bound() const { return bound_; }
  // Of source neuron `neuron`, the run that begins at `begin`.
  std::size_t of(std::uint32_t neuron, std::uint32_t begin) const {
    if (first_.empty()) return neuron;
    const auto from = begin_.begin() + first_[neuron], to = begin_.begin() + first_[neuron + 1];
    return static_cast<std::size_t>(std::lower_bound(from, to, begin) - begin_.begin());
  }
  Run run(std::size_t number, const SynapseGroup& group) const {
    if (first_.empty()) return {group.offset[number], group.offset[number + 1], delay_};
    const std::uint32_t begin = begin_[number];
    const auto row = std::upper_bound(group.offset.begin(), group.offset.end(), begin);
    const std::uint32_t end = number + 1 < begin_.size() ? std::min(begin_[number + 1], *row) : *row;
    return {begin, end, group.delay_step[begin] * group.delay_resolution};
  }
  Duration delay_at(std::uint32_t begin, const SynapseGroup& group) const {
    return first_.empty() ? delay_ : group.delay_step[begin] * group.delay_resolution;
  }
  std::size_t bytes() const { return (first_.capacity() + begin_.capacity()) * sizeof(std::uint32_t); }

 private:
  Duration delay_, bound_, longest_;
  std::size_t rows_ = 0;
  std::vector<std::uint32_t> first_;  // by row, where delays differ: its first run
  std::vector<std::uint32_t> begin_;  // by run
};

}  // namespace volley
