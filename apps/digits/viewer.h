// Shows images to the network, one after the other, and counts who answers.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "apps/digits/network.h"
#include "apps/digits/settings.h"
#include "engine/observer.h"
#include "engine/simulation.h"

namespace volley::digits {

// Not thread safe.
class Viewer final : Observer {
 public:
  // A network with weights and thresholds of `state`.
  static absl::StatusOr<std::unique_ptr<Viewer>> make(const Settings& settings, const Learned& state, bool learns);

  // Shows `pixels` (0 to 255), more brightly as often as it takes to bring enough spikes, and lets the network rest.
  // Returns the spikes of each neuron; valid until the next call. Trains are a pure function of (seed, `number`).
  absl::StatusOr<std::span<const std::uint32_t>> show(std::span<const std::uint8_t> pixels, std::uint64_t number);

  // Weights and thresholds as they are now.
  absl::StatusOr<Learned> learned();

  std::uint64_t input_spikes() const { return input_spikes_; }
  std::uint64_t output_spikes() const { return output_spikes_; }

 private:
  Viewer(const Settings& settings, bool learns) : settings_(settings), learns_(learns) {}
  absl::Status on_window(const WindowReport& report) override;
  void draw_trains(std::span<const std::uint8_t> pixels, double rate_hz, std::uint64_t number);
  absl::Status normalise();

  Settings settings_;
  bool learns_;
  std::unique_ptr<Simulation> simulation_;
  std::uint32_t pixels_ = 0;
  std::vector<std::uint32_t> counts_;
  std::vector<std::pair<Time, std::uint32_t>> trains_;
  std::uint64_t input_spikes_ = 0, output_spikes_ = 0;
};

}  // namespace volley::digits
