#include "io/csv_column.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_format.h"
#include "engine/did_you_mean.h"
#include "io/csv_rows.h"
#include "io/file_bytes.h"

namespace volley::io {

absl::StatusOr<std::vector<double>> decode_csv_column(std::string_view text, const std::string& path,
                                                      const std::string& column, std::size_t rows) {
  CsvRows csv(text, path);
  if (!csv.next()) return csv.error(0, "the file is empty; its first line must name the columns");
  const std::vector<std::string> names(csv.fields().begin(), csv.fields().end());
  const auto found = std::find(names.begin(), names.end(), column);
  if (found == names.end()) {
    return csv.error(0, absl::StrFormat("there is no column `%s`; %s", column, did_you_mean(column, names)));
  }
  const auto index = static_cast<std::size_t>(found - names.begin());
  std::vector<double> values;
  while (csv.next()) {
    if (csv.fields().size() != names.size()) return csv.wrong_width(names.size());
    const std::optional<double> value = csv.number(index);
    if (!value) return csv.error(index, "must be a number");
    if (values.size() == rows) {
      return csv.error(0, absl::StrFormat("more rows than the %d neurons of the population", rows));
    }
    values.push_back(*value);
  }
  if (values.size() != rows) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: column `%s` has %d rows, the population has %d neurons; give "
                        "one row each",
                        path, column, values.size(), rows));
  }
  return values;
}

absl::StatusOr<std::vector<double>> read_csv_column(const std::string& path, const std::string& column,
                                                    std::size_t rows) {
  const absl::StatusOr<std::string> bytes = read_file_bytes(path);
  if (!bytes.ok()) return bytes.status();
  return decode_csv_column(*bytes, path, column, rows);
}

}  // namespace volley::io
