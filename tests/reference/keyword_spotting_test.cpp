// The slope of Loihi's measured energy against network size, in keyword spotting.
//
// Blouw et al., "Benchmarking Keyword Spotting Efficiency on Neuromorphic Hardware", 2018: a network of two hidden
// layers of 256 neurons, and copies of ten further layers of 256 behind it, all densely connected; 10 steps of the chip
// an inference. Only the slope isolates the cores: what an inference costs at size 0 is x86 and input/output. Spike
// rates were not recorded, so one is declared for all sizes, before anything is priced; nothing is fitted.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <random>
#include <sstream>
#include <utility>
#include <vector>

#include "hardware/chip_energy.h"
#include "hardware/chip_library.h"
#include "models/catalog.h"
#include "tests/support/run_network.h"
#include "tests/support/shared_data.h"

namespace volley::hardware {
namespace {

using std::chrono_literals::operator""ms;

constexpr double kRate = 0.065;  // spikes per neuron and step; 0.05 to 0.11 are consistent with the measurements
constexpr std::uint32_t kLayer = 256;
constexpr std::uint64_t kSteps = 10;  // of one inference

struct Line {
  double slope = 0, r_squared = 0;
};

Line fit(const std::vector<std::pair<double, double>>& points) {
  double x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  const auto n = static_cast<double>(points.size());
  for (const auto& [a, b] : points) x += a / n, y += b / n;
  for (const auto& [a, b] : points) {
    xx += (a - x) * (a - x);
    xy += (a - x) * (b - y);
    yy += (b - y) * (b - y);
  }
  return {xy / xx, xy * xy / (xx * yy)};
}

// (neurons, dynamic joules of an inference) of the runs with added layers.
std::vector<std::pair<double, double>> measured_runs(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<std::string> header;
  std::stringstream names(line);
  for (std::string name; std::getline(names, name, ',');) header.push_back(name);
  const auto column = [&](const char* name) {
    const auto found = std::find(header.begin(), header.end(), name);
    REQUIRE(found != header.end());
    return static_cast<std::size_t>(found - header.begin());
  };
  const std::size_t layers = column("n_layers"), neurons = column("neurons"), energy = column("dyn_J_per_inf");
  std::vector<std::pair<double, double>> points;
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    std::stringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    if (cells.at(layers) == "10") points.emplace_back(std::stod(cells.at(neurons)), std::stod(cells.at(energy)));
  }
  return points;
}

// Energy of one inference in joules: every neuron fires with the declared rate in every step.
double priced(std::uint32_t neurons, const Chip& chip) {
  REQUIRE(neurons % kLayer == 0);
  Network network;
  network.sources = {
      {.name = "in", .size = 390, .shape = {}, .kind = RegularSource{.start = kStart, .interval = 1ms, .count = {}}}};
  Placement placement{.method = "a layer a core", .core_of = {}};
  for (std::uint32_t l = 0; l < neurons / kLayer; ++l) {
    network.populations.push_back({.name = "layer" + std::to_string(l),
                                   .model = "lif_delta",
                                   .size = kLayer,
                                   .shape = {},
                                   .parameters = {{"v_threshold", 1.0}}});
    // The second hidden layer feeds the first layer of every copy.
    const std::string from = l == 0 ? "in" : l >= 2 && (l - 2) % 10 == 0 ? "layer1" : "layer" + std::to_string(l - 1);
    network.projections.push_back(test::projection(from, "layer" + std::to_string(l), AllToAll{}, 0.1, 1));
    placement.core_of.emplace_back(kLayer, static_cast<std::uint16_t>(l));
  }
  const Simulation simulation = test::must_build(network, standard_models());
  const AxonTable axons = make_axon_table(simulation, placement);
  LedgerCounter counter(simulation, axons, placement, chip.mesh, chip.name, 1ms, 0);
  std::mt19937 random(1);
  std::bernoulli_distribution fires(kRate);
  for (std::uint64_t step = 0; step < kSteps; ++step) {
    std::vector<std::uint32_t> senders;
    for (std::uint32_t i = 0; i < neurons; ++i) {
      if (fires(random)) senders.push_back(i);
    }
    counter.on_step(step, senders);
  }
  return price(counter.finish(), *chip.table("fitted")).total_pj * 1e-12;
}

TEST_CASE("Energy of keyword spotting grows with network size as measured on Loihi, at one declared spike rate") {
  const auto path = test::shared_data("loihi/measured/kws_blouw2018_loihi_runs.csv");
  if (!path) return;
  const auto runs = measured_runs(*path);
  REQUIRE(runs.size() == 18);
  const Line measured = fit(runs);
  CHECK(measured.slope / kSteps == Approx(654e-12).epsilon(0.005));

  const Chip chip = *shipped_chip("loihi");
  std::vector<std::pair<double, double>> points;
  for (const auto& [neurons, energy] : runs) {
    if (!points.empty() && points.back().first == neurons) continue;  // three runs of each size
    points.emplace_back(neurons, priced(static_cast<std::uint32_t>(neurons), chip));
  }
  REQUIRE(points.size() == 6);
  const Line estimate = fit(points);
  INFO("measured " << measured.slope / kSteps * 1e12 << " pJ per neuron and step, R^2 " << measured.r_squared
                   << "; priced with `fitted` at " << kRate << " spikes per neuron and step "
                   << estimate.slope / kSteps * 1e12 << " pJ, R^2 " << estimate.r_squared);
  CHECK(estimate.r_squared >= 0.995);
  CHECK(std::abs(estimate.slope - measured.slope) <= 0.2 * measured.slope);
}

}  // namespace
}  // namespace volley::hardware
