#include "io/sha256.h"

#include <sys/types.h>

#include <array>
#include <cstdint>
// libmd's header needs the types above.
#include <sha2.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"

namespace volley::io {
namespace {

std::string finish(SHA2_CTX& context) {
  std::array<char, SHA256_DIGEST_STRING_LENGTH> hex{};
  SHA256End(&context, hex.data());
  return std::string(hex.data());
}

}  // namespace

absl::StatusOr<std::string> sha256_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot be read"));
  SHA2_CTX context;
  SHA256Init(&context);
  std::vector<std::uint8_t> buffer(1u << 16);
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    SHA256Update(&context, buffer.data(), n);
  }
  if (std::ferror(file.get()) != 0) return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot be read"));
  return finish(context);
}

std::string sha256_bytes(std::string_view bytes) {
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return finish(context);
}

}  // namespace volley::io
