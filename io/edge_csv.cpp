#include "io/edge_csv.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

#include "absl/strings/str_format.h"
#include "engine/did_you_mean.h"
#include "io/csv_rows.h"
#include "io/file_bytes.h"

namespace volley::io {
namespace {

enum Column : std::size_t { kSource, kTarget, kWeight, kDelay };
constexpr std::array<std::string_view, 4> kNames = {"source", "target", "weight", "delay_ms"};

// Where each of the four columns stands in the file.
absl::StatusOr<std::array<std::size_t, 4>> read_header(const CsvRows& csv) {
  const std::vector<std::string> wanted(kNames.begin(), kNames.end());
  std::array<std::size_t, 4> place{};
  std::array<bool, 4> found{};
  for (std::size_t i = 0; i < csv.fields().size(); ++i) {
    const auto name = std::find(kNames.begin(), kNames.end(), csv.fields()[i]);
    if (name == kNames.end()) {
      return csv.error(i, "unknown column; " + did_you_mean(csv.fields()[i], wanted));
    }
    const auto column = static_cast<std::size_t>(name - kNames.begin());
    if (found[column]) return csv.error(i, "the column stands twice; keep one");
    found[column] = true;
    place[column] = i;
  }
  for (std::size_t column = 0; column < kNames.size(); ++column) {
    if (!found[column]) {
      return csv.error(csv.fields().size(),
                       absl::StrFormat("the header has no column `%s`; it must be `source,target,weight,delay_ms`",
                                       std::string(kNames[column])));
    }
  }
  return place;
}

}  // namespace

absl::StatusOr<std::vector<Edge>> decode_edges_csv(std::string_view text, const std::string& path,
                                                   const EdgeBounds& bounds) {
  CsvRows csv(text, path);
  if (!csv.next()) return csv.error(0, "the file is empty; its first line must be `source,target,weight,delay_ms`");
  const auto place = read_header(csv);
  if (!place.ok()) return place.status();
  std::vector<Edge> edges;
  while (csv.next()) {
    if (csv.fields().size() != kNames.size()) return csv.wrong_width(kNames.size());
    const std::size_t source_at = (*place)[kSource], target_at = (*place)[kTarget];
    const std::size_t weight_at = (*place)[kWeight], delay_at = (*place)[kDelay];
    const auto source = csv.index(source_at), target = csv.index(target_at);
    if (!source || *source >= bounds.sources) {
      return csv.error(source_at, absl::StrFormat("source must be a whole number below %d", bounds.sources));
    }
    if (!target || *target >= bounds.targets) {
      return csv.error(target_at, absl::StrFormat("target must be a whole number below %d", bounds.targets));
    }
    const std::optional<double> weight = csv.number(weight_at);
    if (!weight || !std::isfinite(static_cast<float>(*weight))) {
      return csv.error(weight_at, "weight must be a number within the range of a float");
    }
    const std::optional<Duration> delay = parse_duration(csv.fields()[delay_at], 9);
    if (!delay || *delay < Duration{1}) {
      return csv.error(delay_at, "delay_ms must be a number from 1e-9 to 4.6e9, without a unit");
    }
    edges.push_back({*source, *target, static_cast<float>(*weight), *delay});
  }
  return edges;
}

absl::StatusOr<std::vector<Edge>> read_edges_csv(const std::string& path, const EdgeBounds& bounds) {
  const absl::StatusOr<std::string> bytes = read_file_bytes(path);
  if (!bytes.ok()) return bytes.status();
  return decode_edges_csv(*bytes, path, bounds);
}

}  // namespace volley::io
