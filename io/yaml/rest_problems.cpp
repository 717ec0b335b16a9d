#include "io/yaml/rest_problems.h"

#include <vector>

#include "engine/connect.h"
#include "engine/validate.h"
#include "io/placed.h"

namespace volley::io::yaml {

std::string problems_of_the_rest(const Reader& reader) {
  if (!reader.parameters_known || reader.plan.network.populations.empty()) return "";
  Network network = reader.plan.network;
  absl::flat_hash_set<std::string> populations, endpoints, projections;
  for (const PopulationSpec& population : network.populations) populations.insert(population.name);
  endpoints = populations;
  for (const SourceSpec& source : network.sources) endpoints.insert(source.name);
  std::erase_if(network.drives, [&](const DriveSpec& drive) { return !populations.contains(drive.population); });
  std::erase_if(network.projections, [&](const ProjectionSpec& projection) {
    return !endpoints.contains(projection.source) || !populations.contains(projection.target);
  });
  for (ProjectionSpec& projection : network.projections) {
    projections.insert(projection_name(projection));
    if (!projection.plasticity) continue;
    std::erase_if(projection.plasticity->modulators,
                  [&](const Modulator& modulator) { return !endpoints.contains(modulator.source); });
  }
  std::erase_if(network.spike_probes, [&](const SpikeProbe& probe) { return !endpoints.contains(probe.population); });
  std::erase_if(network.state_probes, [&](const StateProbe& probe) { return !populations.contains(probe.population); });
  std::erase_if(network.weight_probes,
                [&](const WeightProbe& probe) { return !projections.contains(probe.projection); });
  std::string text;
  for (const std::string& problem : problems_of(network, reader.catalog)) {
    text += (text.empty() ? "" : "\n") + placed(problem, reader.plan);
  }
  return text;
}

}  // namespace volley::io::yaml
