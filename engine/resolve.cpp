#include "engine/resolve.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "engine/parameter_check.h"
#include "engine/random.h"

namespace volley {
namespace {

std::vector<double> values_for(const Parameter& parameter, const std::string& population, const std::string& name,
                               std::uint32_t first, std::uint32_t count, std::uint64_t seed) {
  if (const auto* value = std::get_if<double>(&parameter)) return {*value};
  if (const auto* list = std::get_if<std::vector<double>>(&parameter)) {
    return {list->begin() + first, list->begin() + first + count};
  }
  const auto& distribution = std::get<Distribution>(parameter);
  if (const auto* constant = std::get_if<Constant>(&distribution)) return {constant->value};
  std::vector<double> values(count);
  const StreamKey key{seed, Purpose::kParameter, hash_name(population + "." + name)};
  for (std::uint32_t i = 0; i < count; ++i) values[i] = RandomStream(key, first + i).next(distribution);
  return values;
}

// Position of the given word among the choices; the first if none is given.
std::size_t choice_of(const OptionInfo& info, const Parameters& given) {
  const auto found = given.find(info.name);
  if (found == given.end()) return 0;
  const auto word = std::find(info.choices.begin(), info.choices.end(), std::get<std::string>(found->second));
  return static_cast<std::size_t>(word - info.choices.begin());
}

}  // namespace

SliceRequest resolve_slice(const Network& network, PopulationId id, const ModelInfo& model, std::uint32_t first,
                           std::uint32_t count, std::uint64_t seed) {
  const PopulationSpec& spec = network.populations[index_of(id)];
  SliceRequest request{&spec, id, first, count, seed, {}, {}, 0};
  for (const ParameterInfo& info : model.parameters) {
    const auto given = spec.parameters.find(info.name);
    const Parameter value = given == spec.parameters.end() ? Parameter{info.default_value} : given->second;
    request.parameters.set(info.name, values_for(value, spec.name, info.name, first, count, seed));
  }
  for (const OptionInfo& info : model.options) {
    request.parameters.set_option(info.name, choice_of(info, spec.parameters));
  }
  for (const ProjectionSpec& projection : network.projections) {
    if (projection.target == spec.name) request.ports_used |= 1u << port_of(model, projection.port);
  }
  for (std::uint32_t d = 0; d < network.drives.size(); ++d) {
    const DriveSpec& drive = network.drives[d];
    if (drive.population != spec.name) continue;
    const std::uint32_t drive_end = drive.range.count ? drive.range.first + *drive.range.count : spec.size;
    const std::uint32_t begin = std::max(first, drive.range.first);
    const std::uint32_t end = std::min(first + count, drive_end);
    if (begin >= end) continue;
    const auto* poisson = std::get_if<PoissonDrive>(&drive.kind);
    const Port port = poisson ? port_of(model, poisson->port) : Port{0};
    if (poisson != nullptr) request.ports_used |= 1u << port;
    request.drives.push_back({&drive, d, begin - first, end - first, port});
  }
  return request;
}

ResolvedParameters resolve_rule(const Parameters& given, const RuleInfo& rule) {
  ResolvedParameters parameters;
  for (const ParameterInfo& info : rule.parameters) {
    const auto found = given.find(info.name);
    parameters.set(info.name, {found == given.end() ? info.default_value : std::get<double>(found->second)});
  }
  for (const OptionInfo& info : rule.options) {
    if (!info.choices.empty()) {
      parameters.set_option(info.name, choice_of(info, given));
      continue;
    }
    const auto found = given.find(info.name);
    parameters.set_text(info.name, found == given.end() ? "" : std::get<std::string>(found->second));
  }
  return parameters;
}

std::vector<std::string> draw_problems(const SliceRequest& request, const ModelInfo& model) {
  std::vector<std::string> problems;
  for (const ParameterInfo& info : model.parameters) {
    const auto given = request.spec->parameters.find(info.name);
    if (given == request.spec->parameters.end() || !std::holds_alternative<Distribution>(given->second)) continue;
    for (std::uint32_t i = 0; i < request.count; ++i) {
      if (bound_problem(info, request.parameters.at(info.name, i)).empty()) continue;
      problems.push_back(absl::StrFormat("population %s: neuron %d drew %s; narrow or clip the distribution",
                                         request.spec->name, request.first + i,
                                         bound_problem(info, request.parameters.at(info.name, i))));
      break;
    }
  }
  return problems;
}

Port port_of(const ModelInfo& model, const std::string& name) {
  if (name.empty()) return 0;
  const auto port =
      std::find_if(model.ports.begin(), model.ports.end(), [&](const PortInfo& p) { return p.name == name; });
  return static_cast<Port>(port - model.ports.begin());
}

}  // namespace volley
