// The reservoir as the integers of a Loihi core, on a place of the chip.
//
// On the chip the current of a character cannot be held from outside, so a character's source neuron fires in every one
// of its ticks. With that, `lif_tick` is a `lif_delta` neuron with tau = -tick / ln(leak) and a refractory period of
// one tick (what arrives in the tick after a crossing is lost), which volley turns into `loihi_cuba`
// (hardware/quantise.h). One difference stays: the chip resets v in the tick of the crossing, so that a potential above
// the threshold is not seen.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/charlm/features.h"
#include "apps/volley/placed_run.h"
#include "hardware/quantise.h"

namespace volley::charlm {

// Real numbers, but in a form that has integers. REQUIRES: 0 < leak < 1.
Network chip_form(const Reservoir& reservoir, std::span<const Symbol> symbols);

// Features of the integers: spike counts of a character and potentials, in units of the chip. Errors of run(): those of
// hardware::quantise and volley::build.
std::unique_ptr<FeatureStream> chip_stream(Reservoir reservoir, std::optional<int> weight_bits);

struct ChipCost {
  std::size_t characters = 0;
  app::PlacedResult placed;
  std::vector<hardware::Rounding> roundings;
  double synaptic_operations = 0, spikes = 0;  // per character, of the chip's ledger
  Duration simple{0}, mesh{0};                 // of all characters, barriers included
};

// Places the network (`placement` as for volley run --placement), runs `symbols`, counts and times every step. Errors:
// as above, and InvalidArgument when it does not fit.
absl::StatusOr<ChipCost> cost_on_chip(const Reservoir& reservoir, std::span<const Symbol> symbols,
                                      std::optional<int> weight_bits, const std::string& placement,
                                      const hardware::Chip& chip);

}  // namespace volley::charlm
