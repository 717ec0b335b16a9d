// Networks trained by others with lava-dl, and what its own simulator (SLAYER) answered: `oxford` (two dense layers
// that draw a picture in spikes) and `tinynet` (two convolutions). Both are part of lava-dl (Intel, BSD-3-Clause).

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/simulation.h"
#include "io/lava_net.h"
#include "io/spike_files.h"
#include "models/catalog.h"
#include "tests/support/loihi_layer.h"
#include "tests/support/npy.h"
#include "tests/support/shared_data.h"

namespace volley {
namespace {

using namespace std::chrono_literals;
using test::Raster;
using test::read_npy;
using test::shared_data;

constexpr std::size_t kSteps = 2000;
using StepAndNeuron = std::pair<std::int64_t, std::uint32_t>;

std::set<StepAndNeuron> oxford_truth(const std::string& folder) {
  const test::NpyArray rows = read_npy(folder + "/ground_truth.npy");  // (neuron, channel, ms)
  std::set<StepAndNeuron> truth;
  for (std::size_t i = 0; i + 2 < rows.values.size(); i += 3) {
    truth.emplace(std::llround(rows.values[i + 2]), static_cast<std::uint32_t>(rows.values[i]));
  }
  return truth;
}

Raster oxford_input(const std::string& folder) {
  Raster input(kSteps, std::vector<std::uint8_t>(200, 0));
  for (const auto& [at, neuron] : io::bin_to_steps(io::read_spikes(folder + "/input.bs1").value().spikes, 1ms)) {
    input.at(static_cast<std::size_t>((at - kStart) / 1ms)).at(neuron) = 1;
  }
  return input;
}

std::size_t count(const Raster& raster) {
  std::size_t n = 0;
  for (const auto& step : raster) n += static_cast<std::size_t>(std::count(step.begin(), step.end(), 1));
  return n;
}

// Spikes of `output` that are in the truth.
std::size_t coincident(const Raster& output, const std::set<StepAndNeuron>& truth) {
  std::size_t n = 0;
  for (std::size_t step = 0; step < output.size(); ++step) {
    for (std::uint32_t i = 0; i < output[step].size(); ++i) {
      n += output[step][i] != 0 && truth.contains({static_cast<std::int64_t>(step), i});
    }
  }
  return n;
}

Raster oxford_output(const Network& network, const Raster& input) {
  const Raster hidden = test::run_layer(network.populations.at(0), network.projections.at(0), input);
  const Raster output = test::run_layer(network.populations.at(1), network.projections.at(1), test::delayed(hidden));
  return test::delayed(output);
}

TEST_CASE("a converted oxford network gives every spike of the ground truth, by the plain loop") {
  const auto folder = shared_data("formats/lava-dl/oxford");
  if (!folder) return;
  const auto truth = oxford_truth(*folder);
  const auto plan = io::read_lava_net(*folder + "/network.net");
  REQUIRE(plan.ok());
  const Raster output = oxford_output(plan->network, oxford_input(*folder));
  CHECK(truth.size() == 10178);
  CHECK(count(output) == 10178);
  CHECK(coincident(output, truth) == 10178);

  const auto strict = io::read_lava_net(*folder + "/network.net", {.at_least = false});
  REQUIRE(strict.ok());
  const Raster above = oxford_output(strict->network, oxford_input(*folder));
  CHECK(count(above) == 9632);
  CHECK(coincident(above, truth) == 8398);
}

// Collects the spikes of one population as (step, neuron).
class Collector : public Observer {
 public:
  explicit Collector(PopulationId population) : population_(population) {}
  absl::Status on_window(const WindowReport& report) override {
    for (const Spike& spike : report.spikes) {
      if (spike.population != population_) continue;
      spikes.emplace_back((spike.at - kStart) / Duration{1ms}, spike.neuron);
    }
    return absl::OkStatus();
  }
  std::vector<StepAndNeuron> spikes;

 private:
  PopulationId population_;
};

// Runs `network` with `input` on its source and gives the spikes of its population `observed`.
std::vector<StepAndNeuron> simulate(Network network, io::SpikeList input, std::size_t observed, Duration duration,
                                    const Options& options = {}) {
  std::get<SpikeListSource>(network.sources.at(0).kind).spikes = std::move(input);
  absl::StatusOr<Simulation> simulation = build(std::move(network), standard_models(), options);
  INFO(simulation.status().message());
  REQUIRE(simulation.ok());
  Collector collector(static_cast<PopulationId>(observed));
  simulation->add_observer(collector);
  REQUIRE(simulation->run(duration).ok());
  return collector.spikes;
}

std::size_t coincident(const std::vector<StepAndNeuron>& spikes, const std::set<StepAndNeuron>& truth) {
  return static_cast<std::size_t>(
      std::count_if(spikes.begin(), spikes.end(), [&](const StepAndNeuron& spike) { return truth.contains(spike); }));
}

TEST_CASE("the simulated oxford network gives every spike of the ground truth, on any number of threads") {
  const auto folder = shared_data("formats/lava-dl/oxford");
  if (!folder) return;
  const auto truth = oxford_truth(*folder);
  const auto plan = io::read_lava_net(*folder + "/network.net");
  const auto strict = io::read_lava_net(*folder + "/network.net", {.at_least = false});
  REQUIRE(plan.ok());
  REQUIRE(strict.ok());
  const io::SpikeList input = io::bin_to_steps(io::read_spikes(*folder + "/input.bs1").value().spikes, 1ms);
  const std::vector<StepAndNeuron> output = simulate(plan->network, input, 1, 2s);
  CHECK(output.size() == 10178);
  CHECK(coincident(output, truth) == 10178);
  CHECK(simulate(plan->network, input, 1, 2s, {.threads = 2, .slice_size = 17}) == output);
  const std::vector<StepAndNeuron> above = simulate(strict->network, input, 1, 2s);
  CHECK(above.size() == 9632);
  CHECK(coincident(above, truth) == 8398);
}

// A golden tensor of shape (1, channels, height, width, steps) as steps of flat neurons.
Raster golden(const std::string& path) {
  const test::NpyArray array = read_npy(path);
  const std::size_t steps = array.shape.back(), neurons = array.values.size() / steps;
  Raster raster(steps, std::vector<std::uint8_t>(neurons));
  for (std::size_t i = 0; i < array.values.size(); ++i) raster[i % steps][i / steps] = array.values[i] != 0;
  return raster;
}

TEST_CASE("both converted convolutions of tinynet give their golden spikes, by the plain loop") {
  const auto folder = shared_data("formats/lava-dl/tinynet");
  if (!folder) return;
  const auto plan = io::read_lava_net(*folder + "/tiny.net");
  REQUIRE(plan.ok());
  const Network& n = plan->network;
  // The recording begins at step 1, and its layers are not delayed against each other.
  const Raster first = test::run_layer(n.populations.at(0), n.projections.at(0), golden(*folder + "/input.npy"), 1);
  const Raster second = test::run_layer(n.populations.at(1), n.projections.at(1), first, 1);
  CHECK(count(first) == 1633);
  CHECK(first == golden(*folder + "/layer1.npy"));
  CHECK(count(second) == 92);
  CHECK(second == golden(*folder + "/output.npy"));
}

io::SpikeList spikes_of(const Raster& raster) {
  io::SpikeList spikes;
  for (std::size_t step = 0; step < raster.size(); ++step) {
    for (std::uint32_t i = 0; i < raster[step].size(); ++i) {
      if (raster[step][i] != 0) spikes.emplace_back(kStart + static_cast<std::int64_t>(step) * 1ms, i);
    }
  }
  return spikes;
}

std::vector<StepAndNeuron> steps_of(const Raster& raster) {
  std::vector<StepAndNeuron> spikes;
  for (const auto& [at, neuron] : spikes_of(raster)) spikes.emplace_back((at - kStart) / Duration{1ms}, neuron);
  return spikes;
}

// The recording hears a spike in its own step, volley a step later. It has none in step 0.
io::SpikeList one_step_earlier(io::SpikeList spikes) {
  for (auto& [at, neuron] : spikes) at -= 1ms;
  return spikes;
}

TEST_CASE("each simulated convolution of tinynet gives its golden spikes") {
  const auto folder = shared_data("formats/lava-dl/tinynet");
  if (!folder) return;
  const auto plan = io::read_lava_net(*folder + "/tiny.net");
  REQUIRE(plan.ok());
  const Raster input = golden(*folder + "/input.npy"), hidden = golden(*folder + "/layer1.npy");
  CHECK(simulate(plan->network, one_step_earlier(spikes_of(input)), 0, 16ms) == steps_of(hidden));

  // The second layer alone, with the first one's golden spikes as its source: the recording has no delay between them.
  Network second = plan->network;
  second.populations.erase(second.populations.begin());
  second.projections.erase(second.projections.begin());
  second.spike_probes.erase(second.spike_probes.begin());
  second.sources.front().size = plan->network.populations.front().size;
  second.sources.front().shape = plan->network.populations.front().shape;
  second.projections.front().source = "input";
  CHECK(simulate(second, one_step_earlier(spikes_of(hidden)), 0, 16ms) == steps_of(golden(*folder + "/output.npy")));
}

}  // namespace
}  // namespace volley
