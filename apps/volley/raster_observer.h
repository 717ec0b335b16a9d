// Keeps enough of a run's spikes to draw them, in bounded memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/observer.h"
#include "engine/simulation.h"
#include "io/spike_list.h"

namespace volley::app {

// Per population at most 2^17 spikes: when there are more, only every second of the neurons kept so far is kept on.
class RasterObserver : public Observer {
 public:
  // `populations` as Simulation::counters() gives them.
  explicit RasterObserver(const std::vector<PopulationCounters>& populations);

  absl::Status on_window(const WindowReport& report) override;

  // A title and the raster of [0, reached), at most `width` columns; empty when nothing fired. Shows so few neurons
  // that single spikes can be told apart, and the title says how many were left out.
  std::string draw(Duration reached, unsigned width) const;

 private:
  struct Kept {
    std::string name;
    std::uint32_t size = 0;
    std::uint32_t stride = 1;  // neurons 0, stride, 2 stride, ... are kept
    io::SpikeList spikes;
  };
  std::vector<Kept> populations_;
};

}  // namespace volley::app
