#include "io/recording_layout.h"

#include <algorithm>
#include <set>

namespace volley::io {
namespace {

constexpr std::size_t kHeaderWords = 4;

// FNV-1a over the words that follow the checksum.
std::uint64_t checksum_of(std::span<const std::uint64_t> row) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const std::uint64_t word : row.subspan(1)) {
    for (unsigned shift = 0; shift < 64; shift += 8) hash = (hash ^ ((word >> shift) & 0xff)) * 0x100000001b3u;
  }
  return hash;
}

}  // namespace

std::vector<std::uint64_t> encode_progress(const Progress& progress) {
  std::vector<std::uint64_t> row = {
      0, progress.sequence, static_cast<std::uint64_t>(progress.reached.time_since_epoch().count()), progress.spikes};
  row.insert(row.end(), progress.rows.begin(), progress.rows.end());
  row.insert(row.end(), progress.counters.begin(), progress.counters.end());
  row[0] = checksum_of(row);
  return row;
}

std::size_t counter_words(const Network& network) {
  return kPopulationCounters * (network.populations.size() + network.sources.size()) + network.projections.size();
}

std::optional<Progress> decode_progress(std::span<const std::uint64_t> rows, std::size_t columns) {
  std::optional<Progress> newest;
  const std::size_t words = rows.size() / 2;
  if (words < kHeaderWords || words - kHeaderWords < columns) return newest;
  for (const std::span<const std::uint64_t> row : {rows.first(words), rows.subspan(words, words)}) {
    if (row[0] != checksum_of(row) || (newest && newest->sequence > row[1])) continue;
    const auto counters = row.begin() + static_cast<std::ptrdiff_t>(kHeaderWords + columns);
    newest = Progress{row[1],
                      Time{Duration{static_cast<std::int64_t>(row[2])}},
                      row[3],
                      {row.begin() + kHeaderWords, counters},
                      {counters, row.end()}};
  }
  return newest;
}

std::vector<std::string> report_names(const Network& network) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  const auto add = [&](const std::string& wish) {
    std::string name = wish;
    for (int n = 2; !taken.insert(name).second; ++n) name = wish + "_" + std::to_string(n);
    names.push_back(name);
  };
  for (const StateProbe& probe : network.state_probes) {
    const auto same_population = [&](const StateProbe& other) { return other.population == probe.population; };
    const bool alone = std::count_if(network.state_probes.begin(), network.state_probes.end(), same_population) == 1;
    add(alone ? probe.population : probe.population + "_" + probe.variable);
  }
  for (const WeightProbe& probe : network.weight_probes) add(probe.projection);
  return names;
}

}  // namespace volley::io
