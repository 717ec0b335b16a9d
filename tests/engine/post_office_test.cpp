#include "engine/post_office.h"

#include <catch2/catch.hpp>
#include <vector>

namespace volley::test {
namespace {

constexpr Time at_ps(std::int64_t ps) { return Time{Duration{ps}}; }

SynapseGroup group(std::uint32_t source, std::int64_t delay_ps, std::vector<std::uint32_t> offset) {
  SynapseGroup made;
  made.source = PopulationId{source};
  made.delay = Duration{delay_ps};
  made.target.resize(offset.back());
  made.offset = std::move(offset);
  return made;
}

std::vector<Arrival> file(const std::vector<SynapseGroup>& groups, const std::vector<Spike>& spikes) {
  const PostOffice office(groups, 3);
  Inbox inbox(Duration{10}, Duration{10'000});
  inbox.open(kStart);
  office.file(spikes, inbox);
  const std::span<const Arrival> due = inbox.take({kStart, at_ps(10'000)});
  return {due.begin(), due.end()};
}

}  // namespace

TEST_CASE("a spike becomes one arrival per group that has synapses of its neuron, one delay later") {
  const std::vector<SynapseGroup> groups = {group(0, 30, {0, 2, 2, 5}), group(1, 10, {0, 1, 2, 3}),
                                            group(0, 20, {0, 1, 1, 1})};
  const std::vector<Arrival> due = file(groups, {{at_ps(100), PopulationId{0}, 0}});
  REQUIRE(due.size() == 2);
  CHECK((due[0].at == at_ps(120) && due[0].group == 2 && due[0].begin == 0 && due[0].end == 1));
  CHECK((due[1].at == at_ps(130) && due[1].group == 0 && due[1].begin == 0 && due[1].end == 2));
  CHECK((due[1].source == PopulationId{0} && due[1].neuron == 0));
}

TEST_CASE("a spike without synapses in the slice makes no arrival") {
  const std::vector<SynapseGroup> groups = {group(0, 30, {0, 2, 2, 5})};
  CHECK(file(groups, {{at_ps(100), PopulationId{0}, 1}}).empty());
  CHECK(file(groups, {{at_ps(100), PopulationId{2}, 1}}).empty());
}

TEST_CASE("a row with drawn delays becomes one arrival per delay, with the synapses that have it") {
  SynapseGroup drawn = group(0, 0, {0, 1, 7});
  drawn.delay_resolution = Duration{100};
  drawn.delay_step = {9, 1, 1, 2, 5, 5, 5};
  const std::vector<Arrival> due = file({drawn}, {{at_ps(1000), PopulationId{0}, 1}});
  REQUIRE(due.size() == 3);
  CHECK((due[0].at == at_ps(1100) && due[0].begin == 1 && due[0].end == 3));
  CHECK((due[1].at == at_ps(1200) && due[1].begin == 3 && due[1].end == 4));
  CHECK((due[2].at == at_ps(1500) && due[2].begin == 4 && due[2].end == 7));
}

TEST_CASE("the largest delay step that sixteen bits hold arrives on time") {
  SynapseGroup drawn = group(0, 0, {0, 1});
  drawn.delay_resolution = Duration{100'000'000};
  drawn.delay_step = {65'535};
  const PostOffice office(std::span<const SynapseGroup>(&drawn, 1), 1);
  Inbox inbox(Duration{100'000'000}, Duration{6'600'000'000'000});
  inbox.open(kStart);
  office.file(std::vector<Spike>{{kStart, PopulationId{0}, 0}}, inbox);
  CHECK(inbox.next_time() == at_ps(6'553'500'000'000));
}

}  // namespace volley::test
