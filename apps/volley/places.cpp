#include "apps/volley/places.h"

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

}  // namespace

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

absl::StatusOr<hardware::Placement> place(const std::string& method, const hardware::Wiring& wiring,
                                          const hardware::Chip& chip, const std::vector<double>& rates,
                                          std::uint64_t seed) {
  if (method == "sequential") return hardware::place_sequential(wiring, chip);
  if (method == "balanced") return hardware::place_balanced(wiring, chip);
  if (method == "traffic") return hardware::place_by_traffic(wiring, chip, rates, seed);
  const std::string ending = ending_of(method);
  if (ending != "yaml" && ending != "yml") {
    return usage_error(absl::StrCat("--placement ", method,
                                    ": must be sequential, balanced, traffic, or the path of a placement that ends in "
                                    ".yaml"));
  }
  const auto text = io::read_file_bytes(method);
  if (!text.ok()) return unreadable(text.status());
  return hardware::parse_placement(*text, method, wiring, chip);
}

std::string placement_map(const hardware::Wiring& wiring, const hardware::Chip& chip,
                          const hardware::Placement& placement) {
  const std::vector<hardware::CoreUse> cores = hardware::core_use(wiring, chip, placement);
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
    if (resource == hardware::Resource::kMemory && !wiring.formats_known) {
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

}  // namespace volley::app
