// Rewrites a closed recording without the space that its flushes wasted.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace volley::io {

// Copies every object, compresses the chunks that are not, and replaces the file at once. On any error the file stays
// as it was. REQUIRES: a closed file, written by volley in this process (it is trusted).
absl::Status compact(const std::string& path);

}  // namespace volley::io
