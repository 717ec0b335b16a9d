// A network as a plain value: what exists, how it is connected, what drives it, what is observed.
//
// Everything that can be read from a file becomes one of these, and everything that runs starts from one. Nothing here
// is checked: `build()` (engine/simulation.h) validates the whole value and lists every problem at once.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/spike.h"
#include "engine/time.h"

namespace volley {

// --- values that may be drawn -------------------------------------------------------------------------------------
struct Constant {
  double value = 0;
  friend bool operator==(const Constant&, const Constant&) = default;
};
struct Uniform {  // [low, high)
  double low = 0, high = 1;
  friend bool operator==(const Uniform&, const Uniform&) = default;
};
struct Normal {
  double mean = 0, sd = 1;
  friend bool operator==(const Normal&, const Normal&) = default;
};
struct ClippedNormal {  // redrawn until it falls into [low, high]
  double mean = 0, sd = 1, low = 0, high = 0;
  friend bool operator==(const ClippedNormal&, const ClippedNormal&) = default;
};
struct Lognormal {  // exp(Normal(mu, sigma))
  double mu = 0, sigma = 1;
  friend bool operator==(const Lognormal&, const Lognormal&) = default;
};
using Distribution = std::variant<Constant, Uniform, Normal, ClippedNormal, Lognormal>;

// --- populations --------------------------------------------------------------------------------------------------
// A model parameter in the unit that the model documents: one value for all, one per neuron, drawn per neuron, or a
// word (an option such as reset = "subtract").
using Parameter = std::variant<double, std::vector<double>, Distribution, std::string>;
using Parameters = std::map<std::string, Parameter>;

struct PopulationSpec {
  std::string name;
  std::string model;
  std::uint32_t size = 0;
  std::vector<std::uint32_t> shape;  // empty: one dimension of `size`
  Parameters parameters;
  friend bool operator==(const PopulationSpec&, const PopulationSpec&) = default;
};

// A contiguous part [first, first + count) of a population; count empty: up to its end.
struct Range {
  std::uint32_t first = 0;
  std::optional<std::uint32_t> count;
  friend bool operator==(const Range&, const Range&) = default;
};

// --- sources: spikes from outside, known in advance; addressed by projections like a population ---------------------
// From `since` on the value holds until the next entry's time. Before the first entry the value is 0.
struct Step {
  Time since;
  double value = 0;
  friend bool operator==(const Step&, const Step&) = default;
};

struct PoissonSource {
  std::vector<Step> rate_hz;
  friend bool operator==(const PoissonSource&, const PoissonSource&) = default;
};
struct RegularSource {
  Time start = kStart;
  Duration interval{0};
  std::optional<std::uint64_t> count;  // spikes per neuron; empty: without end
  friend bool operator==(const RegularSource&, const RegularSource&) = default;
};
struct SpikeListSource {
  std::vector<std::pair<Time, std::uint32_t>> spikes;  // (time, neuron), in any order
  std::string origin;                                  // the file they came from, for messages
  friend bool operator==(const SpikeListSource&, const SpikeListSource&) = default;
};
struct SourceSpec {
  std::string name;
  std::uint32_t size = 0;
  std::vector<std::uint32_t> shape;
  std::variant<PoissonSource, RegularSource, SpikeListSource> kind;
  friend bool operator==(const SourceSpec&, const SourceSpec&) = default;
};

// --- drives: input that belongs to the neurons of one population and is not recorded as spikes ---------------------
struct PoissonDrive {  // an independent Poisson train for every neuron
  std::vector<Step> rate_hz;
  double weight = 0;
  std::string port;  // empty: the model's first
  friend bool operator==(const PoissonDrive&, const PoissonDrive&) = default;
};
struct CurrentDrive {  // the same piecewise constant current into every neuron, in the model's current unit
  std::vector<Step> amplitude;
  friend bool operator==(const CurrentDrive&, const CurrentDrive&) = default;
};
struct NoiseDrive {  // a normal current, drawn anew for every neuron at every multiple of `interval`
  double mean = 0, sd = 1;
  Duration interval{0};
  friend bool operator==(const NoiseDrive&, const NoiseDrive&) = default;
};
struct DriveSpec {
  std::string name;
  std::string population;
  Range range;
  std::variant<PoissonDrive, CurrentDrive, NoiseDrive> kind;
  friend bool operator==(const DriveSpec&, const DriveSpec&) = default;
};

// --- projections --------------------------------------------------------------------------------------------------
struct AllToAll {
  friend bool operator==(const AllToAll&, const AllToAll&) = default;
};
struct OneToOne {
  friend bool operator==(const OneToOne&, const OneToOne&) = default;
};
struct FixedIndegree {
  std::uint32_t indegree = 0;
  friend bool operator==(const FixedIndegree&, const FixedIndegree&) = default;
};
struct FixedOutdegree {
  std::uint32_t outdegree = 0;
  friend bool operator==(const FixedOutdegree&, const FixedOutdegree&) = default;
};
struct PairwiseBernoulli {
  double probability = 0;
  friend bool operator==(const PairwiseBernoulli&, const PairwiseBernoulli&) = default;
};
struct FixedTotal {
  std::uint64_t count = 0;
  friend bool operator==(const FixedTotal&, const FixedTotal&) = default;
};
struct Edge {
  std::uint32_t source = 0, target = 0;
  float weight = 0;
  Duration delay{0};
  friend bool operator==(const Edge&, const Edge&) = default;
};
struct Explicit {  // weights and delays are the edges' own
  std::vector<Edge> edges;
  std::string origin;
  friend bool operator==(const Explicit&, const Explicit&) = default;
};
using Rule = std::variant<AllToAll, OneToOne, FixedIndegree, FixedOutdegree, PairwiseBernoulli, FixedTotal, Explicit>;

// Weights as a device stores them: a drawn weight w becomes round(w * scale / step) * step, ties away from zero. A
// result outside [low, high] is an error, never clipped. The draws themselves do not change.
struct WeightGrid {
  double scale = 1, step = 1, low = 0, high = 0;
  friend bool operator==(const WeightGrid&, const WeightGrid&) = default;
};
inline double on_grid(const WeightGrid& grid, double weight) {
  return std::round(weight * grid.scale / grid.step) * grid.step;
}

// Spikes that reach all synapses of a projection as pulses of a neuromodulator (dopamine, amine, reward), `delay` after
// they were sent; a pulse is worth `strength`, in units of the rule.
struct Modulator {
  std::string source;  // a population or source
  double strength = 1;
  Duration delay{0};
  friend bool operator==(const Modulator&, const Modulator&) = default;
};

// Makes a projection's synapses learn. `rule`: a name in the catalog (learning/catalog.h). Parameters are one number
// for the projection, or a word.
struct PlasticitySpec {
  std::string rule;
  Parameters parameters;
  std::vector<Modulator> modulators;
  bool frozen = false;  // traces go on, weights stay
  friend bool operator==(const PlasticitySpec&, const PlasticitySpec&) = default;
};

struct ProjectionSpec {
  std::string name;  // empty: "<source>_to_<target>"
  std::string source;
  std::string target;
  Rule rule;
  Distribution weight = Constant{0};       // in the unit of the target's port
  Distribution delay_ms = Constant{0};     // drawn delays are rounded to `delay_resolution`, at least one of it
  Duration delay_resolution{100'000'000};  // 0.1 ms; a constant delay is never rounded
  std::string port;                        // empty: the target model's first
  bool autapses = true;
  bool multapses = true;
  std::optional<WeightGrid> weight_grid = {};  // `weight`, or the edges' own, before the target sees them
  std::optional<PlasticitySpec> plasticity = {};
  friend bool operator==(const ProjectionSpec&, const ProjectionSpec&) = default;
};

// --- probes -------------------------------------------------------------------------------------------------------
struct SpikeProbe {
  std::string population;
  Range range;
  friend bool operator==(const SpikeProbe&, const SpikeProbe&) = default;
};
struct StateProbe {
  std::string population;
  std::vector<std::uint32_t> neurons;  // empty: all
  std::string variable;
  Time start = kStart;
  Duration interval{0};     // sample at start, start + interval, ...
  std::vector<Time> times;  // or exactly here, ascending; then interval must be 0
  friend bool operator==(const StateProbe&, const StateProbe&) = default;
};

// Weights of a projection, as a spike would find them that arrives just after the sample. Synapses are numbered in the
// order of Simulation::for_each_synapse().
struct WeightProbe {
  std::string projection;
  Range synapses;
  Time start = kStart;
  Duration interval{0};     // sample at start, start + interval, ...
  std::vector<Time> times;  // or exactly here, ascending; then interval must be 0
  friend bool operator==(const WeightProbe&, const WeightProbe&) = default;
};

struct Network {
  std::string name;
  std::vector<PopulationSpec> populations;
  std::vector<SourceSpec> sources;
  std::vector<DriveSpec> drives;
  std::vector<ProjectionSpec> projections;
  std::vector<SpikeProbe> spike_probes;
  std::vector<StateProbe> state_probes;
  std::vector<WeightProbe> weight_probes;
  friend bool operator==(const Network&, const Network&) = default;
};

}  // namespace volley
