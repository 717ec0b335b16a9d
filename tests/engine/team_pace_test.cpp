#include "engine/team_pace.h"

#include <catch2/catch.hpp>

namespace volley {
namespace {

// How many of `windows` windows the team did, when it takes `team` and a single thread `alone` nanoseconds.
int by_team(TeamPace& pace, int windows, std::int64_t team, std::int64_t alone) {
  int count = 0;
  for (int i = 0; i < windows; ++i) {
    const TeamPace::Way way = pace.next();
    count += way == TeamPace::Way::kTeam;
    pace.took(way, way == TeamPace::Way::kTeam ? team : alone);
  }
  return count;
}

TEST_CASE("windows too short for a barrier are done alone, long ones by the team") {
  TeamPace slow_team, quick_team;
  CHECK(by_team(slow_team, 10'000, 7'000'000, 9'000) < 30);
  CHECK(by_team(quick_team, 10'000, 50'000, 90'000) > 9'950);
}

TEST_CASE("when the machine becomes free the team takes over again") {
  TeamPace pace;
  by_team(pace, 1'000, 7'000'000, 9'000);
  CHECK(by_team(pace, 200'000, 5'000, 9'000) > 100'000);
}

TEST_CASE("both ways are tried at the start") {
  TeamPace pace;
  const int team = by_team(pace, 16, 10, 10);
  CHECK(team == 8);
}

}  // namespace
}  // namespace volley
