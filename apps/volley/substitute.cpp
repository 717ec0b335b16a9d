#include "apps/volley/substitute.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "apps/volley/recorded_model.h"
#include "apps/volley/status.h"
#include "apps/volley/values.h"
#include "engine/did_you_mean.h"

namespace volley::app {
namespace {

template <class Specs>
auto* named(Specs& specs, std::string_view name) {
  const auto found = std::find_if(specs.begin(), specs.end(), [&](const auto& spec) { return spec.name == name; });
  return found == specs.end() ? nullptr : &*found;
}

std::vector<std::string> recorded_names(const io::Recording& recording) {
  std::vector<std::string> names;
  for (const auto& [name, count] : recording.info().recorded_spikes) names.push_back(name);
  return names;
}

absl::StatusOr<std::vector<std::string>> names_to_replace(const io::Recording& recording,
                                                          const std::vector<std::string>& chosen,
                                                          const Network& network) {
  std::vector<std::string> there;
  for (const PopulationSpec& population : network.populations) there.push_back(population.name);
  for (const SourceSpec& source : network.sources) there.push_back(source.name);
  const std::vector<std::string> recorded = recorded_names(recording);
  for (const std::string& name : chosen) {
    if (std::find(recorded.begin(), recorded.end(), name) == recorded.end()) {
      return usage_error(absl::StrCat("--population ", name, ": not in the recording; ", did_you_mean(name, recorded)));
    }
    if (std::find(there.begin(), there.end(), name) == there.end()) {
      return usage_error(absl::StrCat("--population ", name, ": not in the network; ", did_you_mean(name, there)));
    }
  }
  std::vector<std::string> names;
  for (const std::string& name : there) {
    const std::vector<std::string>& wanted = chosen.empty() ? recorded : chosen;
    if (std::find(wanted.begin(), wanted.end(), name) != wanted.end()) names.push_back(name);
  }
  if (names.empty()) {
    return usage_error(absl::StrCat("the recording has ", absl::StrJoin(recorded, ", "), "; the network has ",
                                    absl::StrJoin(there, ", "),
                                    "; nothing to replay, give one of them the other's name"));
  }
  return names;
}

// What the recording holds of `name`, which must fit into `size` neurons.
absl::StatusOr<io::SpikeList> spikes_of(const io::Recording& recording, const std::string& name, std::uint32_t size,
                                        std::vector<std::string>& notes) {
  auto spikes = recording.spikes(name);
  if (!spikes.ok()) return unreadable(spikes.status());
  std::uint32_t highest = 0;
  for (const auto& [at, neuron] : *spikes) highest = std::max(highest, neuron);
  if (!spikes->empty() && highest >= size) {
    return usage_error(absl::StrCat(name, ": the recording has neuron ", highest, ", the network's has ", size,
                                    " neurons; make it at least ", highest + 1));
  }
  for (const PopulationCounters& entry : recording.info().populations) {
    if (entry.name == name && entry.counts.spikes > spikes->size()) {
      notes.push_back(absl::StrCat(name, ": the recording holds ", with_commas(spikes->size()), " of its ",
                                   with_commas(entry.counts.spikes),
                                   " spikes; the others are missing from this replay"));
    }
  }
  return spikes;
}

void drop_what_ends_on(const std::string& name, Network& network, std::vector<std::string>& notes) {
  std::vector<std::string> dropped;
  for (ProjectionSpec& projection : network.projections) {
    if (projection.target != name) continue;
    dropped.push_back(projection.name.empty() ? absl::StrCat(projection.source, "_to_", name) : projection.name);
    projection.rule = Explicit{};  // keeps its place: that is the identity of its random numbers
  }
  if (!dropped.empty()) {
    notes.push_back(absl::StrCat(name, ": fires as recorded, so projections into it are dropped (",
                                 absl::StrJoin(dropped, ", "), ")"));
  }
  std::erase_if(network.state_probes, [&](const StateProbe& probe) { return probe.population == name; });
  std::erase_if(network.weight_probes, [&](const WeightProbe& probe) {
    return std::find(dropped.begin(), dropped.end(), probe.projection) != dropped.end();
  });
}

}  // namespace

absl::StatusOr<Substitution> substitute(const io::Recording& recording, const std::vector<std::string>& chosen,
                                        Network& network, ModelCatalog& models) {
  const auto names = names_to_replace(recording, chosen, network);
  if (!names.ok()) return names.status();
  Substitution done;
  for (const std::string& name : *names) {
    if (SourceSpec* source = named(network.sources, name)) {
      auto spikes = spikes_of(recording, name, source->size, done.notes);
      if (!spikes.ok()) return spikes.status();
      source->kind = SpikeListSource{*std::move(spikes), "recording"};
      done.sources.push_back(name);
      continue;
    }
    PopulationSpec& population = *named(network.populations, name);
    auto spikes = spikes_of(recording, name, population.size, done.notes);
    if (!spikes.ok()) return spikes.status();
    const ModelType* original = models.find(population.model);
    if (original == nullptr) {
      return usage_error(absl::StrCat("population ", name, ": no model `", population.model, "`; volley list models"));
    }
    const std::string model = absl::StrCat("recorded ", name);
    models.add(recorded_model(model, original->info(), *std::move(spikes)));
    population.model = model;
    population.parameters.clear();
    drop_what_ends_on(name, network, done.notes);
    done.populations.push_back(name);
  }
  if (done.populations.size() == network.populations.size()) {
    return usage_error(absl::StrCat("every population of the network (", absl::StrJoin(done.populations, ", "),
                                    ") would be replaced, and nothing simulated; choose some with --population"));
  }
  return done;
}

}  // namespace volley::app
