#include "engine/agenda.h"

#include <catch2/catch.hpp>
#include <vector>

namespace volley::test {

TEST_CASE("an empty agenda has nothing to do, ever") {
  Agenda agenda;
  CHECK(agenda.empty());
  CHECK(agenda.size() == 0);
  CHECK(agenda.next_time() == kNever);
}

TEST_CASE("agenda entries of one instant come by neuron, then kind, then stamp") {
  const Time at{Duration{7}};
  const std::vector<AgendaEntry> expected = {{at, 1, 0, 0}, {at, 1, 0, 2}, {at, 1, 3, 0}, {at, 2, 0, 0}, {at, 2, 1, 9}};
  Agenda agenda;
  for (const int k : {3, 1, 4, 0, 2}) agenda.push(expected[static_cast<std::size_t>(k)]);
  for (const AgendaEntry& entry : expected) {
    REQUIRE(agenda.top() == entry);
    agenda.pop();
  }
  CHECK(agenda.empty());
}

TEST_CASE("what rounding took from a crossing stays with its agenda entry and does not order it") {
  const Time at{Duration{7}};
  const AgendaEntry early{at, 5, 0, 0, -0.25}, late{at, 5, 0, 0, 0.25};
  CHECK(early == late);
  Agenda agenda;
  agenda.push(late);
  CHECK(agenda.top().residual_ps == 0.25);
}

TEST_CASE("clearing an agenda forgets everything") {
  Agenda agenda;
  agenda.push({Time{Duration{3}}, 0, 0});
  agenda.clear();
  CHECK(agenda.next_time() == kNever);
}

}  // namespace volley::test
