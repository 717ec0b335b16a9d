// The same network and seed give the same bits for every number of threads and every slice size: spikes to the
// picosecond, and sampled state to the last bit.
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "models/catalog.h"
#include "tests/support/brunel.h"
#include "tests/support/run_network.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

struct Law {
  std::string name;
  Network network;
  Duration duration;
  std::size_t spikes;  // at least so many, so that the law says something
};

void add_probe(Network& network, const std::string& population, const std::string& variable) {
  network.state_probes.push_back({population, {}, variable, kStart + 10us, 7ms, {}});
}

// A tenth of Brunel's network, with state probes.
Network small_brunel() {
  Network network = brunel({1'000, 100, 1.0, 5, 2});
  add_probe(network, "exc", "v");
  add_probe(network, "inh", "v");
  return network;
}

// Drives whose ranges begin and end inside slices, that overlap, and that start and stop; a source on the millisecond
// grid, so that arrivals meet.
Network awkward_drives() {
  Network network = small_brunel();
  network.drives.clear();
  const auto drive = [&](const char* to, Range range, std::vector<Step> rate, double weight) {
    network.drives.push_back({"", to, range, PoissonDrive{std::move(rate), weight, ""}});
  };
  drive("exc", {0, 333}, {{kStart, 25'000}}, 0.9);
  drive("exc", {333, {}}, {{kStart, 26'000}}, 0.85);
  drive("exc", {250, 300}, {{kStart, 3'000}, {kStart + 30ms, 0}, {kStart + 60ms, 5'000}}, -0.5);
  drive("inh", {17, 200}, {{kStart, 24'000}}, 0.9);
  network.sources.push_back({"clock", 20, {}, RegularSource{kStart, 1ms, {}}});
  network.projections.push_back(projection("clock", "exc", FixedIndegree{3}, 0.4, 0));
  network.projections.push_back(projection("exc", "inh", PairwiseBernoulli{0.05}, 0.3, 1));
  network.projections.back().name = "drawn";
  network.projections.back().weight = Normal{0.3, 0.1};
  network.projections.back().delay_ms = Uniform{0.5, 12};
  return network;
}

void check_law(const Law& law) {
  CAPTURE(law.name);
  const Recording whole = record(law.network, standard_models(), law.duration);
  REQUIRE(whole.spikes.size() > law.spikes);
  REQUIRE(std::is_sorted(whole.spikes.begin(), whole.spikes.end()));
  for (const Options& options : {Options{1, 1, 100}, Options{1, 1, 1000}, Options{1, 2, 0}, Options{1, 3, 100}, Options{1, 8, 0}}) {
    CAPTURE(options.threads, options.slice_size);
    const Recording other = record(law.network, standard_models(), law.duration, options);
    CHECK(other.spikes.size() == whole.spikes.size());
    CHECK(other.samples.size() == whole.samples.size());
    CHECK(fingerprint(other) == fingerprint(whole));
  }
  const Recording reseeded = record(law.network, standard_models(), law.duration, {2, 1, 0});
  CHECK(fingerprint(reseeded) != fingerprint(whole));
}

}  // namespace

TEST_CASE("Brunel's network gives the same bits for every number of threads and every slice size") {
  check_law({"brunel, 1,250 neurons", small_brunel(), 200ms, 1'000});
}

TEST_CASE("Brunel's network at full size gives the same bits for every number of threads and every slice size") {
  check_law({"brunel, 12,500 neurons", brunel({}), 50ms, 5'000});
}

TEST_CASE("drives and delays that fit no slice give the same bits for every number of threads and every slice size") {
  check_law({"awkward drives", awkward_drives(), 100ms, 1'000});
}

}  // namespace volley::test
