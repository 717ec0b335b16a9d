// The random networks of data/loihi/grid: generated, run through the engine as integer neurons, placed as the reference
// places them, counted, priced and timed.
//
// The generator and the reference's settings are those of spec/loihi.md, section 6.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/network.h"
#include "hardware/placement.h"

namespace volley::test {

// C cores of N neurons; a neuron that fires on its own sends M messages of S synapses; P % of them do.
struct GridShape {
  std::uint32_t cores = 1, neurons = 1, messages = 1, synapses = 1, percent = 0;
};

Network grid_network(const GridShape& shape);

// Neuron i on core i / N.
hardware::Placement grid_placement(const GridShape& shape);

// What a row of the grid holds. Energies in joules, times in seconds.
struct GridResult {
  std::uint64_t neurons_updated = 0, neurons_fired = 0, messages = 0, synaptic_operations = 0;
  double energy_synapse = 0, energy_soma = 0, energy_network = 0, energy_total = 0;
  double time_simple = 0, time_mesh = 0;
};

// Runs `timesteps` steps. Throws std::runtime_error when the network cannot be built or priced.
GridResult run_grid(const GridShape& shape, std::uint64_t timesteps);

struct GridRow {
  std::string name, timing;  // timing: simple, detailed or cycle
  GridShape shape;
  std::uint64_t timesteps = 0;
  GridResult reference;  // with the time in both time fields
};

// Throws std::runtime_error with file and line.
std::vector<GridRow> read_grid(const std::string& path);

}  // namespace volley::test
