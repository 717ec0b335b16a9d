// The law of every event queue: what comes out is the stable sort of what went in, whatever the order of insertion and
// however pushes and pops alternate.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/agenda.h"
#include "engine/random.h"

namespace volley::test {
namespace {

// Entries out of a small range, so that many are alike in part or altogether.
AgendaEntry draw_entry(RandomStream& draw, std::int64_t not_before) {
  return {Time{Duration{not_before + draw.next_below(20)}}, draw.next_below(4),
          static_cast<std::uint16_t>(draw.next_below(3)), static_cast<std::uint16_t>(draw.next_below(3)), 0};
}

void shuffle(std::vector<AgendaEntry>& entries, RandomStream& draw) {
  for (std::size_t k = entries.size(); k > 1; --k) {
    std::swap(entries[k - 1], entries[draw.next_below(static_cast<std::uint32_t>(k))]);
  }
}

std::vector<AgendaEntry> drain(Agenda& agenda) {
  std::vector<AgendaEntry> out;
  for (; !agenda.empty(); agenda.pop()) {
    REQUIRE(agenda.next_time() == agenda.top().at);
    out.push_back(agenda.top());
  }
  return out;
}

}  // namespace

TEMPLATE_TEST_CASE("a queue gives back the stable sort of what was pushed, in whatever order it was pushed", "",
                   Agenda) {
  RandomStream draw({1, Purpose::kUser, 0}, 0);
  for (int round = 0; round < 200; ++round) {
    std::vector<AgendaEntry> entries(draw.next_below(300));
    for (AgendaEntry& entry : entries) entry = draw_entry(draw, 0);
    std::vector<AgendaEntry> expected = entries;
    std::stable_sort(expected.begin(), expected.end());
    for (int order = 0; order < 3; ++order) {
      TestType queue;
      for (const AgendaEntry& entry : entries) queue.push(entry);
      REQUIRE(queue.size() == entries.size());
      REQUIRE(drain(queue) == expected);
      shuffle(entries, draw);
    }
  }
}

TEMPLATE_TEST_CASE("a queue keeps its order when pushes and pops alternate as in a run", "", Agenda) {
  RandomStream draw({1, Purpose::kUser, 1}, 0);
  for (int round = 0; round < 50; ++round) {
    TestType queue;
    std::vector<AgendaEntry> model;
    std::int64_t now = 0;
    for (int step = 0; step < 2000; ++step) {
      if (model.empty() || draw.next_below(100) < 52) {
        const AgendaEntry entry = draw_entry(draw, now);  // nothing is ever put on the agenda for the past
        queue.push(entry);
        model.insert(std::upper_bound(model.begin(), model.end(), entry), entry);
      } else {
        REQUIRE(queue.top() == model.front());
        now = model.front().at.time_since_epoch().count();
        queue.pop();
        model.erase(model.begin());
      }
      REQUIRE(queue.next_time() == (model.empty() ? kNever : model.front().at));
    }
  }
}

}  // namespace volley::test
