#include "apps/volley/compare.h"

#include <catch2/catch.hpp>

#include "io/recorder.h"
#include "tests/support/temporary_folder.h"

namespace volley::app {
namespace {

Time at(std::int64_t picoseconds) { return kStart + Duration{picoseconds}; }

TEST_CASE("Equal trains are equal in whatever order their files hold them") {
  const auto result = compare_trains({{at(1), 0}, {at(2), 1}, {at(2), 0}}, {{at(2), 0}, {at(2), 1}, {at(1), 0}}, {});
  CHECK(result.equal());
  CHECK_FALSE(result.first.has_value());
}

TEST_CASE("Of a recording that is being written what it held when it was opened is compared") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("run.h5");
  io::RunMetadata metadata;
  metadata.plan.network.populations = {{"p", "lif_delta", 2, {}, {}}};
  metadata.plan.network.spike_probes = {{"p", {}}};
  io::RecorderOptions options;
  options.flush_seconds = 0.001;
  auto recorder = io::Recorder::create(path, metadata, options);
  REQUIRE(recorder.ok());
  std::int64_t now = 0;
  const auto record_until = [&](const auto& enough) {
    for (;;) {
      const std::vector<Spike> spikes{{at(++now), PopulationId{0}, 1}};
      REQUIRE((*recorder)->on_window({{at(now), at(now + 1)}, spikes, {}}).ok());
      auto recording = io::Recording::open(path);
      REQUIRE(recording.ok());
      if (enough(recording->info().recorded_spikes.at("p"))) return *std::move(recording);
    }
  };
  const io::Recording early = record_until([](std::uint64_t spikes) { return spikes > 0; });
  const std::uint64_t then = early.info().recorded_spikes.at("p");
  const io::Recording later = record_until([&](std::uint64_t spikes) { return spikes > then; });
  const auto same = compare_recordings(early, early, Duration{0});
  REQUIRE(same.ok());
  CHECK(same->populations.front().spikes_a == then);
  CHECK_FALSE(compare_recordings(early, later, Duration{0})->equal());
  REQUIRE((*recorder)->close(io::Outcome::kComplete, {}).ok());
}

TEST_CASE("The first difference is the earliest, then the one of the lowest neuron") {
  const auto result = compare_trains({{at(1), 5}, {at(9), 1}, {at(9), 0}}, {{at(1), 5}}, {});
  CHECK(result.unmatched == 2);
  REQUIRE(result.first.has_value());
  CHECK(result.first->at == at(9));
  CHECK(result.first->neuron == 0);
  CHECK(result.first->in_a);
}

TEST_CASE("A picosecond is a difference, and names the other's time") {
  const auto result = compare_trains({{at(1000), 3}}, {{at(1001), 3}}, {});
  CHECK_FALSE(result.equal());
  REQUIRE(result.first.has_value());
  CHECK(result.first->instead == at(1001));
  CHECK(compare_trains({{at(1000), 3}}, {{at(1001), 3}}, Duration{1}).equal());
}

TEST_CASE("A tolerance never makes up for a missing spike") {
  const auto result = compare_trains({{at(0), 0}, {at(10), 0}}, {{at(2), 0}}, Duration{5});
  CHECK(result.unmatched == 1);
  CHECK(result.first->at == at(10));
}

TEST_CASE("An extra spike shifts nothing: the spikes after it still pair up") {
  const auto result =
      compare_trains({{at(10), 0}, {at(20), 0}, {at(30), 0}}, {{at(10), 0}, {at(15), 0}, {at(20), 0}, {at(30), 0}}, {});
  CHECK(result.unmatched == 1);
  CHECK(result.first->at == at(15));
  CHECK_FALSE(result.first->in_a);
}

TEST_CASE("A population that one recording lacks is a difference") {
  Comparison comparison;
  comparison.populations.push_back({.name = "x", .spikes_a = 0, .spikes_b = {}, .unmatched = 0, .first = {}});
  CHECK_FALSE(comparison.equal());
}

}  // namespace
}  // namespace volley::app
