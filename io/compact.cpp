#include "io/compact.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "io/append_file.h"
#include "io/chunk_codec.h"
#include "io/hdf5_read.h"
#include "io/hdf5_write.h"

namespace volley::io {
namespace {

herr_t copy_attribute(hid_t from, const char* name, const H5A_info_t*, void* to) {
  const h5::Handle source(H5Aopen(from, name, H5P_DEFAULT), H5Aclose);
  const h5::Handle type(H5Aget_type(source.get()), H5Tclose);
  const h5::Handle space(H5Aget_space(source.get()), H5Sclose);
  const hssize_t count = H5Sget_simple_extent_npoints(space.get());
  if (count < 0) return -1;
  std::vector<std::byte> values(H5Tget_size(type.get()) * static_cast<std::size_t>(count));
  const h5::Handle made(
      H5Acreate2(*static_cast<const hid_t*>(to), name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  if (!made || H5Aread(source.get(), type.get(), values.data()) < 0) return -1;
  const herr_t result = H5Awrite(made.get(), type.get(), values.data());
  H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, values.data());
  return result;
}

absl::Status copy_attributes(hid_t from, hid_t to) {
  if (H5Aiterate2(from, H5_INDEX_NAME, H5_ITER_INC, nullptr, copy_attribute, &to) < 0) {
    return h5::failure(to, "an attribute cannot be copied");
  }
  return absl::OkStatus();
}

struct Copy {
  hid_t from, to;  // files
  ChunkCodec codec;
  std::vector<std::byte> buffer;

  absl::Status chunk(hid_t source, hid_t made, const std::vector<hsize_t>& at, std::size_t chunk_bytes,
                     std::size_t width);
  absl::Status column(hid_t source, const std::string& path);
  absl::Status dataset(const std::string& path);
  absl::Status group(const std::string& path);
};

absl::Status Copy::chunk(hid_t source, hid_t made, const std::vector<hsize_t>& at, std::size_t chunk_bytes,
                         std::size_t width) {
  hsize_t bytes = 0;
  std::uint32_t mask = 0;
  if (H5Dget_chunk_storage_size(source, at.data(), &bytes) < 0) return h5::failure(source, "a chunk is missing");
  buffer.resize(bytes);
  if (H5Dread_chunk(source, H5P_DEFAULT, at.data(), &mask, buffer.data()) < 0) {
    return h5::failure(source, "a chunk cannot be read");
  }
  EncodedChunk chunk{buffer, mask};
  constexpr std::uint32_t kShuffleLeftOut = 1;
  if ((mask & kShuffleLeftOut) != 0 && bytes == chunk_bytes) chunk = codec.encode(buffer, chunk_bytes, width);
  if (H5Dwrite_chunk(made, H5P_DEFAULT, chunk.filter_mask, at.data(), chunk.bytes.size(), chunk.bytes.data()) < 0) {
    return h5::failure(made, "a chunk cannot be written");
  }
  return absl::OkStatus();
}

absl::Status Copy::column(hid_t source, const std::string& path) {
  const h5::Handle creation(H5Dget_create_plist(source), H5Pclose);
  const h5::Handle type(H5Dget_type(source), H5Tclose);
  const h5::Handle space(H5Dget_space(source), H5Sclose);
  const absl::StatusOr<std::vector<hsize_t>> shape = h5::shape_of(source);
  if (!shape.ok()) return shape.status();
  std::vector<hsize_t> chunk_shape(shape->size());
  if (H5Pget_chunk(creation.get(), static_cast<int>(shape->size()), chunk_shape.data()) < 0) {
    return h5::failure(source, "unreadable chunk shape");
  }
  const h5::Handle made(H5Dcreate2(to, path.c_str(), type.get(), space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                        H5Dclose);
  if (!made) return h5::failure(to, path + " cannot be made");
  const std::size_t width = H5Tget_size(type.get());
  std::size_t chunk_bytes = width;
  for (const hsize_t n : chunk_shape) chunk_bytes *= n;
  std::vector<hsize_t> at(shape->size());
  for (; at[0] < shape->front(); at[0] += chunk_shape[0]) {
    if (absl::Status status = chunk(source, made.get(), at, chunk_bytes, width); !status.ok()) return status;
  }
  return copy_attributes(source, made.get());
}

absl::Status Copy::dataset(const std::string& path) {
  const absl::StatusOr<h5::Handle> source = h5::open_dataset(from, path);
  if (!source.ok()) return source.status();
  const h5::Handle creation(H5Dget_create_plist(source->get()), H5Pclose);
  if (H5Pget_layout(creation.get()) == H5D_CHUNKED) return column(source->get(), path);
  if (H5Ocopy(from, path.c_str(), to, path.c_str(), H5P_DEFAULT, H5P_DEFAULT) < 0) {
    return h5::failure(source->get(), "cannot be copied");
  }
  return absl::OkStatus();
}

absl::Status Copy::group(const std::string& path) {
  const absl::StatusOr<h5::Handle> source = h5::open_group(from, path);
  if (!source.ok()) return source.status();
  h5::Handle made(path == "/" ? H5Gopen2(to, "/", H5P_DEFAULT)
                              : H5Gcreate2(to, path.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                  H5Gclose);
  if (!made) return h5::failure(to, path + " cannot be made");
  if (absl::Status status = copy_attributes(source->get(), made.get()); !status.ok()) return status;
  const absl::StatusOr<std::vector<std::string>> names = h5::children(from, path);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    const std::string child = (path == "/" ? "" : path) + "/" + name;
    if (absl::Status status = h5::is_group(from, child) ? group(child) : dataset(child); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<AppendFile>> rewritten(const std::string& path, const AppendFile* held,
                                                      const std::function<absl::Status(hid_t)>& add) {
  const h5::Quiet quiet;
  const absl::StatusOr<h5::Handle> from = h5::open_file(path);
  if (!from.ok()) return from.status();
  absl::StatusOr<std::unique_ptr<AppendFile>> bytes = AppendFile::create(path, 1, held);
  if (!bytes.ok()) return bytes.status();
  const absl::StatusOr<h5::Handle> access = (*bytes)->access_list();
  if (!access.ok()) return access.status();
  h5::Handle to(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access->get()), H5Fclose);
  if (!to) return h5::failure(path, "cannot be rewritten");
  Copy copy{from->get(), to.get(), {}, {}};
  absl::Status status = copy.group("/");
  if (status.ok()) status = add(to.get());
  const bool closed = to.close();
  if (!(*bytes)->trouble().ok()) return (*bytes)->trouble();
  if (!status.ok()) return status;
  if (!closed) return h5::failure(path, "cannot be rewritten");
  if (absl::Status published = (*bytes)->publish(); !published.ok()) return published;
  return bytes;
}

absl::Status add_nothing(hid_t) { return absl::OkStatus(); }

}  // namespace

absl::Status rewrite(const std::string& path, const std::function<absl::Status(hid_t)>& add) {
  return rewritten(path, nullptr, add).status();
}

absl::Status compact(const std::string& path) { return rewrite(path, add_nothing); }

absl::Status compact(const std::string& path, std::unique_ptr<AppendFile>& held) {
  auto made = rewritten(path, held.get(), add_nothing);
  if (made.ok()) held = *std::move(made);
  return made.status();
}

}  // namespace volley::io
