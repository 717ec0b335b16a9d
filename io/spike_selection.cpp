#include "io/spike_selection.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

namespace volley::io {

void SpikeSelection::add(Part& part, std::uint32_t first, std::uint32_t count, std::uint32_t size) {
  if (count == 0) return;
  if (part.count == 0) {
    part.first = first;
    part.count = count;
    return;
  }
  const std::uint32_t begin = std::min(part.first, first);
  const std::uint32_t end = std::max(part.first + part.count, first + count);
  const bool touching = part.chosen.empty() && first <= part.first + part.count && part.first <= first + count;
  if (!touching) {
    if (part.chosen.empty()) {
      part.chosen.assign(size, false);
      std::fill_n(part.chosen.begin() + part.first, part.count, true);
      gaps_ = true;
    }
    std::fill_n(part.chosen.begin() + first, count, true);
  }
  part.first = begin;
  part.count = end - begin;
}

absl::StatusOr<SpikeSelection> SpikeSelection::make(const Network& network) {
  std::vector<std::pair<const std::string*, std::uint32_t>> named;  // name and size, by PopulationId
  for (const PopulationSpec& p : network.populations) named.emplace_back(&p.name, p.size);
  for (const SourceSpec& s : network.sources) named.emplace_back(&s.name, s.size);
  SpikeSelection selection;
  selection.parts_.resize(named.size());
  for (const SpikeProbe& probe : network.spike_probes) {
    const auto found =
        std::find_if(named.begin(), named.end(), [&](const auto& n) { return *n.first == probe.population; });
    if (found == named.end()) {
      return absl::InvalidArgumentError(absl::StrCat("spike probe: no population or source `", probe.population, "`"));
    }
    const std::uint32_t size = found->second;
    const std::uint32_t first = std::min(probe.range.first, size);
    const std::uint32_t count = std::min(probe.range.count.value_or(size), size - first);
    selection.add(selection.parts_[static_cast<std::size_t>(found - named.begin())], first, count, size);
  }
  for (std::size_t i = 0; i < named.size(); ++i) {
    const Part& part = selection.parts_[i];
    selection.everything_ = selection.everything_ && part.chosen.empty() && part.count == named[i].second;
  }
  return selection;
}

void SpikeSelection::select(std::span<const Spike> spikes, std::vector<Spike>& out) const {
  if (everything_) {
    out.insert(out.end(), spikes.begin(), spikes.end());
    return;
  }
  // Every spike is copied and the place advances only behind those asked for: no branch to mispredict.
  std::size_t end = out.size();
  out.resize(end + spikes.size());
  for (const Spike& spike : spikes) {
    const Part& part = parts_[index_of(spike.population)];
    const bool inside = spike.neuron - part.first < part.count;
    out[end] = spike;
    end += inside && (!gaps_ || part.chosen.empty() || part.chosen[spike.neuron]);
  }
  out.resize(end);
}

std::vector<PopulationId> SpikeSelection::populations() const {
  std::vector<PopulationId> out;
  for (std::uint32_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].count > 0) out.push_back(PopulationId{i});
  }
  return out;
}

}  // namespace volley::io
