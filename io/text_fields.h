// Lines and fields of text files, and times in them without rounding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/time.h"

namespace volley::io {

// Walks over the lines of a text. A line comes without its "\n" or "\r\n"; a byte order mark at the start is skipped.
class Lines {
 public:
  explicit Lines(std::string_view text);
  // False at the end.
  bool next();
  std::string_view line() const { return line_; }
  std::size_t number() const { return number_; }  // from 1

 private:
  std::string_view rest_, line_;
  std::size_t number_ = 0;
};

// Fields of a line without surrounding blanks and double quotes. Separator ' ' stands for any run of blanks and tabs.
std::vector<std::string_view> split_fields(std::string_view line, char separator);

// A decimal number of the unit 10^exponent ps (9: ms, 12: s, 6: us) as the nearest picosecond. Exact for plain
// decimals; a number in scientific notation goes through a double. Empty when the text is not a finite number or is
// outside the
// +-106 days of a Duration.
std::optional<Duration> parse_duration(std::string_view text, int exponent);

// Empty when the text is not a whole number in [0, 2^32 - 1).
std::optional<std::uint32_t> parse_index(std::string_view text);

bool is_number(std::string_view text);

// Milliseconds in the fewest decimals that are exact, but at least `min_decimals`: the inverse of parse_duration(_, 9).
std::string format_ms(Duration length, int min_decimals = 0);

}  // namespace volley::io
