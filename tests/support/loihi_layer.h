// The dynamics of one layer of a converted lava-dl network as a plain loop over integers, straight from the equations:
// a second opinion that shares no code with the engine.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include "engine/network.h"

namespace volley::test {

// spikes[step][neuron]
using Raster = std::vector<std::vector<std::uint8_t>>;

inline double parameter(const PopulationSpec& population, const std::string& name, std::size_t neuron, double missing) {
  const auto found = population.parameters.find(name);
  if (found == population.parameters.end()) return missing;
  if (const auto* each = std::get_if<std::vector<double>>(&found->second)) return each->at(neuron);
  return std::get<double>(found->second);
}

// Spikes of `population` for `input`, both in steps; what `projection` brings is added in the step in which it was
// sent. `first` is the first step that is computed at all.
inline Raster run_layer(const PopulationSpec& population, const ProjectionSpec& projection, const Raster& input,
                        std::size_t first = 0) {
  const auto decay = [](std::int64_t x, std::int64_t d) {
    return (x < 0 ? -1 : 1) * ((std::abs(x) * (4096 - d)) >> 12);
  };
  const std::size_t size = population.size;
  const auto& edges = std::get<Explicit>(projection.rule).edges;
  const bool at_least = std::get<std::string>(population.parameters.at("threshold")) == "at_least";
  std::vector<std::int64_t> u(size, 0), v(size, 0), sum(size, 0);
  Raster output(input.size(), std::vector<std::uint8_t>(size, 0));
  for (std::size_t step = first; step < input.size(); ++step) {
    sum.assign(size, 0);
    for (const Edge& edge : edges) {
      if (input[step][edge.source] != 0) sum[edge.target] += static_cast<std::int64_t>(edge.weight);
    }
    for (std::size_t i = 0; i < size; ++i) {
      const auto get = [&](const char* name, double missing) {
        return static_cast<std::int64_t>(parameter(population, name, i, missing));
      };
      u[i] = decay(u[i], get("du", 0) + get("ds_offset", 1)) + sum[i];
      v[i] = decay(v[i], get("dv", 0)) + u[i] + (get("bias_mant", 0) << get("bias_exp", 0));
      const std::int64_t threshold = get("vth_mant", 0) * 64;
      if (v[i] > threshold || (at_least && v[i] == threshold)) {
        output[step][i] = 1;
        v[i] = 0;
      }
    }
  }
  return output;
}

// One step later.
inline Raster delayed(Raster raster) {
  if (raster.empty()) return raster;
  raster.insert(raster.begin(), std::vector<std::uint8_t>(raster.front().size(), 0));
  raster.pop_back();
  return raster;
}

}  // namespace volley::test
