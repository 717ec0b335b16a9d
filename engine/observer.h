// Observers see every finished window and nothing else: recorders write, the ledger counts, progress ticks.
#pragma once

#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "engine/spike.h"
#include "engine/time.h"

namespace volley {

// Samples of one probe at one instant, in the order of the probe's neurons or synapses. Valid during the call only.
struct TraceSample {
  std::uint32_t probe;  // position in Network::state_probes, or behind all of those in Network::weight_probes
  Time at;
  std::span<const double> values;
};

// Everything here is valid during the call only.
struct WindowReport {
  Window window;
  std::span<const Spike> spikes;         // of all populations and sources, in canonical order
  std::span<const TraceSample> samples;  // taken at the window's end or before
};

// Called on the thread that runs the simulation, window after window, in time order. A non-OK status stops the run,
// which then returns it.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual absl::Status on_window(const WindowReport& report) = 0;
};

}  // namespace volley
