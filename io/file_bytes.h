// Whole files as bytes, with errors that name the path and what the system said.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace volley::io {

// NotFound when there is no such file, InvalidArgument when it is a directory, a device or a FIFO.
absl::Status check_regular_file(const std::string& path);
// The same errors, NotFound also when the file cannot be opened, and DataLoss when it cannot be read to its end.
absl::StatusOr<std::string> read_file_bytes(const std::string& path);

// Replaces `path`. On an error (a full disk, a missing directory) no partial file stays behind.
absl::Status write_file_bytes(const std::string& path, std::string_view bytes);

}  // namespace volley::io
