// A slice: a contiguous part of one population that a single thread owns. Neuron models implement this interface
// through the templates in models/; the run loop knows nothing else about neurons.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/spike.h"
#include "engine/synapses.h"
#include "engine/time.h"

namespace volley {

// What the slice did since it was made. Integer counts, for the ledger and for reports.
struct SliceCounters {
  std::uint64_t synaptic_events = 0;  // synapses that delivered a spike
  std::uint64_t external_events = 0;  // spikes from Poisson drives
  std::uint64_t neuron_updates = 0;   // clocked models: neurons times ticks; event-driven: 0, or how often one was moved
  std::uint64_t spikes = 0;
};

// Virtual once per slice and window; static inside. Not thread safe: between two barriers one thread calls it.
class Slice {
 public:
  virtual ~Slice() = default;

  // Moves through [window.begin, window.end): applies `due` (in canonical order, all within the window), the slice's
  // own agenda and its drives in time order, and appends the spikes fired, in time order, to `fired`. All input of one
  // instant is applied before any threshold is tested. Successive windows do not overlap and come in order, but need
  // not touch. The last window of a run only tells how far time has come: it may be empty or arbitrarily long, and the
  // slice has nothing to do in it.
  virtual void advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
                       std::vector<Spike>& fired) = 0;

  // The earliest moment at which the slice has something to do without further arrivals: a lower bound is enough, but
  // it must be kNever for a slice that is at rest. Never earlier than the end of the last window.
  virtual Time next_event() const = 0;

  // Value of state variable `variable` (position in the model's list) of each slice-local neuron in `neurons` at `at`,
  // after every event up to and including `at`. Changes nothing. REQUIRES: all events before and at `at` were
  // processed, and no later one; out.size() == neurons.size().
  virtual void sample(std::uint32_t variable, Time at, std::span<const std::uint32_t> neurons,
                      std::span<double> out) const = 0;

  virtual SliceCounters counters() const = 0;
};

}  // namespace volley
