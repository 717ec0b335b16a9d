// Walks over the rows of a comma-separated text; errors know the line and the column of a field.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "io/text_fields.h"

namespace volley::io {

// The views that it hands out are into `text`, which must outlive it.
class CsvRows {
 public:
  CsvRows(std::string_view text, std::string path) : lines_(text), path_(std::move(path)) {}

  // The next row that is neither empty nor a comment ('#'); false at the end.
  bool next();
  const std::vector<std::string_view>& fields() const { return fields_; }

  std::optional<double> number(std::size_t field) const;        // finite
  std::optional<std::uint32_t> index(std::size_t field) const;  // below 2^32 - 1

  // InvalidArgument "path:line:column: what (the field)".
  absl::Status error(std::size_t field, std::string_view what) const;
  absl::Status wrong_width(std::size_t expected) const;

 private:
  Lines lines_;
  std::string path_;
  std::vector<std::string_view> fields_;
};

}  // namespace volley::io
