#include "io/hdf5_write.h"

#include <algorithm>
#include <cstdint>

namespace volley::io::h5 {
namespace {

Handle making_groups() {
  Handle list(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(list.get(), 1);
  H5Pset_char_encoding(list.get(), H5T_CSET_UTF8);
  return list;
}

Handle text_type(std::size_t bytes) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), bytes);
  H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  return type;
}

}  // namespace

void Writer::fail(const std::string& path, std::string_view what) {
  if (status_.ok()) status_ = failure(path, what);
}

void Writer::group(const std::string& path) {
  if (!status_.ok()) return;
  const Quiet quiet;
  const Handle links = making_groups();
  const Handle made(H5Gcreate2(file_, path.c_str(), links.get(), H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
  if (!made) fail(path, "the group cannot be made");
}

void Writer::dataset(const std::string& path, hid_t type, const std::vector<hsize_t>& shape, const void* values) {
  if (!status_.ok()) return;
  const Quiet quiet;
  const Handle links = making_groups();
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_EARLY);
  const Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose);
  const Handle made(H5Dcreate2(file_, path.c_str(), type, space.get(), links.get(), creation.get(), H5P_DEFAULT),
                    H5Dclose);
  const bool empty = std::find(shape.begin(), shape.end(), 0) != shape.end();
  if (!made || (!empty && H5Dwrite(made.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)) {
    fail(path, "the dataset cannot be made");
  }
}

template <class T>
void Writer::numbers(const std::string& path, const std::vector<hsize_t>& shape, std::span<const T> values) {
  dataset(path, native_type<T>(), shape, values.data());
}

void Writer::text(const std::string& path, const std::string& text, std::size_t bytes) {
  if (bytes == 0) bytes = std::max<std::size_t>(text.size(), 1);
  std::string padded = text.substr(0, bytes);
  padded.resize(bytes, '\0');
  dataset(path, text_type(bytes).get(), {}, padded.data());
}

void Writer::texts(const std::string& path, const std::vector<std::string>& texts) {
  std::size_t bytes = 1;
  for (const std::string& text : texts) bytes = std::max(bytes, text.size());
  std::string padded;
  for (const std::string& text : texts) padded.append(text).append(bytes - text.size(), '\0');
  dataset(path, text_type(bytes).get(), {texts.size()}, padded.data());
}

void Writer::attribute(const std::string& path, const std::string& name, hid_t type, hid_t space, const void* values) {
  if (!status_.ok()) return;
  const Quiet quiet;
  const Handle made(
      H5Acreate_by_name(file_, path.c_str(), name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose);
  if (!made || H5Awrite(made.get(), type, values) < 0) fail(path + "@" + name, "the attribute cannot be made");
}

template <class T>
void Writer::numbers_attribute(const std::string& path, const std::string& name, std::span<const T> values) {
  const hsize_t count = values.size();
  const Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  attribute(path, name, native_type<T>(), space.get(), values.data());
}

template <class T>
void Writer::number_attribute(const std::string& path, const std::string& name, T value) {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  attribute(path, name, native_type<T>(), space.get(), &value);
}

void Writer::text_attribute(const std::string& path, const std::string& name, const std::string& text) {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle type = text_type(H5T_VARIABLE);
  H5Tset_strpad(type.get(), H5T_STR_NULLTERM);
  const char* pointer = text.c_str();
  attribute(path, name, type.get(), space.get(), &pointer);
}

void Writer::enum_attribute(const std::string& path, const std::string& name, const std::vector<std::string>& words,
                            unsigned char value) {
  const Handle type(H5Tenum_create(H5T_NATIVE_UINT8), H5Tclose);
  for (std::uint8_t i = 0; i < words.size(); ++i) H5Tenum_insert(type.get(), words[i].c_str(), &i);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  attribute(path, name, type.get(), space.get(), &value);
}

Handle Writer::column(const std::string& path, hid_t type, const std::vector<hsize_t>& chunk) {
  if (!status_.ok()) return {};
  const Quiet quiet;
  const Handle links = making_groups();
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  const int rank = static_cast<int>(chunk.size());
  std::vector<hsize_t> shape = chunk, most = chunk;
  shape[0] = 0;
  most[0] = H5S_UNLIMITED;
  const Handle space(H5Screate_simple(rank, shape.data(), most.data()), H5Sclose);
  H5Pset_chunk(creation.get(), rank, chunk.data());
  H5Pset_shuffle(creation.get());
  H5Pset_deflate(creation.get(), 1);
  Handle made(H5Dcreate2(file_, path.c_str(), type, space.get(), links.get(), creation.get(), H5P_DEFAULT), H5Dclose);
  if (!made) fail(path, "the dataset cannot be made");
  return made;
}

std::uint64_t Writer::offset_of(const std::string& path) {
  if (!status_.ok()) return 0;
  const Quiet quiet;
  const Handle opened(H5Dopen2(file_, path.c_str(), H5P_DEFAULT), H5Dclose);
  const haddr_t offset = opened ? H5Dget_offset(opened.get()) : HADDR_UNDEF;
  if (offset == HADDR_UNDEF) fail(path, "has no place in the file");
  return offset;
}

template void Writer::numbers(const std::string&, const std::vector<hsize_t>&, std::span<const float>);
template void Writer::numbers(const std::string&, const std::vector<hsize_t>&, std::span<const double>);
template void Writer::numbers(const std::string&, const std::vector<hsize_t>&, std::span<const std::uint8_t>);
template void Writer::numbers(const std::string&, const std::vector<hsize_t>&, std::span<const std::int32_t>);
template void Writer::numbers(const std::string&, const std::vector<hsize_t>&, std::span<const std::uint32_t>);
template void Writer::numbers(const std::string&, const std::vector<hsize_t>&, std::span<const std::int64_t>);
template void Writer::numbers(const std::string&, const std::vector<hsize_t>&, std::span<const std::uint64_t>);
template void Writer::numbers_attribute(const std::string&, const std::string&, std::span<const std::uint32_t>);
template void Writer::number_attribute(const std::string&, const std::string&, std::uint32_t);
template void Writer::number_attribute(const std::string&, const std::string&, std::uint64_t);
template void Writer::number_attribute(const std::string&, const std::string&, std::int64_t);
template void Writer::number_attribute(const std::string&, const std::string&, double);

}  // namespace volley::io::h5
