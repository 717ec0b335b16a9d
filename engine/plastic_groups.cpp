#include "engine/plastic_groups.h"

#include "engine/resolve.h"

namespace volley {

void PlasticGroups::modulated_by(std::span<const Spike> spikes) {
  for (const ModulatorPath& path : modulators) {
    for (const Spike& spike : spikes) {
      if (spike.population == path.source) synapses[path.group]->modulate(spike.at + path.delay, path.strength);
    }
  }
}

std::size_t PlasticGroups::bytes() const {
  std::size_t bytes = 0;
  for (const auto& s : synapses) bytes += s == nullptr ? 0 : s->bytes();
  return bytes;
}

absl::StatusOr<std::unique_ptr<PlasticSynapses>> make_plastic(const ConnectRequest& request,
                                                              const PopulationSpec& target, const ModelCatalog& models,
                                                              SynapseGroup& group) {
  const RuleType& rule = *models.find_rule(request.spec->plasticity->rule);
  // Every synapse has a weight of its own, also where all begin alike.
  if (group.weight.empty()) group.weight.assign(group.target.size(), static_cast<float>(group.uniform_weight));
  return rule.make({request.spec, &target, &models.find(target.model)->info(), request.projection, request.first,
                    request.count, request.seed, resolve_rule(request.spec->plasticity->parameters, rule.info())},
                   group);
}

void advance_learning(PlasticGroups& learning, Slice& slice, Window window, std::span<const Arrival> due,
                      std::span<SynapseGroup> groups, std::vector<Spike>& fired) {
  Time begin = window.begin;
  std::size_t first = 0, next = 0;
  while (next < due.size()) {
    const Time at = due[next].at;
    std::size_t end = next;
    bool again = false;  // an arrival of this instant reaches synapses for the second time since `begin`
    for (; end < due.size() && due[end].at == at; ++end) {
      const auto& synapses = learning.synapses[due[end].group];
      if (synapses == nullptr) continue;
      const Time last = synapses->last_delivery(due[end]);
      again |= last >= begin && last < at;
    }
    if (again) {
      slice.advance({begin, at}, due.subspan(first, next - first), groups, fired);
      begin = at;
      first = next;
    }
    for (; next < end; ++next) {
      if (const auto& synapses = learning.synapses[due[next].group])
        synapses->deliver(due[next], groups[due[next].group]);
    }
  }
  slice.advance({begin, window.end}, due.subspan(first), groups, fired);
}

}  // namespace volley
