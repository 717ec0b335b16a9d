#include "apps/charlm/model_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "io/sha256.h"

namespace volley::charlm {

std::string ModelFile::word(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? "" : found->second;
}

std::optional<std::uint64_t> ModelFile::number(const std::string& key) const {
  const std::string text = word(key);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::optional<std::string> ModelFile::alphabet() const {
  const std::optional<std::string> bytes = from_hex(word("alphabet"));
  if (!bytes || bytes->size() < 2) return std::nullopt;
  const auto code = [](char byte) { return static_cast<unsigned char>(byte); };
  for (std::size_t i = 1; i < bytes->size(); ++i) {
    if (code((*bytes)[i - 1]) >= code((*bytes)[i])) return std::nullopt;
  }
  return bytes;
}

std::string packed(std::string_view magic, std::string_view lines, std::string_view data) {
  const std::string bytes =
      absl::StrCat(std::string(magic), std::string(lines), "data ", data.size(), "\n", std::string(data));
  return absl::StrCat(bytes, "sha256 ", io::sha256_bytes(bytes), "\n");
}

absl::StatusOr<ModelFile> unpacked(std::string_view magic, std::string_view bytes, const std::string& origin) {
  constexpr std::size_t kTrailer = 7 + 64 + 1;
  if (!bytes.starts_with(magic)) return damaged(origin, "not a model of charlm (format 1)");
  if (bytes.size() < magic.size() + kTrailer ||
      bytes.substr(bytes.size() - kTrailer) !=
          absl::StrCat("sha256 ", io::sha256_bytes(bytes.substr(0, bytes.size() - kTrailer)), "\n")) {
    return damaged(origin, "the model is damaged or cut short: its checksum is wrong");
  }
  std::string_view rest = bytes.substr(magic.size(), bytes.size() - magic.size() - kTrailer);
  std::map<std::string, std::string> values;
  while (!values.contains("data")) {
    const std::size_t end = rest.find('\n'), blank = rest.find(' ');
    if (end == std::string_view::npos || blank == std::string_view::npos || blank > end) {
      return damaged(origin, "the model's header is incomplete or wrong");
    }
    values[std::string(rest.substr(0, blank))] = std::string(rest.substr(blank + 1, end - blank - 1));
    rest.remove_prefix(end + 1);
  }
  ModelFile file(std::move(values), rest);
  if (file.number("data") != rest.size()) return damaged(origin, "the model's header is incomplete or wrong");
  return file;
}

absl::Status damaged(const std::string& origin, std::string_view what) {
  return absl::DataLossError(
      absl::StrFormat("%s: %s; give a file that charlm train or charlm grow --save wrote", origin, what));
}

bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) absl::StrAppendFormat(&text, "%02x", static_cast<unsigned char>(byte));
  return text;
}

std::optional<std::string> from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    if (error != std::errc{} || end != text.data() + i + 2) return std::nullopt;
    bytes.push_back(static_cast<char>(value));
  }
  return text.size() % 2 == 0 ? std::optional(bytes) : std::nullopt;
}

}  // namespace volley::charlm
