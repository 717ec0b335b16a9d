#include "hardware/step_grid.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>

namespace volley::hardware {
namespace {

bool is_whole(Duration d, Duration step) { return d % step == Duration{0}; }

bool fires_on_steps(const SourceSpec& source, Duration step) {
  if (const auto* list = std::get_if<SpikeListSource>(&source.kind)) {
    return std::all_of(list->spikes.begin(), list->spikes.end(),
                       [&](const auto& spike) { return is_whole(spike.first - kStart, step); });
  }
  if (const auto* regular = std::get_if<RegularSource>(&source.kind)) {
    return is_whole(regular->start - kStart, step) && is_whole(regular->interval, step);
  }
  return false;
}

bool takes_whole_steps(const ProjectionSpec& spec, Duration step) {
  if (const auto* edges = std::get_if<Explicit>(&spec.rule)) {
    return std::all_of(edges->edges.begin(), edges->edges.end(),
                       [&](const Edge& edge) { return is_whole(edge.delay, step); });
  }
  if (const auto* constant = std::get_if<Constant>(&spec.delay_ms)) {
    return is_whole(duration_from_ms(constant->value), step);
  }
  return is_whole(spec.delay_resolution, step);
}

}  // namespace

std::vector<bool> hears_on_steps(const Network& network, Duration step, const std::vector<bool>& fires_by_itself) {
  std::map<std::string, std::size_t> place;  // of populations
  for (std::size_t p = 0; p < network.populations.size(); ++p) place[network.populations[p].name] = p;
  std::map<std::string, bool> source_on_steps;
  for (const SourceSpec& source : network.sources) source_on_steps[source.name] = fires_on_steps(source, step);

  std::vector<bool> hears(network.populations.size(), true);
  for (const DriveSpec& drive : network.drives) {
    // Currents are known to `fires_by_itself`.
    if (!std::holds_alternative<CurrentDrive>(drive.kind)) hears[place.at(drive.population)] = false;
  }
  // Once a population is found not to, so are those that it reaches.
  for (bool changed = true; changed;) {
    changed = false;
    for (const ProjectionSpec& spec : network.projections) {
      const std::size_t target = place.at(spec.target);
      if (!hears[target]) continue;
      const auto source = source_on_steps.find(spec.source);
      const bool on_steps = source != source_on_steps.end()
                                ? source->second
                                : hears[place.at(spec.source)] && !fires_by_itself[place.at(spec.source)];
      if (on_steps && takes_whole_steps(spec, step)) continue;
      hears[target] = false;
      changed = true;
    }
  }
  return hears;
}

}  // namespace volley::hardware
