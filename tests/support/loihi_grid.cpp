#include "tests/support/loihi_grid.h"

#include <cmath>
#include <fstream>
#include <numeric>
#include <stdexcept>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "hardware/axons.h"
#include "hardware/chip_energy.h"
#include "hardware/chip_ledger.h"
#include "hardware/chip_library.h"
#include "hardware/step_timer.h"
#include "models/catalog.h"

namespace volley::test {
namespace {

using std::chrono_literals::operator""ms;

constexpr Duration kStep = 1ms;

class Generator {
 public:
  explicit Generator(const GridShape& s)
      : state_(s.cores * std::uint64_t{1'000'003} + s.neurons * std::uint64_t{10'007} +
               s.messages * std::uint64_t{101} + s.synapses * std::uint64_t{13} + s.percent) {}

  std::uint64_t next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return state_ >> 33;
  }
  std::vector<std::uint32_t> sample(std::uint32_t n, std::uint32_t k) {
    std::vector<std::uint32_t> p(n);
    std::iota(p.begin(), p.end(), 0);
    for (std::uint32_t i = 0; i < k; ++i) std::swap(p[i], p[i + next() % (n - i)]);
    p.resize(k);
    return p;
  }

 private:
  std::uint64_t state_;
};

template <class T>
T or_throw(absl::StatusOr<T> value) {
  if (!value.ok()) throw std::runtime_error(std::string(value.status().message()));
  return *std::move(value);
}

// "" or what the generator cannot make, or the chip not hold.
std::string problem_of(const GridRow& row) {
  const GridShape& s = row.shape;
  const auto refuse = [](const std::string& name, std::uint64_t value, std::uint64_t low, std::uint64_t high) {
    return name + " is " + std::to_string(value) + ", must be from " + std::to_string(low) + " to " +
           std::to_string(high);
  };
  if (s.cores < 1 || s.cores > 128) return refuse("cores", s.cores, 1, 128);
  if (s.neurons < 1 || s.neurons > 1024) return refuse("neurons_per_core", s.neurons, 1, 1024);
  if (s.messages > s.cores) return refuse("messages_per_neuron", s.messages, 0, s.cores);
  if (s.synapses < 1 || s.synapses > s.neurons) return refuse("spikes_per_message", s.synapses, 1, s.neurons);
  if (s.percent > 100) return refuse("pct_firing", s.percent, 0, 100);
  if (row.timesteps < 1 || row.timesteps > 1'000'000) return refuse("timesteps", row.timesteps, 1, 1'000'000);
  if (row.timing != "simple" && row.timing != "detailed" && row.timing != "cycle") {
    return "timing is " + row.timing + ", must be simple, detailed or cycle";
  }
  return "";
}

}  // namespace

Network grid_network(const GridShape& shape) {
  Generator random(shape);
  const std::uint32_t size = shape.cores * shape.neurons;
  std::vector<double> bias(size, 0.0);
  Explicit edges;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (random.next() % 100 >= shape.percent) continue;
    bias[i] = 128;
    for (const std::uint32_t core : random.sample(shape.cores, shape.messages)) {
      for (const std::uint32_t neuron : random.sample(shape.neurons, shape.synapses)) {
        edges.edges.push_back({i, core * shape.neurons + neuron, 128, kStep});
      }
    }
  }
  // No memory in u or v: what arrives in a step decides that step alone.
  PopulationSpec neurons{.name = "neurons", .model = "loihi_cuba", .size = size, .shape = {}, .parameters = {}};
  neurons.parameters = {{"du", 4095.0}, {"dv", 4095.0}, {"vth_mant", 1.0}, {"bias_mant", bias}};
  Network network;
  network.name = "grid";
  network.populations.push_back(std::move(neurons));
  if (!edges.edges.empty()) {
    ProjectionSpec projection;
    projection.source = projection.target = "neurons";
    projection.rule = std::move(edges);
    network.projections.push_back(std::move(projection));
  }
  return network;
}

hardware::Placement grid_placement(const GridShape& shape) {
  hardware::Placement placement{.method = "grid", .core_of = {{}}};
  for (std::uint32_t i = 0; i < shape.cores * shape.neurons; ++i) {
    placement.core_of[0].push_back(static_cast<std::uint16_t>(i / shape.neurons));
  }
  return placement;
}

GridResult run_grid(const GridShape& shape, std::uint64_t timesteps) {
  const hardware::Chip chip = or_throw(hardware::shipped_chip("loihi"));
  const hardware::CoefficientTable& table = *chip.table("fitted");
  Simulation simulation = or_throw(build(grid_network(shape), standard_models()));
  const hardware::Placement placement = grid_placement(shape);
  const hardware::AxonTable axons = make_axon_table(simulation, placement);
  const hardware::Mesh& mesh = chip.mesh;
  const hardware::NetworkTiming timing = or_throw(hardware::network_timing(mesh));
  const std::uint32_t tiles = (shape.cores + mesh.cores_per_tile - 1) / mesh.cores_per_tile;
  const Duration barrier{std::llround(hardware::barrier_ns(table, tiles).value() * 1000)};

  hardware::LedgerCounter counter(simulation, axons, placement, mesh, chip.name, kStep, 0);
  hardware::StepTimer timer({axons, placement, mesh.core_count(), hardware::service_times(table)}, mesh, timing,
                            barrier);
  hardware::StepObserver steps(axons, kStep);
  steps.add(counter);
  steps.add(timer);
  simulation.add_observer(steps);
  // The last step computes at its end, which belongs to the run only if the run goes beyond it.
  const Duration end = static_cast<std::int64_t>(timesteps) * kStep;
  if (const absl::Status status = simulation.run(end + Duration{1}); !status.ok()) {
    throw std::runtime_error(std::string(status.message()));
  }
  steps.finish(kStart + end);

  const hardware::ChipLedger ledger = counter.finish();
  const hardware::ChipEnergy energy = hardware::price(ledger, table);
  GridResult result;
  for (const hardware::PartCounts& part : ledger.total().parts) {
    result.neurons_fired += part.updates_firing;
    result.messages += part.messages_out;
    result.synaptic_operations += part.synaptic_operations;
  }
  for (const hardware::LedgerPart& part : ledger.parts) result.neurons_updated += part.neurons * ledger.steps;
  result.energy_synapse = energy.of(hardware::Unit::kSynapse) * 1e-12;
  result.energy_soma = energy.of(hardware::Unit::kNeuron) * 1e-12;
  result.energy_network = energy.of(hardware::Unit::kRouter) * 1e-12;
  result.energy_total = energy.total_pj * 1e-12;
  for (const Duration d : timer.times().simple) result.time_simple += static_cast<double>(d.count()) * 1e-12;
  for (const Duration d : timer.times().mesh) result.time_mesh += static_cast<double>(d.count()) * 1e-12;
  return result;
}

std::vector<GridRow> read_grid(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": cannot be opened");
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> names = absl::StrSplit(line, ',');
  std::vector<GridRow> rows;
  for (int number = 2; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    const std::vector<std::string> fields = absl::StrSplit(line, ',');
    const auto text = [&](const std::string& name) -> const std::string& {
      for (std::size_t i = 0; i < names.size() && i < fields.size(); ++i) {
        if (names[i] == name) return fields[i];
      }
      throw std::runtime_error(path + ":" + std::to_string(number) + ": no value for column " + name);
    };
    const auto real = [&](const std::string& name) {
      double value = 0;
      if (!absl::SimpleAtod(text(name), &value)) {
        throw std::runtime_error(path + ":" + std::to_string(number) + ": " + name + " is " + text(name) +
                                 ", must be a number");
      }
      return value;
    };
    const auto count = [&](const std::string& name) {
      const double value = real(name);
      if (value < 0 || value > 1e15 || value != static_cast<double>(static_cast<std::uint64_t>(value))) {
        throw std::runtime_error(path + ":" + std::to_string(number) + ": " + name + " is " + text(name) +
                                 ", must be a whole number of at least 0");
      }
      return static_cast<std::uint64_t>(value);
    };
    const auto small = [&](const std::string& name) { return static_cast<std::uint32_t>(count(name)); };
    GridRow row{
        .name = text("name"), .timing = text("timing"), .shape = {}, .timesteps = count("timesteps"), .reference = {}};
    row.shape = {small("cores"), small("neurons_per_core"), small("messages_per_neuron"), small("spikes_per_message"),
                 small("pct_firing")};
    row.reference = {count("neurons_updated"), count("neurons_fired"), count("messages"),        count("synaptic_ops"),
                     real("energy_synapse_J"), real("energy_soma_J"),  real("energy_network_J"), real("energy_total_J"),
                     real("sim_time_s"),       real("sim_time_s")};
    if (const std::string wrong = problem_of(row); !wrong.empty()) {
      throw std::runtime_error(path + ":" + std::to_string(number) + ": " + wrong);
    }
    rows.push_back(std::move(row));
  }
  if (rows.empty())
    throw std::runtime_error(path + ": holds no row; see data/loihi/grid/reference_grid.csv for the layout");
  return rows;
}

}  // namespace volley::test
