// Rewrites a closed recording without the space that its flushes wasted.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "io/append_file.h"
#include "io/hdf5.h"

namespace volley::io {

// Copies every object, compresses the chunks that are not, and replaces the file at once. On any error the file stays
// as it was. REQUIRES: a closed file, written by volley in this process (it is trusted).
absl::Status compact(const std::string& path);

// The same for a file that the caller still holds locked: `held` becomes the new one, and the path is never free for
// another run. On any error it stays.
absl::Status compact(const std::string& path, std::unique_ptr<AppendFile>& held);

// The same, and `add` puts further objects into the new file before it takes the old one's place. Its error is
// returned.
absl::Status rewrite(const std::string& path, const std::function<absl::Status(hid_t)>& add);

}  // namespace volley::io
