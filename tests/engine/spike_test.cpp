#include "engine/spike.h"

#include <catch2/catch.hpp>
#include <vector>

namespace volley::test {

TEST_CASE("sorting spikes asks for the canonical order: time, population, neuron") {
  std::vector<Spike> spikes;
  for (const std::int64_t ps : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1} << 62}) {
    for (const std::uint32_t population : {0u, 1u, 0x80000000u, 0xffffffffu}) {
      for (const std::uint32_t neuron : {0u, 1u, 0x80000000u, 0xffffffffu}) {
        spikes.push_back({Time{Duration{ps}}, PopulationId{population}, neuron});
      }
    }
  }
  for (std::size_t a = 0; a < spikes.size(); ++a) {
    for (std::size_t b = 0; b < spikes.size(); ++b) {
      REQUIRE((spikes[a] < spikes[b]) == (a < b));
      REQUIRE((spikes[a] <=> spikes[b]) == (a <=> b));
    }
  }
}

}  // namespace volley::test
