// The layers of a lava-dl `.net` file as they stand in it, checked but not yet converted.
//
// The file is HDF5: `/layer/<i>` with `type`, `shape` (C, H, W or a single number), `weight`, optionally `bias`, the
// geometry of a convolution, and `neuron/` with its type and fixed-point constants. Weights are whole numbers stored as
// floats. Source: what lava-dl's blocks export and its netx package reads (lava-nc/lava-dl, slayer/block and
// netx/hdf5.py).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace volley::io {

enum class LavaNeuronType {
  kCuba,   // spikes at v >= threshold
  kLoihi,  // spikes at v > threshold
};

struct LavaNeuron {
  LavaNeuronType type = LavaNeuronType::kCuba;
  int current_decay = 0;  // iDecay: of 4096 parts, how many the current loses in a step; 0 to 4096
  int voltage_decay = 0;  // vDecay, likewise
  int threshold = 0;      // vThMant: in units of 64, 1 to 2^17 - 1
};

enum class LavaLayerType { kInput, kDense, kConv, kFlatten };

// Pairs are (vertical, horizontal).
struct LavaConvolution {
  std::array<int, 2> stride{1, 1}, padding{0, 0}, dilation{1, 1};
  int groups = 1;
};

struct LavaLayer {
  std::string where;  // "net.net:/layer/1", for messages
  LavaLayerType type = LavaLayerType::kDense;
  std::vector<std::uint32_t> shape;         // of the output; empty for kFlatten
  std::vector<std::uint32_t> weight_shape;  // dense: (out, in); conv: (out, in / groups, height, width)
  std::vector<std::int32_t> weights;        // row-major, with the neuron's weight exponent applied
  std::vector<int> bias;                    // empty, one for all, one per channel (conv) or one per neuron
  LavaConvolution convolution;
  LavaNeuron neuron;  // of dense and conv layers

  std::uint64_t size() const;  // product of `shape`
};

// The layers in their order, read in a process of its own (io/isolated.h). InvalidArgument names the HDF5 path, the
// value, the bound and the remedy.
absl::StatusOr<std::vector<LavaLayer>> read_lava_layers(const std::string& path);

}  // namespace volley::io
