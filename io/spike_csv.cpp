#include "io/spike_csv.h"

#include <array>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "io/text_fields.h"

namespace volley::io {
namespace {

struct Columns {
  char separator = ',';
  std::size_t time = 0, neuron = 1, count = 2;
  std::optional<std::size_t> population = {};
  int time_exponent = 9;  // a unit of the time column is 10^time_exponent ps
};

struct TimeName {
  std::string_view name;
  int exponent;
};
constexpr std::array<TimeName, 8> kTimeNames{{{"time_ms", 9},
                                              {"timestamps", 9},
                                              {"timestamp", 9},
                                              {"time", 9},
                                              {"t", 9},
                                              {"time_s", 12},
                                              {"time_us", 6},
                                              {"time_ns", 3}}};
constexpr std::array<std::string_view, 6> kNeuronNames{"neuron", "neuron_id", "node_id", "node_ids", "sender", "id"};

char separator_of(std::string_view line) {
  for (const char c : {',', ';'}) {
    if (line.find(c) != std::string_view::npos) return c;
  }
  return ' ';
}

absl::Status error_at(const std::string& path, std::size_t line, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrFormat("%s:%d: %s", path, line, what));
}

absl::StatusOr<Columns> columns_of_header(const std::vector<std::string_view>& names, char separator,
                                          const std::string& path, std::size_t line) {
  Columns columns{.separator = separator, .count = names.size()};
  std::optional<std::size_t> time, neuron;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (const TimeName& known : kTimeNames) {
      if (names[i] == known.name && !time) time = i, columns.time_exponent = known.exponent;
    }
    for (const std::string_view known : kNeuronNames) {
      if (names[i] == known && !neuron) neuron = i;
    }
    if (names[i] == "population") columns.population = i;
  }
  if (!time || !neuron) {
    return error_at(path, line,
                    absl::StrFormat("header without a %s column; name one `%s`", !time ? "time" : "neuron",
                                    !time ? "time_ms" : "neuron"));
  }
  columns.time = *time;
  columns.neuron = *neuron;
  return columns;
}

// The first line that is no comment: a header (then `is_header`) or already a spike.
absl::StatusOr<Columns> columns_of_first(std::string_view line, const std::string& path, std::size_t number,
                                         bool& is_header) {
  const char separator = separator_of(line);
  const std::vector<std::string_view> fields = split_fields(line, separator);
  is_header = fields.empty() || !is_number(fields.front());
  if (is_header) return columns_of_header(fields, separator, path, number);
  if (fields.size() != 2) {
    return error_at(
        path, number,
        absl::StrFormat("%d columns and no header line, must be 2 (time in ms, neuron); add a header such as "
                        "`time_ms,neuron`",
                        fields.size()));
  }
  return Columns{.separator = separator};
}

}  // namespace

absl::StatusOr<SpikeList> decode_spike_csv(std::string_view text, const std::string& path,
                                           const std::string& population) {
  std::optional<Columns> columns;
  SpikeList spikes;
  std::set<std::string, std::less<>> populations;
  for (Lines lines(text); lines.next();) {
    const std::string_view line = lines.line();
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos || line[first] == '#') continue;
    if (!columns) {
      bool is_header = false;
      absl::StatusOr<Columns> found = columns_of_first(line, path, lines.number(), is_header);
      if (!found.ok()) return found.status();
      columns = *found;
      if (is_header) continue;
    }
    const std::vector<std::string_view> fields = split_fields(line, columns->separator);
    if (fields.size() != columns->count) {
      return error_at(path, lines.number(), absl::StrFormat("%d columns, must be %d", fields.size(), columns->count));
    }
    if (columns->population) {
      const std::string_view name = fields[*columns->population];
      if (!populations.contains(name)) populations.emplace(name);
      if (!population.empty() && name != population) continue;
    }
    const std::optional<Duration> at = parse_duration(fields[columns->time], columns->time_exponent);
    if (!at || *at < Duration{0}) {
      return error_at(path, lines.number(),
                      absl::StrFormat("time `%s`, must be a number from 0 to 106 days", fields[columns->time]));
    }
    const std::optional<std::uint32_t> neuron = parse_index(fields[columns->neuron]);
    if (!neuron) {
      return error_at(
          path, lines.number(),
          absl::StrFormat("neuron `%s`, must be a whole number from 0 to 4294967294", fields[columns->neuron]));
    }
    spikes.emplace_back(kStart + *at, *neuron);
  }
  if (!population.empty() && !populations.contains(population)) {
    return absl::InvalidArgumentError(absl::StrFormat("%s: no population `%s`; the file has %s", path, population,
                                                      populations.empty() ? "none" : absl::StrJoin(populations, ", ")));
  }
  if (population.empty() && populations.size() > 1) {
    return absl::InvalidArgumentError(absl::StrFormat("%s: %d populations (%s); choose one", path, populations.size(),
                                                      absl::StrJoin(populations, ", ")));
  }
  return spikes;
}

std::string encode_spike_csv(const SpikeList& spikes) {
  std::string text = "time_ms,neuron\n";
  for (const auto& [at, neuron] : spikes)
    absl::StrAppendFormat(&text, "%s,%d\n", format_ms(at.time_since_epoch()), neuron);
  return text;
}

}  // namespace volley::io
