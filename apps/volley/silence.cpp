#include "apps/volley/silence.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "apps/volley/values.h"

namespace volley::app {
namespace {

// The value of a parameter that is the same for all neurons of `population`, given or default.
std::optional<double> uniform_parameter(const PopulationSpec& population, const ModelInfo& model,
                                        std::string_view name) {
  const auto given = population.parameters.find(std::string(name));
  if (given != population.parameters.end()) {
    if (const double* value = std::get_if<double>(&given->second)) return *value;
    return std::nullopt;
  }
  const auto known = std::find_if(model.parameters.begin(), model.parameters.end(),
                                  [&](const ParameterInfo& parameter) { return parameter.name == name; });
  if (known == model.parameters.end() || std::isnan(known->default_value)) return std::nullopt;
  return known->default_value;
}

// The highest rate of a drive during [0, reached).
double peak(const std::vector<Step>& steps, Duration reached) {
  double highest = 0;
  for (const Step& step : steps) {
    if (step.since < kStart + reached) highest = std::max(highest, step.value);
  }
  return highest;
}

// For a leaky neuron with delta synapses, dV/dt = -(V - rest)/tau + input, the mean depolarisation that its drives can
// hold is tau * rate * weight, plus the constant i_e: as a sentence on how much of the way to threshold that is.
std::string mean_drive(const Network& network, const PopulationSpec& population, const ModelInfo& model,
                       Duration reached) {
  if (population.model != "lif_delta") return {};
  const auto tau_ms = uniform_parameter(population, model, "tau_m"),
             rest = uniform_parameter(population, model, "v_rest"),
             threshold = uniform_parameter(population, model, "v_threshold"),
             constant = uniform_parameter(population, model, "i_e");
  if (!tau_ms || !rest || !threshold || *threshold <= *rest) return {};
  double depolarisation = constant.value_or(0);
  for (const DriveSpec& drive : network.drives) {
    if (drive.population != population.name) continue;
    if (const auto* poisson = std::get_if<PoissonDrive>(&drive.kind)) {
      depolarisation += *tau_ms * 1e-3 * peak(poisson->rate_hz, reached) * poisson->weight;
    } else if (const auto* current = std::get_if<CurrentDrive>(&drive.kind)) {
      depolarisation += peak(current->amplitude, reached);
    } else if (const auto* noise = std::get_if<NoiseDrive>(&drive.kind)) {
      depolarisation += noise->mean;
    }
  }
  return absl::StrCat("its mean drive reaches ", short_number(100 * depolarisation / (*threshold - *rest)),
                      "% of the way to threshold (", short_number(depolarisation), " of ",
                      short_number(*threshold - *rest), " mV)");
}

// Names of what projects to `population`; those that stayed silent apart.
std::string inputs_sentence(const Network& network, const std::vector<SessionPopulation>& populations,
                            const std::string& population) {
  std::vector<std::string> silent, active;
  for (const ProjectionSpec& projection : network.projections) {
    if (projection.target != population) continue;
    const auto source = std::find_if(populations.begin(), populations.end(), [&](const SessionPopulation& entry) {
      return entry.counters.name == projection.source;
    });
    const bool fired = source != populations.end() && source->firing.spikes > 0;
    std::vector<std::string>& names = fired ? active : silent;
    if (std::find(names.begin(), names.end(), projection.source) == names.end()) names.push_back(projection.source);
  }
  if (silent.empty() && active.empty()) return "no projection ends on it";
  if (active.empty()) return absl::StrCat("what projects to it was silent too (", absl::StrJoin(silent, ", "), ")");
  return absl::StrCat("it hears ", absl::StrJoin(active, ", "),
                      silent.empty() ? "" : absl::StrCat("; ", absl::StrJoin(silent, ", "), " silent too"));
}

std::string explain(const Network& network, const ModelCatalog& models,
                    const std::vector<SessionPopulation>& populations, const SessionPopulation& entry,
                    const PopulationSpec& population, Duration reached) {
  const SliceCounters& counts = entry.counters.counts;
  std::vector<std::string> facts;
  const bool has_drive = std::any_of(network.drives.begin(), network.drives.end(),
                                     [&](const DriveSpec& drive) { return drive.population == population.name; });
  facts.push_back(inputs_sentence(network, populations, population.name));
  if (!has_drive) facts.push_back("no drive belongs to it");
  if (counts.synaptic_events + counts.external_events > 0) {
    facts.push_back(absl::StrCat(with_commas(counts.synaptic_events), " synaptic events and ",
                                 with_commas(counts.external_events), " spikes of drives arrived"));
  }
  const ModelType* model = models.find(population.model);
  if (model != nullptr) {
    const std::string drive = mean_drive(network, population, model->info(), reached);
    if (!drive.empty()) facts.push_back(drive);
  }
  const bool heard = has_drive || counts.synaptic_events > 0;
  return absl::StrCat("no spikes in population ", population.name, ": ", absl::StrJoin(facts, "; "),
                      heard ? "; raise weights or rates, or lower the threshold"
                            : "; add a drive, or a projection from something that fires");
}

}  // namespace

std::vector<std::string> explain_silence(const Network& network, const ModelCatalog& models,
                                         const std::vector<SessionPopulation>& populations, Duration reached) {
  std::vector<std::string> reasons;
  for (std::size_t i = 0; i < network.populations.size() && i < populations.size(); ++i) {
    const SessionPopulation& entry = populations[i];
    if (entry.firing.spikes > 0 || entry.replayed || entry.counters.size == 0) continue;
    reasons.push_back(explain(network, models, populations, entry, network.populations[i], reached));
  }
  return reasons;
}

}  // namespace volley::app
