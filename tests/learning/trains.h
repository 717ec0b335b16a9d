// Networks whose spikes are all given: sources onto neurons that fire exactly when told, with plastic synapses too weak
// to matter between them. And a brute-force account of what such synapses see.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/simulation.h"
#include "tests/support/full_catalog.h"
#include "tests/support/run_network.h"

namespace volley::test {

using Trains = std::vector<std::vector<double>>;  // by neuron: spike times, ms, ascending

inline SourceSpec trains_source(const std::string& name, const Trains& trains) {
  std::vector<std::pair<Time, std::uint32_t>> spikes;
  for (std::uint32_t i = 0; i < trains.size(); ++i) {
    for (const double t : trains[i]) spikes.emplace_back(time_from_ms(t), i);
  }
  return spike_list(name, static_cast<std::uint32_t>(trains.size()), std::move(spikes));
}

// Source `pre`, population `post` that fires at `post`, projection `plastic` between them. Its weights are far below
// what moves a neuron.
inline Network told(const Trains& pre, const Trains& post, Rule rule, Distribution weight, Distribution delay_ms,
                    PlasticitySpec plasticity) {
  Network network;
  network.populations = {population("post", "if_delta", static_cast<std::uint32_t>(post.size()))};
  network.populations[0].parameters = {{"v_rest", 0.0}, {"v_reset", 0.0}, {"v_threshold", 1e6}, {"t_ref", 0.0}};
  network.sources = {trains_source("pre", pre), trains_source("teacher", post)};
  ProjectionSpec plastic = projection("pre", "post", std::move(rule), 0, 1);
  plastic.name = "plastic";
  plastic.weight = weight;
  plastic.delay_ms = delay_ms;
  plastic.plasticity = std::move(plasticity);
  network.projections = {std::move(plastic), projection("teacher", "post", OneToOne{}, 2e6, 0)};
  return network;
}

using Learned = Synapse;

// Every synapse of projection 0.
inline std::vector<Learned> learned(const Simulation& simulation) {
  std::vector<Learned> all;
  simulation.for_each_synapse(0, [&](const Synapse& synapse) { all.push_back(synapse); });
  return all;
}

// One spike or pulse as a synapse sees it.
struct Seen {
  enum Kind { kPre, kPost, kPulse };
  double at;  // ms, at the synapse
  Kind kind;
  double strength = 0;
};

// What a synapse of the given delay has seen when a spike arrives at `now`: in the order that engine/plasticity.h
// gives.
inline std::vector<Seen> seen(const std::vector<double>& pre, const std::vector<double>& post, double delay_ms,
                              double now_ms, const std::vector<std::pair<double, double>>& pulses = {}) {
  std::vector<Seen> all;
  const double until = now_ms - delay_ms;
  for (const double t : pre) {
    if (t < until) all.push_back({t, Seen::kPre});
  }
  for (const double t : post) {
    if (t + delay_ms < until) all.push_back({t + delay_ms, Seen::kPost});
  }
  for (const auto& [t, strength] : pulses) {
    if (t < until) all.push_back({t, Seen::kPulse, strength});
  }
  std::stable_sort(all.begin(), all.end(), [](const Seen& a, const Seen& b) {
    return std::llround(a.at * 1e9) != std::llround(b.at * 1e9) ? a.at < b.at : a.kind < b.kind;
  });
  return all;
}

// Poisson trains on a grid of 0.1 ms, so that spikes of different neurons meet.
inline Trains random_trains(std::uint64_t seed, std::size_t neurons, double rate_hz, double duration_ms) {
  Trains trains(neurons);
  for (std::size_t i = 0; i < neurons; ++i) {
    RandomStream stream({seed, Purpose::kUser, 0}, i);
    for (std::int64_t step = 1; step < static_cast<std::int64_t>(duration_ms * 10); ++step) {
      if (stream.next(Uniform{0, 1}) < rate_hz * 1e-4) trains[i].push_back(static_cast<double>(step) / 10);
    }
  }
  return trains;
}

}  // namespace volley::test
