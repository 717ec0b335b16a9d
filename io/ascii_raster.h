// A spike raster as text for a terminal: time from left to right, neurons from top to bottom, population by population.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "engine/time.h"

namespace volley::io {

struct RasterPopulation {
  std::string name;
  std::uint32_t size = 0;
  std::span<const std::pair<Time, std::uint32_t>> spikes;  // in any order; lent until the call returns
};

enum class RasterStyle {
  kBraille,  // 2 x 4 dots a character, one wherever there is a spike: for thousands of spikes
  kShade,    // one cell a character, darker with its count, black at the busiest cell of all: for millions
};

struct RasterOptions {
  int width = 80;   // characters in a line, names included; at least 41
  int height = 24;  // lines, the two of the time axis included; at least 3
  RasterStyle style = RasterStyle::kBraille;
};

// Lines of at most `width` characters (UTF-8), each ended by a newline; spikes outside `range` are left out. Every
// population has at least one line and more in proportion to its size; where there are more populations than lines, a
// last line counts those that are left out. REQUIRES: range.begin < range.end.
std::string ascii_raster(std::span<const RasterPopulation> populations, Window range,
                         const RasterOptions& options = {});

}  // namespace volley::io
