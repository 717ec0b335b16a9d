#include "io/ascii_raster.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "io/spike_list.h"

namespace volley::io {
namespace {

using namespace std::chrono_literals;

constexpr Window kRange{kStart, kStart + 100ms};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  lines.pop_back();
  return lines;
}

// Characters, not bytes.
std::size_t characters(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

TEST_CASE("one spike is one braille dot at its time and neuron") {
  const SpikeList spikes{{kStart, 0}, {kStart + 99ms, 3}};
  const std::vector<RasterPopulation> populations{{"a", 4, spikes}};
  const auto lines = lines_of(ascii_raster(populations, kRange, {.width = 41, .height = 3}));
  REQUIRE(lines.size() == 3);
  std::string blank;
  for (int i = 0; i < 37; ++i) blank += "\u2800";
  CHECK(lines[0] == "a\u2524\u2801" + blank + "\u2880");  // dot 1 (top left) and dot 8 (bottom right)
  CHECK(lines[2] == " 0" + std::string(33, ' ') + "100 ms");
}

TEST_CASE("the picture has the size that was asked for") {
  const SpikeList spikes{{kStart + 5ms, 17}};
  const std::vector<RasterPopulation> populations{
      {"exc", 8000, spikes}, {"inh", 2000, spikes}, {"a_very_long_name", 1, {}}};
  for (const RasterStyle style : {RasterStyle::kBraille, RasterStyle::kShade}) {
    for (const int width : {41, 80, 131}) {
      for (const int height : {5, 24, 50}) {
        const auto lines = lines_of(ascii_raster(populations, kRange, {width, height, style}));
        CHECK(lines.size() == static_cast<std::size_t>(height));
        for (const std::string& line : lines) CHECK(characters(line) <= static_cast<std::size_t>(width));
        CHECK(characters(lines.front()) == static_cast<std::size_t>(width));
      }
    }
  }
}

TEST_CASE("lines are shared in proportion to size, with one for the smallest") {
  const std::vector<RasterPopulation> populations{{"exc", 8000, {}}, {"inh", 2000, {}}, {"one", 1, {}}};
  const auto lines = lines_of(ascii_raster(populations, kRange, {.width = 40, .height = 13}));
  CHECK(lines[0].substr(0, 3) == "exc");
  CHECK(lines[8].substr(0, 3) == "inh");
  CHECK(lines[10].substr(0, 3) == "one");
}

TEST_CASE("shade grows with the count up to the busiest cell") {
  SpikeList spikes;
  for (int i = 0; i < 8; ++i) spikes.emplace_back(kStart + 99ms, 0);
  spikes.emplace_back(kStart, 0);
  const std::vector<RasterPopulation> populations{{"a", 1, spikes}};
  const auto lines =
      lines_of(ascii_raster(populations, kRange, {.width = 41, .height = 3, .style = RasterStyle::kShade}));
  CHECK(lines[0] == "a\u2524\u2591" + std::string(37, ' ') + "\u2588");
}

TEST_CASE("populations beyond the lines are counted") {
  const std::vector<RasterPopulation> populations(10, RasterPopulation{"p", 5, {}});
  const auto lines = lines_of(ascii_raster(populations, kRange, {.width = 41, .height = 8}));
  CHECK(lines.size() == 8);
  CHECK(lines[5] == "and 5 more populations");
}

TEST_CASE("spikes outside the range or the population leave no mark") {
  const SpikeList spikes{{kStart + 100ms, 0}, {kStart + 10ms, 4}};
  const std::vector<RasterPopulation> with{{"a", 4, spikes}}, without{{"a", 4, {}}};
  CHECK(ascii_raster(with, kRange) == ascii_raster(without, kRange));
}

}  // namespace
}  // namespace volley::io
