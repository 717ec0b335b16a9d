// A small placed run with its ledger, and a recording of it: for tests of whatever prices ledgers.
#pragma once

#include <catch2/catch.hpp>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "apps/volley/ledger_file.h"
#include "hardware/axons.h"
#include "hardware/chip_library.h"
#include "io/recorder.h"
#include "io/run_counters.h"
#include "models/catalog.h"
#include "tests/support/run_network.h"

namespace volley::test {

// Two populations (60 and 40 neurons) that drive each other, and a source of 20.
inline Network placed_network() {
  Network network;
  network.name = "placed";
  network.populations = {
      {.name = "a", .model = "lif_delta", .size = 60, .shape = {}, .parameters = {{"v_threshold", 1.0}}},
      {.name = "b", .model = "lif_delta", .size = 40, .shape = {}, .parameters = {{"v_threshold", 1.0}}}};
  network.sources = {{.name = "in", .size = 20, .shape = {}, .kind = PoissonSource{.rate_hz = {{kStart, 200.0}}}}};
  network.projections = {projection("in", "a", FixedIndegree{5}, 0.4, 1),
                         projection("a", "b", FixedIndegree{7}, 0.4, 1),
                         projection("b", "a", FixedIndegree{3}, 0.4, 1)};
  return network;
}

// Runs it for 50 steps of 1 ms on twelve cores of Loihi's mesh, mixed at random, in windows of ten steps, and times it
// with the simple model and with the mesh. `path` not empty: it is recorded there, with its ledger.
inline app::StoredLedger placed_run(const std::string& path = {}, const std::string& chip = "loihi") {
  constexpr Duration kStep = std::chrono::milliseconds(1), kLength = std::chrono::milliseconds(50);
  const hardware::Mesh mesh = hardware::shipped_chip("loihi")->mesh;
  std::mt19937 random(7);
  hardware::Placement placement{.method = "mixed",
                                .core_of = {std::vector<std::uint16_t>(60), std::vector<std::uint16_t>(40)}};
  for (auto& population : placement.core_of) {
    for (std::uint16_t& core : population) core = static_cast<std::uint16_t>(3 * (random() % 12));
  }
  auto simulation = build(placed_network(), standard_models());
  REQUIRE(simulation.ok());
  const hardware::AxonTable axons = hardware::make_axon_table(*simulation, placement);
  hardware::LedgerCounter counter(*simulation, axons, placement, mesh, chip, kStep, 10);
  const hardware::ServiceTimes times{.quiet_update = Duration{5300},
                                     .firing_update = Duration{8400},
                                     .axon_out = Duration{5100},
                                     .axon_in = Duration{16000},
                                     .synapse = Duration{3500},
                                     .hop_east_west = Duration{4100},
                                     .hop_north_south = Duration{6500}};
  hardware::StepTimer timer(hardware::StepWorkBuilder(axons, placement, mesh.core_count(), times), mesh,
                            hardware::NetworkTiming{}, Duration{465'000});
  hardware::StepObserver steps(axons, kStep);
  steps.add(counter);
  steps.add(timer);
  simulation->add_observer(steps);
  std::unique_ptr<io::Recorder> recorder;
  if (!path.empty()) {
    io::RunMetadata metadata{.plan = {},
                             .seed = 1,
                             .threads = 1,
                             .command_line = "volley run",
                             .directory = "",
                             .until = kLength,
                             .probe_units = {}};
    metadata.plan.network = placed_network();
    metadata.plan.network.spike_probes = {{"a", {}}, {"b", {}}};
    auto made = io::Recorder::create(path, metadata);
    INFO(made.status());
    REQUIRE(made.ok());
    recorder = *std::move(made);
    simulation->add_observer(*recorder);
  }
  REQUIRE(simulation->run(kLength).ok());
  steps.finish(kStart + kLength);
  app::StoredLedger result{counter.finish(), timer.times()};
  if (recorder) {
    REQUIRE(recorder->close(io::Outcome::kComplete, io::counters_of(*simulation)).ok());
    const absl::Status stored = app::store_ledger(path, result.ledger, result.times);
    INFO(stored);
    REQUIRE(stored.ok());
  }
  return result;
}

}  // namespace volley::test
