#include "apps/volley/ledger_file.h"

#include <catch2/catch.hpp>
#include <functional>
#include <limits>

#include "io/hdf5.h"
#include "io/recording.h"
#include "tests/support/placed_recording.h"
#include "tests/support/temporary_folder.h"

namespace volley::app {
namespace {

using test::TemporaryFolder;

bool equal(const hardware::ChipLedger& a, const hardware::ChipLedger& b) {
  return a.chip == b.chip && a.placement == b.placement && a.populations == b.populations && a.step == b.step &&
         a.steps == b.steps && a.tiles_used == b.tiles_used && a.cores_used == b.cores_used &&
         a.outside_messages == b.outside_messages && a.parts == b.parts && a.windows == b.windows &&
         a.by_step == b.by_step && a.drive_events == b.drive_events && a.learning_is_counted == b.learning_is_counted;
}

bool equal(const hardware::StepTimes& a, const hardware::StepTimes& b) {
  return a.simple == b.simple && a.simple_last_core == b.simple_last_core && a.mesh == b.mesh &&
         a.last_core == b.last_core && a.busiest_tile == b.busiest_tile && a.busiest_direction == b.busiest_direction &&
         a.busiest_messages == b.busiest_messages;
}

TEST_CASE("a ledger comes back from a recording as it was, with the time of every step") {
  const TemporaryFolder folder;
  const std::string path = folder.path("run.h5");
  const StoredLedger stored = test::placed_run(path);
  REQUIRE(stored.ledger.windows.size() == 5);
  REQUIRE(stored.times.mesh.size() == 50);
  const auto loaded = load_ledger(path);
  INFO(loaded.status());
  REQUIRE(loaded.ok());
  REQUIRE(loaded->has_value());
  CHECK(equal((*loaded)->ledger, stored.ledger));
  CHECK(equal((*loaded)->times, stored.times));
  const auto recording = io::Recording::open(path);
  REQUIRE(recording.ok());
  CHECK(recording->info().populations[0].counts.spikes + recording->info().populations[1].counts.spikes == [&] {
    std::uint64_t spikes = 0;
    for (const std::uint64_t n : stored.ledger.by_step.spikes) spikes += n;
    return spikes;
  }());
}

// A recording without a ledger.
std::string plain_recording(const TemporaryFolder& folder) {
  const std::string path = folder.path("plain.h5");
  io::RunMetadata metadata{.plan = {},
                           .seed = 1,
                           .threads = 1,
                           .command_line = "",
                           .directory = "",
                           .until = Duration{1},
                           .probe_units = {}};
  metadata.plan.network = test::placed_network();
  auto recorder = io::Recorder::create(path, metadata);
  REQUIRE(recorder.ok());
  REQUIRE((*recorder)->close(io::Outcome::kComplete, {}).ok());
  return path;
}

TEST_CASE("a recording of an unplaced run has no ledger") {
  const TemporaryFolder folder;
  const auto loaded = load_ledger(plain_recording(folder));
  INFO(loaded.status());
  REQUIRE(loaded.ok());
  CHECK_FALSE(loaded->has_value());
  CHECK(absl::IsNotFound(load_ledger(folder.path("no.h5")).status()));
}

TEST_CASE("a ledger without times, and one that counted nothing, are kept too") {
  const TemporaryFolder folder;
  StoredLedger stored = test::placed_run();
  const std::string path = plain_recording(folder);
  REQUIRE(store_ledger(path, stored.ledger, {}).ok());
  const auto loaded = load_ledger(path);
  INFO(loaded.status());
  REQUIRE(loaded.ok());
  CHECK(equal((*loaded)->ledger, stored.ledger));
  CHECK((*loaded)->times.simple.empty());
  CHECK(absl::IsAlreadyExists(store_ledger(path, stored.ledger, {})));

  hardware::ChipLedger nothing;
  nothing.step = Duration{1};
  nothing.windows.resize(1);
  std::filesystem::remove(path);
  plain_recording(folder);
  REQUIRE(store_ledger(path, nothing, {}).ok());
  const auto empty = load_ledger(path);
  INFO(empty.status());
  REQUIRE(empty.ok());
  CHECK(equal((*empty)->ledger, nothing));
}

TEST_CASE("a ledger from before learning, drives and messages of sources were counted by step is read") {
  const TemporaryFolder folder;
  const std::string path = folder.path("run.h5");
  const StoredLedger stored = test::placed_run(path);
  {
    const io::h5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    for (const char* column :
         {"steps/messages_in", "steps/learning_updates", "window_parts/learning_updates", "populations/drive_events"}) {
      REQUIRE(H5Ldelete(file.get(), ("/ledger/" + std::string(column)).c_str(), H5P_DEFAULT) >= 0);
    }
  }
  const auto loaded = load_ledger(path);
  INFO(loaded.status());
  REQUIRE(loaded.ok());
  const hardware::ChipLedger& ledger = (*loaded)->ledger;
  CHECK_FALSE(ledger.learning_is_counted);
  CHECK(ledger.drive_events.empty());
  CHECK(ledger.windows == stored.ledger.windows);
  CHECK(ledger.problem().empty());
  const std::uint64_t sources = ledger.by_step.messages_in[0] - ledger.by_step.messages[0];
  CHECK(sources == Approx(static_cast<double>(ledger.outside_messages) / 50).margin(1));
}

TEST_CASE("a damaged ledger is refused with its file, its HDF5 path and what does not fit") {
  const StoredLedger good = test::placed_run();
  const auto refused = [&](const std::function<void(StoredLedger&)>& damage, const std::string& expected) {
    const TemporaryFolder folder;
    const std::string path = plain_recording(folder);
    StoredLedger bad = good;
    damage(bad);
    REQUIRE(store_ledger(path, bad.ledger, bad.times).ok());
    const auto loaded = load_ledger(path);
    CHECK(absl::IsDataLoss(loaded.status()));
    CHECK(std::string(loaded.status().message()) ==
          path + ":/ledger/" + expected + "; the ledger is damaged: record the run again");
  };
  refused([](StoredLedger& s) { ++s.ledger.by_step.spikes[3]; },
          [&] {
            std::uint64_t n = 0;
            for (const std::uint64_t spikes : good.ledger.by_step.spikes) n += spikes;
            return "steps: spikes: " + std::to_string(n) + " by part, " + std::to_string(n + 1) + " by step";
          }());
  refused([](StoredLedger& s) { s.ledger.step = Duration{0}; }, "run@step_ps: 0 ps, must be above 0");
  refused([](StoredLedger& s) { s.ledger.steps = 51; }, "steps: 50 rows for 51 steps");
  refused([](StoredLedger& s) { s.ledger.steps = ~std::uint64_t{0}; },
          "run@steps: 18446744073709551615, must be at most 1099511627776");
  refused([](StoredLedger& s) { s.ledger.parts[2].population = 2; }, "parts/population: 2, must be below 2");
  refused([](StoredLedger& s) { s.ledger.parts[2].core = 1u << 16; }, "parts/core: 65536, must be below 65536");
  refused([](StoredLedger& s) { std::swap(s.ledger.parts[2], s.ledger.parts[3]); },
          "parts: row 3 is out of order or given twice");
  refused([](StoredLedger& s) { s.ledger.parts[0].neurons = ~std::uint64_t{0}; },
          "parts/neurons: the sum exceeds 64 bits");
  refused([](StoredLedger& s) { s.ledger.cores_used = 11; }, "run@cores_used: 11 cores, but parts lie on 12");
  refused([](StoredLedger& s) { s.ledger.tiles_used = 0; }, "run@tiles_used: 0, must be from 1 to 12, the cores");
  refused([](StoredLedger& s) { s.ledger.windows[1].parts[4].updates_firing = 1'000'000; },
          "window_parts/updates_firing: window 1, part 4: more than there are updates");
  refused([](StoredLedger& s) { s.ledger.windows[1].parts.pop_back(); },
          "window_parts: " + std::to_string(5 * good.ledger.parts.size() - 1) + " rows, must be 5 windows x " +
              std::to_string(good.ledger.parts.size()) + " parts");
  refused([](StoredLedger& s) { s.ledger.windows[1].links[0].tile = 1u << 20; },
          "window_links/tile: 1048576, must be below 65536");
  refused([](StoredLedger& s) { s.ledger.step = Duration{-5}; }, "run@step_ps: -5 ps, must be above 0");
  refused([](StoredLedger& s) { s.ledger.step = Duration{std::int64_t{1} << 61}; },
          "run@step_ps: 2305843009213693952 ps x 50 steps, must be at most 9223372036854775807 ps");
  refused([](StoredLedger& s) { s.times.mesh[7] = Duration{std::numeric_limits<std::int64_t>::max()}; },
          "mesh_times/duration: 9223372036854775807 ps: the sum exceeds 9223372036854775807 ps");
  refused([](StoredLedger& s) { s.times.last_core[7] = 200; },
          "mesh_times/last_core: step 7: 200, must be a core with neurons");
  refused([](StoredLedger& s) { s.times.simple_last_core[0] = 1; },
          "simple_times/last_core: step 0: 1, must be a core with neurons");
  refused([](StoredLedger& s) { s.times.busiest_messages[0] = 9'999'999; },
          "mesh_times/busiest_messages: step 0: 9999999, must be at most " +
              std::to_string(good.ledger.by_step.hops_east_west[0] + good.ledger.by_step.hops_north_south[0]) +
              ", the hops");
  refused([](StoredLedger& s) { s.ledger.by_step.updates_firing[1] = 101; },
          "steps/updates_firing: step 1: 101, must be at most 100, the neurons");
  refused([](StoredLedger& s) { s.ledger.windows[1].steps = 11, s.ledger.windows[2].steps = 9; },
          "windows/steps: window 1 has 11, must have 10 as the first");
  refused([](StoredLedger& s) { s.ledger.windows[4].steps = 0, s.ledger.windows[3].steps = 20; },
          "windows/steps: window 3 has 20, must have 10 as the first");
  refused([](StoredLedger& s) { s.ledger.windows[4].steps = 0; }, "windows/steps: window 4 has 0, must have some");
  refused(
      [](StoredLedger& s) {
        s.ledger.drive_events = {std::uint64_t{1} << 40, 0};
        ++s.ledger.by_step.messages_in[2];
      },
      [&] {
        std::uint64_t n = 0;
        for (const std::uint64_t messages : good.ledger.by_step.messages_in) n += messages;
        return "steps: messages into cores: " + std::to_string(n) + " by part, " + std::to_string(n + 1) + " by step";
      }());
  refused([](StoredLedger& s) { s.times.mesh[7] = Duration{-1}; }, "mesh_times/duration: -1 ps, must be at least 0");
  refused(
      [](StoredLedger& s) {
        s.times.simple.pop_back();
        s.times.simple_last_core.pop_back();
      },
      "simple_times: 49 rows for 50 steps");
}

}  // namespace
}  // namespace volley::app
