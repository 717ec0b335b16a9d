// Text as a sequence of symbols: the bytes that occur, in ascending order, are numbered from 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace volley::charlm {

using Symbol = std::uint8_t;

struct Text {
  std::string alphabet;         // byte of every symbol, ascending
  std::vector<Symbol> symbols;  // of the whole text
  bool utf8 = true;             // else some bytes form no UTF-8, and every byte counts as a character of its own

  std::size_t size() const { return symbols.size(); }
  std::size_t vocabulary() const { return alphabet.size(); }
};

// The bytes as symbols. InvalidArgument for an empty text and for one with a single symbol, where there is nothing to
// predict; `origin` names it.
absl::StatusOr<Text> make_text(std::string_view bytes, const std::string& origin);
// The same of a file, and the errors of io::read_file_bytes.
absl::StatusOr<Text> read_text(const std::string& path);

// The same bytes in another text's numbering. InvalidArgument when a byte is not in `alphabet`.
absl::StatusOr<std::vector<Symbol>> symbols_in(std::string_view bytes, std::string_view alphabet,
                                               const std::string& what);

// "'e'", or "byte 0x0a" where it cannot be printed.
std::string shown(char byte);

// The windows of the published experiments: `length` characters, the next one is the target; they start every
// `length / 2` characters as long as one more character than the target follows.
struct Windows {
  std::size_t length = 0;
  std::vector<std::size_t> start;
  std::size_t train = 0;  // the first 80 %; the others are for testing

  std::size_t test() const { return start.size() - train; }
};

// InvalidArgument when the text has fewer than two windows: then one of the two parts would be empty.
absl::StatusOr<Windows> make_windows(const Text& text, std::size_t length, const std::string& origin);

// Of the windows from `train` on, with their targets: the share that occurs character for character as a window that a
// model was trained on.
double share_seen(const Text& text, const Windows& windows, std::span<const std::size_t> trained);

// Of the `length`-character stretches of symbols[split..): the share that also occurs somewhere in symbols[..split).
double share_found(std::span<const Symbol> symbols, std::size_t split, std::size_t length);

}  // namespace volley::charlm
