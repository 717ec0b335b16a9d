// A trained spiking network as an ordinary description that `volley run` reads.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "apps/edlearn/dataset.h"
#include "apps/edlearn/settings.h"
#include "apps/edlearn/weights.h"
#include "engine/time.h"

namespace volley::edlearn {

// Writes into `folder`, which is made if need be: network.yaml; one CSV of edges per projection; pixels.csv, the spikes
// of the test images `images`, one every `period` from 0 ms on, as SpikingForm::test() shows them; labels.csv; and, for
// a sigmoid readout, readout.csv (class,neuron,weight), the sum that is not part of the network. With spiking outputs
// the description has a `readout`, so that `volley run` says how many images were answered correctly.
// Potentials are divided by the layer's gain, as everywhere here (spiking_network.h).
absl::Status export_network(const std::string& folder, const Settings& settings, const Weights& weights,
                            const DataSet& data, std::span<const std::uint32_t> images, Duration period);

}  // namespace volley::edlearn
