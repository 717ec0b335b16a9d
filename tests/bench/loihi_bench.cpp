// The Loihi layer on one thread: a network of the size and activity of a published convolutional gesture network, and
// the cost of a message on the mesh.
//
// The first is 18,678 neurons with 3.56 million synapses for 1,000 steps, 51 million synaptic operations and 3.7
// million messages (the figures of SANA-FE's DVS gesture network, Boyle et al., TCAD 44(8), 2025): nine layers in a
// ring on 128 cores, every neuron with 191 targets in the next layer, bias drawn per neuron so that one in 69 fires in
// a step. It is built, run as integers, counted, and timed with the mesh. CPU seconds of the process, set-up and run
// apart.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <random>
#include <string>

#include "hardware/axons.h"
#include "hardware/chip_ledger.h"
#include "hardware/chip_library.h"
#include "hardware/step_timer.h"
#include "models/catalog.h"

namespace volley::hardware {
namespace {

using std::chrono_literals::operator""ms;

constexpr std::uint32_t kNeurons = 18'678, kLayers = 9, kOutdegree = 191;
constexpr int kSteps = 1000;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

Network gesture_sized() {
  Network network;
  const auto name = [](std::uint32_t layer) { return "layer" + std::to_string(layer % kLayers); };
  for (std::uint32_t layer = 0; layer < kLayers; ++layer) {
    PopulationSpec spec{.name = name(layer), .model = "loihi_cuba", .size = 0, .shape = {}, .parameters = {}};
    spec.size = kNeurons * (layer + 1) / kLayers - kNeurons * layer / kLayers;
    std::mt19937 random(layer);
    std::vector<double> bias(spec.size);
    for (double& b : bias) b = 512 + static_cast<double>(random() % 1024);
    spec.parameters = {{"du", 4095.0}, {"dv", 0.0}, {"vth_mant", 1024.0 * 69 / 64}, {"bias_mant", bias}};
    network.populations.push_back(std::move(spec));
    // Weights of mean 0 and far below the threshold: the activity is the biases'.
    ProjectionSpec projection;
    projection.source = name(layer);
    projection.target = name(layer + 1);
    projection.rule = FixedOutdegree{kOutdegree};
    projection.weight = Constant{layer % 2 == 0 ? 64.0 : -64.0};
    projection.delay_ms = Constant{1};
    network.projections.push_back(std::move(projection));
  }
  return network;
}

Placement even_placement(const Network& network, std::uint32_t cores) {
  Placement placement{.method = "even", .core_of = {}};
  std::uint64_t placed = 0;
  for (const PopulationSpec& population : network.populations) {
    std::vector<std::uint16_t>& core_of = placement.core_of.emplace_back();
    for (std::uint32_t i = 0; i < population.size; ++i) {
      core_of.push_back(static_cast<std::uint16_t>(placed++ * cores / kNeurons));
    }
  }
  return placement;
}

// Messages to other cores at random, heavy enough that they meet: `cores` cores, 8 messages from each of 64 neurons, as
// in the rows c<cores>_n64_m8 of the reference grid.
StepWork random_traffic(std::uint32_t cores) {
  std::mt19937 random(1);
  StepWork work;
  for (std::uint32_t core = 0; core < cores; ++core) {
    for (int neuron = 0; neuron < 64; ++neuron) {
      for (int m = 0; m < 8; ++m) {
        const Duration generation = m == 0 ? Duration{84'500} : Duration{5'100};
        work.messages.push_back({static_cast<std::uint32_t>(random() % cores), generation, Duration{53'600}});
      }
    }
    work.end_core(Duration{0});
  }
  return work;
}

const Chip& loihi() {
  static const Chip chip = shipped_chip("loihi").value();
  return chip;
}

void gesture_network(benchmark::State& state) {
  for (auto _ : state) {
    const double begin = cpu_seconds();
    const Chip& chip = loihi();
    const CoefficientTable& table = *chip.table("fitted");
    Simulation simulation = build(gesture_sized(), standard_models(), {.seed = 1, .threads = 1}).value();
    const Placement placement = even_placement(simulation.network(), chip.mesh.core_count());
    const AxonTable axons = make_axon_table(simulation, placement);
    LedgerCounter counter(simulation, axons, placement, chip.mesh, chip.name, 1ms, 0);
    StepTimer timer({axons, placement, chip.mesh.core_count(), service_times(table)}, chip.mesh,
                    network_timing(chip.mesh).value(), Duration{0});
    StepObserver steps(axons, 1ms);
    steps.add(counter);
    steps.add(timer);
    simulation.add_observer(steps);
    const double built = cpu_seconds();
    if (!simulation.run(kSteps * 1ms + Duration{1}).ok()) return state.SkipWithError("the run failed");
    steps.finish(kStart + kSteps * 1ms);
    const ChipLedger ledger = counter.finish();
    const double done = cpu_seconds();

    const PartCounts sum = [&] {
      PartCounts all;
      for (const PartCounts& p : ledger.total().parts) {
        all.synaptic_operations += p.synaptic_operations;
        all.messages_out += p.messages_out;
      }
      return all;
    }();
    const MemoryReport memory = simulation.memory();
    const double synapses = static_cast<double>(memory.synapses);
    state.counters["setup_s"] = built - begin;
    state.counters["run_s"] = done - built;
    state.counters["operations"] = static_cast<double>(sum.synaptic_operations);
    state.counters["messages"] = static_cast<double>(sum.messages_out);
    state.counters["bytes_per_synapse"] =
        (static_cast<double>(memory.synapse_bytes) + 2 * 8.0 * static_cast<double>(axons.axons.size())) / synapses;
    state.SetIterationTime(done - begin);
  }
}
BENCHMARK(gesture_network)->UseManualTime()->Unit(benchmark::kSecond)->Iterations(3);

void mesh_message(benchmark::State& state) {
  const auto cores = static_cast<std::uint32_t>(state.range(0));
  const StepWork work = random_traffic(cores);
  MeshTimer timer(loihi().mesh, network_timing(loihi().mesh).value());
  for (auto _ : state) benchmark::DoNotOptimize(timer.time(work));
  state.counters["per_message"] =
      benchmark::Counter(static_cast<double>(work.messages.size()),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(mesh_message)->Arg(16)->Arg(64)->Arg(128);

}  // namespace
}  // namespace volley::hardware
