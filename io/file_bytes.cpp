#include "io/file_bytes.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/strings/str_format.h"

namespace volley::io {
namespace {

struct Close {
  void operator()(std::FILE* f) const { std::fclose(f); }
};
using File = std::unique_ptr<std::FILE, Close>;

}  // namespace

absl::Status check_regular_file(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status kind = std::filesystem::status(path, error);
  if (!std::filesystem::exists(kind)) return absl::NotFoundError(absl::StrFormat("%s: no such file", path));
  if (!std::filesystem::is_regular_file(kind)) {
    return absl::InvalidArgumentError(absl::StrFormat("%s: is not a regular file; give the path of a file", path));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> read_file_bytes(const std::string& path) {
  // What is missing is told by fopen(), with the system's reason.
  if (absl::Status status = check_regular_file(path); absl::IsInvalidArgument(status)) return status;
  File file(std::fopen(path.c_str(), "rb"));
  if (!file) return absl::NotFoundError(absl::StrFormat("%s: cannot be opened: %s", path, std::strerror(errno)));
  std::string bytes;
  char block[1 << 16];
  for (std::size_t n; (n = std::fread(block, 1, sizeof block, file.get())) > 0;) bytes.append(block, n);
  if (std::ferror(file.get())) {
    return absl::DataLossError(absl::StrFormat("%s: cannot be read after byte %d", path, bytes.size()));
  }
  return bytes;
}

absl::Status write_file_bytes(const std::string& path, std::string_view bytes) {
  const std::string partial = absl::StrFormat("%s.part%d", path, ::getpid());  // two programs may write to one path
  File file(std::fopen(partial.c_str(), "wb"));
  if (!file) return absl::NotFoundError(absl::StrFormat("%s: cannot be written: %s", path, std::strerror(errno)));
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  // A full disk often shows only when the last block is flushed.
  const bool closed = std::fclose(file.release()) == 0;
  if (written && closed && std::rename(partial.c_str(), path.c_str()) == 0) return absl::OkStatus();
  const std::string reason = std::strerror(errno);
  std::remove(partial.c_str());
  return absl::ResourceExhaustedError(absl::StrFormat("%s: cannot be written: %s", path, reason));
}

}  // namespace volley::io
