// The published network as a volley network: pixels onto excitatory neurons through synapses that learn, and every
// excitatory neuron against all others.
#pragma once

#include <cstdint>
#include <vector>

#include "apps/digits/settings.h"
#include "engine/network.h"

namespace volley::digits {

// What training leaves.
struct Learned {
  std::uint32_t pixels = 0;
  std::vector<float> weight;  // by pixel, then neuron; mV
  std::vector<double> theta;  // by neuron; mV
};

// Source `pixels`, population `exc`; projection 0 is the one that learns. `learns` false: weights and thresholds stay.
Network network_of(const Settings& settings, const Learned& state, bool learns);

// Random weights of the published size, normalised; thresholds as published.
Learned beginning(const Settings& settings, std::uint32_t pixels);

}  // namespace volley::digits
