#include "io/csv_rows.h"

#include <charconv>
#include <cmath>

#include "absl/strings/str_format.h"

namespace volley::io {

bool CsvRows::next() {
  while (lines_.next()) {
    const std::size_t first = lines_.line().find_first_not_of(" \t");
    if (first == std::string_view::npos || lines_.line()[first] == '#') continue;
    fields_ = split_fields(lines_.line(), ',');
    return true;
  }
  fields_.clear();
  return false;
}

std::optional<double> CsvRows::number(std::size_t field) const {
  std::string_view text = fields_[field];
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::uint32_t> CsvRows::index(std::size_t field) const { return parse_index(fields_[field]); }

absl::Status CsvRows::error(std::size_t field, std::string_view what) const {
  const bool known = field < fields_.size() && !fields_[field].empty();
  const std::size_t column =
      known ? static_cast<std::size_t>(fields_[field].data() - lines_.line().data()) + 1 : std::size_t{1};
  const std::string shown =
      known ? absl::StrFormat(" (`%s`)", std::string(fields_[field].substr(0, 40))) : std::string();
  return absl::InvalidArgumentError(
      absl::StrFormat("%s:%d:%d: %s%s", path_, lines_.number(), column, std::string(what), shown));
}

absl::Status CsvRows::wrong_width(std::size_t expected) const {
  return absl::InvalidArgumentError(absl::StrFormat("%s:%d:1: the row has %d fields, the header %d", path_,
                                                    lines_.number(), fields_.size(), expected));
}

}  // namespace volley::io
