// Typed reading from HDF5 files that may be damaged or foreign: no size that the file claims is believed before it is
// compared with what the file can hold.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "io/hdf5.h"

namespace volley::io::h5 {

template <class T>
struct Array {
  std::vector<hsize_t> shape;  // empty: a scalar
  std::vector<T> values;       // row-major
};

// True if every part of `path` below `location` exists.
bool has(hid_t location, const std::string& path);
bool is_group(hid_t location, const std::string& path);
bool has_attribute(hid_t object, const std::string& name);

absl::StatusOr<Handle> open_group(hid_t location, const std::string& path);
absl::StatusOr<Handle> open_dataset(hid_t location, const std::string& path);

// Names of what a group holds, in ascending order.
absl::StatusOr<std::vector<std::string>> children(hid_t location, const std::string& path);

// Shape of a dataset. InvalidArgument when it claims more bytes than its file could hold even if they were compressed
// as well as deflate can (1032 : 1), so what follows may be allocated.
absl::StatusOr<std::vector<hsize_t>> shape_of(hid_t dataset);

// Reads a whole dataset of numbers, converted to T.
template <class T>
absl::StatusOr<Array<T>> read(hid_t location, const std::string& path);

// Reads the first `rows` rows (along the first dimension) of a dataset. InvalidArgument when it has fewer.
template <class T>
absl::StatusOr<std::vector<T>> read_prefix(hid_t location, const std::string& path, hsize_t rows);

// Reads strings of fixed or variable length, any rank. Trailing NUL bytes are removed.
absl::StatusOr<Array<std::string>> read_strings(hid_t location, const std::string& path);
absl::StatusOr<std::string> read_string(hid_t location, const std::string& path);

// Attributes of an open object; nullopt when it is missing or not of that kind.
std::optional<double> number_attribute(hid_t object, const std::string& name);
std::optional<std::uint64_t> integer_attribute(hid_t object, const std::string& name);
std::optional<std::int64_t> signed_attribute(hid_t object, const std::string& name);
std::optional<std::string> string_attribute(hid_t object, const std::string& name);

extern template absl::StatusOr<Array<float>> read(hid_t, const std::string&);
extern template absl::StatusOr<Array<double>> read(hid_t, const std::string&);
extern template absl::StatusOr<Array<std::int8_t>> read(hid_t, const std::string&);
extern template absl::StatusOr<Array<std::uint8_t>> read(hid_t, const std::string&);
extern template absl::StatusOr<Array<std::int32_t>> read(hid_t, const std::string&);
extern template absl::StatusOr<Array<std::uint32_t>> read(hid_t, const std::string&);
extern template absl::StatusOr<Array<std::int64_t>> read(hid_t, const std::string&);
extern template absl::StatusOr<Array<std::uint64_t>> read(hid_t, const std::string&);
extern template absl::StatusOr<std::vector<float>> read_prefix(hid_t, const std::string&, hsize_t);
extern template absl::StatusOr<std::vector<double>> read_prefix(hid_t, const std::string&, hsize_t);
extern template absl::StatusOr<std::vector<std::int32_t>> read_prefix(hid_t, const std::string&, hsize_t);
extern template absl::StatusOr<std::vector<std::uint64_t>> read_prefix(hid_t, const std::string&, hsize_t);

}  // namespace volley::io::h5
