// The run loop, seen by neurons that write down everything they are told (tests/support/witness_model.h).
#include "engine/simulation.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/run_network.h"
#include "tests/support/witness_model.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

// Source `in` of 3 neurons with the given spikes, one to one onto population `cells`.
Network listening(std::vector<std::pair<Time, std::uint32_t>> spikes, double weight, double delay_ms) {
  Network network;
  network.populations = {population("cells", "witness", 3)};
  network.sources = {spike_list("in", 3, std::move(spikes))};
  network.projections = {projection("in", "cells", OneToOne{}, weight, delay_ms)};
  return network;
}

// A ring of `size` neurons around which one spike travels for ever, started at t = 0.
Network ring(std::uint32_t size, double delay_ms) {
  Network network;
  network.populations = {population("ring", "witness", size)};
  network.sources = {spike_list("start", 1, {{kStart, 0}})};
  Explicit next;
  for (std::uint32_t i = 0; i < size; ++i) {
    next.edges.push_back({i, (i + 1) % size, 2.0f, duration_from_ms(delay_ms)});
  }
  network.projections = {projection("start", "ring", Explicit{{{0, 0, 2.0f, Duration{0}}}, ""}, 0, 0),
                         projection("ring", "ring", std::move(next), 0, 0)};
  return network;
}

class Failing final : public Observer {
 public:
  Failing(std::string name, std::size_t at_call, std::vector<std::string>& calls)
      : name_(std::move(name)), at_call_(at_call), calls_(calls) {}
  absl::Status on_window(const WindowReport&) override {
    calls_.push_back(name_);
    return ++count_ == at_call_ ? absl::DataLossError(name_ + " is full") : absl::OkStatus();
  }

 private:
  std::string name_;
  std::size_t at_call_, count_ = 0;
  std::vector<std::string>& calls_;
};

class Stopper final : public Observer {
 public:
  explicit Stopper(Simulation& simulation) : simulation_(simulation) {}
  absl::Status on_window(const WindowReport&) override {
    simulation_.request_stop();
    return absl::OkStatus();
  }

 private:
  Simulation& simulation_;
};

}  // namespace

TEST_CASE("a source with delay 0 arrives in the very instant in which it fires") {
  WitnessLog log;
  record(listening({{at_ps(5), 1}, {kStart, 2}}, 0.5, 0), witness_catalog(log), 1ms);
  const std::vector<Witnessed> expected = {{kStart, PopulationId{0}, 2, PopulationId{1}, 2, 0.5, 0},
                                           {at_ps(5), PopulationId{0}, 1, PopulationId{1}, 1, 0.5, 0}};
  CHECK(log.seen() == expected);
}

TEST_CASE("a spike arrives exactly its delay later, to the picosecond") {
  WitnessLog log;
  Network network = listening({{at_ps(7), 0}}, 2, 0);
  network.projections.push_back(projection("cells", "cells", AllToAll{}, 0.25, 1.000000001));
  const Recording recording = record(network, witness_catalog(log), 5ms);
  CHECK(recording.spikes == std::vector<Spike>{{at_ps(7), PopulationId{0}, 0}, {at_ps(7), PopulationId{1}, 0}});
  const std::vector<Witnessed> seen = log.seen();
  REQUIRE(seen.size() == 4);
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK(seen[1 + i] == Witnessed{at_ps(1'000'000'008), PopulationId{0}, i, PopulationId{0}, 0, 0.25, 0});
  }
}

TEST_CASE("what meets at one instant comes by source, neuron and projection, in whatever order it was sent") {
  // Source b, declared after a, fires earlier but with a longer delay; all arrive at 1 ms.
  Network network;
  network.populations = {population("cells", "witness", 1)};
  network.sources = {spike_list("a", 2, {{time_from_ms(0.5), 1}, {time_from_ms(0.5), 0}}),
                     spike_list("b", 1, {{kStart, 0}})};
  network.projections = {projection("b", "cells", AllToAll{}, 0.1, 1.0), projection("a", "cells", AllToAll{}, 0.2, 0.5),
                         projection("a", "cells", AllToAll{}, 0.3, 0.5)};
  network.projections[2].name = "again";
  network.projections[2].port = "other";
  WitnessLog log;
  record(network, witness_catalog(log), 2ms);
  const Time at = time_from_ms(1);
  const PopulationId cells{0}, a{1}, b{2};
  CHECK(log.seen() == std::vector<Witnessed>{{at, cells, 0, a, 0, 0.2, 0},
                                             {at, cells, 0, a, 0, 0.3, 1},
                                             {at, cells, 0, a, 1, 0.2, 0},
                                             {at, cells, 0, a, 1, 0.3, 1},
                                             {at, cells, 0, b, 0, 0.1, 0}});
}

TEST_CASE("every slice size and number of threads tells every neuron the same in the same order") {
  Network network;
  network.populations = {population("e", "witness", 37), population("i", "witness", 11)};
  network.sources = {{"noise", 40, {}, PoissonSource{{{kStart, 400}}}},
                     {"clock", 2, {}, RegularSource{kStart, 1ms, {}}}};
  network.projections = {projection("noise", "e", PairwiseBernoulli{0.2}, 0.6, 0),
                         projection("clock", "i", AllToAll{}, 0.4, 0), projection("e", "i", FixedIndegree{9}, 0.7, 0.5),
                         projection("i", "e", FixedOutdegree{5}, -0.5, 0.3),
                         projection("e", "e", FixedTotal{200}, 0.4, 0)};
  network.projections[4].delay_ms = Uniform{0.2, 3};
  WitnessLog whole_log;
  const Recording whole = record(network, witness_catalog(whole_log), 50ms);
  REQUIRE(whole.spikes.size() > 900);
  for (const Options options : {Options{1, 1, 1}, Options{1, 2, 5}, Options{1, 3, 0}, Options{1, 8, 4}}) {
    CAPTURE(options.threads, options.slice_size);
    WitnessLog log;
    const Recording recording = record(network, witness_catalog(log), 50ms, options);
    CHECK(recording.spikes == whole.spikes);
    CHECK(log.seen() == whole_log.seen());
    CHECK(log.broken_promises() == 0);
  }
}

TEST_CASE("reported spikes are in canonical order, windows ascend and are no longer than the shortest delay") {
  WitnessLog log;
  Network network = ring(5, 0.7);
  network.sources.push_back({"noise", 300, {}, PoissonSource{{{kStart, 1000}}}});
  network.projections.push_back(projection("noise", "ring", FixedIndegree{1}, 0.1, 3));
  const Recording recording = record(network, witness_catalog(log), 100ms, {1, 1, 2});
  CHECK(std::is_sorted(recording.spikes.begin(), recording.spikes.end()));
  CHECK(log.broken_promises() == 0);
  Time reached = kStart;
  for (const Window& w : recording.windows) {
    REQUIRE(w.begin >= reached);
    REQUIRE(w.end >= w.begin);
    REQUIRE((w.end - w.begin <= 700us || &w == &recording.windows.back()));
    reached = w.end;
  }
  CHECK(reached == kStart + 100ms);
}

TEST_CASE("one run and many short ones report the same spikes and samples") {
  Network network = ring(5, 0.7);
  network.sources.push_back({"noise", 30, {}, PoissonSource{{{kStart, 1000}}}});
  network.projections.push_back(projection("noise", "ring", FixedIndegree{3}, 0.6, 0));
  network.state_probes = {{"ring", {4, 1}, "received", kStart, 300us, {}}};
  WitnessLog log;
  const Recording whole = record(network, witness_catalog(log), 200ms);
  REQUIRE(whole.samples.size() == 667);
  Recording pieces;
  Simulation simulation = must_build(network, witness_catalog(log));
  simulation.add_observer(pieces);
  for (const Duration piece :
       {Duration{1}, Duration{0}, Duration{60ms}, Duration{700us}, Duration{139ms + 300us} - Duration{1}}) {
    REQUIRE(simulation.run(piece).ok());
  }
  CHECK(simulation.now() == kStart + 200ms);
  CHECK(pieces.spikes == whole.spikes);
  CHECK(pieces.samples == whole.samples);
}

TEST_CASE("an event at the end of a run belongs to the next run") {
  WitnessLog log;
  Simulation simulation = must_build(listening({{kStart + 3ms, 0}}, 1, 0), witness_catalog(log));
  REQUIRE(simulation.run(3ms).ok());
  CHECK(log.seen().empty());
  REQUIRE(simulation.run(Duration{1}).ok());
  CHECK(log.seen().size() == 1);
}

TEST_CASE("a run of no length reports an empty window and changes nothing") {
  WitnessLog log;
  Recording recording;
  Simulation simulation = must_build(listening({{kStart, 0}}, 1, 0), witness_catalog(log));
  simulation.add_observer(recording);
  REQUIRE(simulation.run(Duration{0}).ok());
  CHECK(simulation.now() == kStart);
  CHECK(recording.spikes.empty());
  CHECK(log.seen().empty());
}

TEST_CASE("a run that is negative or ends after the end of time is refused and changes nothing") {
  WitnessLog log;
  Simulation simulation = must_build(listening({}, 1, 0), witness_catalog(log));
  const absl::Status negative = simulation.run(-1ms);
  CHECK(negative.code() == absl::StatusCode::kInvalidArgument);
  CHECK_THAT(message_of(negative), Catch::Contains("-1 ms") && Catch::Contains("at least 0"));
  REQUIRE(simulation.run(1ms).ok());
  const absl::Status endless = simulation.run(kEnd - kStart);
  CHECK(endless.code() == absl::StatusCode::kInvalidArgument);
  CHECK_THAT(message_of(endless), Catch::Contains("53 days"));
  CHECK(simulation.now() == kStart + 1ms);
  CHECK(simulation.run(kEnd - simulation.now()).ok());
}

TEST_CASE("delays of weeks arrive on time") {
  WitnessLog log;
  const Duration weeks = std::chrono::hours(24 * 50);
  Network network = listening({{kStart + 1ms, 0}}, 2, 0);
  network.projections.push_back(projection("cells", "cells", OneToOne{}, 0.5, to_ms(weeks)));
  Simulation simulation = must_build(network, witness_catalog(log));
  REQUIRE(simulation.run(weeks + 1ms + Duration{1}).ok());
  const std::vector<Witnessed> seen = log.seen();
  REQUIRE(seen.size() == 2);
  CHECK(seen[1].at == kStart + weeks + 1ms);
}

TEST_CASE("silence costs nothing: an hour of a million resting neurons takes a handful of windows") {
  WitnessLog log;
  Network network;
  network.populations = {population("cells", "witness", 1'000'000)};
  network.sources = {spike_list("in", 1, {{kStart + 10min, 0}, {kStart + 50min, 0}})};
  network.projections = {projection("in", "cells", Explicit{{{0, 999'999, 2.0f, 0ms}}, ""}, 0, 0),
                         projection("cells", "cells", Explicit{{{999'999, 0, 0.5f, 100us}}, ""}, 0, 0)};
  const Recording recording = record(network, witness_catalog(log), 1h);
  CHECK(recording.windows.size() == 5);  // two spikes, two arrivals, and the report of the end
  CHECK(recording.spikes.size() == 4);
}

TEST_CASE("a stopped run goes on where it was and gives the same spikes and samples as one that was not stopped") {
  Network network = ring(5, 0.7);
  network.state_probes = {{"ring", {}, "received", kStart, 500us, {}}};
  WitnessLog log;
  const Recording whole = record(network, witness_catalog(log), 20ms);
  Recording pieces;
  Simulation simulation = must_build(network, witness_catalog(log));
  Stopper stopper(simulation);
  simulation.add_observer(pieces);
  simulation.add_observer(stopper);
  int stops = 0;
  while (simulation.now() < kStart + 20ms) {
    const absl::Status status = simulation.run(kStart + 20ms - simulation.now());
    REQUIRE((status.ok() || absl::IsCancelled(status)));
    stops += !status.ok();
  }
  CHECK(stops > 10);
  CHECK(pieces.spikes == whole.spikes);
  CHECK(pieces.samples == whole.samples);
}

TEST_CASE("a stop that is requested while nothing runs ends the next run after its first window") {
  WitnessLog log;
  Simulation simulation = must_build(ring(5, 0.7), witness_catalog(log));
  simulation.request_stop();
  CHECK(absl::IsCancelled(simulation.run(20ms)));
  CHECK(simulation.now() == kStart + 700us);
  CHECK(simulation.run(20ms).ok());
  CHECK(simulation.now() == kStart + 20ms + 700us);
}

TEST_CASE("observers are called in the order in which they were added, also when one of them fails") {
  WitnessLog log;
  std::vector<std::string> calls;
  Failing first("first", 2, calls), second("second", 2, calls), third("third", 0, calls);
  Simulation simulation = must_build(ring(5, 0.7), witness_catalog(log));
  for (Observer* observer : {&first, &second, &third}) simulation.add_observer(*observer);
  const absl::Status status = simulation.run(20ms);
  CHECK(absl::IsDataLoss(status));
  CHECK(message_of(status) == "first is full");
  CHECK(calls == std::vector<std::string>{"first", "second", "third", "first", "second", "third"});
  CHECK(simulation.now() == kStart + 1400us);
  CHECK(simulation.run(20ms).ok());
}

TEST_CASE("counters add up to the spikes times the synapses they reach") {
  Network network = ring(6, 0.7);
  network.sources.push_back({"noise", 20, {}, PoissonSource{{{kStart, 2000}}}});
  network.projections.push_back(projection("noise", "ring", FixedOutdegree{3}, 0.6, 0));
  network.projections.push_back(projection("ring", "ring", FixedOutdegree{4}, -0.2, 1));
  network.projections.back().name = "inhibition";
  for (const Options options : {Options{1, 1, 0}, Options{1, 2, 2}}) {
    WitnessLog log;
    Recording recording;
    Simulation simulation = must_build(network, witness_catalog(log), options);
    simulation.add_observer(recording);
    REQUIRE(simulation.run(50ms).ok());
    const auto sent = [&](std::uint32_t population, Duration delay) {
      return static_cast<std::uint64_t>(std::count_if(
          recording.spikes.begin(), recording.spikes.end(),
          [&](const Spike& s) { return index_of(s.population) == population && s.at + delay < kStart + 50ms; }));
    };
    const std::vector<std::uint64_t> events = simulation.projection_events();
    CHECK(events == std::vector<std::uint64_t>{1, sent(0, 700us), 3 * sent(2, 0ms), 4 * sent(0, 1ms)});
    const std::vector<PopulationCounters> counters = simulation.counters();
    REQUIRE(counters.size() == 3);
    CHECK((counters[0].name == "ring" && counters[0].size == 6 && !counters[0].is_source));
    CHECK((counters[2].name == "noise" && counters[2].size == 20 && counters[2].is_source));
    CHECK(counters[0].counts.spikes == sent(0, 0ms));
    CHECK(counters[1].counts.spikes == 1);
    CHECK(counters[2].counts.spikes == sent(2, 0ms));
    CHECK(counters[0].counts.synaptic_events == events[0] + events[1] + events[2] + events[3]);
    CHECK(counters[0].counts.synaptic_events == log.seen().size());
    CHECK(simulation.memory().synapses == 1 + 6 + 60 + 24);
  }
}

TEST_CASE("populations and sources without any synapse run") {
  WitnessLog log;
  Network network;
  network.populations = {population("alone", "witness", 4)};
  network.sources = {spike_list("unheard", 1, {{kStart + 1ms, 0}})};
  network.projections = {projection("alone", "alone", PairwiseBernoulli{0}, 1, 1)};
  CHECK(record(network, witness_catalog(log), 5ms).spikes == std::vector<Spike>{{kStart + 1ms, PopulationId{1}, 0}});
}

TEST_CASE("more threads than neurons do no harm") {
  WitnessLog log;
  const Recording one = record(ring(2, 0.7), witness_catalog(log), 20ms);
  const Recording nine = record(ring(2, 0.7), witness_catalog(log), 20ms, {1, 9, 0});
  CHECK(one.spikes.size() == 30);
  CHECK(nine.spikes == one.spikes);
}

TEST_CASE("small populations are spread over the threads") {
  Network network;
  for (int k = 0; k < 4; ++k) network.populations.push_back(population("p" + std::to_string(k), "witness", 1));
  network.sources = {spike_list("in", 1, {{kStart, 0}})};
  for (const PopulationSpec& p : network.populations)
    network.projections.push_back(projection("in", p.name, AllToAll{}, 1, 0));
  WitnessLog log;
  std::set<std::thread::id> workers;
  record(network, witness_catalog(log), 1ms, {1, 2, 0});
  for (const auto& slice : log.slices()) workers.insert(slice->thread);
  CHECK(workers.size() == 2);
}

}  // namespace volley::test
