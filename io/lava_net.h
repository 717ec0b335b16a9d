// Trained networks exported by lava-dl for Loihi (`.net`, an HDF5 file).
//
// A layer computes, per step, u = dec(u, iDecay) + 64 W s, v = dec(v, vDecay) + u + 64 bias, where
// dec(x, d) = sgn(x) ((|x| (4096 - d)) >> 12); it spikes when v reaches 64 vThMant, and then v = 0. Every spike, also
// one from outside, is heard a step after it was sent, as on the chip; so the spikes of the last layer carry the times
// at which lava-dl's simulator (SLAYER) delivers them.
//
// `dense`, `conv` (a cross-correlation, as sparse rows) and `flatten` layers are converted. An `input` layer, which in
// lava-dl turns an image into spikes, gives the source its shape: the spikes that the caller supplies are its output.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "io/run_plan.h"
#include "io/spike_list.h"

namespace volley::io {

struct LavaNetOptions {
  Duration step{1'000'000'000};  // one algorithmic step, 1 ms by default
  // Spike at v >= threshold (true) or at v > threshold (false). Empty: as the neuron of each layer was trained, >= for
  // CUBA, > for LOIHI.
  std::optional<bool> at_least = {};
  // (channels, height, width) of the input of a first layer that is a convolution; the file does not say.
  std::optional<std::array<std::uint32_t, 3>> input_shape = {};
  std::uint64_t max_synapses = 1u << 27;  // of the whole network, at 24 bytes each while it is built
};

// Populations "layer0", "layer1", ... of model `loihi_cuba` (the number is the file's), each with a spike probe;
// projections with the file's integer weights times 64; and an empty spike-list source "input", which the caller fills
// (io/spike_files.h). Weights of 0 make no synapse. Errors name the HDF5 path.
absl::StatusOr<RunPlan> read_lava_net(const std::string& path, const LavaNetOptions& options = {});

// Spikes as lava-dl presents them to a network: each at its nearest step (a tie goes to the even step), at most one per
// neuron and step, in canonical order. REQUIRES: step > 0.
SpikeList bin_to_steps(const SpikeList& spikes, Duration step);

}  // namespace volley::io
