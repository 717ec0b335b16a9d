#include "apps/charlm/text.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "absl/strings/str_format.h"
#include "io/file_bytes.h"

namespace volley::charlm {
namespace {

// Whether the bytes are well-formed UTF-8 (RFC 3629, table of section 4).
bool is_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    const std::size_t more = lead < 0x80                   ? 0
                             : lead >= 0xc2 && lead < 0xe0 ? 1
                             : lead >= 0xe0 && lead < 0xf0 ? 2
                             : lead >= 0xf0 && lead < 0xf5 ? 3
                                                           : 4;
    if (more == 4 || i + more >= bytes.size()) return false;
    unsigned char low = 0x80, high = 0xbf;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
    for (std::size_t k = 1; k <= more; ++k, low = 0x80, high = 0xbf) {
      const auto next = static_cast<unsigned char>(bytes[i + k]);
      if (next < low || next > high) return false;
    }
    i += more + 1;
  }
  return true;
}

std::string_view stretch(const std::vector<Symbol>& symbols, std::size_t start, std::size_t length) {
  return {reinterpret_cast<const char*>(symbols.data()) + start, length};
}

}  // namespace

std::string shown(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return code > 0x20 && code < 0x7f ? absl::StrFormat("'%c'", byte) : absl::StrFormat("byte 0x%02x", code);
}

absl::StatusOr<Text> make_text(std::string_view bytes, const std::string& origin) {
  if (bytes.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: 0 characters, must be at least 2; give a text with something to predict", origin));
  }
  std::array<bool, 256> occurs{};
  for (const char byte : bytes) occurs[static_cast<unsigned char>(byte)] = true;
  Text text;
  std::array<Symbol, 256> number{};
  for (int code = 0; code < 256; ++code) {
    if (!occurs[static_cast<std::size_t>(code)]) continue;
    number[static_cast<std::size_t>(code)] = static_cast<Symbol>(text.alphabet.size());
    text.alphabet.push_back(static_cast<char>(code));
  }
  if (text.vocabulary() < 2) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: 1 symbol (%s), must be at least 2; give a text with something to predict", origin,
                        shown(text.alphabet[0])));
  }
  text.symbols.reserve(bytes.size());
  for (const char byte : bytes) text.symbols.push_back(number[static_cast<unsigned char>(byte)]);
  text.utf8 = is_utf8(bytes);
  return text;
}

absl::StatusOr<Text> read_text(const std::string& path) {
  absl::StatusOr<std::string> bytes = io::read_file_bytes(path);
  if (!bytes.ok()) return bytes.status();
  return make_text(*bytes, path);
}

absl::StatusOr<std::vector<Symbol>> symbols_in(std::string_view bytes, std::string_view alphabet,
                                               const std::string& what) {
  std::vector<Symbol> symbols;
  symbols.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t at = alphabet.find(bytes[i]);
    if (at == std::string_view::npos) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: %s at position %d, must be one of the %d symbols of the model's vocabulary; use a text "
                          "of the same vocabulary, or train on this one",
                          what, shown(bytes[i]), i, alphabet.size()));
    }
    symbols.push_back(static_cast<Symbol>(at));
  }
  return symbols;
}

absl::StatusOr<Windows> make_windows(const Text& text, std::size_t length, const std::string& origin) {
  Windows windows;
  windows.length = length;
  for (std::size_t s = 0; s + length + 1 < text.size(); s += length / 2) windows.start.push_back(s);
  windows.train = windows.start.size() * 8 / 10;
  if (windows.train == 0 || windows.test() == 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: %d characters make %d windows of %d, must be at least 2 (one to train on, one to test); "
                        "give a text of at least %d characters",
                        origin, text.size(), windows.start.size(), length, length + length / 2 + 2));
  }
  return windows;
}

double share_seen(const Text& text, const Windows& windows, std::span<const std::size_t> trained) {
  std::unordered_set<std::string_view> seen;
  for (const std::size_t w : trained) seen.insert(stretch(text.symbols, windows.start[w], windows.length + 1));
  std::size_t found = 0;
  for (std::size_t w = windows.train; w < windows.start.size(); ++w) {
    found += seen.contains(stretch(text.symbols, windows.start[w], windows.length + 1)) ? 1 : 0;
  }
  return static_cast<double>(found) / static_cast<double>(windows.test());
}

double share_found(std::span<const Symbol> symbols, std::size_t split, std::size_t length) {
  if (symbols.size() < split + length || split < length) return 0;
  const auto at = [&](std::size_t start) {
    return std::string_view(reinterpret_cast<const char*>(symbols.data()) + start, length);
  };
  std::unordered_set<std::string_view> known;
  known.reserve(split);
  for (std::size_t s = 0; s + length <= split; ++s) known.insert(at(s));
  std::size_t found = 0;
  const std::size_t stretches = symbols.size() - split - length + 1;
  for (std::size_t s = 0; s < stretches; ++s) found += known.contains(at(split + s)) ? 1 : 0;
  return static_cast<double>(found) / static_cast<double>(stretches);
}

}  // namespace volley::charlm
