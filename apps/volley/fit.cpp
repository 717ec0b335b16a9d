#include "apps/volley/fit.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "apps/volley/chip_choice.h"
#include "apps/volley/load.h"
#include "apps/volley/status.h"
#include "apps/volley/values.h"
#include "engine/simulation.h"
#include "hardware/capacity.h"
#include "hardware/place.h"
#include "io/file_bytes.h"
#include "io/recording.h"

namespace volley::app {
namespace {

constexpr Duration kUsualStep{1'000'000'000};  // Loihi's networks usually advance 1 ms a step
constexpr std::array kResources{hardware::Resource::kCompartments, hardware::Resource::kMemory,
                                hardware::Resource::kInputAxons, hardware::Resource::kOutputAxons};

// Spikes per second of every neuron of a recorded run. A population whose spikes were not recorded has its mean rate.
absl::StatusOr<std::vector<double>> recorded_rates(const std::string& path, const Network& network) {
  const auto recording = io::Recording::open(path);
  if (!recording.ok()) return unreadable(recording.status());
  const io::RecordingInfo& info = recording->info();
  const double seconds = info.reached_ms / 1000;
  if (!info.is_volley || seconds <= 0) {
    return absl::DataLossError(
        absl::StrCat(path, ": says not how long it ran; --rates needs a recording of volley run -o"));
  }
  std::vector<double> rates;
  for (const PopulationSpec& population : network.populations) {
    const auto found = std::find_if(info.populations.begin(), info.populations.end(),
                                    [&](const PopulationCounters& entry) { return entry.name == population.name; });
    if (found == info.populations.end() || found->size != population.size) {
      return usage_error(absl::StrCat("--rates ", path, ": holds no population ", population.name, " of ",
                                      population.size, " neurons; give a recording of this network"));
    }
    const std::size_t first = rates.size();
    if (!info.recorded_spikes.contains(population.name)) {
      rates.resize(first + population.size, static_cast<double>(found->counts.spikes) / population.size / seconds);
      continue;
    }
    rates.resize(first + population.size, 0);
    const auto spikes = recording->spikes(population.name);
    if (!spikes.ok()) return unreadable(spikes.status());
    for (const auto& [at, neuron] : *spikes) {
      if (neuron < population.size) rates[first + neuron] += 1 / seconds;
    }
  }
  return rates;
}

absl::StatusOr<std::vector<double>> rates_of(const std::string& text, const Network& network) {
  std::size_t neurons = 0;
  for (const PopulationSpec& population : network.populations) neurons += population.size;
  if (text.empty()) return std::vector<double>(neurons, 1);
  const std::string ending = ending_of(text);
  if (ending == "h5" || ending == "hdf5") return recorded_rates(text, network);
  std::string_view number = text;
  if (number.ends_with("Hz")) number.remove_suffix(2);
  while (number.ends_with(' ')) number.remove_suffix(1);
  double hz = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), hz);
  if (error != std::errc() || end != number.data() + number.size() || !std::isfinite(hz) || hz < 0) {
    return usage_error(absl::StrCat(
        "--rates ", text, ": must be a rate of at least 0 in Hz, such as 10 Hz, or a recording, such as run.h5"));
  }
  return std::vector<double>(neurons, hz);
}

absl::StatusOr<hardware::Placement> place(const FitRequest& request, const hardware::Wiring& wiring,
                                          const hardware::Chip& chip, const std::vector<double>& rates,
                                          std::uint64_t seed) {
  if (request.placement == "sequential") return hardware::place_sequential(wiring, chip);
  if (request.placement == "balanced") return hardware::place_balanced(wiring, chip);
  if (request.placement == "traffic") return hardware::place_by_traffic(wiring, chip, rates, seed);
  const std::string ending = ending_of(request.placement);
  if (ending != "yaml" && ending != "yml") {
    return usage_error(absl::StrCat("--placement ", request.placement,
                                    ": must be sequential, balanced, traffic, or the path of a placement that ends in "
                                    ".yaml"));
  }
  const auto text = io::read_file_bytes(request.placement);
  if (!text.ok()) return unreadable(text.status());
  return hardware::parse_placement(*text, request.placement, wiring, chip);
}

// How full a core is: the fullest of its limits. Empty when none is known.
std::optional<double> fill_of(const hardware::CoreUse& use, const hardware::Limits& limits) {
  std::optional<double> fullest;
  for (const hardware::Resource resource : kResources) {
    const auto& limit = hardware::limit_of(limits, resource);
    if (!limit || limit->value == 0) continue;
    const double part = static_cast<double>(hardware::value_of(use, resource)) / static_cast<double>(limit->value);
    fullest = std::max(fullest.value_or(0), part);
  }
  return fullest;
}

std::string cell_of(const hardware::CoreUse& use, const hardware::Limits& limits) {
  if (use.compartments == 0) return "  -";
  const auto fill = fill_of(use, limits);
  return fill ? absl::StrFormat("%3.0f", std::ceil(100 * *fill)) : "  ?";
}

std::string map_of(const std::vector<hardware::CoreUse>& cores, const hardware::Chip& chip, bool formats_known) {
  const hardware::Mesh& mesh = chip.mesh;
  std::string text = "fill of every core in %, by its fullest limit; one bracket a tile, - is empty\n";
  for (std::uint32_t y = 0; y < mesh.height; ++y) {
    for (std::uint32_t x = 0; x < mesh.width; ++x) {
      const std::uint32_t first = mesh.tile_at({x, y}) * mesh.cores_per_tile;
      absl::StrAppend(&text, x > 0 ? " [" : "[");
      for (std::uint32_t core = first; core < first + mesh.cores_per_tile; ++core) {
        absl::StrAppend(&text, core > first ? " " : "", cell_of(cores[core], chip.limits));
      }
      absl::StrAppend(&text, "]");
    }
    absl::StrAppend(&text, "\n");
  }
  std::vector<std::vector<std::string>> rows{{"limit", "fullest core", "holds", "of", ""}};
  for (const hardware::Resource resource : kResources) {
    if (resource == hardware::Resource::kMemory && !formats_known) {
      rows.push_back({std::string(hardware::name_of(resource)), "-", "not known", "", ""});
      continue;
    }
    const auto most = std::max_element(cores.begin(), cores.end(), [&](const auto& a, const auto& b) {
      return hardware::value_of(a, resource) < hardware::value_of(b, resource);
    });
    const std::uint64_t value = hardware::value_of(*most, resource);
    const auto& limit = hardware::limit_of(chip.limits, resource);
    rows.push_back({std::string(hardware::name_of(resource)), absl::StrCat(most - cores.begin()), with_commas(value),
                    limit ? with_commas(limit->value) : "unset",
                    limit && limit->value > 0 ? absl::StrFormat("%.1f%%", 100.0 * static_cast<double>(value) /
                                                                              static_cast<double>(limit->value))
                                              : ""});
  }
  return absl::StrCat(text, align(rows, "lrrrr"));
}

}  // namespace

absl::StatusOr<FitResult> fit(const FitRequest& request, const io::RunPlan& plan, const ModelCatalog& models) {
  const auto chip = choose_chip("--chip", request.chip);
  if (!chip.ok()) return chip.status();
  const auto rates = rates_of(request.rates, plan.network);
  if (!rates.ok()) return rates.status();
  const auto simulation = build(plan.network, models, {.seed = plan.seed});
  if (!simulation.ok()) return simulation.status();
  const Duration step = request.step.value_or(kUsualStep);
  const hardware::Wiring wiring = hardware::make_wiring(*simulation, *chip, step);

  FitResult result{.chip = chip->name, .method = request.placement, .cores = chip->mesh.core_count()};
  result.problems = hardware::missing_features(plan.network, wiring, *chip);
  result.notes = hardware::unchecked(wiring, *chip);
  const auto placement = place(request, wiring, *chip, *rates, plan.seed);
  if (placement.status().code() == absl::StatusCode::kResourceExhausted) {
    result.problems.emplace_back(placement.status().message());
    return result;
  }
  if (!placement.ok()) return placement.status();
  for (std::string& problem : hardware::check_placement(wiring, *chip, *placement)) {
    result.problems.push_back(std::move(problem));
  }
  result.map = map_of(hardware::core_use(wiring, *chip, *placement), *chip, wiring.formats_known);
  result.placement = hardware::placement_yaml(*placement, wiring, chip->name);
  result.cores_used = hardware::cores_used(*placement);
  result.spike_hops_per_second = hardware::spike_hops(wiring, chip->mesh, *placement, *rates);
  if (request.save.empty()) return result;
  std::ofstream file(request.save);
  file << result.placement;
  if (!file.flush())
    return usage_error(absl::StrCat("--save-placement ", request.save, ": cannot be written; check the path"));
  return result;
}

std::string text_of(const FitResult& result) {
  std::string text;
  for (const std::string& note : result.notes) absl::StrAppend(&text, "note: ", note, "\n");
  if (!result.map.empty()) {
    absl::StrAppend(&text, "placement ", result.method, ": ", result.cores_used, " of ", result.cores, " cores, ",
                    short_number(result.spike_hops_per_second), " spike-hops per second at the given rates\n",
                    result.map);
  }
  absl::StrAppend(&text, result.problems.empty() ? "fits on " : "does not fit on ", result.chip,
                  result.problems.empty() && !result.notes.empty() ? ", with the notes above" : "", "\n");
  return text;
}

}  // namespace volley::app
