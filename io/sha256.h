// SHA-256 of files, so that a recording says exactly which inputs it came from.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace volley::io {

// Lower-case hex of the digest (FIPS 180-4). NotFound or PermissionDenied name the path and the cause.
absl::StatusOr<std::string> sha256_file(const std::string& path);
std::string sha256_bytes(std::string_view bytes);

}  // namespace volley::io
