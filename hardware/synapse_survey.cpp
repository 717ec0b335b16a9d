#include "hardware/synapse_survey.h"

#include <algorithm>
#include <string>

#include "engine/connect.h"

namespace volley::hardware {
namespace {

constexpr std::uint32_t kSlice = 65536;

struct Place {
  std::uint32_t index = 0, size = 0;
};

Place place_of(const Network& network, const std::string& name) {
  std::uint32_t index = 0;
  for (const PopulationSpec& population : network.populations) {
    if (population.name == name) return {index, population.size};
    ++index;
  }
  for (const SourceSpec& source : network.sources) {
    if (source.name == name) return {index, source.size};
    ++index;
  }
  return {};
}

void add(const SynapseGroup& group, std::uint32_t first, ProjectionSurvey& survey, std::vector<InputSum>& sums) {
  for (std::size_t i = 0; i < group.target.size(); ++i) {
    const double weight = group.weight.empty() ? group.uniform_weight : static_cast<double>(group.weight[i]);
    InputSum& sum = sums[first + group.target[i]];
    (weight < 0 ? sum.inhibition : sum.excitation) += weight;
  }
  if (group.weight.empty() && !group.target.empty()) {
    survey.weights.assign(1, static_cast<float>(group.uniform_weight));
  } else {
    survey.weights.insert(survey.weights.end(), group.weight.begin(), group.weight.end());
  }
  const auto note = [&](Duration delay) {
    if (survey.synapses == 0) survey.shortest = survey.longest = delay;
    survey.shortest = std::min(survey.shortest, delay);
    survey.longest = std::max(survey.longest, delay);
    ++survey.synapses;
  };
  if (group.delay_step.empty()) {
    if (group.target.empty()) return;
    note(group.delay);
    survey.synapses += group.target.size() - 1;
  }
  for (const std::uint16_t step : group.delay_step) note(step * group.delay_resolution);
}

}  // namespace

absl::StatusOr<ProjectionSurvey> survey(const Network& network, std::uint32_t index, std::uint64_t seed,
                                        std::vector<InputSum>& sums) {
  const ProjectionSpec& spec = network.projections[index];
  const Place source = place_of(network, spec.source), target = place_of(network, spec.target);
  ProjectionSurvey result;
  for (std::uint32_t first = 0; first < target.size; first += kSlice) {
    ConnectRequest request;
    request.spec = &spec;
    request.projection = index;
    request.source = PopulationId{source.index};
    request.source_size = source.size;
    request.same_population = spec.source == spec.target;
    request.target_size = target.size;
    request.first = first;
    request.count = std::min(kSlice, target.size - first);
    request.seed = seed;
    const auto group = connect(request);
    if (!group.ok()) return group.status();
    add(*group, first, result, sums);
  }
  return result;
}

}  // namespace volley::hardware
