#include "apps/volley/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/volley/status.h"
#include "io/yaml/quantity.h"

namespace volley::app {
namespace {

std::string scaled(double value, std::span<const std::pair<double, const char*>> steps) {
  for (const auto& [factor, unit] : steps) {
    if (value >= factor) return absl::StrCat(short_number(value / factor), " ", unit);
  }
  return absl::StrCat(short_number(value / steps.back().first), " ", steps.back().second);
}

}  // namespace

absl::StatusOr<Duration> parse_duration(std::string_view text, std::string_view what) {
  const auto refuse = [&](std::string_view why) {
    return usage_error(
        absl::StrCat(std::string(what), what.ends_with('=') ? "`" : " `", std::string(text), "` ", std::string(why)));
  };
  const std::optional<io::yaml::Quantity> quantity = io::yaml::parse_quantity(text);
  if (!quantity) return refuse("is not a length of time; write a number with a unit, such as 500ms or 10s");
  if (quantity->is_pure()) return refuse("has no unit; add one, such as 500ms or 10s");
  const std::optional<double> exact = io::yaml::in_unit(*quantity, *io::yaml::parse_unit("ps"));
  if (!exact) return refuse("is not a length of time; use a unit of time: ps, ns, us, ms or s");
  constexpr double kLongestPs = 4.611686e18;  // a round figure below kEnd (engine/time.h)
  static_assert(kLongestPs < static_cast<double>(kEnd.time_since_epoch().count()));
  const double picoseconds = std::round(*exact);
  if (!(picoseconds >= 1 && picoseconds <= kLongestPs)) return refuse("must lie between 1ps and 4611686s (53 days)");
  return Duration{static_cast<std::int64_t>(picoseconds)};
}

absl::StatusOr<std::uint64_t> parse_count(std::string_view text, std::string_view what, std::uint64_t low,
                                          std::uint64_t high) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high) {
    return usage_error(absl::StrCat(std::string(what), what.ends_with('=') ? "`" : " `", std::string(text),
                                    "` must be a whole number from ", low, " to ", high));
  }
  return value;
}

std::string with_commas(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string short_number(double value) {
  if (value == 0 || !std::isfinite(value)) return absl::StrFormat("%g", value);
  // %g would turn 1234 into 1.23e+03; whole numbers stay whole up to a million.
  const double size = std::abs(value);
  if (size >= 1e6 || size < 1e-3) return absl::StrFormat("%.2e", value);
  const int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  std::string text = absl::StrFormat("%.*f", digits, value);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

std::string short_count(std::uint64_t value) {
  constexpr std::array<std::pair<double, const char*>, 3> kSteps{{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
  return value < 10'000 ? with_commas(value) : scaled(static_cast<double>(value), kSteps);
}

std::string short_bytes(std::uint64_t bytes) {
  constexpr std::array<std::pair<double, const char*>, 4> kSteps{{{1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}, {1, "B"}}};
  return scaled(static_cast<double>(bytes), kSteps);
}

std::string short_time(Duration duration) {
  constexpr std::array<std::pair<double, const char*>, 4> kSteps{{{1e12, "s"}, {1e9, "ms"}, {1e6, "us"}, {1, "ps"}}};
  return scaled(static_cast<double>(duration.count()), kSteps);
}

std::string short_seconds(double seconds) {
  if (seconds < 1) return short_time(Duration{std::llround(seconds * 1e12)});
  if (seconds < 90) return absl::StrCat(short_number(seconds), " s");
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 5400) return absl::StrFormat("%d min %d s", whole / 60, whole % 60);
  return absl::StrFormat("%d h %d min", whole / 3600, whole % 3600 / 60);
}

std::string short_energy(double picojoules) {
  constexpr std::array<std::pair<double, const char*>, 5> kSteps{
      {{1e12, "J"}, {1e9, "mJ"}, {1e6, "uJ"}, {1e3, "nJ"}, {1, "pJ"}}};
  return scaled(picojoules, kSteps);
}

std::string exact_ms(Time at) {
  const std::int64_t total = at.time_since_epoch().count();
  std::string text = absl::StrFormat("%d.%09d", total / 1'000'000'000, total % 1'000'000'000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string align(const std::vector<std::vector<std::string>>& rows, std::string_view alignment) {
  std::vector<std::size_t> width;
  for (const auto& row : rows) {
    width.resize(std::max(width.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += "  ";
      const std::string padding(width[i] - row[i].size(), ' ');
      line += alignment[i] == 'l' ? row[i] + padding : padding + row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace volley::app
