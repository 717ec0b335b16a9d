#include "io/text_fields.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "absl/strings/str_format.h"

namespace volley::io {
namespace {

constexpr std::string_view kBlank = " \t";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  text = text.substr(first, text.find_last_not_of(kBlank) - first + 1);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<double> parse_double(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<Duration> duration_from_double(double value, int exponent) {
  const double ps = value * std::pow(10.0, exponent);
  if (!(std::abs(ps) < 9.2e18)) return std::nullopt;
  return Duration{std::llround(ps)};
}

}  // namespace

Lines::Lines(std::string_view text) : rest_(text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (rest_.substr(0, kByteOrderMark.size()) == kByteOrderMark) rest_.remove_prefix(kByteOrderMark.size());
}

bool Lines::next() {
  if (rest_.empty()) return false;
  const std::size_t end = rest_.find('\n');
  line_ = rest_.substr(0, end);
  rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
  if (!line_.empty() && line_.back() == '\r') line_.remove_suffix(1);
  ++number_;
  return true;
}

std::vector<std::string_view> split_fields(std::string_view line, char separator) {
  std::vector<std::string_view> fields;
  if (separator == ' ') {
    for (std::size_t at = 0; (at = line.find_first_not_of(kBlank, at)) != std::string_view::npos;) {
      const std::size_t end = std::min(line.find_first_of(kBlank, at), line.size());
      fields.push_back(trim(line.substr(at, end - at)));
      at = end;
    }
    return fields;
  }
  for (std::size_t at = 0;;) {
    const std::size_t end = line.find(separator, at);
    fields.push_back(trim(line.substr(at, end == std::string_view::npos ? end : end - at)));
    if (end == std::string_view::npos) return fields;
    at = end + 1;
  }
}

std::optional<Duration> parse_duration(std::string_view text, int exponent) {
  if (text.find_first_not_of("+-.0123456789") != std::string_view::npos) {
    const std::optional<double> value = parse_double(text);
    return value ? duration_from_double(*value, exponent) : std::nullopt;
  }
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  std::int64_t ps = 0;
  int decimals_left = exponent;
  bool point = false, any_digit = false, rounded = false;
  const auto push = [&ps](int digit) {
    return !__builtin_mul_overflow(ps, std::int64_t{10}, &ps) && !__builtin_add_overflow(ps, digit, &ps);
  };
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
    } else if (!is_digit(c)) {
      return std::nullopt;
    } else {
      any_digit = true;
      if (!point || decimals_left > 0) {
        if (!push(c - '0')) return std::nullopt;
        decimals_left -= point;
      } else if (!rounded) {
        rounded = true;
        if (c >= '5' && __builtin_add_overflow(ps, 1, &ps)) return std::nullopt;
      }
    }
  }
  for (; decimals_left > 0; --decimals_left) {
    if (!push(0)) return std::nullopt;
  }
  if (!any_digit) return std::nullopt;
  return Duration{negative ? -ps : ps};
}

std::optional<std::uint32_t> parse_index(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value == std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return value;
}

bool is_number(std::string_view text) { return parse_double(text).has_value(); }

std::string format_ms(Duration length, int min_decimals) {
  constexpr std::int64_t kPerMs = 1'000'000'000;
  const std::int64_t ps = length.count();
  const std::int64_t whole = ps / kPerMs, part = std::abs(ps % kPerMs);
  std::string text = absl::StrFormat("%s%d.%09d", ps < 0 && whole == 0 ? "-" : "", whole, part);
  const std::size_t point = text.size() - 10;
  const std::size_t last = text.find_last_not_of('0');
  const std::size_t keep = std::max(last - point, static_cast<std::size_t>(min_decimals));
  text.resize(keep == 0 ? point : point + 1 + keep);
  return text;
}

}  // namespace volley::io
