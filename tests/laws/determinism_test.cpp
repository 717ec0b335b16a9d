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
  std::vector<Options> others = {{1, 1, 100}, {1, 1, 1000}, {1, 2, 0}, {1, 3, 100}, {1, 8, 0}};
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

// The benchmark of Vogels & Abbott (2005) in the form of Brette et al. (2007), smaller: exponential currents.
Network small_cuba() {
  Network network;
  network.populations = {population("exc", "lif_exp", 800), population("inh", "lif_exp", 200)};
  for (PopulationSpec& p : network.populations) {
    p.parameters = {{"tau_m", 20.0},       {"c_m", 20.0},     {"tau_syn_exc", 5.0},
                    {"tau_syn_inh", 10.0}, {"v_rest", -49.0}, {"v_threshold", -50.0},
                    {"v_reset", -60.0},    {"t_ref", 5.0},    {"v_init", Distribution{Uniform{-60, -50}}}};
    add_probe(network, p.name, "v");
  }
  for (const char* to : {"exc", "inh"}) {
    network.projections.push_back(projection("exc", to, PairwiseBernoulli{0.08}, 1.62, 0.1));
    network.projections.push_back(projection("inh", to, PairwiseBernoulli{0.08}, -9, 0.1));
    network.projections.back().port = "inh";
  }
  return network;
}

// Izhikevich (2003): regular spiking and fast spiking neurons with individual parameters under noise.
Network small_izhikevich() {
  Network network;
  network.populations = {population("exc", "izhikevich", 800,
                                    {{"c", Distribution{Uniform{-65, -50}}}, {"d", Distribution{Uniform{2, 8}}}}),
                         population("inh", "izhikevich", 200, {{"a", Distribution{Uniform{0.02, 0.1}}}, {"d", 2.0}})};
  network.drives = {{"", "exc", {}, PoissonDrive{{{kStart, 500}}, 4, ""}},
                    {"", "inh", {}, PoissonDrive{{{kStart, 500}}, 2, ""}}};
  for (const char* to : {"exc", "inh"}) {
    network.projections.push_back(projection("exc", to, FixedIndegree{80}, 0.25, 1));
    network.projections.push_back(projection("inh", to, FixedIndegree{20}, -0.5, 1));
    add_probe(network, to, "v");
  }
  return network;
}

void check_law(const Law& law) {
  CAPTURE(law.name);
  const Recording whole = record(law.network, standard_models(), law.duration);
  REQUIRE(whole.spikes.size() > law.spikes);
  REQUIRE(std::is_sorted(whole.spikes.begin(), whole.spikes.end()));
  for (const Options& options : law.others) {
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
  check_law({"brunel, 12,500 neurons", brunel({}), 50ms, 5'000, {{1, 1, 1000}, {1, 3, 0}, {1, 8, 5000}}});
}

TEST_CASE("drives and delays that fit no slice give the same bits for every number of threads and every slice size") {
  check_law({"awkward drives", awkward_drives(), 100ms, 1'000});
  Network restless = awkward_drives();
  for (PopulationSpec& p : restless.populations) p.parameters["t_ref"] = 0.0;  // every reset shows in the next sample
  check_law({"awkward drives, no refractory period", restless, 100ms, 1'000});
}

TEST_CASE("exponential currents give the same bits for every number of threads and every slice size") {
  check_law({"cuba", small_cuba(), 100ms, 300});
}

TEST_CASE("Izhikevich's neurons give the same bits for every number of threads and every slice size") {
  check_law({"izhikevich", small_izhikevich(), 100ms, 300});
}

}  // namespace volley::test
