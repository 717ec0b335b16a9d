// What the engine needs to know of a plasticity rule: how it is described, and how the synapses of a group learn by it.
//
// Delays are dendritic: a spike reaches the synapse when it is sent, changes it at once, and arrives at the neuron a
// delay later with the weight found on the way; a spike of the target neuron reaches the synapse the same delay after
// it was fired. So what a synapse must know lies before the window that delivers it, and synapses can be lazy: they are
// brought up to date when one of their spikes is delivered, or when weights are read. At equal times a synapse sees its
// own spike first, then the target's, then a modulator.
//
// The engine knows no rule; learning/ implements them, and they come in through a ModelCatalog.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/network.h"
#include "engine/parameters.h"
#include "engine/spike.h"
#include "engine/synapses.h"
#include "engine/time.h"

namespace volley {

struct ModelInfo;  // engine/model.h

struct RuleInfo {
  std::string name;
  std::string summary;  // one line with the equation
  std::string citation;
  std::vector<ParameterInfo> parameters;
  std::vector<OptionInfo> options;
  bool takes_modulators = false;
  std::string target_model = {};  // the only one whose synapses learn by it; "": any
};

// The learning synapses of one group (engine/synapses.h): what they remember besides their weights. Not thread safe: a
// slice's own. `group` is always the one that they were made for; its `weight` is what an arriving spike delivers.
class PlasticSynapses {
 public:
  virtual ~PlasticSynapses() = default;

  // A spike is about to be delivered by the arrival: its synapses see everything that reached them before it was sent,
  // then the spike itself; `group.weight` then holds what it delivers. Arrivals of one synapse come in time order.
  virtual void deliver(const Arrival& arrival, SynapseGroup& group) = 0;
  // When the arrival's synapses were last delivered to; kNever if they never were.
  virtual Time last_delivery(const Arrival& arrival) const = 0;
  // The slice's own spikes of a window, in time order for each neuron; `first`: population index of slice-local neuron
  // 0.
  virtual void fired(std::span<const Spike> spikes, std::uint32_t first) = 0;
  // A pulse of a modulator that reaches all synapses at `at`. Pulses come in any order, but never for a time that was
  // delivered already. O(1) unless pulses overtake one another.
  virtual void modulate(Time at, double strength) = 0;
  // Brings all weights up to what a spike would find that arrives at `now`. Changes no result, whenever it is called.
  // REQUIRES: everything before `now` was delivered.
  virtual void settle(Time now, SynapseGroup& group) = 0;

  // The weight of synapse `position` of the group, in double precision, as last settled; and the same from outside.
  virtual double weight(std::size_t position, const SynapseGroup& group) const = 0;
  virtual void set_weight(std::size_t position, double weight, SynapseGroup& group) = 0;

  // While frozen, traces go on and weights stay. REQUIRES: settled.
  virtual void freeze(bool frozen) = 0;
  // Of everything that is kept besides the group.
  virtual std::size_t bytes() const = 0;
};

struct RuleRequest {
  const ProjectionSpec* spec;
  const PopulationSpec* target;
  const ModelInfo* target_model;
  std::uint32_t projection;  // position in Network::projections
  std::uint32_t first;       // population index of the slice's neuron 0
  std::uint32_t neurons;     // of the slice
  std::uint64_t seed;
  ResolvedParameters parameters;  // one value each
};

class RuleType {
 public:
  virtual ~RuleType() = default;
  virtual const RuleInfo& info() const = 0;
  // Problems of several parameters at once, without the projection's name; empty if all are fine.
  virtual std::vector<std::string> problems(const ResolvedParameters& parameters) const = 0;
  // Changes `group` where the rule needs it: every synapse gets a weight of its own. InvalidArgument for weights
  // outside the rule's bounds.
  virtual absl::StatusOr<std::unique_ptr<PlasticSynapses>> make(const RuleRequest& request,
                                                                SynapseGroup& group) const = 0;
};

}  // namespace volley
