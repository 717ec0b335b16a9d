#include "engine/inbox.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/random.h"

namespace volley::test {
namespace {

constexpr Time at_ps(std::int64_t ps) { return Time{Duration{ps}}; }

Arrival arrival(std::int64_t ps, std::uint32_t source = 0, std::uint32_t neuron = 0, std::uint32_t group = 0,
                std::uint32_t begin = 0) {
  return {at_ps(ps), PopulationId{source}, neuron, group, begin, begin + 1};
}

bool same(const Arrival& a, const Arrival& b) { return !(a < b) && !(b < a); }

std::vector<Arrival> take(Inbox& inbox, std::int64_t begin, std::int64_t end) {
  inbox.open(at_ps(begin));
  const std::span<const Arrival> due = inbox.take({at_ps(begin), at_ps(end)});
  return {due.begin(), due.end()};
}

// Files arrivals the way a run does: each at least one shortest delay after the start of the window at hand, at most
// `reach` after it, half of the windows in order; windows at most one shortest delay long, with silences in between. A
// sorted list is the reference.
void check_against_sorted_list(std::uint64_t seed, std::int64_t shortest, std::int64_t reach, int windows) {
  RandomStream draw({seed, Purpose::kUser, 1}, 0);
  Inbox inbox(Duration{shortest}, Duration{reach});
  std::vector<Arrival> expected;
  std::int64_t begin = 0;
  for (int w = 0; w < windows && at_ps(begin) < kEnd; ++w) {
    const std::int64_t length = 1 + static_cast<std::int64_t>(draw.next_uniform() * static_cast<double>(shortest - 1));
    inbox.open(at_ps(begin));
    const std::uint32_t count = draw.next_below(3) == 0 ? 0 : draw.next_below(12);
    const bool in_order = draw.next_below(2) == 0;
    std::vector<Arrival> batch;
    for (std::uint32_t k = 0; k < count; ++k) {
      const auto later = static_cast<std::int64_t>(draw.next_uniform() * static_cast<double>(reach));
      const Arrival filed = arrival(begin + later, draw.next_below(3), draw.next_below(4), draw.next_below(2), k);
      batch.push_back(filed);
      expected.push_back(filed);
    }
    if (in_order) std::sort(batch.begin(), batch.end());
    for (const Arrival& filed : batch) draw.next_below(8) == 0 ? inbox.file_out_of_order(filed) : inbox.file(filed);
    std::sort(expected.begin(), expected.end());
    const std::int64_t end = begin + length;
    const auto due_end =
        std::find_if(expected.begin(), expected.end(), [&](const Arrival& a) { return a.at >= at_ps(end); });
    const std::span<const Arrival> due = inbox.take({at_ps(begin), at_ps(end)});
    REQUIRE(std::equal(due.begin(), due.end(), expected.begin(), due_end, same));
    expected.erase(expected.begin(), due_end);
    REQUIRE(inbox.empty() == expected.empty());
    REQUIRE(inbox.next_time() == (expected.empty() ? kNever : expected.front().at));
    // The next window opens at the earliest arrival, or after a silence where there is none.
    begin = expected.empty() ? end + (draw.next_below(2) == 0 ? 0 : 3'600'000'000'000'000)
                             : expected.front().at.time_since_epoch().count();
  }
}

}  // namespace

TEST_CASE("an empty inbox has nothing to hand over") {
  Inbox inbox(Duration{100}, Duration{1000});
  CHECK(inbox.empty());
  CHECK(inbox.next_time() == kNever);
  CHECK(take(inbox, 0, 100).empty());
}

TEST_CASE("the inbox hands over exactly what a sorted list would, whatever is filed when") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    check_against_sorted_list(seed, 1'500'000'000, 21'500'000'000, 300);   // one delay of 1.5 ms
    check_against_sorted_list(seed, 1, 50, 300);                           // windows of one picosecond
    check_against_sorted_list(seed, 100'000'000, 6'553'500'000'000, 300);  // drawn delays up to 65,535 steps of 0.1 ms
    check_against_sorted_list(seed, 1'000'000, 4'000'000'000'000'000'000, 100);  // a delay of 46 days
  }
}

TEST_CASE("arrivals of one instant come by source, neuron, group and row, in whatever order they were filed") {
  Inbox inbox(Duration{100}, Duration{1000});
  const std::vector<Arrival> expected = {arrival(50, 0, 1, 0), arrival(50, 0, 1, 1, 0), arrival(50, 0, 1, 1, 7),
                                         arrival(50, 0, 2, 0), arrival(50, 1, 0, 0),    arrival(51, 0, 0, 0)};
  inbox.open(at_ps(0));
  for (const std::size_t k : {4u, 0u, 5u, 2u, 3u, 1u}) inbox.file(expected[k]);
  const std::vector<Arrival> due = take(inbox, 0, 100);
  CHECK(std::equal(due.begin(), due.end(), expected.begin(), expected.end(), same));
}

TEST_CASE("a window's end is not part of it") {
  Inbox inbox(Duration{100}, Duration{1000});
  inbox.open(at_ps(0));
  inbox.file(arrival(99));
  inbox.file(arrival(100));
  CHECK(take(inbox, 0, 100).size() == 1);
  CHECK(inbox.next_time() == at_ps(100));
  CHECK(take(inbox, 100, 200).size() == 1);
}

TEST_CASE("one stretch of the calendar that windows cut in pieces keeps its order when more is filed in between") {
  Inbox inbox(Duration{1024}, Duration{4096});
  inbox.open(at_ps(0));
  for (const int ps : {700, 100, 500}) inbox.file(arrival(ps));
  REQUIRE(take(inbox, 0, 300).size() == 1);
  inbox.open(at_ps(500));
  for (const int ps : {900, 600}) inbox.file(arrival(ps));
  const std::vector<Arrival> due = take(inbox, 500, 1000);
  REQUIRE(due.size() == 4);
  CHECK(due[0].at == at_ps(500));
  CHECK(due[1].at == at_ps(600));
  CHECK(due[2].at == at_ps(700));
  CHECK(due[3].at == at_ps(900));
}

TEST_CASE("a day of silence between two windows loses nothing and disturbs nothing") {
  const std::int64_t day = 86'400'000'000'000'000;
  Inbox inbox(Duration{1'000'000'000}, Duration{21'000'000'000});
  inbox.open(at_ps(0));
  inbox.file(arrival(5));
  CHECK(take(inbox, 5, 6).size() == 1);
  inbox.open(at_ps(day));
  inbox.file(arrival(day + 20'999'999'999));
  inbox.file(arrival(day));
  CHECK(inbox.next_time() == at_ps(day));
  CHECK(take(inbox, day, day + 1'000'000'000).size() == 1);
  CHECK(inbox.next_time() == at_ps(day + 20'999'999'999));
}

TEST_CASE("a queue that is never empty hands over everything in order and does not grow for ever") {
  Inbox inbox(Duration{10}, Duration{40});
  std::int64_t filed = 0, taken = 0;
  for (std::int64_t begin = 0; begin < 20'000; begin += 10) {
    inbox.open(at_ps(begin));
    for (; filed < begin + 35; filed += 3) inbox.file(arrival(filed));
    for (const Arrival& a : inbox.take({at_ps(begin), at_ps(begin + 10)})) {
      REQUIRE(a.at == at_ps(taken));
      taken += 3;
    }
    REQUIRE(taken >= begin + 10);
    REQUIRE(inbox.next_time() == at_ps(taken));
    REQUIRE(inbox.queue_length() < 600);
  }
}

TEST_CASE("looking for the next arrival changes nothing that is handed over") {
  Inbox inbox(Duration{10}, Duration{100'000});
  inbox.open(at_ps(0));
  inbox.file(arrival(90'000));
  CHECK(inbox.next_time() == at_ps(90'000));  // the search has passed everything before it
  inbox.open(at_ps(20));
  inbox.file(arrival(25));
  CHECK(inbox.next_time() == at_ps(25));
  CHECK(take(inbox, 25, 35).size() == 1);
  CHECK(inbox.next_time() == at_ps(90'000));
}

}  // namespace volley::test
