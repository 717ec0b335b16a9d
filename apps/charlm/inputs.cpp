#include "apps/charlm/inputs.h"

#include "absl/strings/str_cat.h"
#include "apps/volley/status.h"
#include "io/file_bytes.h"

namespace volley::charlm {

absl::StatusOr<Text> text_for(const std::string& path, app::Console& console) {
  const absl::StatusOr<std::string> bytes = io::read_file_bytes(path);
  if (!bytes.ok()) return app::unreadable(bytes.status());
  absl::StatusOr<Text> text = make_text(*bytes, path);
  if (text.ok() && !text->utf8) {
    console.warn(absl::StrCat(path, ": not all of it is UTF-8; every byte is taken as a character of its own"));
  }
  return text;
}

absl::Status check_new_files(std::initializer_list<app::OutputOption> outputs, const std::string& text) {
  const io::InputFile input{text, {}};
  return app::check_outputs({outputs.begin(), outputs.size()}, {&input, 1});
}

bool Ticker::due() {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < every_) return false;
  last_ = now;
  return true;
}

}  // namespace volley::charlm
