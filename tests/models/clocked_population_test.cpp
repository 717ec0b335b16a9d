#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "engine/simulation.h"
#include "models/clocked_drives.h"
#include "tests/models/clocked_harness.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kNeurons = 23;

DriveSpec drive(std::variant<PoissonDrive, CurrentDrive, NoiseDrive> kind, Range range = {}) {
  return {"", "pop", range, std::move(kind)};
}

std::vector<double> ramp(double low, double high) {
  std::vector<double> values;
  for (std::uint32_t i = 0; i < kNeurons; ++i) values.push_back(low + (high - low) * i / kNeurons);
  return values;
}

// Every clocked model, with input that makes it fire.
std::vector<ClockedSetup> every_model() {
  return {{.model = "lif_coba",
           .neurons = kNeurons,
           .parameters = {{"v_init", ramp(-65, -51)}},
           .options = {},
           .weights = {18, 30},
           .drives = {},
           .arrivals = {}},
          {.model = "adex",
           .neurons = kNeurons,
           .parameters = {{"t_ref", {2}}},
           .options = {},
           .weights = {1200, -300},
           .drives = {},
           .arrivals = {}},
          {.model = "izhikevich",
           .neurons = kNeurons,
           .parameters = {},
           .options = {},
           .weights = {9},
           .drives = {},
           .arrivals = {}},
          {.model = "loihi_cuba",
           .neurons = kNeurons,
           .parameters = {{"du", {1000}}, {"dv", {200}}},
           .options = {},
           .weights = {5632},
           .drives = {},
           .arrivals = {}}};
}

Duration dt_of(const ClockedSetup& setup) {
  return setup.model == "lif_coba" || setup.model == "adex" ? Duration{100us} : Duration{1ms};
}

struct Outcome {
  std::vector<Spike> fired;
  std::vector<std::vector<std::uint64_t>> state;
  std::uint64_t updates = 0, external = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// In slices of `slice_size` neurons; `seed` 0: one window.
Outcome run(const ClockedSetup& setup, Time end, std::uint32_t slice_size, std::uint32_t seed) {
  Outcome outcome;
  for (std::uint32_t first = 0; first < setup.neurons; first += slice_size) {
    ClockedSlice part(setup, first, std::min(slice_size, setup.neurons - first));
    REQUIRE(part.status().ok());
    if (seed == 0) {
      part.advance_to(end);
    } else {
      part.advance_in_pieces(end, seed + first, 3 * dt_of(setup));
    }
    outcome.fired.insert(outcome.fired.end(), part.fired().begin(), part.fired().end());
    for (auto& neuron : part.state()) outcome.state.push_back(neuron);
    outcome.updates += part.slice().counters().neuron_updates;
    outcome.external += part.slice().counters().external_events;
  }
  std::sort(outcome.fired.begin(), outcome.fired.end());
  return outcome;
}

}  // namespace

TEST_CASE("neither slices nor window cuts show in what a clocked population does") {
  for (ClockedSetup setup : every_model()) {
    for (const bool uniform : {true, false}) {
      CAPTURE(setup.model, uniform);
      const Time end = kStart + 300ms;
      setup.arrivals = random_arrivals(3, 400, end, dt_of(setup), static_cast<std::uint32_t>(setup.weights.size()));
      setup.drives = {drive(PoissonDrive{{{kStart, 80}, {kStart + 100ms, 10}}, setup.weights[0], ""}, {2, 17})};
      if (setup.model != "loihi_cuba") {
        const double unit = setup.model == "izhikevich" ? 1 : 100;
        setup.drives.push_back(drive(CurrentDrive{{{kStart + 20ms, 2 * unit}, {kStart + 90ms, -unit}}}));
        setup.drives.push_back(drive(CurrentDrive{{{kStart + 50050us, unit}}}, {5, 9}));
        if (!uniform) setup.drives.push_back(drive(NoiseDrive{0.5 * unit, unit, 2ms}, {3, {}}));
      }
      if (!uniform && setup.model == "izhikevich") setup.parameters["d"] = ramp(2, 8);
      if (!uniform && setup.model == "adex") setup.parameters["tau_w"] = ramp(30, 200);
      if (!uniform && setup.model == "lif_coba") setup.parameters["tau_syn_inh"] = ramp(5, 15);
      if (!uniform && setup.model == "loihi_cuba") setup.parameters["vth_mant"] = std::vector<double>(kNeurons, 120);
      const Outcome whole = run(setup, end, kNeurons, 0);
      CHECK(whole.fired.size() > 20);
      CHECK(whole.external > 100);
      for (const auto& [slice_size, seed] : {std::pair{kNeurons, 1u}, {7u, 0u}, {7u, 2u}, {1u, 3u}}) {
        CAPTURE(slice_size, seed);
        CHECK(run(setup, end, slice_size, seed) == whole);
      }
    }
  }
}

TEST_CASE("a slice that sleeps holds the same bits as one that is kept awake, and sleeps at rest") {
  for (ClockedSetup setup : every_model()) {
    CAPTURE(setup.model);
    const Time end = kStart + 20s;
    setup.arrivals =
        random_arrivals(4, 60, kStart + 60ms, dt_of(setup), static_cast<std::uint32_t>(setup.weights.size()));
    for (Arrival late :
         random_arrivals(5, 40, kStart + 40ms, dt_of(setup), static_cast<std::uint32_t>(setup.weights.size()))) {
      late.at += 12s;
      setup.arrivals.push_back(late);
    }
    ClockedSlice sleeping(setup, 0, kNeurons);
    sleeping.advance_to(kStart + 12s);
    CHECK(sleeping.slice().next_event() == kNever);
    sleeping.advance_to(end);
    CHECK(sleeping.slice().next_event() == kNever);

    setup.drives = {drive(NoiseDrive{0, 0, 1ms})};  // draws nothing but zeros
    ClockedSlice awake(setup, 0, kNeurons);
    awake.advance_to(end);
    CHECK(awake.slice().next_event() != kNever);
    CHECK(sleeping.fired().size() > 10);
    CHECK(sleeping.fired() == awake.fired());
    CHECK(sleeping.state() == awake.state());
    CHECK(sleeping.slice().counters().neuron_updates == awake.slice().counters().neuron_updates);
  }
}

TEST_CASE("silence costs no ticks") {
  for (ClockedSetup setup : every_model()) {
    CAPTURE(setup.model);
    ClockedSlice part(setup, 0, kNeurons);
    part.advance_to(kStart + 20s);
    REQUIRE(part.slice().next_event() == kNever);
    part.advance_to(kStart + std::chrono::hours(24 * 100));  // would be 8.6e9 ticks at least
    CHECK(part.slice().next_event() == kNever);
    CHECK(part.slice().counters().neuron_updates ==
          kNeurons * static_cast<std::uint64_t>((std::chrono::hours(24 * 100) - Duration{1}) / dt_of(setup)));
  }
}

TEST_CASE("a slice made anew after another one has run is as good as the first") {
  for (ClockedSetup setup : every_model()) {
    CAPTURE(setup.model);
    setup.arrivals = random_arrivals(6, 100, kStart + 100ms, dt_of(setup), 1);
    ClockedSlice first(setup, 0, kNeurons);
    const auto fresh = first.state();
    first.advance_to(kStart + 100ms);
    CHECK(first.state() != fresh);
    ClockedSlice second(setup, 0, kNeurons);
    CHECK(second.state() == fresh);
    second.advance_to(kStart + 100ms);
    CHECK(second.state() == first.state());
    CHECK(second.fired() == first.fired());
  }
}

TEST_CASE("an arrival at a tick is part of that tick, one a picosecond later of the next") {
  for (ClockedSetup setup : every_model()) {
    CAPTURE(setup.model);
    const Time tick = kStart + 5 * dt_of(setup);
    const auto input_seen_at = [&](Time at, Time when) {
      ClockedSetup with = setup;
      with.arrivals = {arrival_at(at, 0, 0)};
      ClockedSlice part(with, 0, kNeurons), none(setup, 0, kNeurons);
      part.advance_to(when + Duration{1});
      none.advance_to(when + Duration{1});
      return part.state() != none.state();
    };
    CHECK(input_seen_at(tick, tick));
    CHECK_FALSE(input_seen_at(tick + Duration{1}, tick + dt_of(setup) - Duration{1}));
    CHECK(input_seen_at(tick + Duration{1}, tick + dt_of(setup)));
  }
}

TEST_CASE("spikes are stamped with ticks of the grid") {
  for (ClockedSetup setup : every_model()) {
    CAPTURE(setup.model);
    setup.arrivals = random_arrivals(8, 300, kStart + 100ms, dt_of(setup), 1);
    ClockedSlice part(setup, 0, kNeurons);
    part.advance_to(kStart + 120ms);
    REQUIRE(part.fired().size() > 5);
    for (const Spike& spike : part.fired()) CHECK((spike.at - kStart) % dt_of(setup) == Duration{0});
    CHECK(std::is_sorted(part.fired().begin(), part.fired().end()));
  }
}

TEST_CASE("parameters that differ between neurons give what each neuron would do in a population of its own") {
  ClockedSetup mixed{.model = "lif_coba",
                     .neurons = kNeurons,
                     .parameters = {{"tau_syn_exc", ramp(2, 9)}},
                     .options = {},
                     .weights = {18, 30},
                     .drives = {},
                     .arrivals = {}};
  mixed.arrivals = random_arrivals(9, 200, kStart + 80ms, 100us, 2);
  const Outcome all = run(mixed, kStart + 80ms, kNeurons, 0);
  for (const std::uint32_t i : {0u, 11u, 22u}) {
    ClockedSetup alike = mixed;
    alike.parameters["tau_syn_exc"] = {mixed.parameters["tau_syn_exc"][i]};
    CHECK(run(alike, kStart + 80ms, kNeurons, 0).state[i] == all.state[i]);
  }
}

TEST_CASE("a current acts from the first step that begins at its time or later, for as long as it holds") {
  // Without leak worth mentioning, v grows by I dt / c_m per tick.
  ClockedSetup setup{.model = "lif_coba",
                     .neurons = 1,
                     .parameters = {{"g_l", {1e-12}}, {"c_m", {100}}},
                     .options = {},
                     .weights = {},
                     .drives = {},
                     .arrivals = {}};
  setup.drives = {drive(CurrentDrive{{{kStart + 1ms, 100}, {kStart + 3ms, 0}}})};
  ClockedSlice part(setup, 0, 1);
  part.advance_to(kStart + 1ms + Duration{1});
  CHECK(part.value(0) == -60);
  part.advance_to(kStart + 1100us + Duration{1});
  CHECK(part.value(0) == Approx(-59.9).epsilon(1e-12));
  part.advance_to(kStart + 3ms + Duration{1});
  CHECK(part.value(0) == Approx(-58).epsilon(1e-12));
  part.advance_to(kStart + 9ms);
  CHECK(part.value(0) == Approx(-58).epsilon(1e-12));
}

TEST_CASE("noise is drawn anew at every multiple of its interval and has the mean and deviation asked for") {
  ClockedSetup setup{.model = "lif_coba",
                     .neurons = 2000,
                     .parameters = {{"g_l", {1e-12}}, {"c_m", {1e4}}, {"dt", {0.5}}},
                     .options = {},
                     .weights = {},
                     .drives = {},
                     .arrivals = {}};
  setup.drives = {drive(NoiseDrive{30, 20, 1ms})};
  ClockedSlice part(setup, 0, 2000);
  const auto currents = [&](Time end) {  // mean current of the last tick of every neuron, from the growth of v
    std::vector<double> before, after;
    for (std::uint32_t i = 0; i < 2000; ++i) before.push_back(part.value(0, i));
    part.advance_to(end + Duration{1});
    for (std::uint32_t i = 0; i < 2000; ++i) after.push_back((part.value(0, i) - before[i]) * 1e4 / 0.5);
    return after;
  };
  const std::vector<double> a = currents(kStart + 500us), b = currents(kStart + 1ms), c = currents(kStart + 1500us);
  double mean = 0, square = 0, product = 0, same = 0;
  for (std::size_t i = 0; i < 2000; ++i) {
    mean += a[i] / 2000;
    square += a[i] * a[i] / 2000;
    product += (a[i] - 30) * (c[i] - 30) / 2000;
    same = std::max(same, std::fabs(a[i] - b[i]));
  }
  CHECK(same < 1e-6);                                      // one interval, one draw
  CHECK(std::fabs(mean - 30) < 4 * 20 / std::sqrt(2000));  // four standard errors
  CHECK(std::fabs(std::sqrt(square - mean * mean) - 20) < 4 * 20 / std::sqrt(4000));
  CHECK(std::fabs(product) < 4 * 400 / std::sqrt(2000));
}

TEST_CASE("ticks are counted on the absolute grid") {
  CHECK(tick_at_or_after(kStart, 1ms) == 1);
  CHECK(tick_at_or_after(kStart + Duration{1}, 1ms) == 1);
  CHECK(tick_at_or_after(kStart + 1ms, 1ms) == 1);
  CHECK(tick_at_or_after(kStart + 1ms + Duration{1}, 1ms) == 2);
  CHECK(tick_at_or_after(kNever, 1ms) == kNoTick);
}

TEST_CASE("a clocked population refuses ticks of different lengths and contradicting potentials, by name") {
  ClockedSetup setup = every_model()[0];
  setup.parameters["dt"] = std::vector<double>(kNeurons, 0.1);
  CHECK(std::string(ClockedSlice(setup, 0, kNeurons).status().message()) ==
        "population pop: `dt` differs between neurons, but model lif_coba ticks as one; set one number");
  setup = every_model()[0];
  setup.parameters["v_reset"] = ramp(-60, -40);
  CHECK(std::string(ClockedSlice(setup, 9, 14).status().message()) ==
        "population pop, neuron 12: v_reset -49.5652 mV must be below v_threshold -50 mV; lower `v_reset`");
}

TEST_CASE("a recurrent clocked network gives the same spikes on any number of slices and threads") {
  struct Collector final : Observer {
    std::vector<Spike> spikes;
    absl::Status on_window(const WindowReport& report) override {
      spikes.insert(spikes.end(), report.spikes.begin(), report.spikes.end());
      return absl::OkStatus();
    }
  };
  Network network;
  network.populations = {{"exc", "lif_coba", 160, {}, {{"v_init", Uniform{-60, -50}}}}, {"inh", "adex", 40, {}, {}}};
  network.drives = {{"", "exc", {}, PoissonDrive{{{kStart, 400}}, 6.0, "exc"}},
                    {"", "inh", {}, NoiseDrive{700, 300, 1ms}}};
  for (const auto& [source, target, weight, port] :
       {std::tuple{"exc", "exc", 4.0, "exc"}, {"exc", "inh", 100.0, "exc"}, {"inh", "exc", 30.0, "inh"}}) {
    ProjectionSpec p;
    p.source = source;
    p.target = target;
    p.rule = PairwiseBernoulli{0.1};
    p.weight = Normal{weight, weight / 10};
    p.delay_ms = Uniform{0.3, 2};
    p.port = port;
    network.projections.push_back(p);
  }
  const auto spikes_with = [&](Options options) {
    absl::StatusOr<Simulation> simulation = build(network, standard_models(), options);
    REQUIRE(simulation.ok());
    Collector collector;
    simulation->add_observer(collector);
    REQUIRE(simulation->run(250ms).ok());
    return std::pair(collector.spikes, simulation->counters().front().counts.neuron_updates);
  };
  const auto whole = spikes_with({.seed = 5, .threads = 1, .slice_size = 0});
  CHECK(whole.first.size() > 500);
  CHECK(whole.second == 160 * 2499);  // the run is half open: the tick at its end belongs to the next one
  CHECK(spikes_with({.seed = 5, .threads = 2, .slice_size = 33}) == whole);
  CHECK(spikes_with({.seed = 5, .threads = 2, .slice_size = 1}) == whole);
  CHECK(spikes_with({.seed = 6, .threads = 1, .slice_size = 0}) != whole);
}

}  // namespace volley::test
