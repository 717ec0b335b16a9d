#include "io/hdf5_read.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"

namespace volley::io::h5 {
namespace {

// Deflate never shrinks data more than this (RFC 1951: 258 bytes from 2 bits).
constexpr std::uint64_t kBestDeflateRatio = 1032;
// What small files may ask for all the same: a contiguous dataset without stored bytes reads as zeros.
constexpr std::uint64_t kSmallBytes = 1u << 16;

std::uint64_t saturating_product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max() : product;
}

std::uint64_t file_bytes(hid_t object) {
  const Handle file(H5Iget_file_id(object), H5Fclose);
  hsize_t size = 0;
  return file && H5Fget_filesize(file.get(), &size) >= 0 ? size : 0;
}

// The most that may be allocated for data out of the file of `object`.
std::uint64_t believable_bytes(hid_t object) {
  return saturating_product(file_bytes(object), kBestDeflateRatio) + kSmallBytes;
}

absl::Status too_large(hid_t object, std::uint64_t claimed) {
  return absl::InvalidArgumentError(absl::StrCat(name_of(object), ": claims ", claimed,
                                                 " bytes, but the file has only ", file_bytes(object),
                                                 "; the file is damaged"));
}

// Chunks are read whole, and a damaged header may claim gigabytes for one.
absl::Status check_chunk(hid_t dataset, std::uint64_t element_bytes) {
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  if (!creation) return failure(dataset, "unreadable layout");
  if (H5Pget_layout(creation.get()) != H5D_CHUNKED) return absl::OkStatus();
  hsize_t dims[H5S_MAX_RANK];
  const int rank = H5Pget_chunk(creation.get(), H5S_MAX_RANK, dims);
  if (rank < 0) return failure(dataset, "unreadable chunk shape");
  std::uint64_t bytes = element_bytes;
  for (int i = 0; i < rank; ++i) bytes = saturating_product(bytes, dims[i]);
  // A chunk may be larger than its data, so small files get the default chunk cache's worth.
  if (bytes > std::max<std::uint64_t>(believable_bytes(dataset), 16u << 20)) return too_large(dataset, bytes);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<hsize_t>> shape_of_space(hid_t space, hid_t object) {
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0) return failure(object, "unreadable shape");
  std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
  if (rank > 0 && H5Sget_simple_extent_dims(space, shape.data(), nullptr) < 0) {
    return failure(object, "unreadable shape");
  }
  if (H5Sget_simple_extent_type(space) == H5S_NULL) shape = {0};
  return shape;
}

std::uint64_t count_of(const std::vector<hsize_t>& shape) {
  std::uint64_t count = 1;
  for (const hsize_t n : shape) count = saturating_product(count, n);
  return count;
}

bool is_number(hid_t type) {
  const H5T_class_t kind = H5Tget_class(type);
  return kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_ENUM || kind == H5T_BITFIELD;
}

std::string trimmed(const char* text, std::size_t size) {
  std::size_t n = 0;
  while (n < size && text[n] != '\0') ++n;
  return std::string(text, n);
}

// Works alike for datasets and attributes: `fetch(type, buffer)` reads them.
template <class Fetch>
absl::StatusOr<std::vector<std::string>> fetch_strings(hid_t object, hid_t type, hid_t space, std::uint64_t count,
                                                       Fetch fetch) {
  if (H5Tget_class(type) != H5T_STRING) return failure(object, "not a string");
  std::vector<std::string> out;
  if (H5Tis_variable_str(type) > 0) {
    const Handle memory_type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(memory_type.get(), H5T_VARIABLE);
    H5Tset_cset(memory_type.get(), H5Tget_cset(type));
    std::vector<char*> pointers(count, nullptr);
    if (fetch(memory_type.get(), pointers.data()) < 0) return failure(object, "unreadable strings");
    for (const char* p : pointers) out.emplace_back(p == nullptr ? "" : p);
    H5Dvlen_reclaim(memory_type.get(), space, H5P_DEFAULT, pointers.data());
    return out;
  }
  const std::size_t size = H5Tget_size(type);
  if (saturating_product(size, count) > believable_bytes(object)) {
    return too_large(object, saturating_product(size, count));
  }
  std::vector<char> bytes(size * count);
  if (fetch(type, bytes.data()) < 0) return failure(object, "unreadable strings");
  for (std::uint64_t i = 0; i < count; ++i) out.push_back(trimmed(bytes.data() + i * size, size));
  return out;
}

template <class T>
std::optional<T> scalar_attribute(hid_t object, const std::string& name) {
  const Quiet quiet;
  const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  if (!attribute) return std::nullopt;
  const Handle type(H5Aget_type(attribute.get()), H5Tclose);
  const Handle space(H5Aget_space(attribute.get()), H5Sclose);
  if (!type || !space || !is_number(type.get()) || H5Sget_simple_extent_npoints(space.get()) != 1) return std::nullopt;
  const Handle base(H5Tget_class(type.get()) == H5T_ENUM ? H5Tget_super(type.get()) : H5Tcopy(type.get()), H5Tclose);
  std::uint64_t raw[2] = {};  // an enumeration is read as it is stored, then converted
  if (H5Tget_size(type.get()) > sizeof raw || H5Aread(attribute.get(), type.get(), raw) < 0) return std::nullopt;
  if (H5Tconvert(base.get(), native_type<T>(), 1, raw, nullptr, H5P_DEFAULT) < 0) return std::nullopt;
  T value;
  __builtin_memcpy(&value, raw, sizeof value);
  return value;
}

}  // namespace

bool has(hid_t location, const std::string& path) {
  const Quiet quiet;
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (part != "/" && !part.empty() && H5Lexists(location, part.c_str(), H5P_DEFAULT) <= 0) return false;
    if (end == std::string::npos) return true;
  }
}

bool is_group(hid_t location, const std::string& path) {
  const Quiet quiet;
  if (!has(location, path)) return false;
  const Handle object(H5Oopen(location, path.c_str(), H5P_DEFAULT), H5Oclose);
  return object && H5Iget_type(object.get()) == H5I_GROUP;
}

bool has_attribute(hid_t object, const std::string& name) {
  const Quiet quiet;
  return H5Aexists(object, name.c_str()) > 0;
}

absl::StatusOr<Handle> open_group(hid_t location, const std::string& path) {
  const Quiet quiet;
  Handle group(H5Gopen2(location, path.c_str(), H5P_DEFAULT), H5Gclose);
  if (!group) return failure(location, path + ": no such group");
  return group;
}

absl::StatusOr<Handle> open_dataset(hid_t location, const std::string& path) {
  const Quiet quiet;
  Handle dataset(H5Dopen2(location, path.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset) return failure(location, path + ": no such dataset");
  return dataset;
}

absl::StatusOr<std::vector<std::string>> children(hid_t location, const std::string& path) {
  const Quiet quiet;
  const absl::StatusOr<Handle> group = open_group(location, path);
  if (!group.ok()) return group.status();
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* out) -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  if (H5Literate(group->get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names) < 0) {
    return failure(group->get(), "unreadable group");
  }
  return names;
}

absl::StatusOr<std::vector<hsize_t>> shape_of(hid_t dataset) {
  const Quiet quiet;
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const Handle type(H5Dget_type(dataset), H5Tclose);
  if (!space || !type) return failure(dataset, "unreadable shape or type");
  absl::StatusOr<std::vector<hsize_t>> shape = shape_of_space(space.get(), dataset);
  if (!shape.ok()) return shape.status();
  const std::uint64_t element = std::max<std::uint64_t>(H5Tget_size(type.get()), 1);
  const std::uint64_t bytes = saturating_product(count_of(*shape), element);
  if (bytes > believable_bytes(dataset)) return too_large(dataset, bytes);
  if (absl::Status status = check_chunk(dataset, element); !status.ok()) return status;
  return shape;
}

template <class T>
absl::StatusOr<Array<T>> read(hid_t location, const std::string& path) {
  const Quiet quiet;
  const absl::StatusOr<Handle> dataset = open_dataset(location, path);
  if (!dataset.ok()) return dataset.status();
  absl::StatusOr<std::vector<hsize_t>> shape = shape_of(dataset->get());
  if (!shape.ok()) return shape.status();
  const Handle type(H5Dget_type(dataset->get()), H5Tclose);
  if (!is_number(type.get())) return failure(dataset->get(), "not numbers");
  Array<T> array{*std::move(shape), {}};
  array.values.resize(count_of(array.shape));
  if (!array.values.empty() &&
      H5Dread(dataset->get(), native_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) < 0) {
    return failure(dataset->get(), "unreadable values");
  }
  return array;
}

template <class T>
absl::StatusOr<std::vector<T>> read_prefix(hid_t location, const std::string& path, hsize_t rows) {
  const Quiet quiet;
  const absl::StatusOr<Handle> dataset = open_dataset(location, path);
  if (!dataset.ok()) return dataset.status();
  absl::StatusOr<std::vector<hsize_t>> shape = shape_of(dataset->get());
  if (!shape.ok()) return shape.status();
  const Handle type(H5Dget_type(dataset->get()), H5Tclose);
  if (!is_number(type.get())) return failure(dataset->get(), "not numbers");
  if (shape->empty() || shape->front() < rows) {
    return absl::InvalidArgumentError(
        absl::StrCat(name_of(dataset->get()), ": ", rows, " rows are expected, there are fewer"));
  }
  shape->front() = rows;
  std::vector<T> values(count_of(*shape));
  if (values.empty()) return values;
  const Handle file_space(H5Dget_space(dataset->get()), H5Sclose);
  const Handle memory_space(H5Screate_simple(static_cast<int>(shape->size()), shape->data(), nullptr), H5Sclose);
  const std::vector<hsize_t> first(shape->size());
  H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, first.data(), nullptr, shape->data(), nullptr);
  if (H5Dread(dataset->get(), native_type<T>(), memory_space.get(), file_space.get(), H5P_DEFAULT, values.data()) < 0) {
    return failure(dataset->get(), "unreadable values");
  }
  return values;
}

template absl::StatusOr<Array<float>> read(hid_t, const std::string&);
template absl::StatusOr<Array<double>> read(hid_t, const std::string&);
template absl::StatusOr<Array<std::int8_t>> read(hid_t, const std::string&);
template absl::StatusOr<Array<std::uint8_t>> read(hid_t, const std::string&);
template absl::StatusOr<Array<std::int32_t>> read(hid_t, const std::string&);
template absl::StatusOr<Array<std::uint32_t>> read(hid_t, const std::string&);
template absl::StatusOr<Array<std::int64_t>> read(hid_t, const std::string&);
template absl::StatusOr<Array<std::uint64_t>> read(hid_t, const std::string&);
template absl::StatusOr<std::vector<float>> read_prefix(hid_t, const std::string&, hsize_t);
template absl::StatusOr<std::vector<double>> read_prefix(hid_t, const std::string&, hsize_t);
template absl::StatusOr<std::vector<std::int32_t>> read_prefix(hid_t, const std::string&, hsize_t);
template absl::StatusOr<std::vector<std::uint64_t>> read_prefix(hid_t, const std::string&, hsize_t);

absl::StatusOr<Array<std::string>> read_strings(hid_t location, const std::string& path) {
  const Quiet quiet;
  const absl::StatusOr<Handle> dataset = open_dataset(location, path);
  if (!dataset.ok()) return dataset.status();
  absl::StatusOr<std::vector<hsize_t>> shape = shape_of(dataset->get());
  if (!shape.ok()) return shape.status();
  const Handle type(H5Dget_type(dataset->get()), H5Tclose);
  const Handle space(H5Dget_space(dataset->get()), H5Sclose);
  absl::StatusOr<std::vector<std::string>> values =
      fetch_strings(dataset->get(), type.get(), space.get(), count_of(*shape), [&](hid_t memory_type, void* out) {
        return H5Dread(dataset->get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
      });
  if (!values.ok()) return values.status();
  return Array<std::string>{*std::move(shape), *std::move(values)};
}

absl::StatusOr<std::string> read_string(hid_t location, const std::string& path) {
  absl::StatusOr<Array<std::string>> array = read_strings(location, path);
  if (!array.ok()) return array.status();
  if (array->values.size() != 1) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", array->values.size(), " strings where one is expected"));
  }
  return std::move(array->values.front());
}

std::optional<double> number_attribute(hid_t object, const std::string& name) {
  return scalar_attribute<double>(object, name);
}

std::optional<std::uint64_t> integer_attribute(hid_t object, const std::string& name) {
  return scalar_attribute<std::uint64_t>(object, name);
}

std::optional<std::int64_t> signed_attribute(hid_t object, const std::string& name) {
  return scalar_attribute<std::int64_t>(object, name);
}

std::optional<std::string> string_attribute(hid_t object, const std::string& name) {
  const Quiet quiet;
  const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  if (!attribute) return std::nullopt;
  const Handle type(H5Aget_type(attribute.get()), H5Tclose);
  const Handle space(H5Aget_space(attribute.get()), H5Sclose);
  if (!type || !space || H5Sget_simple_extent_npoints(space.get()) != 1) return std::nullopt;
  absl::StatusOr<std::vector<std::string>> values =
      fetch_strings(attribute.get(), type.get(), space.get(), 1,
                    [&](hid_t memory_type, void* out) { return H5Aread(attribute.get(), memory_type, out); });
  if (!values.ok()) return std::nullopt;
  return std::move(values->front());
}

}  // namespace volley::io::h5
