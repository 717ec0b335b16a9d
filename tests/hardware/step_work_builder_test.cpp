#include "hardware/step_work_builder.h"

#include <catch2/catch.hpp>

namespace volley::hardware {
namespace {

using std::chrono_literals::operator""ns;

// Five neurons, 0, 2 and 4 on core 0, 1 and 3 on core 1, and one source. Neuron 0 reaches both cores, neuron 4 core 1,
// neuron 1 core 0, the source core 1.
const Placement kPlacement{.method = "test", .core_of = {{0, 1, 0, 1, 0}}};
const AxonTable kAxons{
    .first_sender = {0, 5, 6}, .offset = {0, 2, 3, 3, 3, 4, 5}, .axons = {{0, 3}, {1, 2}, {0, 1}, {1, 4}, {1, 10}}};

ServiceTimes times() {
  ServiceTimes t;
  t.quiet_update = 10ns;
  t.firing_update = 40ns;
  t.axon_out = 5ns;
  t.axon_in = 16ns;
  t.synapse = 2ns;
  return t;
}

StepWork work_of(std::vector<std::uint32_t> senders) {
  StepWork work;
  StepWorkBuilder(kAxons, kPlacement, 4, times()).build(senders, work);
  return work;
}

void check(const Message& m, std::uint32_t destination, Duration generation, Duration processing) {
  CHECK(m.destination == destination);
  CHECK(m.generation == generation);
  CHECK(m.processing == processing);
}

TEST_CASE("without spikes a core updates all its neurons") {
  const StepWork work = work_of({});
  CHECK(work.cores() == 4);
  CHECK(work.messages.empty());
  CHECK(work.tail == std::vector<Duration>{30ns, 20ns, 0ns, 0ns});
}

TEST_CASE("a message waits for all updates before it, and every message of a neuron for the one before") {
  const StepWork work = work_of({0, 1, 4});
  REQUIRE(work.of(0).size() == 3);
  check(work.of(0)[0], 0, 45ns, 22ns);  // neuron 0 is the first
  check(work.of(0)[1], 1, 5ns, 20ns);
  check(work.of(0)[2], 1, 55ns, 24ns);  // neuron 2 is quiet, neuron 4 fires
  REQUIRE(work.of(1).size() == 1);
  check(work.of(1)[0], 0, 45ns, 18ns);
  CHECK(work.tail == std::vector<Duration>{0ns, 10ns, 0ns, 0ns});
}

TEST_CASE("a neuron without synapses fires and sends nothing") {
  const StepWork work = work_of({2});
  CHECK(work.messages.empty());
  CHECK(work.tail[0] == 60ns);
}

TEST_CASE("a neuron that fires twice in a step is updated once and sends twice") {
  const StepWork work = work_of({4, 4});
  REQUIRE(work.of(0).size() == 2);
  check(work.of(0)[0], 1, 65ns, 24ns);
  check(work.of(0)[1], 1, 5ns, 24ns);
}

TEST_CASE("spikes from outside wait at the receiver") {
  const StepWork work = work_of({5});
  CHECK(work.messages.empty());
  CHECK(work.waiting_at(1) == 36ns);
  CHECK(work.waiting_at(0) == 0ns);
  CHECK(simple_time(work).duration == 36ns);
  CHECK(simple_time(work).last_core == 1);
}

}  // namespace
}  // namespace volley::hardware
