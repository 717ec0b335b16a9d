// What every command does with the files that it is given.
#pragma once

#include <chrono>
#include <initializer_list>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "apps/charlm/text.h"
#include "apps/volley/console.h"
#include "apps/volley/outputs.h"

namespace volley::charlm {

// read_text(), with a word on the console where the bytes are no UTF-8. A missing file is an unreadable input.
absl::StatusOr<Text> text_for(const std::string& path, app::Console& console);

// InvalidArgument, with the option, when a file that one names must not be replaced by a new one, as because it is
// `text`, and when two options name the same file. Empty paths are none.
absl::Status check_new_files(std::initializer_list<app::OutputOption> outputs, const std::string& text);

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
