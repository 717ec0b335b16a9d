#include "io/yaml/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <utility>

namespace volley::io::yaml {
namespace {

constexpr int kLargestPower = 40;  // of any base; keeps sums of exponents far from overflow
constexpr int kDeepestUnit = 8;

struct Symbol {
  std::string_view name;
  Unit unit;
};
constexpr std::array kSymbols = {
    Symbol{"s", {{1, 0, 0}, 0}},   Symbol{"V", {{0, 1, 0}, 0}},    Symbol{"A", {{0, 0, 1}, 0}},
    Symbol{"Hz", {{-1, 0, 0}, 0}}, Symbol{"F", {{1, -1, 1}, 0}},   Symbol{"S", {{0, -1, 1}, 0}},
    Symbol{"C", {{1, 0, 1}, 0}},   Symbol{"Ohm", {{0, 1, -1}, 0}}, Symbol{"W", {{0, 1, 1}, 0}},
};

constexpr std::array<std::pair<char, int>, 8> kPrefixes = {
    {{'f', -15}, {'p', -12}, {'n', -9}, {'u', -6}, {'m', -3}, {'k', 3}, {'M', 6}, {'G', 9}}};

std::optional<Unit> unit_named(std::string_view name) {
  for (const Symbol& symbol : kSymbols) {
    if (name == symbol.name) return symbol.unit;
  }
  if (name.size() < 2) return std::nullopt;
  for (const auto& [prefix, exponent] : kPrefixes) {
    if (name.front() != prefix) continue;
    for (const Symbol& symbol : kSymbols) {
      if (name.substr(1) == symbol.name) return Unit{symbol.unit.dimension, exponent};
    }
  }
  return std::nullopt;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void multiply(Unit& unit, const Unit& factor, int power) {
  unit.dimension.second += factor.dimension.second * power;
  unit.dimension.volt += factor.dimension.volt * power;
  unit.dimension.ampere += factor.dimension.ampere * power;
  unit.exponent += factor.exponent * power;
}

class UnitParser {
 public:
  explicit UnitParser(std::string_view text) : text_(text) {}

  std::optional<Unit> parse() {
    Unit unit;
    if (!product(unit, 0) || at_ < text_.size()) return std::nullopt;
    return unit;
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  // factor ((" " | "*" | "/") factor)*, up to the end or a closing bracket
  bool product(Unit& unit, int depth) {
    skip_spaces();
    int sign = 1;
    if (at_ < text_.size() && text_[at_] == '/') {
      sign = -1;
      ++at_;
    }
    while (true) {
      skip_spaces();
      if (!factor(unit, sign, depth)) return false;
      skip_spaces();
      if (at_ == text_.size() || text_[at_] == ')') return true;
      sign = text_[at_] == '/' ? -1 : 1;
      if (text_[at_] == '/' || text_[at_] == '*') ++at_;
    }
  }

  bool factor(Unit& unit, int sign, int depth) {
    Unit one;
    if (at_ == text_.size()) return false;
    if (text_[at_] == '(') {
      ++at_;
      if (depth == kDeepestUnit || !product(one, depth + 1) || at_ == text_.size() || text_[at_] != ')') return false;
      ++at_;
    } else if (text_[at_] == '1') {
      ++at_;
    } else {
      const std::size_t begin = at_;
      while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
      const std::optional<Unit> named = unit_named(text_.substr(begin, at_ - begin));
      if (!named) return false;
      one = *named;
    }
    int power = 1;
    if (at_ < text_.size() && text_[at_] == '^' && !read_power(power)) return false;
    multiply(unit, one, sign * power);
    const Dimension& d = unit.dimension;
    return std::max({std::abs(d.second), std::abs(d.volt), std::abs(d.ampere), std::abs(unit.exponent)}) <=
           kLargestPower * 15;
  }

  bool read_power(int& power) {
    ++at_;
    const bool negative = at_ < text_.size() && text_[at_] == '-';
    if (negative) ++at_;
    if (at_ == text_.size() || !is_digit(text_[at_])) return false;
    power = text_[at_++] - '0';
    if (negative) power = -power;
    return at_ == text_.size() || !is_digit(text_[at_]);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<Unit> parse_unit(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return Unit{};
  if (text.size() > 64) return std::nullopt;
  return UnitParser(text).parse();
}

double scaled(double number, int exponent) {
  static constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  while (exponent > 22 && number != 0 && std::isfinite(number)) {
    number *= kPowers[22];
    exponent -= 22;
  }
  while (exponent < -22 && number != 0) {
    number /= kPowers[22];
    exponent += 22;
  }
  if (number == 0 || !std::isfinite(number)) return number;
  return exponent >= 0 ? number * kPowers[static_cast<std::size_t>(exponent)]
                       : number / kPowers[static_cast<std::size_t>(-exponent)];
}

std::optional<double> in_unit(const Quantity& quantity, const Unit& unit) {
  if (quantity.is_pure()) return scaled(quantity.number, quantity.unit.exponent);
  if (quantity.unit.dimension != unit.dimension) return std::nullopt;
  return scaled(quantity.number, quantity.unit.exponent - unit.exponent);
}

std::optional<NumberPrefix> number_prefix(std::string_view text) {
  const std::size_t sign = !text.empty() && text.front() == '+' ? 1 : 0;
  const std::string_view digits = text.substr(sign);
  // from_chars also takes "inf", "nan" and, after our "+", a second sign; none of them is a number here.
  const std::size_t first = sign == 0 && !digits.empty() && digits.front() == '-' ? 1 : 0;
  if (first >= digits.size() || (!is_digit(digits[first]) && digits[first] != '.')) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
  return NumberPrefix{number, sign + static_cast<std::size_t>(end - digits.data())};
}

std::optional<Quantity> parse_quantity(std::string_view text) {
  text = trimmed(text);
  const std::optional<NumberPrefix> prefix = number_prefix(text);
  if (!prefix) return std::nullopt;
  const std::optional<Unit> unit = parse_unit(text.substr(prefix->length));
  if (!unit) return std::nullopt;
  return Quantity{prefix->number, *unit};
}

std::string describe(const Unit& unit) {
  static constexpr std::array<std::pair<Dimension, std::string_view>, 10> kNames = {{
      {{0, 0, 0}, "a pure number"},
      {{1, 0, 0}, "a time"},
      {{-1, 0, 0}, "a rate"},
      {{0, 1, 0}, "a voltage"},
      {{0, 0, 1}, "a current"},
      {{1, -1, 1}, "a capacitance"},
      {{0, -1, 1}, "a conductance"},
      {{0, 1, -1}, "a resistance"},
      {{1, 0, 1}, "a charge"},
      {{-1, 1, 0}, "a voltage per time"},
  }};
  for (const auto& [dimension, name] : kNames) {
    if (dimension == unit.dimension) return std::string(name);
  }
  std::string text = "in";
  const auto append = [&text](std::string_view base, int power) {
    if (power != 0) text += " " + std::string(base) + (power == 1 ? "" : "^" + std::to_string(power));
  };
  append("V", unit.dimension.volt);
  append("A", unit.dimension.ampere);
  append("s", unit.dimension.second);
  return text;
}

std::string format_number(double number) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return error == std::errc{} ? std::string(buffer.data(), end) : std::string("0");
}

std::string format_quantity(const Quantity& quantity) {
  const Unit& unit = quantity.unit;
  if (unit == Unit{}) return format_number(quantity.number);
  for (const Symbol& symbol : kSymbols) {
    if (symbol.unit.dimension != unit.dimension) continue;
    if (unit.exponent == 0) return format_number(quantity.number) + " " + std::string(symbol.name);
    for (const auto& [prefix, exponent] : kPrefixes) {
      if (exponent == unit.exponent) return format_number(quantity.number) + " " + prefix + std::string(symbol.name);
    }
  }
  // The power of ten goes into factors like "1 ms / 1 s", which change no bit of the number; only what is not a
  // multiple of three has to go into the number itself. A word after a number is a unit whatever names are in scope.
  int rest = unit.exponent;
  std::string text = format_number(scaled(quantity.number, rest % 3));
  const auto append = [&text](std::string_view base, int power) {
    if (power != 0) text += " * (1 " + std::string(base) + ")^" + std::to_string(power);
  };
  append("V", unit.dimension.volt);
  append("A", unit.dimension.ampere);
  append("s", unit.dimension.second);
  for (rest -= rest % 3; rest != 0;) {
    const int step = std::clamp(rest, -15, 9);
    const auto prefix =
        std::find_if(kPrefixes.begin(), kPrefixes.end(), [step](const auto& p) { return p.second == step; });
    text += std::string(" * (1 ") + prefix->first + "s) / (1 s)";
    rest -= step;
  }
  return text;
}

}  // namespace volley::io::yaml
