#include "hardware/sweep.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "hardware/chip_energy.h"
#include "hardware/chip_library.h"
#include "hardware/static_energy.h"
#include "models/catalog.h"
#include "tests/support/run_network.h"

namespace volley::hardware {
namespace {

using std::chrono_literals::operator""ms;

const Chip& loihi() {
  static const Chip chip = *shipped_chip("loihi");
  return chip;
}

// Simulates 60 neurons on twenty cores for 20 ms and counts.
ChipLedger simulated() {
  Network network;
  network.populations = {
      {.name = "a", .model = "lif_delta", .size = 60, .shape = {}, .parameters = {{"v_threshold", 1.0}}}};
  network.sources = {{.name = "in", .size = 20, .shape = {}, .kind = PoissonSource{.rate_hz = {{kStart, 400.0}}}}};
  network.projections = {test::projection("in", "a", FixedIndegree{5}, 0.4, 1),
                         test::projection("a", "a", FixedIndegree{7}, 0.3, 1)};
  Placement placement{.method = "striped", .core_of = {std::vector<std::uint16_t>(60)}};
  for (std::size_t i = 0; i < 60; ++i) placement.core_of[0][i] = static_cast<std::uint16_t>(6 * (i % 20));
  Simulation simulation = test::must_build(network, standard_models());
  const AxonTable axons = make_axon_table(simulation, placement);
  LedgerCounter counter(simulation, axons, placement, loihi().mesh, "loihi", 1ms, 5);
  StepObserver steps(axons, 1ms);
  steps.add(counter);
  simulation.add_observer(steps);
  REQUIRE(simulation.run(20ms).ok());
  steps.finish(kStart + 20ms);
  return counter.finish();
}

// A table of Loihi with every energy drawn anew.
CoefficientTable drawn(std::mt19937& random) {
  CoefficientTable table = loihi().tables[random() % 2];
  std::uniform_real_distribution<double> energy(0, 500);
  for (Coefficient& entry : table.coefficients) {
    if (entry.measure == Measure::kEnergyPj && entry.value) entry.value = energy(random);
  }
  return table;
}

TEST_CASE("A thousand tables priced from one ledger are what a thousand simulations cost") {
  const ChipLedger stored = simulated();
  REQUIRE(stored.total().links.size() > 10);
  const ChipLedger counts = condensed(stored);
  std::mt19937 random(5);
  double least = 1e300, most = 0;
  for (int i = 0; i < 1000; ++i) {
    const CoefficientTable table = drawn(random);
    const double swept = price_window(counts, counts.windows.front(), table).total_pj;
    const double again = price(simulated(), table).total_pj;
    REQUIRE(again > 0);
    REQUIRE(std::abs(swept - again) <= 1e-12 * again);
    least = std::min(least, swept);
    most = std::max(most, swept);
  }
  CHECK(most > 2 * least);  // the tables did differ
}

TEST_CASE("A condensed ledger has the energies of every unit, to the last bit") {
  const ChipLedger stored = simulated();
  const ChipLedger counts = condensed(stored);
  for (const CoefficientTable& table : loihi().tables) {
    const ChipEnergy whole = price(stored, table);
    const ChipEnergy one = price_window(counts, counts.windows.front(), table);
    REQUIRE(one.events.size() == whole.events.size());
    for (std::size_t i = 0; i < one.events.size(); ++i) {
      CHECK(one.events[i].count == whole.events[i].count);
      CHECK(one.events[i].energy_pj == whole.events[i].energy_pj);
    }
    CHECK(one.total_pj == whole.total_pj);
  }
}

TEST_CASE("Keys of a sweep are energies and powers of the table, with or without their measure") {
  const CoefficientTable& table = *loihi().table("davies2018");
  const auto key = parse_key("synaptic_operation", table);
  REQUIRE(key);
  CHECK(key->event == "synaptic_operation");
  CHECK(key->measure == Measure::kEnergyPj);
  CHECK(parse_key("chip_static", table)->measure == Measure::kPowerMw);
  CHECK(parse_key("chip_static.power_mw", table));
  CHECK(parse_key("barrier", table));  // unset, and a what-if may set it
  for (const char* none : {"", ".", "synaptic_operation.", "synaptic_operation.time_ns", "axon_out",
                           "synaptic_operation.power_mw", "chip_static.energy_pj", "energy_pj"}) {
    INFO(none);
    CHECK_FALSE(parse_key(none, table));
  }
  for (const std::string& each : keys_of(table)) CHECK(parse_key(each, table));
  const std::vector<std::string> keys = keys_of(table);
  CHECK(std::count(keys.begin(), keys.end(), "core_static.power_mw") == 1);

  const CoefficientTable changed = with(table, *key, 7);
  CHECK(changed.find("synaptic_operation", Measure::kEnergyPj)->value == 7.0);
  CHECK(changed.find("synaptic_operation", Measure::kTimeNs)->value ==
        table.find("synaptic_operation", Measure::kTimeNs)->value);
  for (const Coefficient& entry : with(table, {"core_static", Measure::kPowerMw}, 0.5).coefficients) {
    if (entry.event == "core_static") CHECK(entry.value == 0.5);
  }
}

TEST_CASE("The points of a sweep have both ends, and one point is the first") {
  CHECK(evenly_spaced(1, 3, 5) == std::vector<double>{1, 1.5, 2, 2.5, 3});
  CHECK(evenly_spaced(3, 1, 3) == std::vector<double>{3, 2, 1});
  CHECK(evenly_spaced(4, 9, 1) == std::vector<double>{4});
  CHECK(evenly_spaced(0.1, 0.7, 7).back() == 0.7);
}

TEST_CASE("Static power is of one chip and of the powered cores, each over the time that it is drawn") {
  const std::vector<StaticPower> parts = static_power(*loihi().table(), 20);
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].event == "chip_static");
  CHECK(parts[0].energy_pj(Duration{1'000'000'000'000}) == Approx(104e9));  // 104 mW for a second
  CHECK(parts[1].bound == "minimum");
  CHECK(parts[1].power_mw() == Approx(20 * 0.38));
  CHECK(parts[2].power_mw() == Approx(20 * 0.73));
  CHECK(static_power(*loihi().table(), 0).size() == 1);
  CoefficientTable unset = *loihi().table();
  for (Coefficient& entry : unset.coefficients) entry.value.reset();
  CHECK_FALSE(static_power(unset, 20)[1].energy_pj(1ms));
}

}  // namespace
}  // namespace volley::hardware
