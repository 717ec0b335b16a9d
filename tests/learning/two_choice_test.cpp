// STDP under reward solves a task with two choices: two stimuli, two populations that inhibit each other; the answer of
// a trial is the population that fires more, and one pulse of a modulator says whether it was right.
//
// The pulse is the reward (1: right, 0: wrong or a draw) less its mean so far, as in Fremaux & Gerstner 2016, section 3
// (reward prediction error). Nothing else tells the synapses what is right.
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/random.h"
#include "tests/support/full_catalog.h"
#include "tests/support/run_network.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kInputs = 20;   // of each stimulus
constexpr std::uint32_t kOutputs = 10;  // of each choice
constexpr Duration kStimulus = 100ms, kPause = 200ms;
constexpr double kInputHz = 60;

Network two_choices() {
  Network network;
  const Parameters neuron = {{"tau_m", 20.0}, {"v_rest", 0.0}, {"v_reset", 0.0}, {"v_threshold", 20.0}, {"t_ref", 2.0}};
  network.populations = {population("left", "lif_delta", kOutputs, neuron),
                         population("right", "lif_delta", kOutputs, neuron)};
  network.sources = {spike_list("stimuli", 2 * kInputs, {})};
  for (const std::string out : {"left", "right"}) {
    ProjectionSpec learns = projection("stimuli", out, AllToAll{}, 0, 1);
    learns.weight = Uniform{0.8, 1.2};
    learns.plasticity = {
        "reward_stdp", {{"a_plus", 0.04}, {"a_minus", 0.0}, {"tau_e", 100.0}, {"w_max", 3.0}, {"trace", "causal"}}, {}};
    network.projections.push_back(learns);
    network.drives.push_back({"", out, {}, PoissonDrive{{{kStart, 200}}, 1.0, ""}});
  }
  network.projections.push_back(projection("left", "right", AllToAll{}, -1.5, 1));
  network.projections.push_back(projection("right", "left", AllToAll{}, -1.5, 1));
  return network;
}

struct Counts final : Observer {
  std::uint64_t spikes[2] = {};
  absl::Status on_window(const WindowReport& report) override {
    for (const Spike& spike : report.spikes) {
      if (index_of(spike.population) < 2) ++spikes[index_of(spike.population)];
    }
    return absl::OkStatus();
  }
};

// By trial, whether the answer was right. The right answer to stimulus 0 is left. `told`: else rewards are drawn.
std::vector<bool> answers(std::uint64_t seed, int trials, bool told) {
  Simulation simulation = must_build(two_choices(), full_catalog(), {.seed = seed});
  Counts counts;
  simulation.add_observer(counts);
  RandomStream random(StreamKey{seed, Purpose::kUser, 1}, 0);
  std::vector<bool> right;
  double mean = 0.5;
  for (int trial = 0; trial < trials; ++trial) {
    const std::uint32_t stimulus = random.next_below(2);
    std::vector<std::pair<Time, std::uint32_t>> spikes;
    for (std::uint32_t i = 0; i < kInputs; ++i) {
      const double per_ms = kInputHz / 1000;
      for (double t = random.next_exponential() / per_ms; t < to_ms(kStimulus);
           t += random.next_exponential() / per_ms) {
        spikes.emplace_back(simulation.now() + duration_from_ms(t), stimulus * kInputs + i);
      }
    }
    REQUIRE(simulation.feed("stimuli", spikes).ok());
    counts = {};
    REQUIRE(simulation.run(kStimulus).ok());
    right.push_back(counts.spikes[stimulus] > counts.spikes[1 - stimulus]);
    const double reward = told ? (right.back() ? 1 : 0) : random.next_below(2);
    for (const char* name : {"stimuli_to_left", "stimuli_to_right"}) {
      REQUIRE(simulation.modulate(name, reward - mean).ok());
    }
    mean += 0.1 * (reward - mean);
    REQUIRE(simulation.run(kPause).ok());
  }
  return right;
}

int count(const std::vector<bool>& right, std::size_t first, std::size_t last) {
  int n = 0;
  for (std::size_t i = first; i < last; ++i) n += right[i];
  return n;
}

// After how many trials there were 20 right answers in a row.
int trials_to_solve(const std::vector<bool>& right) {
  int in_a_row = 0;
  for (std::size_t i = 0; i < right.size(); ++i) {
    in_a_row = right[i] ? in_a_row + 1 : 0;
    if (in_a_row == 20) return static_cast<int>(i) + 1;
  }
  return static_cast<int>(right.size()) + 1;
}

TEST_CASE(
    "STDP under reward finds out within 60 trials which of two choices is right, and drawn rewards teach nothing") {
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u}) {
    CAPTURE(seed);
    const std::vector<bool> right = answers(seed, 160, true);
    CHECK(trials_to_solve(right) <= 60);
    CHECK(count(right, 60, 160) >= 98);
    CHECK(count(answers(seed, 160, false), 60, 160) < 85);
  }
}

// The settings were chosen by seeds 1 to 8. Of 32 others (9 to 40), 30 is the slowest.
TEST_CASE("seeds by which nothing was chosen solve the task within 70 trials") {
  for (const std::uint64_t seed : {28u, 29u, 30u, 31u}) {
    CAPTURE(seed);
    const std::vector<bool> right = answers(seed, 160, true);
    CHECK(trials_to_solve(right) <= 70);
    CHECK(count(right, 70, 160) >= 88);
    CHECK(count(answers(seed, 160, false), 70, 160) < 80);
  }
}

}  // namespace
}  // namespace volley::test
