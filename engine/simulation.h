// A built network, ready to run: the program's main loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/model.h"
#include "engine/network.h"
#include "engine/observer.h"
#include "engine/slice.h"
#include "engine/synapse_order.h"
#include "engine/synapses.h"
#include "engine/validate.h"
#include "engine/weights.h"

namespace volley {

struct Options {
  std::uint64_t seed = 1;
  unsigned threads = 1;
  std::uint32_t slice_size = 0;  // neurons per slice; 0: one slice per thread, at most 65,536. Never changes results.
};

// Counts of one population (or source; then only `spikes` counts).
struct PopulationCounters {
  std::string name;
  std::uint32_t size = 0;
  bool is_source = false;
  SliceCounters counts;
};

struct MemoryReport {
  std::uint64_t synapses = 0;
  std::uint64_t synapse_bytes = 0;
};

// Not thread safe; uses `Options::threads` threads of its own while it runs.
class Simulation {
 public:
  Simulation(Simulation&&) noexcept;
  Simulation& operator=(Simulation&&) noexcept;
  ~Simulation();

  // Observers are called in the order in which they were added, and must outlive the simulation's runs.
  void add_observer(Observer& observer);

  // Runs for `duration` from where the last run ended. run(a); run(b) gives the same bits as run(a + b). Stops early
  // with an observer's error, or with CancelledError once `request_stop()` was called; the simulation can then go on
  // with another run() from the time it reached. An event at the very end of a run belongs to the next one.
  // InvalidArgument for a negative duration, and for one that ends after kEnd.
  absl::Status run(Duration duration);

  // Sends a pulse of a neuromodulator to all synapses of a plastic projection, now. It costs nothing until they are
  // touched. NotFound, FailedPrecondition for a projection that is not plastic; its rule may take no notice.
  absl::Status modulate(std::string_view projection, double strength);
  // Stops or goes on changing a plastic projection's weights; traces go on. Spikes on their way leave no change behind.
  absl::Status freeze(std::string_view projection, bool frozen);

  // Safe to call from any thread and from a signal handler: the current run() ends after the window at hand. A request
  // that comes while nothing runs ends the next run() after its first window.
  void request_stop();

  Time now() const;
  const Network& network() const;
  std::vector<PopulationCounters> counters() const;
  // Synaptic events delivered so far by every projection, in the order of Network::projections.
  std::vector<std::uint64_t> projection_events() const;
  MemoryReport memory() const;
  // Shows all synapses as they are stored, with the weights that a spike would deliver that arrives now: every group
  // once, with the population that it ends in and the population index of its target 0. Groups of one projection may
  // come several times, for different parts of the target.
  using GroupVisitor = std::function<void(PopulationId target, std::uint32_t first_neuron, const SynapseGroup& group)>;
  void for_each_synapse_group(const GroupVisitor& visit) const;

  // A state variable of every neuron of a population as it is just before now(). Changes nothing. NotFound when there
  // is no such population or variable.
  absl::StatusOr<std::vector<double>> sample(std::string_view population, std::string_view variable) const;

  // All synapses of projection number `projection` (position in Network::projections), with the weights that a spike
  // would find that arrives now: by source neuron, then by target, several of a pair by their delay. A synapse's number
  // is its place in this order, whatever the slices. REQUIRES: there is such a projection.
  using SynapseVisitor = std::function<void(const Synapse& synapse)>;
  void for_each_synapse(std::size_t projection, const SynapseVisitor& visit) const;
  // The synapses of every weight probe, in the order of their samples.
  std::vector<std::vector<Synapse>> probed_synapses() const;

  // The weights of projection number `projection` (position in Network::projections), for reading and changing between
  // runs. InvalidArgument when there is no such projection; FailedPrecondition when all its synapses share one weight.
  absl::StatusOr<ProjectionWeights> weights(std::size_t projection);

  // Adds spikes to come to a source that is a list: a training procedure presents its next input with it. `spikes` are
  // (time, neuron) in any order. InvalidArgument, and nothing is added, when `source` names no list, when a neuron is
  // not one of it, or when a time lies before now().
  absl::Status feed(std::string_view source, std::span<const std::pair<Time, std::uint32_t>> spikes);

 private:
  struct Impl;
  explicit Simulation(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  friend absl::StatusOr<Simulation> build(Network network, const ModelCatalog& models, const Options& options);
};

// Checks the whole network and makes it runnable. On error the message lists every problem, one per line, each with the
// thing, its value, the bound and the remedy. Deterministic: the same network, seed and version give the same bits for
// every number of threads and every slice size.
absl::StatusOr<Simulation> build(Network network, const ModelCatalog& models, const Options& options = {});

}  // namespace volley
