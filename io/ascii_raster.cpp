#include "io/ascii_raster.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace volley::io {
namespace {

constexpr int kAxisLines = 2;
constexpr std::size_t kMostName = 12;
constexpr int kNarrowest = 41, kLowest = 3;

// One character cell holds `across` x `down` counters.
struct Resolution {
  int across, down;
};
constexpr Resolution resolution_of(RasterStyle style) {
  return style == RasterStyle::kBraille ? Resolution{2, 4} : Resolution{1, 1};
}

// U+0000 to U+FFFF.
void append_utf8(std::uint32_t code, std::string& text) {
  if (code < 0x80) {
    text.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    text.push_back(static_cast<char>(0xC0 | code >> 6));
    text.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    text.push_back(static_cast<char>(0xE0 | code >> 12));
    text.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    text.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

// Lines for each of the populations that fit: one each, and the rest by largest share of what is still unserved.
std::vector<int> lines_per_population(std::span<const RasterPopulation> populations, int lines) {
  std::vector<int> share(std::min(populations.size(), static_cast<std::size_t>(lines)), 1);
  for (int left = lines - static_cast<int>(share.size()); left > 0 && !share.empty(); --left) {
    const auto neediest = [&](std::size_t a, std::size_t b) {
      return static_cast<double>(populations[a].size) / share[a] < static_cast<double>(populations[b].size) / share[b];
    };
    std::vector<std::size_t> order(share.size());
    std::iota(order.begin(), order.end(), 0);
    ++share[*std::max_element(order.begin(), order.end(), neediest)];
  }
  return share;
}

// Counts of spikes, `columns` x `rows` counters, row-major.
class Counters {
 public:
  Counters(int columns, int rows)
      : columns_(columns),
        rows_(rows),
        counts_(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), 0) {}

  void fill(const RasterPopulation& population, Window range) {
    const double length = static_cast<double>((range.end - range.begin).count());
    for (const auto& [at, neuron] : population.spikes) {
      if (at < range.begin || at >= range.end || neuron >= population.size) continue;
      const double along = static_cast<double>((at - range.begin).count()) / length;
      const int column = std::min(static_cast<int>(along * columns_), columns_ - 1);
      const auto row = static_cast<int>(std::uint64_t{neuron} * static_cast<std::uint64_t>(rows_) / population.size);
      ++counts_[index(column, row)];
    }
  }
  std::uint64_t at(int column, int row) const { return counts_[index(column, row)]; }
  std::uint64_t most() const { return counts_.empty() ? 0 : *std::max_element(counts_.begin(), counts_.end()); }

 private:
  std::size_t index(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column);
  }
  int columns_, rows_;
  std::vector<std::uint64_t> counts_;
};

// The braille block starts at U+2800; dots are numbered down the left column, then the right, and the fourth row last.
std::uint32_t braille_at(const Counters& counters, int column, int line) {
  constexpr std::uint32_t kDot[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
  std::uint32_t code = 0x2800;
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 2; ++x) {
      if (counters.at(2 * column + x, 4 * line + y) > 0) code |= kDot[y][x];
    }
  }
  return code;
}

std::uint32_t shade_at(const Counters& counters, int column, int line, std::uint64_t most) {
  constexpr std::uint32_t kShades[] = {0x2591, 0x2592, 0x2593, 0x2588};  // light, medium, dark, full
  const std::uint64_t count = counters.at(column, line);
  return count == 0 ? ' ' : kShades[std::min<std::uint64_t>((count * 4 - 1) / most, 3)];
}

// A name of exactly `width` characters. Bytes stand for characters: names of populations are identifiers.
std::string label(const std::string& name, std::size_t width) {
  if (name.size() <= width) return std::string(width - name.size(), ' ') + name;
  return name.substr(0, width - 1) + "~";
}

std::string axis(Window range, std::size_t margin, int columns) {
  std::string line(margin, ' ');
  append_utf8(0x2514, line);
  for (int i = 0; i < columns; ++i) append_utf8(0x2500, line);
  const std::string begin = absl::StrFormat("%.6g", to_ms(range.begin));
  const std::string end = absl::StrFormat("%.6g ms", to_ms(range.end));
  // Never negative: 12 + 15 characters at most, and the narrowest picture has 28 beside the longest name.
  const std::string gap(static_cast<std::size_t>(columns) + 1 - begin.size() - end.size(), ' ');
  return absl::StrCat(line, "\n", std::string(margin, ' '), begin, gap, end, "\n");
}

}  // namespace

std::string ascii_raster(std::span<const RasterPopulation> populations, Window range, const RasterOptions& options) {
  const Resolution per_cell = resolution_of(options.style);
  std::size_t margin = 0;
  for (const RasterPopulation& p : populations) margin = std::max(margin, std::min(p.name.size(), kMostName));
  const int columns = std::max(options.width, kNarrowest) - static_cast<int>(margin) - 1;
  int lines = std::max(options.height, kLowest) - kAxisLines;
  const bool crowded = lines > 1 && populations.size() > static_cast<std::size_t>(lines);
  if (crowded) --lines;
  const std::vector<int> share = lines_per_population(populations, lines);

  std::vector<Counters> counters;
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < share.size(); ++i) {
    counters.emplace_back(columns * per_cell.across, share[i] * per_cell.down);
    if (populations[i].size > 0) counters.back().fill(populations[i], range);
    most = std::max(most, counters.back().most());
  }
  std::string text;
  for (std::size_t i = 0; i < share.size(); ++i) {
    for (int line = 0; line < share[i]; ++line) {
      text += label(line == 0 ? populations[i].name : "", margin);
      append_utf8(line == 0 ? 0x2524 : 0x2502, text);  // a tick where a population begins
      for (int column = 0; column < columns; ++column) {
        append_utf8(options.style == RasterStyle::kBraille ? braille_at(counters[i], column, line)
                                                           : shade_at(counters[i], column, line, most),
                    text);
      }
      text += "\n";
    }
  }
  if (crowded) absl::StrAppend(&text, "and ", populations.size() - share.size(), " more populations\n");
  return text + axis(range, margin, columns);
}

}  // namespace volley::io
