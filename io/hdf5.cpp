#include "io/hdf5.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "io/file_bytes.h"

namespace volley::io::h5 {
namespace {

herr_t keep_deepest(unsigned, const H5E_error2_t* error, void* out) {
  auto* reason = static_cast<std::string*>(out);
  if (reason->empty() && error->desc != nullptr) reason->assign(error->desc);
  return 0;
}

// Any other HDF5 call would clear the stack, so this comes before everything else.
std::string take_reason() {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_deepest, &reason);
  H5Eclear2(H5E_DEFAULT);
  return reason;
}

absl::Status joined(const std::string& object, std::string_view what, const std::string& reason) {
  return absl::InvalidArgumentError(
      absl::StrCat(object, ": ", absl::string_view(what.data(), what.size()), reason.empty() ? "" : ": ", reason));
}

}  // namespace

std::string name_of(hid_t object) {
  const auto text = [object](auto get) {
    const ssize_t size = get(object, static_cast<char*>(nullptr), std::size_t{0});
    if (size <= 0 || size > 4096) return std::string("?");
    std::string name(static_cast<std::size_t>(size), '\0');
    get(object, name.data(), name.size() + 1);
    return name;
  };
  return absl::StrCat(text(H5Fget_name), ":", text(H5Iget_name));
}

absl::Status failure(const std::string& object, std::string_view what) { return joined(object, what, take_reason()); }

absl::Status failure(hid_t object, std::string_view what) {
  const std::string reason = take_reason();
  return joined(name_of(object), what, reason);
}

namespace {

// Whether the superblock (version 3, "HDF5 File Format Specification 3.0", section II.A) says that a writer in
// single-writer-multiple-readers mode has the file open, or died having it.
bool is_growing(const std::string& path) {
  constexpr unsigned char kStart[] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n', 3};
  constexpr unsigned char kWriterInThatMode = 0x05;
  unsigned char head[12] = {};
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  return file && std::fread(head, 1, sizeof head, file.get()) == sizeof head &&
         std::memcmp(head, kStart, sizeof kStart) == 0 && (head[11] & kWriterInThatMode) == kWriterInThatMode;
}

}  // namespace

absl::StatusOr<Handle> open_file(const std::string& path) {
  if (absl::Status status = check_regular_file(path); !status.ok()) return status;
  if (access(path.c_str(), R_OK) != 0) {
    return absl::PermissionDeniedError(absl::StrCat(path, ": cannot be read: ", std::strerror(errno)));
  }
  const Quiet quiet;
  const Handle access_list(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_file_locking(access_list.get(), false, true);
  H5Pset_fclose_degree(access_list.get(), H5F_CLOSE_STRONG);
  unsigned flags = H5F_ACC_RDONLY;
  if (is_growing(path)) {
    flags |= H5F_ACC_SWMR_READ;
    H5Pset_libver_bounds(access_list.get(), H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    // Metadata that does not match its checksum is being written; HDF5 sleeps longer and longer between attempts.
    H5Pset_metadata_read_attempts(access_list.get(), 8);
  }
  Handle file(H5Fopen(path.c_str(), flags, access_list.get()), H5Fclose);
  if (!file) return failure(path, "not a readable HDF5 file");
  return file;
}

}  // namespace volley::io::h5
