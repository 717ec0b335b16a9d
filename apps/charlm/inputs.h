// What every command does with the files that it is given.
#pragma once

#include <chrono>
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

// When a line of progress is due: often on a terminal, where it renews itself, else every ten seconds.
class Ticker {
 public:
  explicit Ticker(bool terminal) : every_(terminal ? 0.2 : 10.0) {}
  bool due();

 private:
  std::chrono::duration<double> every_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace volley::charlm
