#include "apps/volley/energy_charts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/volley/values.h"

namespace volley::app {
namespace {

// Okabe and Ito's palette, which stays apart for colour-blind readers.
constexpr std::array<const char*, 7> kColours{"#0072b2", "#e69f00", "#009e73", "#cc79a7",
                                              "#56b4e9", "#d55e00", "#7f7f7f"};
constexpr double kWidth = 860;
constexpr double kLabels = 190;
constexpr double kTexts = 120;

const char* colour(std::size_t i) { return kColours[i % kColours.size()]; }

std::string open_svg(double width, double height, std::string_view what) {
  return absl::StrFormat(
      "<svg viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" role=\"img\" aria-label=\"%s\">\n", width, height,
      width, height, escaped(what));
}

std::string text_at(double x, double y, std::string_view anchor, std::string_view text, std::string_view extra = {}) {
  return absl::StrFormat("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>\n", x, y, anchor, extra,
                         escaped(text));
}

std::string rectangle(double x, double y, double w, double h, std::string_view fill, std::string_view title) {
  return absl::StrFormat(
      "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"><title>%s</title></rect>\n", x, y, w, h,
      fill, escaped(title));
}

// As much of a label as fits, with an ellipsis.
std::string shortened(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most - 1;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not inside a UTF-8 character
  return text.substr(0, end) + "\u2026";
}

std::string legend(const std::vector<std::string>& names, double y) {
  std::string svg;
  double x = kLabels;
  for (std::size_t i = 0; i < names.size(); ++i) {
    svg += rectangle(x, y - 10, 12, 12, colour(i), names[i]);
    svg += text_at(x + 17, y, "start", names[i]);
    x += 34 + 7.2 * static_cast<double>(names[i].size());
  }
  return svg;
}

// From light to dark as `part` goes from 0 to 1.
std::string heat(double part) {
  constexpr int kStops[][3] = {{241, 245, 250}, {158, 202, 225}, {66, 146, 198}, {8, 69, 148}, {3, 25, 70}};
  const double at = std::clamp(part, 0.0, 1.0) * 4;
  const int i = std::min(static_cast<int>(at), 3);
  int rgb[3];
  for (int c = 0; c < 3; ++c) {
    rgb[c] = static_cast<int>(std::lround(kStops[i][c] + (at - i) * (kStops[i + 1][c] - kStops[i][c])));
  }
  return absl::StrFormat("#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
}

template <class Entries>
double largest(const Entries& entries) {
  double most = 0;
  for (const auto& entry : entries) most = std::max(most, entry.value);
  return most;
}

// Colours from nothing to the most, with both ends named.
std::string heat_legend(double x, double y, const std::string& unit, const std::string& most) {
  std::string svg;
  for (int i = 0; i < 40; ++i) svg += rectangle(x + 3 * i, y - 10, 3.2, 12, heat((i + 0.5) / 40), unit);
  return absl::StrCat(svg, text_at(x - 6, y, "end", "0"), text_at(x + 126, y, "start", absl::StrCat(most, " ", unit)));
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
    }
  }
  return out;
}

std::string stacked_bars(std::span<const StackedBar> bars) {
  std::vector<std::string> names;
  double most = 0;
  for (const StackedBar& bar : bars) {
    double sum = 0;
    for (const auto& [name, value] : bar.parts) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      sum += value;
    }
    most = std::max(most, sum);
  }
  const double scale = most > 0 ? (kWidth - kLabels - kTexts) / most : 0;
  const double height = 34 * static_cast<double>(bars.size()) + 34;
  std::string svg = open_svg(kWidth, height, "bars");
  double y = 6;
  for (const StackedBar& bar : bars) {
    svg += text_at(kLabels - 8, y + 17, "end", shortened(bar.label, 26));
    double x = kLabels;
    for (const auto& [name, value] : bar.parts) {
      const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
      svg += rectangle(x, y, value * scale, 24, colour(at), absl::StrCat(name, ": ", short_energy(value)));
      x += value * scale;
    }
    svg += text_at(x + 8, y + 17, "start", bar.total);
    y += 34;
  }
  return absl::StrCat(svg, legend(names, y + 14), "</svg>\n");
}

std::string grouped_bars(std::span<const std::string> series, std::span<const BarRow> rows) {
  double most = 0;
  for (const BarRow& row : rows) {
    for (const auto& value : row.values) most = std::max(most, value.value_or(0));
  }
  const double scale = most > 0 ? (kWidth - kLabels - kTexts) / most : 0;
  const double each = 15, group = each * static_cast<double>(series.size()) + 9;
  std::string svg = open_svg(kWidth, group * static_cast<double>(rows.size()) + 34, "bars");
  double y = 4;
  for (const BarRow& row : rows) {
    svg += text_at(kLabels - 8, y + (group - 9) / 2 + 5, "end", shortened(row.label, 26));
    for (std::size_t s = 0; s < row.values.size(); ++s) {
      const double w = row.values[s].value_or(0) * scale, top = y + each * static_cast<double>(s);
      svg +=
          rectangle(kLabels, top, w, each - 2, colour(s), absl::StrCat(row.label, ", ", series[s], ": ", row.texts[s]));
      svg += text_at(kLabels + w + 6, top + 11, "start", row.texts[s], " class=\"small\"");
    }
    y += group;
  }
  return absl::StrCat(svg, legend({series.begin(), series.end()}, y + 16), "</svg>\n");
}

std::string mesh_map(const MeshMap& map) {
  const hardware::Mesh& mesh = map.mesh;
  const double columns = mesh.width, rows = mesh.height;
  const bool links = !map.unit_of_links.empty();
  const double pitch = std::clamp(std::floor((kWidth - 20) / columns), 14.0, 96.0);
  const double tile = pitch * (links ? 0.62 : 0.88);
  const double left = 10, top = 10, width = std::max(pitch * columns + 20, 560.0), height = pitch * rows + 20 + 44;
  std::string svg = open_svg(width, height, "mesh");
  const auto corner = [&](hardware::Position p) {
    return std::pair{left + pitch * p.x + (pitch - tile) / 2, top + pitch * p.y + (pitch - tile) / 2};
  };
  for (std::uint32_t t = 0; t < mesh.tile_count(); ++t) {
    const auto [x, y] = corner(mesh.position_of_tile(t));
    svg += absl::StrFormat(
        "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" class=\"tile\"><title>tile %d</title></rect>\n", x,
        y, tile, tile, t);
  }
  const double most_core = largest(map.cores);
  const auto side = static_cast<std::uint32_t>(std::ceil(std::sqrt(mesh.cores_per_tile)));
  const double cell = tile / side;
  for (const MeshMap::Core& core : map.cores) {
    const auto [x, y] = corner(mesh.position_of_core(core.core));
    const std::uint32_t within = core.core % mesh.cores_per_tile;
    svg += rectangle(x + cell * (within % side) + 0.5, y + cell * (within / side) + 0.5, cell - 1, cell - 1,
                     heat(most_core > 0 ? core.value / most_core : 0), core.text);
  }
  const double most_link = largest(map.links), gap = pitch - tile, shift = tile * 0.17;
  for (const MeshMap::Link& link : map.links) {
    const auto [x, y] = corner(mesh.position_of_tile(link.tile));
    const double part = most_link > 0 ? link.value / most_link : 0, broad = 1 + 0.24 * tile * part;
    const double across = x + tile / 2, down = y + tile / 2;
    double x1 = across, y1 = down, x2 = across, y2 = down;  // the two directions lie side by side, as cars drive
    switch (link.direction) {
      case hardware::Direction::kEast:
        x1 = x + tile, x2 = x1 + gap, y1 = y2 = down + shift;
        break;
      case hardware::Direction::kWest:
        x1 = x, x2 = x - gap, y1 = y2 = down - shift;
        break;
      case hardware::Direction::kSouth:
        y1 = y + tile, y2 = y1 + gap, x1 = x2 = across - shift;
        break;
      case hardware::Direction::kNorth:
        y1 = y, y2 = y - gap, x1 = x2 = across + shift;
        break;
    }
    svg += absl::StrFormat(
        "<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" stroke=\"%s\" "
        "stroke-width=\"%.2f\"><title>%s</title></line>\n",
        x1, y1, x2, y2, heat(0.15 + 0.85 * part), broad, escaped(link.text));
  }
  const double below = top + pitch * rows + 30;
  if (!map.unit_of_cores.empty()) svg += heat_legend(left + 16, below, map.unit_of_cores, map.most_cores);
  if (links) svg += heat_legend(left + 380, below, map.unit_of_links, map.most_links);
  return svg + "</svg>\n";
}

std::string line_chart(std::span<const TimeSeries> series, double duration_ms, std::string_view unit) {
  constexpr double kLeft = 70, kTop = 14, kHeight = 190, kRight = 14;
  constexpr std::size_t kColumns = 600;
  const double wide = kWidth - kLeft - kRight;
  std::vector<std::vector<double>> drawn;
  double most = 0;
  for (const TimeSeries& one : series) {
    std::vector<double>& points = drawn.emplace_back();
    const std::size_t count = one.values.size(), columns = std::min(count, kColumns);
    for (std::size_t c = 0; c < columns; ++c) {
      const std::size_t first = c * count / columns, end = (c + 1) * count / columns;
      double sum = 0;
      for (std::size_t i = first; i < end; ++i) sum += one.values[i];
      points.push_back(sum / static_cast<double>(end - first));
      most = std::max(most, points.back());
    }
  }
  if (most <= 0) most = 1;
  std::string svg = open_svg(kWidth, kTop + kHeight + 62, "power over time");
  for (int i = 0; i <= 4; ++i) {
    const double y = kTop + kHeight * (1 - i / 4.0);
    svg += absl::StrFormat("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>\n", kLeft, y,
                           kLeft + wide, y);
    svg += text_at(kLeft - 6, y + 4, "end", short_number(most * i / 4), " class=\"small\"");
    const double x = kLeft + wide * i / 4;
    svg += text_at(x, kTop + kHeight + 18,
                   i == 0   ? "start"
                   : i == 4 ? "end"
                            : "middle",
                   absl::StrCat(short_number(duration_ms * i / 4), i == 4 ? " ms" : ""), " class=\"small\"");
  }
  svg += text_at(kLeft + 6, kTop + 12, "start", unit, " class=\"small\"");
  std::vector<std::string> names;
  for (std::size_t s = 0; s < drawn.size(); ++s) {
    names.push_back(series[s].name);
    std::string points;
    // A step is drawn as a step: the mean power holds over the whole column.
    for (std::size_t c = 0; c < drawn[s].size(); ++c) {
      const double y = kTop + kHeight * (1 - drawn[s][c] / most), n = static_cast<double>(drawn[s].size());
      absl::StrAppendFormat(&points, "%.2f,%.2f %.2f,%.2f ", kLeft + wide * static_cast<double>(c) / n, y,
                            kLeft + wide * static_cast<double>(c + 1) / n, y);
    }
    svg += absl::StrFormat("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>\n", points,
                           colour(s));
  }
  return absl::StrCat(svg, legend(names, kTop + kHeight + 46), "</svg>\n");
}

}  // namespace volley::app
