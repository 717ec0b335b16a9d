// What the tests of recordings share: a small network with probes, and spikes to record.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "io/recorder.h"
#include "io/recording.h"
#include "tests/support/temporary_folder.h"

namespace volley::io {

inline bool mentions(const absl::Status& status, const std::string& text) {
  return std::string(status.message()).find(text) != std::string::npos;
}

using test::TemporaryFolder;

inline std::string bytes_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}
inline void write_file(const std::string& path, const std::string& bytes) {
  std::filesystem::remove(path);  // some file systems wait for the disk when a file is emptied and written again
  std::ofstream(path, std::ios::binary) << bytes;
}

using SpikeTrain = std::vector<std::pair<Time, std::uint32_t>>;

// Populations "exc" (1000) and "inh" (250) and a source "in" (100); a spike probe on each.
inline RunMetadata small_run() {
  RunMetadata metadata;
  metadata.plan.network.populations = {{"exc", "lif_delta", 1000, {}, {}}, {"inh", "lif_delta", 250, {}, {}}};
  metadata.plan.network.sources = {{"in", 100, {}, PoissonSource{}}};
  metadata.plan.network.projections.resize(2);
  metadata.plan.network.projections[0].source = "in";
  metadata.plan.network.projections[0].target = "exc";
  metadata.plan.network.projections[1].name = "inhibition";
  metadata.plan.network.projections[1].source = "inh";
  metadata.plan.network.projections[1].target = "exc";
  metadata.plan.network.spike_probes = {{"exc", {}}, {"inh", {}}, {"in", {}}};
  metadata.plan.resolved = "populations:\n  exc: {size: 1000}\n";
  metadata.plan.inputs = {{"net.yaml", std::string(64, 'a')}, {"weights.csv", std::string(64, 'b')}};
  metadata.seed = 7;
  metadata.threads = 3;
  metadata.command_line = "volley run net.yaml";
  metadata.until = std::chrono::seconds(10);
  return metadata;
}

// A deterministic stream of spikes in canonical order, with picosecond times.
class SpikeMaker {
 public:
  explicit SpikeMaker(std::uint64_t seed = 1) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}

  // `count` spikes of the small run, mean distance `gap`.
  std::vector<Spike> next(std::size_t count, Duration gap = Duration{1'000'000}) {
    std::vector<Spike> spikes;
    for (std::size_t i = 0; i < count; ++i) {
      now_ += Duration{1 + static_cast<std::int64_t>(draw() % static_cast<std::uint64_t>(2 * gap.count()))};
      const std::uint64_t which = draw() % 16;
      const std::uint32_t population = which < 10 ? 0 : which < 14 ? 1 : 2;
      constexpr std::uint32_t kSizes[] = {1000, 250, 100};
      spikes.push_back({now_, PopulationId{population}, static_cast<std::uint32_t>(draw() % kSizes[population])});
    }
    return spikes;
  }
  Time now() const { return now_; }

 private:
  std::uint64_t draw() {  // xorshift64
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ >> 11;
  }
  std::uint64_t state_;
  Time now_ = kStart;
};

// What a recording of `spikes` must hold for each population.
inline std::map<std::string, SpikeTrain> by_population(const std::vector<Spike>& spikes) {
  constexpr const char* kNames[] = {"exc", "inh", "in"};
  std::map<std::string, SpikeTrain> out{{"exc", {}}, {"inh", {}}, {"in", {}}};
  for (const Spike& spike : spikes) out[kNames[index_of(spike.population)]].emplace_back(spike.at, spike.neuron);
  return out;
}

inline WindowReport window_of(const std::vector<Spike>& spikes, Time end, std::span<const TraceSample> samples = {}) {
  return {{spikes.empty() ? end : spikes.front().at, end}, spikes, samples};
}

}  // namespace volley::io
