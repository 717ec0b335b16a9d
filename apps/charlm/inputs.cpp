#include "apps/charlm/inputs.h"

#include "absl/strings/str_cat.h"
#include "apps/volley/status.h"
#include "io/file_bytes.h"
#include "io/output_path.h"

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

absl::Status check_new_file(const std::string& path, const std::vector<std::string>& inputs) {
  if (path.empty()) return absl::OkStatus();
  std::vector<io::InputFile> files;
  for (const std::string& input : inputs) {
    files.emplace_back();
    files.back().path = input;
  }
  return io::check_output(path, files);
}

bool Ticker::due() {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < every_) return false;
  last_ = now;
  return true;
}

}  // namespace volley::charlm
