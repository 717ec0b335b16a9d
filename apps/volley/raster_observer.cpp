#include "apps/volley/raster_observer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "apps/volley/values.h"
#include "io/ascii_raster.h"

namespace volley::app {
namespace {

constexpr std::size_t kMostSpikes = 1u << 17;
constexpr int kHeight = 22;
constexpr std::uint32_t kDotsPerCell = 4;  // rows of dots in one line of text

void thin(io::SpikeList& spikes, std::uint32_t stride) {
  std::erase_if(spikes, [&](const auto& spike) { return spike.second % stride != 0; });
}

}  // namespace

RasterObserver::RasterObserver(const std::vector<PopulationCounters>& populations) {
  for (const PopulationCounters& entry : populations) {
    populations_.push_back({.name = entry.name, .size = entry.size, .stride = 1, .spikes = {}});
  }
}

absl::Status RasterObserver::on_window(const WindowReport& report) {
  for (const Spike& spike : report.spikes) {
    Kept& kept = populations_[index_of(spike.population)];
    if (spike.neuron % kept.stride != 0) continue;
    kept.spikes.emplace_back(spike.at, spike.neuron);
    while (kept.spikes.size() > kMostSpikes && kept.stride < kept.size) {
      kept.stride *= 2;
      thin(kept.spikes, kept.stride);
    }
  }
  return absl::OkStatus();
}

std::string RasterObserver::draw(Duration reached, unsigned width) const {
  std::vector<Kept> shown;
  std::uint64_t neurons = 0;
  for (const Kept& kept : populations_) {
    if (kept.spikes.empty()) continue;
    shown.push_back(kept);
    neurons += kept.size;
  }
  if (shown.empty() || reached <= Duration{0}) return {};
  const int columns = static_cast<int>(std::clamp(width, 41u, 160u));
  std::vector<std::string> thinned;
  std::vector<io::RasterPopulation> lent;
  for (Kept& kept : shown) {
    // Lines go to populations by size, so this is about how many rows of dots this one gets.
    const std::uint64_t rows =
        std::max<std::uint64_t>(1, std::uint64_t{kHeight - 2} * kept.size / neurons) * kDotsPerCell;
    const std::uint64_t dots = rows * static_cast<std::uint64_t>(columns) * 2;
    while (kept.spikes.size() > dots / 8 && kept.size / kept.stride > rows) {
      kept.stride *= 2;
      thin(kept.spikes, kept.stride);
    }
    for (auto& [at, neuron] : kept.spikes) neuron /= kept.stride;
    if (kept.stride > 1) thinned.push_back(absl::StrCat("1 neuron in ", kept.stride, " of ", kept.name));
    lent.push_back({kept.name, (kept.size + kept.stride - 1) / kept.stride, kept.spikes});
  }
  return absl::StrCat("spikes", thinned.empty() ? "" : ", ", absl::StrJoin(thinned, ", "), "\n",
                      io::ascii_raster(lent, {kStart, kStart + reached}, {.width = columns, .height = kHeight}));
}

}  // namespace volley::app
