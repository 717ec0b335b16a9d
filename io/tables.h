// Plain tables in a recording: columns of numbers or words under a group of their own, for whatever belongs to a run
// but is neither spikes nor traces. What the columns mean is the caller's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace volley::io {

struct Column {
  using Values = std::variant<std::vector<std::uint64_t>, std::vector<std::int64_t>, std::vector<double>,
                              std::vector<std::string>>;
  std::string name;
  std::string unit;  // "" for pure numbers and words
  Values values;

  std::size_t rows() const;
  friend bool operator==(const Column&, const Column&) = default;
};

struct TableAttribute {
  std::string name;
  std::variant<std::uint64_t, std::int64_t, double, std::string> value;
  friend bool operator==(const TableAttribute&, const TableAttribute&) = default;
};

struct Table {
  std::string name;
  std::vector<TableAttribute> attributes;
  std::vector<Column> columns;  // all with the same number of rows

  // Of the column of that name, if it has values of that type; else nullptr.
  template <class T>
  const std::vector<T>* column(std::string_view wanted) const {
    for (const Column& c : columns) {
      if (c.name == wanted) return std::get_if<std::vector<T>>(&c.values);
    }
    return nullptr;
  }
  // Likewise of an attribute.
  template <class T>
  const T* attribute(std::string_view wanted) const {
    for (const TableAttribute& a : attributes) {
      if (a.name == wanted) return std::get_if<T>(&a.value);
    }
    return nullptr;
  }
  friend bool operator==(const Table&, const Table&) = default;
};

// Adds /<group>/<table>/<column> to a recording that is closed, compressed (shuffle and deflate 1; words are not). The
// file is rewritten beside itself and replaced at once: whatever happens, it is either as before or has all the tables.
// REQUIRES: the file was written by volley (it is trusted); names hold no `/`. Errors: AlreadyExists when there is such
// a group; InvalidArgument when the columns of a table have different lengths; and those of the disk.
absl::Status append_tables(const std::string& path, const std::string& group, const std::vector<Table>& tables);

// All tables of /<group>, tables, columns and attributes ascending by name; none when there is no such group. Reads in
// a child process (io/isolated.h), so damaged files are errors that name the file and the HDF5 path.
absl::StatusOr<std::vector<Table>> read_tables(const std::string& path, const std::string& group);

}  // namespace volley::io
