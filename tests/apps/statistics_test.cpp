#include "apps/volley/statistics.h"

#include <catch2/catch.hpp>

#include "apps/volley/progress.h"

namespace volley::app {
namespace {

using std::chrono_literals::operator""ms;

Spike spike(double ms, std::uint32_t neuron, std::uint32_t population = 0) {
  return {time_from_ms(ms), PopulationId{population}, neuron};
}

std::vector<PopulationCounters> one_population(std::uint32_t size) {
  return {{.name = "p", .size = size, .is_source = false, .counts = {}}};
}

TEST_CASE("Rate and CV follow their definitions") {
  Statistics statistics(one_population(4));
  // Neuron 0: intervals 10, 20, 30 ms: mean 20, population sd sqrt(200/3), CV 0.40825. Neuron 1: regular, CV 0.
  // Neuron 2: two spikes, too few. Neuron 3: silent.
  const std::vector<Spike> spikes{spike(0, 0),  spike(5, 1),  spike(5, 2),  spike(10, 0), spike(15, 1),
                                  spike(25, 1), spike(30, 0), spike(60, 0), spike(70, 2)};
  REQUIRE(statistics.on_window({{kStart, time_from_ms(100)}, spikes, {}}).ok());
  const FiringStatistics result = statistics.summary(100ms).at(0);
  CHECK(result.spikes == 9);
  CHECK(result.rate_hz == Approx(9 / (4 * 0.1)));
  CHECK(result.regularity_neurons == 2);
  CHECK(*result.cv == Approx(0.4082482905 / 2));
}

TEST_CASE("How a train is cut into windows does not show in its figures") {
  const std::vector<Spike> spikes{spike(1, 0), spike(4, 0), spike(6, 0), spike(13, 0)};
  Statistics whole(one_population(1)), cut(one_population(1));
  REQUIRE(whole.on_window({{kStart, time_from_ms(20)}, spikes, {}}).ok());
  for (const Spike& one : spikes) REQUIRE(cut.on_window({{one.at, one.at + 1ms}, {&one, 1}, {}}).ok());
  CHECK(*whole.summary(20ms)[0].cv == *cut.summary(20ms)[0].cv);
}

TEST_CASE("A silent population has rate 0 and no CV") {
  const FiringStatistics result = Statistics(one_population(3)).summary(10ms).at(0);
  CHECK(result.rate_hz == 0);
  CHECK_FALSE(result.cv.has_value());
}

TEST_CASE("The progress line says percentage, time, spikes, speed and what is left") {
  CHECK(progress_line(575ms, 1000ms, 1'204'311, 0.1855) ==
        "57% ... 575 ms . 1.2 M spikes . 3.1x real time . ETA 137 ms");
}

}  // namespace
}  // namespace volley::app
