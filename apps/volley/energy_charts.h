// Charts of energy as inline SVG: plain strings, no script, no fonts or images from elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hardware/mesh.h"

namespace volley::app {

// `&`, `<`, `>` and quotes as entities; other control characters than line ends and tabs are dropped.
std::string escaped(std::string_view text);

// One bar per row, cut into parts; parts of one name have one colour, given in the legend.
struct StackedBar {
  std::string label, total;                             // `total` is written behind the bar
  std::vector<std::pair<std::string, double>> parts{};  // name, value >= 0
};
std::string stacked_bars(std::span<const StackedBar> bars);

// Per row one bar for every series, in that series' colour. An empty value is written as "unset".
struct BarRow {
  std::string label;
  std::vector<std::optional<double>> values{};  // by series, >= 0
  std::vector<std::string> texts{};             // by series
};
std::string grouped_bars(std::span<const std::string> series, std::span<const BarRow> rows);

// The mesh seen from above. Every tile is cut into its cores, whose colour says `core_values`; links are drawn between
// tiles, as broad as `link_values` says. Cores without a value stay empty.
struct MeshMap {
  hardware::Mesh mesh;
  std::string unit_of_cores, unit_of_links;  // for the legend; empty: not drawn
  struct Core {
    std::uint32_t core = 0;
    double value = 0;
    std::string text{};  // shown when the pointer rests on it
  };
  struct Link {
    std::uint32_t tile = 0;
    hardware::Direction direction = hardware::Direction::kEast;
    double value = 0;
    std::string text{};
  };
  std::vector<Core> cores{};
  std::vector<Link> links{};
  std::string most_cores{}, most_links{};  // the largest value of each, as text
};
// REQUIRES: every core and tile lies on the mesh.
std::string mesh_map(const MeshMap& map);

// Lines over time, one per series. Series with more points than the chart has columns are averaged into them.
struct TimeSeries {
  std::string name;
  std::vector<double> values{};  // equally spaced, >= 0
};
// `most`: the largest value as text, given the value.
std::string line_chart(std::span<const TimeSeries> series, double duration_ms, std::string_view unit);

}  // namespace volley::app
