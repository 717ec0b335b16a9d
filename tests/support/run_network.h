// Builds and runs networks in tests, and keeps what observers are told.
#pragma once

#include <bit>
#include <catch2/catch.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/random.h"
#include "engine/simulation.h"

namespace volley::test {

struct Sample {
  std::uint32_t probe;
  Time at;
  std::vector<double> values;

  friend bool operator==(const Sample&, const Sample&) = default;
};

// Keeps all that a simulation reports.
class Recording final : public Observer {
 public:
  absl::Status on_window(const WindowReport& report) override {
    windows.push_back(report.window);
    spikes.insert(spikes.end(), report.spikes.begin(), report.spikes.end());
    for (const TraceSample& s : report.samples) {
      samples.push_back({s.probe, s.at, {s.values.begin(), s.values.end()}});
    }
    return absl::OkStatus();
  }

  std::vector<Window> windows;
  std::vector<Spike> spikes;
  std::vector<Sample> samples;
};

inline std::string message_of(const absl::Status& status) { return {status.message().data(), status.message().size()}; }

// Fails the test, with the message, where the network cannot be built.
inline Simulation must_build(Network network, const ModelCatalog& models, const Options& options = {}) {
  absl::StatusOr<Simulation> built = build(std::move(network), models, options);
  INFO(message_of(built.status()));
  REQUIRE(built.ok());
  return std::move(*built);
}

inline Recording record(Network network, const ModelCatalog& models, Duration duration, const Options& options = {}) {
  Recording recording;
  Simulation simulation = must_build(std::move(network), models, options);
  simulation.add_observer(recording);
  const absl::Status status = simulation.run(duration);
  INFO(message_of(status));
  REQUIRE(status.ok());
  return recording;
}

// One number for a whole result: equal results have equal numbers, and any single difference changes it.
class Fingerprint {
 public:
  Fingerprint& add(std::uint64_t word) {
    for (int shift = 0; shift < 64; shift += 8) value_ = (value_ ^ (word >> shift & 0xff)) * 0x100000001b3u;
    return *this;
  }
  Fingerprint& add(std::span<const Spike> spikes) {
    for (const Spike& s : spikes) {
      add(static_cast<std::uint64_t>(s.at.time_since_epoch().count())).add(index_of(s.population)).add(s.neuron);
    }
    return add(spikes.size());
  }
  Fingerprint& add(std::span<const Sample> samples) {
    for (const Sample& s : samples) {
      add(s.probe).add(static_cast<std::uint64_t>(s.at.time_since_epoch().count()));
      for (const double v : s.values) add(std::bit_cast<std::uint64_t>(v));
    }
    return add(samples.size());
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325u;
};

inline std::uint64_t fingerprint(const Recording& recording) {
  return Fingerprint()
      .add(std::span<const Spike>(recording.spikes))
      .add(std::span<const Sample>(recording.samples))
      .value();
}

// --- small networks ---------------------------------------------------------------------------------------------
inline PopulationSpec population(std::string name, std::string model, std::uint32_t size, Parameters parameters = {}) {
  return {std::move(name), std::move(model), size, {}, std::move(parameters)};
}

inline SourceSpec spike_list(std::string name, std::uint32_t size, std::vector<std::pair<Time, std::uint32_t>> spikes) {
  return {std::move(name), size, {}, SpikeListSource{std::move(spikes), {}}};
}

inline ProjectionSpec projection(std::string source, std::string target, Rule rule, double weight, double delay_ms) {
  ProjectionSpec spec;
  spec.source = std::move(source);
  spec.target = std::move(target);
  spec.rule = std::move(rule);
  spec.weight = Constant{weight};
  spec.delay_ms = Constant{delay_ms};
  return spec;
}

constexpr Time at_ps(std::int64_t ps) { return Time{Duration{ps}}; }

}  // namespace volley::test
