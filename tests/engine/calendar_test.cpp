#include "engine/calendar.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace volley {
namespace {

TEST_CASE("a calendar visits every entity in its cycle, near and far") {
  std::mt19937_64 random(7);
  constexpr std::uint32_t kEntities = 500;
  Calendar calendar(kEntities);
  std::map<std::int64_t, std::set<std::uint32_t>> expected;
  std::set<std::uint32_t> idle;
  for (std::uint32_t e = 0; e < kEntities; ++e) idle.insert(e);
  const auto put = [&](std::uint32_t e) {
    // Mostly near, some beyond the horizon, some far beyond.
    const std::uint64_t kind = random() % 10;
    const std::int64_t ahead = 1 + static_cast<std::int64_t>(random() % (kind < 7 ? 20 : kind < 9 ? 6000 : 100'000));
    calendar.put(e, calendar.now() + ahead);
    expected[calendar.now() + ahead].insert(e);
    idle.erase(e);
  };
  for (std::uint32_t e = 0; e < kEntities; ++e) put(e);
  for (int round = 0; round < 20'000 && !calendar.empty(); ++round) {
    std::set<std::uint32_t> visited;
    calendar.advance([&](std::uint32_t e) {
      visited.insert(e);
      idle.insert(e);
      if (round < 15'000) put(e);
    });
    REQUIRE(expected.begin()->first == calendar.now());
    REQUIRE(expected.begin()->second == visited);
    expected.erase(expected.begin());
  }
  CHECK(calendar.empty());
  CHECK(expected.empty());
}

TEST_CASE("a calendar that was reset starts at cycle 0 with nothing in it") {
  Calendar calendar(3);
  calendar.put(1, 100);
  calendar.put(2, 1'000'000);
  calendar.advance([](std::uint32_t) {});
  calendar.reset();
  CHECK(calendar.empty());
  CHECK(calendar.now() == 0);
  calendar.put(2, 4096);
  calendar.advance([](std::uint32_t e) { CHECK(e == 2); });
  CHECK(calendar.now() == 4096);
}

}  // namespace
}  // namespace volley
