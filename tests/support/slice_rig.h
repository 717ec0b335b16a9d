// Drives one slice of any model without a simulation around it: parameters by name, inputs as (time, port, weight,
// targets), windows as the test likes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/model.h"

namespace volley::testing {

struct RigInput {
  Time at;
  Port port;
  double weight;
  std::vector<std::uint16_t> target;
  std::vector<float> weights = {};  // one per target; empty: all `weight`
};

// Parameters of one population: everything at its default except what is named.
struct RigParameters {
  std::map<std::string, std::vector<double>> values;  // one value, or one per neuron
  std::map<std::string, std::string> options;
};

inline ResolvedParameters resolve(const ModelInfo& info, const RigParameters& given) {
  ResolvedParameters resolved;
  for (const ParameterInfo& parameter : info.parameters) {
    const auto it = given.values.find(parameter.name);
    resolved.set(parameter.name, it == given.values.end() ? std::vector{parameter.default_value} : it->second);
  }
  for (const OptionInfo& option : info.options) {
    const auto it = given.options.find(option.name);
    std::size_t choice = 0;
    if (it != given.options.end()) {
      choice = static_cast<std::size_t>(std::find(option.choices.begin(), option.choices.end(), it->second) -
                                        option.choices.begin());
    }
    resolved.set_option(option.name, choice);
  }
  return resolved;
}

// Everything that one slice is asked to do. Copyable; slices made from it need it alive.
struct Rig {
  PopulationSpec spec{"cells", "", 0, {}, {}};
  ResolvedParameters parameters;
  std::vector<DriveSpec> drives;
  std::vector<SynapseGroup> groups;  // one per input
  std::vector<Arrival> arrivals;     // canonical order

  Rig(const ModelInfo& info, std::uint32_t neurons, const RigParameters& given) : parameters(resolve(info, given)) {
    spec.model = info.name;
    spec.size = neurons;
  }

  void set_inputs(std::vector<RigInput> inputs) {
    groups.clear();
    arrivals.clear();
    for (RigInput& input : inputs) {
      SynapseGroup group;
      group.port = input.port;
      group.uniform_weight = input.weight;
      group.target = std::move(input.target);
      group.weight = std::move(input.weights);
      group.offset = {0, static_cast<std::uint32_t>(group.target.size())};
      const auto index = static_cast<std::uint32_t>(groups.size());
      arrivals.push_back({input.at, PopulationId{1}, index, index, 0, group.offset[1]});
      groups.push_back(std::move(group));
    }
    std::sort(arrivals.begin(), arrivals.end());
  }

  SliceRequest request() const { return request(0, spec.size); }

  // Of the neurons [first, first + count); use with part().
  SliceRequest request(std::uint32_t first, std::uint32_t count) const {
    std::vector<SliceDrive> slice_drives;
    std::uint32_t ports_used = drives.empty() ? 0 : 1;
    for (std::uint32_t i = 0; i < drives.size(); ++i) {
      const std::uint32_t begin = drives[i].range.first;
      const std::uint32_t end = begin + drives[i].range.count.value_or(spec.size - begin);
      const std::uint32_t own_begin = std::max(begin, first), own_end = std::min(end, first + count);
      if (own_begin < own_end) slice_drives.push_back({&drives[i], i, own_begin - first, own_end - first, 0});
    }
    for (const SynapseGroup& group : groups) ports_used |= 1u << group.port;
    return {&spec, PopulationId{0}, first, count, 7, parameters, slice_drives, ports_used};
  }

  // What of the inputs reaches the neurons [first, first + count), for a slice of them.
  Rig part(std::uint32_t first, std::uint32_t count) const {
    Rig rig = *this;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      SynapseGroup& group = rig.groups[g];
      group.target.clear();
      group.weight.clear();
      for (std::size_t k = 0; k < groups[g].target.size(); ++k) {
        const std::uint32_t n = groups[g].target[k];
        if (n < first || n >= first + count) continue;
        group.target.push_back(static_cast<std::uint16_t>(n - first));
        if (!groups[g].weight.empty()) group.weight.push_back(groups[g].weight[k]);
      }
      group.offset = {0, static_cast<std::uint32_t>(group.target.size())};
    }
    for (Arrival& arrival : rig.arrivals) arrival.end = rig.groups[arrival.group].offset[1];
    return rig;
  }
};

// Runs from where `position` (an index into rig.arrivals) stands through [begin, end) as one window.
inline void run_window(const Rig& rig, Slice& slice, std::size_t& position, Window window, std::vector<Spike>& fired) {
  const std::size_t first = position;
  while (position < rig.arrivals.size() && rig.arrivals[position].at < window.end) ++position;
  slice.advance(window, std::span(rig.arrivals).subspan(first, position - first), rig.groups, fired);
}

// Runs [0, end) in windows that end at `cuts` (ascending) and at `end`.
inline std::vector<Spike> run(const Rig& rig, Slice& slice, Time end, std::vector<Time> cuts = {}) {
  std::vector<Spike> fired;
  std::size_t position = 0;
  Time begin = kStart;
  cuts.push_back(end);
  for (const Time cut : cuts) {
    if (cut <= begin) continue;
    run_window(rig, slice, position, {begin, cut}, fired);
    begin = cut;
  }
  return fired;
}

}  // namespace volley::testing
