// The sections of a description, each read into its part of the network. Call them in this order: later sections refer
// to earlier ones. All problems go into the reader; a part that has one is left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/yaml/reader.h"
#include "io/yaml/values.h"

namespace volley::io::yaml {

// Named numbers, each an expression of earlier ones if it likes -> reader.parameters.
void read_parameters(Reader& reader, const Node& section);

// populations: {name: {model, size, shape, draws, params}} -> network.populations, endpoints.
void read_populations(Reader& reader, const Node& section);

// sources: {name: {size, shape, poisson | regular | spikes}} -> network.sources, endpoints.
void read_sources(Reader& reader, const Node& section);

// drives: {name: {population, range, poisson | current | noise}} -> network.drives.
void read_drives(Reader& reader, const Node& section);

// projections: [{name, from, to, where, rule, weight, delay, ...}] -> network.projections.
void read_projections(Reader& reader, const Node& section);

// probes: [{spikes: ...} | {state: ...} | {weights: ...}] -> network.spike_probes, state_probes, weight_probes.
void read_probes(Reader& reader, const Node& section);

// readout: {population, start, window, labels} -> plan.readout.
void read_readout(Reader& reader, const Node& section);

// The `params` and `draws` of one population; defaults of the model are filled in.
void read_population_parameters(Reader& reader, const Fields& population, const ModelInfo& model, PopulationSpec& spec);

// False and a problem at `node` if a rate is negative.
bool check_rates(Reader& reader, const Node& node, const std::vector<Step>& rates);

// A rule that is no list of edges, from a word or a one-key map.
std::optional<Rule> read_rule(const Values& values, const Node& node);

// `edges`: [[source, target, weight, delay], ...] or {file: x.csv}.
std::optional<Explicit> read_edges(const Values& values, const Node& node, const Endpoint& from, const Endpoint& to,
                                   const WantedUnit& weight_unit);

// How a projection learns; `weight_unit`: of its port. Defaults of the rule are filled in.
std::optional<PlasticitySpec> read_plasticity(const Values& values, const Node& node, std::string_view weight_unit);

struct Size {
  std::uint32_t size = 0;
  std::vector<std::uint32_t> shape;
};
// `size`, `shape` or both of a population or source; 0 if an expression of unknown `parameters` gives it.
std::optional<Size> read_size(const Values& values, const Fields& fields);

// The port called by `node`, or the model's first if it is null.
const PortInfo* read_port(Reader& reader, const Node* node, const Node& owner, const ModelInfo& model);

// The names in a scalar or a list of scalars; a name that stands twice is a problem. Empty after a problem.
std::vector<const Node*> read_names(Reader& reader, const Node& node);

}  // namespace volley::io::yaml
