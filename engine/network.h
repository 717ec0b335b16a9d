// A network as a plain value: what exists, how it is connected, what drives it, what is observed.
//
// Everything that can be read from a file becomes one of these, and everything that runs starts from one. Nothing here
// is checked: `build()` (engine/simulation.h) validates the whole value and lists every problem at once.
#pragma once

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
};
struct Uniform {  // [low, high)
  double low = 0, high = 1;
};
struct Normal {
  double mean = 0, sd = 1;
};
struct ClippedNormal {  // redrawn until it falls into [low, high]
  double mean = 0, sd = 1, low = 0, high = 0;
};
struct Lognormal {  // exp(Normal(mu, sigma))
  double mu = 0, sigma = 1;
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
};

// A contiguous part [first, first + count) of a population; count empty: up to its end.
struct Range {
  std::uint32_t first = 0;
  std::optional<std::uint32_t> count;
};

// --- sources: spikes from outside, known in advance; addressed by projections like a population ---------------------
// From `since` on the value holds until the next entry's time. Before the first entry the value is 0.
struct Step {
  Time since;
  double value = 0;
};

struct PoissonSource {
  std::vector<Step> rate_hz;
};
struct RegularSource {
  Time start = kStart;
  Duration interval{0};
  std::optional<std::uint64_t> count;  // spikes per neuron; empty: without end
};
struct SpikeListSource {
  std::vector<std::pair<Time, std::uint32_t>> spikes;  // (time, neuron), in any order
  std::string origin;                                  // the file they came from, for messages
};
struct SourceSpec {
  std::string name;
  std::uint32_t size = 0;
  std::vector<std::uint32_t> shape;
  std::variant<PoissonSource, RegularSource, SpikeListSource> kind;
};

// --- drives: input that belongs to the neurons of one population and is not recorded as spikes ---------------------
struct PoissonDrive {  // an independent Poisson train for every neuron
  std::vector<Step> rate_hz;
  double weight = 0;
  std::string port;  // empty: the model's first
};
struct CurrentDrive {  // the same piecewise constant current into every neuron, in the model's current unit
  std::vector<Step> amplitude;
};
struct NoiseDrive {  // a normal current, drawn anew for every neuron at every multiple of `interval`
  double mean = 0, sd = 1;
  Duration interval{0};
};
struct DriveSpec {
  std::string name;
  std::string population;
  Range range;
  std::variant<PoissonDrive, CurrentDrive, NoiseDrive> kind;
};

// --- projections --------------------------------------------------------------------------------------------------
struct AllToAll {};
struct OneToOne {};
struct FixedIndegree {
  std::uint32_t indegree = 0;
};
struct FixedOutdegree {
  std::uint32_t outdegree = 0;
};
struct PairwiseBernoulli {
  double probability = 0;
};
struct FixedTotal {
  std::uint64_t count = 0;
};
struct Edge {
  std::uint32_t source = 0, target = 0;
  float weight = 0;
  Duration delay{0};
};
struct Explicit {  // weights and delays are the edges' own
  std::vector<Edge> edges;
  std::string origin;
};
using Rule = std::variant<AllToAll, OneToOne, FixedIndegree, FixedOutdegree, PairwiseBernoulli, FixedTotal, Explicit>;

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
};

// --- probes -------------------------------------------------------------------------------------------------------
struct SpikeProbe {
  std::string population;
  Range range;
};
struct StateProbe {
  std::string population;
  std::vector<std::uint32_t> neurons;  // empty: all
  std::string variable;
  Time start = kStart;
  Duration interval{0};     // sample at start, start + interval, ...
  std::vector<Time> times;  // or exactly here, ascending; then interval must be 0
};

struct Network {
  std::string name;
  std::vector<PopulationSpec> populations;
  std::vector<SourceSpec> sources;
  std::vector<DriveSpec> drives;
  std::vector<ProjectionSpec> projections;
  std::vector<SpikeProbe> spike_probes;
  std::vector<StateProbe> state_probes;
};

}  // namespace volley
