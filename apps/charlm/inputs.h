// What every command does with the files that it is given.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "apps/charlm/text.h"
#include "apps/volley/console.h"

namespace volley::charlm {

// read_text(), with a word on the console where the bytes are no UTF-8. A missing file is an unreadable input.
absl::StatusOr<Text> text_for(const std::string& path, app::Console& console);

// InvalidArgument when `path` must not be replaced by a new file, be it one of `inputs`; OK when it is empty.
absl::Status check_new_file(const std::string& path, const std::vector<std::string>& inputs);

}  // namespace volley::charlm
