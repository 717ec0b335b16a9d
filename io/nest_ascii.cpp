#include "io/nest_ascii.h"

#include <optional>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "io/text_fields.h"

namespace volley::io {
namespace {

using Fields = std::vector<std::string_view>;

absl::Status error_at(const std::string& path, std::size_t line, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrFormat("%s:%d: %s", path, line, what));
}

enum class Style { kMilliseconds, kSteps };

absl::StatusOr<Style> style_of_header(const Fields& names, const std::string& path, std::size_t line) {
  const Fields milliseconds{"sender", "time_ms"}, steps{"sender", "time_step", "time_offset"};
  if (names == milliseconds) return Style::kMilliseconds;
  if (names == steps) return Style::kSteps;
  return error_at(
      path, line,
      absl::StrFormat("columns `%s`, a spike recording has `sender time_ms` or `sender time_step time_offset`; "
                      "give the file of a spike_recorder",
                      absl::StrJoin(names, " ", [](std::string* out, std::string_view name) { out->append(name); })));
}

// The time of one line's fields after the sender; empty when it is no time at or after the start.
std::optional<Time> time_of(const Fields& fields, Style style, Duration resolution) {
  std::optional<Duration> at;
  if (style == Style::kMilliseconds) {
    at = parse_duration(fields[1], 9);
  } else {
    const std::optional<std::uint32_t> step = parse_index(fields[1]);
    const std::optional<Duration> offset = parse_duration(fields[2], 9);
    if (step && offset && *offset >= Duration{0} && *offset <= resolution) at = *step * resolution - *offset;
  }
  if (!at || *at < Duration{0}) return std::nullopt;
  return kStart + *at;
}

}  // namespace

absl::StatusOr<SpikeList> decode_nest_ascii(std::string_view text, const std::string& path, Duration resolution) {
  std::optional<Style> style;
  SpikeList spikes;
  for (Lines lines(text); lines.next();) {
    const Fields fields = split_fields(lines.line(), ' ');
    if (fields.empty() || fields.front().empty() || fields.front().front() == '#') continue;
    if (!style) {
      const bool is_header = !is_number(fields.front());
      absl::StatusOr<Style> found = is_header ? style_of_header(fields, path, lines.number()) : Style::kMilliseconds;
      if (!found.ok()) return found.status();
      style = *found;
      if (is_header) continue;
    }
    const std::size_t count = *style == Style::kSteps ? 3 : 2;
    if (fields.size() != count) {
      return error_at(path, lines.number(), absl::StrFormat("%d columns, must be %d", fields.size(), count));
    }
    const std::optional<std::uint32_t> sender = parse_index(fields[0]);
    if (!sender) {
      return error_at(path, lines.number(),
                      absl::StrFormat("sender `%s`, must be a whole number from 0 to 4294967294", fields[0]));
    }
    const std::optional<Time> at = time_of(fields, *style, resolution);
    if (!at) {
      return error_at(
          path, lines.number(),
          absl::StrFormat("time `%s`, must be from 0 to 106 days%s",
                          absl::StrJoin(fields.begin() + 1, fields.end(), " ",
                                        [](std::string* out, std::string_view field) { out->append(field); }),
                          *style == Style::kSteps ? " with an offset of at most one step" : ""));
    }
    spikes.emplace_back(*at, *sender);
  }
  return spikes;
}

std::string encode_nest_dat(const SpikeList& spikes) {
  std::string text = "# written by volley\n# RecordingBackendASCII version: 2\nsender\ttime_ms\n";
  return text + encode_nest_gdf(spikes);
}

std::string encode_nest_gdf(const SpikeList& spikes) {
  std::string text;
  for (const auto& [at, neuron] : spikes) {
    absl::StrAppendFormat(&text, "%d\t%s\n", neuron, format_ms(at.time_since_epoch(), /*min_decimals=*/3));
  }
  return text;
}

}  // namespace volley::io
