// The spiking form's network as volley's engine runs it: input neurons that all class networks share, hidden layers of
// integrate-and-fire neurons, outputs that spike if so chosen.
//
//   pixels (source, 2 per pixel) -> hidden1 (all classes side by side) -> hidden2 -> ... [-> output]
//
// A synapse of weight w moves its target by gain * w mV, one gain per layer. In the engine potentials are divided by
// that gain, so that weights are the rule's own numbers and nothing is rounded on the way there or back.
#pragma once

#include <cstdint>
#include <vector>

#include "apps/edlearn/settings.h"
#include "apps/edlearn/weights.h"
#include "engine/network.h"

namespace volley::edlearn {

// mV per unit of weight and spike, one per spiking layer, where the user gave none.
//
// The excitatory and the inhibitory weights of a pixel nearly cancel at first: its two neurons send the same train, so
// that what arrives is a difference of two weights from [w1, w2), with a standard deviation of 0.08, and a sum over
// some hundred pixels. What a hidden neuron needs to fire now and then, but not always, is that this sum is of the
// order of its distance to the threshold. It grows with the brightness of the images (their mean sum of pixels,
// `brightness`): 0.5 thresholds per unit of weight for MNIST's 103, and in inverse proportion for others. Behind it
// sources are few and do not pair up: the sum's standard deviation is 0.4 * sqrt(spikes), and the gain goes with 1 /
// sqrt(sources). Between hidden layers it is five times smaller: there both ends learn, and a second layer that fires
// much from the start is driven into saturation as weights grow (after 6,000 images of MNIST, 64,32 hidden: 90.8 %
// with equal gains, 92.9 % with a third of it).
std::vector<double> standard_gains(const Settings& settings, const Shape& shape, double brightness);

// REQUIRES: weights.gains has one per spiking layer. The weights of layer 0 are drawn anew, to be replaced between
// runs: a list of them would take more memory than all the rest. With `listed` they are given as edges, too, as those
// of the other layers are.
Network spiking_network(const Settings& settings, const Weights& weights, bool listed = false);

// Layers that end on spiking neurons.
inline std::size_t spiking_layers(const Settings& settings) {
  return settings.hidden.size() + (settings.readout == Readout::kSpikes ? 1 : 0);
}

}  // namespace volley::edlearn
