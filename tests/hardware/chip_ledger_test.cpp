#include "hardware/chip_ledger.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <tuple>
#include <utility>

#include "hardware/chip_energy.h"
#include "tests/support/full_catalog.h"
#include "tests/support/run_network.h"

namespace volley::hardware {
namespace {

using std::chrono_literals::operator""ms;

const Mesh kMesh{.width = 3, .height = 2, .cores_per_tile = 2, .source = {}};

// Two populations that drive each other, and a source; on all twelve cores, mixed.
Network two_populations() {
  Network network;
  network.populations = {
      {.name = "a", .model = "lif_delta", .size = 60, .shape = {}, .parameters = {{"v_threshold", 1.0}}},
      {.name = "b", .model = "lif_delta", .size = 40, .shape = {}, .parameters = {{"v_threshold", 1.0}}}};
  network.sources = {{.name = "in", .size = 20, .shape = {}, .kind = PoissonSource{.rate_hz = {{kStart, 200.0}}}}};
  const auto project = [&](const char* from, const char* to, std::uint32_t indegree) {
    network.projections.push_back(test::projection(from, to, FixedIndegree{indegree}, 0.4, 1));
  };
  project("in", "a", 5);
  project("a", "b", 7);
  project("b", "a", 3);
  return network;
}

Placement mixed(std::uint32_t seed) {
  std::mt19937 random(seed);
  Placement placement{.method = "mixed", .core_of = {std::vector<std::uint16_t>(60), std::vector<std::uint16_t>(40)}};
  for (auto& population : placement.core_of) {
    for (std::uint16_t& core : population) core = static_cast<std::uint16_t>(random() % 12);
  }
  return placement;
}

class SpikeLog final : public Observer {
 public:
  absl::Status on_window(const WindowReport& report) override {
    spikes.insert(spikes.end(), report.spikes.begin(), report.spikes.end());
    return absl::OkStatus();
  }
  std::vector<Spike> spikes;
};

struct Run {
  ChipLedger ledger;
  std::vector<Spike> spikes;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::pair<std::uint32_t, std::uint32_t>>> targets;
};

Run run(const Placement& placement, std::uint64_t window_steps, const Network& network = two_populations()) {
  auto simulation = build(network, test::full_catalog());
  REQUIRE(simulation.ok());
  const AxonTable axons = make_axon_table(*simulation, placement);
  LedgerCounter counter(*simulation, axons, placement, kMesh, "test", 1ms, window_steps);
  StepObserver steps(axons, 1ms);
  steps.add(counter);
  SpikeLog log;
  simulation->add_observer(steps);
  simulation->add_observer(log);
  REQUIRE(simulation->run(50ms).ok());
  steps.finish(kStart + 50ms);
  Run result{.ledger = counter.finish(), .spikes = log.spikes, .targets = {}};
  simulation->for_each_synapse_group([&](PopulationId target, std::uint32_t first, const SynapseGroup& group) {
    for (std::uint32_t source = 0; source + 1 < group.offset.size(); ++source) {
      for (std::uint32_t s = group.offset[source]; s < group.offset[source + 1]; ++s) {
        result.targets[{index_of(group.source), source}].emplace_back(index_of(target), first + group.target[s]);
      }
    }
  });
  return result;
}

TEST_CASE("the ledger's counts are those of every spike followed by hand") {
  const Placement placement = mixed(3);
  Run r = run(placement, 0);
  const LedgerWindow total = r.ledger.total();
  REQUIRE(r.spikes.size() > 200);

  std::map<std::pair<std::uint32_t, std::uint32_t>, PartCounts> parts;  // by (core, population)
  std::map<std::pair<std::uint32_t, Direction>, std::uint64_t> links;
  std::set<std::tuple<std::int64_t, std::uint32_t, std::uint32_t>> firing;
  std::uint64_t outside = 0;
  for (const Spike& spike : r.spikes) {
    const std::uint32_t population = index_of(spike.population);
    const bool source = population == 2;
    const std::uint32_t from = source ? 0 : placement.core_of[population][spike.neuron];
    std::map<std::uint32_t, std::set<std::uint32_t>> reached;  // core -> populations
    for (const auto& [p, neuron] : r.targets[{population, spike.neuron}]) {
      const std::uint32_t core = placement.core_of[p][neuron];
      ++parts[{core, p}].synaptic_operations;
      reached[core].insert(p);
    }
    for (const auto& [core, populations] : reached) {
      ++parts[{core, *populations.begin()}].messages_in;
      if (source) {
        ++outside;
        continue;
      }
      ++parts[{from, population}].messages_out;
      Position at = kMesh.position_of_core(from);
      const Position to = kMesh.position_of_core(core);
      const auto leave = [&](Direction d) { ++links[{kMesh.tile_at(at), d}]; };
      for (; at.x < to.x; ++at.x) leave(Direction::kEast);
      for (; at.x > to.x; --at.x) leave(Direction::kWest);
      for (; at.y < to.y; ++at.y) leave(Direction::kSouth);
      for (; at.y > to.y; --at.y) leave(Direction::kNorth);
    }
    if (source) continue;
    ++parts[{from, population}].spikes;
    const std::int64_t step = spike.at == kStart ? 0 : ((spike.at - kStart).count() - 1) / 1'000'000'000;
    if (firing.emplace(step, population, spike.neuron).second) ++parts[{from, population}].updates_firing;
  }
  for (std::size_t p = 0; p < r.ledger.parts.size(); ++p) {
    const LedgerPart& part = r.ledger.parts[p];
    INFO("core " << part.core << ", population " << part.population);
    CHECK(total.parts[p] == parts[{part.core, part.population}]);
  }
  std::vector<LedgerLink> expected;
  for (const auto& [where, messages] : links) expected.push_back({where.first, where.second, messages});
  CHECK(total.links == expected);
  CHECK(r.ledger.outside_messages == outside);
  CHECK(r.ledger.steps == 50);
  CHECK(r.ledger.cores_used == 12);
  CHECK(r.ledger.tiles_used == 6);
}

TEST_CASE("windows add up to the whole run, however it is cut") {
  const Placement placement = mixed(5);
  const ChipLedger whole = run(placement, 0).ledger;
  for (const std::uint64_t steps : {1u, 7u, 50u, 1000u}) {
    const ChipLedger cut = run(placement, steps).ledger;
    CHECK(cut.windows.size() == (50 + steps - 1) / steps);
    CHECK(cut.total() == whole.total());
    CHECK(cut.by_step == whole.by_step);
  }
}

CoefficientTable table_of(std::vector<std::pair<std::string, double>> energies) {
  CoefficientTable table{.name = "test", .title = "", .basis = "", .coefficients = {}};
  for (const auto& [event, pj] : energies) {
    const Unit unit = event.starts_with("neuron")     ? Unit::kNeuron
                      : event.starts_with("synaptic") ? Unit::kSynapse
                                                      : Unit::kRouter;
    Coefficient c;
    c.event = event;
    c.unit = unit;
    c.value = pj;
    table.coefficients.push_back(c);
  }
  return table;
}

TEST_CASE("energy by unit, core, population, link and step adds up to the total") {
  const ChipLedger ledger = run(mixed(7), 10).ledger;
  for (const CoefficientTable& table : {table_of({{"synaptic_operation", 23.6},
                                                  {"neuron_update_active", 81},
                                                  {"neuron_update_inactive", 52},
                                                  {"hop_east_west", 3},
                                                  {"hop_north_south", 4}}),
                                        table_of({{"synaptic_operation_dense", 35.5},
                                                  {"synaptic_operation_sparse", 33.6},
                                                  {"neuron_access", 51.2},
                                                  {"neuron_update", 21.6},
                                                  {"neuron_spike", 69.3},
                                                  {"axon_out", 111},
                                                  {"axon_in", 1.5},
                                                  {"hop_east_west", 3},
                                                  {"hop_north_south", 4.2}})}) {
    const ChipEnergy energy = price(ledger, table);
    REQUIRE(energy.total_pj > 0);
    const auto total = Approx(energy.total_pj).epsilon(1e-12);
    CHECK(energy.of(Unit::kNeuron) + energy.of(Unit::kSynapse) + energy.of(Unit::kRouter) == total);
    double links = 0, cores = 0, populations = 0, steps = 0, windows = 0;
    for (const PricedLink& link : energy.by_link) links += link.energy_pj;
    for (const double e : by_core(ledger, energy)) cores += e;
    for (const double e : by_population(ledger, energy)) populations += e;
    for (const double e : energy.by_step_pj) steps += e;
    for (const LedgerWindow& window : ledger.windows) windows += price_window(ledger, window, table).total_pj;
    CHECK(links > 0);
    CHECK(cores + links == total);
    CHECK(populations + links == total);
    CHECK(steps == total);
    CHECK(windows == total);
  }
}

TEST_CASE("an event whose coefficient is unset has a count, no energy, and a reason") {
  const ChipLedger ledger = run(mixed(7), 0).ledger;
  CoefficientTable table = table_of({{"synaptic_operation", 23.6}, {"neuron_update_active", 0}, {"chip_static", 120}});
  table.coefficients[1].value.reset();
  const ChipEnergy energy = price(ledger, table);
  CHECK(energy.events[0].energy_pj == energy.total_pj);
  CHECK(energy.events[1].count > 0u);
  CHECK_FALSE(energy.events[1].energy_pj);
  CHECK(energy.events[1].why_missing == "coefficient unset");
  CHECK_FALSE(energy.events[2].count);
  CHECK(energy.events[2].why_missing.starts_with("not counted"));
}

TEST_CASE("a synapse that learns is updated once for every spike of either of its neurons, on the core of its target") {
  Network network = two_populations();
  CHECK(run(mixed(7), 0).ledger.total().parts[0].learning_updates == 0);
  for (const std::size_t p : {0u, 1u}) network.projections[p].plasticity = {"pair_stdp", {}, {}};
  network.projections[0].plasticity->frozen = true;  // learns no more
  network.projections[1].plasticity->parameters = {{"w_max", 1.0}};
  const Placement placement = mixed(7);
  const Run result = run(placement, 10, network);
  // By core, from the spikes and the synapses of a to b: a is population 0, b 1.
  std::map<std::uint32_t, std::uint64_t> expected;
  std::map<std::uint32_t, std::uint64_t> onto;  // by neuron of b
  for (const auto& [sender, reached] : result.targets) {
    if (sender.first != 0) continue;
    for (const auto& [population, neuron] : reached) onto[neuron] += population == 1 ? 1 : 0;
  }
  for (const Spike& spike : result.spikes) {
    if (index_of(spike.population) == 1) expected[placement.core_of[1][spike.neuron]] += onto[spike.neuron];
    if (index_of(spike.population) != 0) continue;
    const auto reached = result.targets.find({0, spike.neuron});
    if (reached == result.targets.end()) continue;
    for (const auto& [population, neuron] : reached->second) {
      if (population == 1) ++expected[placement.core_of[1][neuron]];
    }
  }
  std::map<std::uint32_t, std::uint64_t> counted;
  std::uint64_t all = 0, by_step = 0;
  const LedgerWindow total = result.ledger.total();
  for (std::size_t p = 0; p < total.parts.size(); ++p) {
    if (total.parts[p].learning_updates > 0) counted[result.ledger.parts[p].core] += total.parts[p].learning_updates;
    all += total.parts[p].learning_updates;
  }
  for (const std::uint64_t n : result.ledger.by_step.learning_updates) by_step += n;
  CHECK(counted == expected);
  REQUIRE(all > 1000);
  CHECK(by_step == all);
  CHECK(result.ledger.problem().empty());
  const ChipEnergy energy = price(result.ledger, table_of({{"learning_update", 120}}));
  CHECK(energy.total_pj == 120.0 * static_cast<double>(all));
  double steps = 0;
  for (const double pj : energy.by_step_pj) steps += pj;
  CHECK(steps == energy.total_pj);
}

TEST_CASE("messages of sources are counted in the step in which they come, and events of drives by population") {
  Network network = two_populations();
  network.drives = {{"noise", "b", {}, PoissonDrive{{{kStart, 500}}, 0.1, {}}}};
  const Run result = run(mixed(7), 0, network);
  const StepCounts& steps = result.ledger.by_step;
  std::uint64_t outside = 0;
  std::set<std::uint64_t> different;
  for (std::size_t s = 0; s < steps.messages.size(); ++s) {
    REQUIRE(steps.messages_in[s] >= steps.messages[s]);
    outside += steps.messages_in[s] - steps.messages[s];
    different.insert(steps.messages_in[s] - steps.messages[s]);
  }
  CHECK(outside == result.ledger.outside_messages);
  CHECK(different.size() > 5);
  REQUIRE(result.ledger.drive_events.size() == 2);
  CHECK(result.ledger.drive_events[0] == 0);
  CHECK(result.ledger.drive_events[1] == Approx(40 * 0.05 * 500).epsilon(0.2));
}

TEST_CASE("a ledger whose sums contradict one another says which") {
  ChipLedger ledger = run(mixed(7), 0).ledger;
  CHECK(ledger.problem().empty());
  ++ledger.by_step.messages[3];
  CHECK(ledger.problem().starts_with("messages: "));
  --ledger.by_step.messages[3];
  ++ledger.outside_messages;
  CHECK(ledger.problem().starts_with("messages: "));
  --ledger.outside_messages;
  ++ledger.steps;
  CHECK(ledger.problem().starts_with("steps: "));
}

}  // namespace
}  // namespace volley::hardware
