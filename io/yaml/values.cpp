#include "io/yaml/values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/elementary.h"
#include "engine/validate.h"
#include "io/text_fields.h"

namespace volley::io::yaml {
namespace {

constexpr double kLongestPs = 4.611686e18;  // 53 days, a round figure below kEnd (engine/time.h)
static_assert(kLongestPs < static_cast<double>(kEnd.time_since_epoch().count()));
constexpr double kLargestWhole = 0x1p53;

bool is_time(const Unit& unit) { return unit.dimension == Dimension{1, 0, 0}; }

std::string example_of(const WantedUnit& unit) { return unit.text.empty() ? "`1.5`" : "`1.5 " + unit.text + "`"; }

std::string label(std::string_view what) { return std::string(what) + ": "; }

}  // namespace

std::optional<std::string_view> expression_of(const Node& node) {
  if (!node.is_scalar() || node.text.empty() || node.text.front() != '=') return std::nullopt;
  return std::string_view(node.text).substr(1);
}

std::optional<Quantity> Values::quantity(const Node& node, std::string_view what) const {
  if (!node.is_scalar()) {
    problem(node, label(what) + "must be one number");
    return std::nullopt;
  }
  if (const auto expression = expression_of(node)) {
    Evaluation result = evaluate(*expression, scope_);
    if (result.value) return result.value;
    Place place = node.place;
    place.column += static_cast<std::int32_t>(result.error_at) + 1 + (node.quoted ? 1 : 0);
    reader_.problems.add(place, label(what) + result.error);
    return std::nullopt;
  }
  if (const auto literal = parse_quantity(node.text)) return literal;
  const auto prefix = number_prefix(node.text);
  if (!prefix) {
    double beyond = 0;
    const bool is_beyond = std::from_chars(node.text.data(), node.text.data() + node.text.size(), beyond).ec ==
                           std::errc::result_out_of_range;
    problem(node, label(what) + shown(node.text) +
                      (is_beyond ? " is closer to 0 or larger than numbers can be; write one from 1e-307 to 1e308, or 0"
                                 : " is not a number; write a number, or `= ...` for an expression"));
  } else {
    problem(node, label(what) + shown(node.text) + " has the unknown unit " +
                      shown(std::string_view(node.text).substr(prefix->length)) +
                      "; units are made of s, V, A, Hz, F, S, Ohm, C, W with f p n u m k M G");
  }
  return std::nullopt;
}

std::optional<double> Values::number(const Node& node, std::string_view what, const WantedUnit& unit) const {
  const std::optional<Quantity> given = quantity(node, what);
  if (!given) return std::nullopt;
  const std::optional<double> value = in_unit(*given, unit.unit);
  if (!value) {
    problem(node, label(what) + shown(node.text) + " is " + describe(given->unit) + ", must be " + describe(unit.unit) +
                      (unit.text.empty() ? "" : " in " + unit.text));
  } else if (!std::isfinite(*value)) {
    problem(node, label(what) + shown(node.text) + " is too large");
    return std::nullopt;
  }
  return value;
}

std::optional<std::uint64_t> Values::count(const Node& node, std::string_view what, std::uint64_t low,
                                           std::uint64_t high) const {
  const std::optional<double> value = number(node, what, WantedUnit(""));
  if (!value) return std::nullopt;
  const double most = std::min(static_cast<double>(high), kLargestWhole);
  if (*value != std::floor(*value)) {
    problem(node, label(what) + format_number(*value) + " is not a whole number; use round(), floor() or ceil()");
  } else if (*value < static_cast<double>(low) || *value > most) {
    problem(node, label(what) + format_number(*value) + ", must be from " + std::to_string(low) + " to " +
                      std::to_string(static_cast<std::uint64_t>(most)));
  } else {
    return static_cast<std::uint64_t>(*value);
  }
  return std::nullopt;
}

std::optional<Duration> Values::duration(const Node& node, std::string_view what) const {
  const std::optional<Quantity> given = quantity(node, what);
  if (!given) return std::nullopt;
  if (!given->is_pure() && !is_time(given->unit)) {
    problem(node, label(what) + shown(node.text) + " is " + describe(given->unit) + ", must be a time, e.g. `1.5 ms`");
    return std::nullopt;
  }
  // Powers of ten relative to one picosecond; a number without unit is in ms.
  const int exponent = given->unit.exponent + (given->is_pure() ? 9 : 12);
  const double ps = scaled(given->number, exponent);
  if (!(ps >= 0 && ps <= kLongestPs)) {
    problem(node, label(what) + shown(node.text) + ", must be from 0 to 53 days (4611686 s)");
    return std::nullopt;
  }
  if (!expression_of(node) && exponent >= 0 && exponent <= 12) {
    // Decimals are read digit by digit, so that no time loses its last picosecond to a double.
    std::string_view digits(node.text);
    digits.remove_prefix(std::min(digits.find_first_not_of(" \t"), digits.size()));
    if (const auto prefix = number_prefix(digits)) {
      if (const auto exact = parse_duration(digits.substr(0, prefix->length), exponent)) return exact;
    }
  }
  return Duration{std::llround(ps)};
}

std::optional<Time> Values::time(const Node& node, std::string_view what) const {
  const std::optional<Duration> since_start = duration(node, what);
  if (!since_start) return std::nullopt;
  return kStart + *since_start;
}

std::optional<double> Values::part(const Fields& fields, std::string_view key, std::string_view what,
                                   const WantedUnit& unit) const {
  const Node* node = fields.need(key, "write it in " + (unit.text.empty() ? "plain numbers" : unit.text));
  if (node == nullptr) return std::nullopt;
  return number(*node, std::string(what) + "." + std::string(key), unit);
}

std::optional<Distribution> Values::distribution(const Node& node, std::string_view what,
                                                 const WantedUnit& unit) const {
  if (!node.is_map()) {
    const std::optional<double> value = number(node, what, unit);
    if (!value) return std::nullopt;
    return Constant{*value};
  }
  const Fields fields(reader_, node, std::string(what), {"uniform", "normal", "clipped_normal", "lognormal"});
  const auto law = fields.one_of({"uniform", "normal", "clipped_normal", "lognormal"});
  if (!law) return std::nullopt;
  const auto& [name, arguments] = *law;
  const auto drawn = name == "uniform"          ? uniform(*arguments, what, unit)
                     : name == "normal"         ? normal(*arguments, what, unit)
                     : name == "clipped_normal" ? clipped(*arguments, what, unit)
                                                : lognormal(*arguments, what, unit);
  if (!drawn) return std::nullopt;
  const std::vector<std::string> problems = problems_of(*drawn);
  for (const std::string& text : problems) problem(*arguments, label(what) + text);
  return problems.empty() ? drawn : std::nullopt;
}

std::optional<Distribution> Values::uniform(const Node& node, std::string_view what, const WantedUnit& unit) const {
  std::optional<double> low, high;
  if (node.is_sequence() && node.children.size() == 2) {
    low = number(*node.children[0].value, what, unit);
    high = number(*node.children[1].value, what, unit);
  } else if (node.is_map()) {
    const Fields fields(reader_, node, "uniform", {"low", "high"});
    low = part(fields, "low", what, unit);
    high = part(fields, "high", what, unit);
  } else {
    problem(node, label(what) + "`uniform` takes [low, high]");
  }
  if (!low || !high) return std::nullopt;
  return Uniform{*low, *high};
}

std::optional<Distribution> Values::normal(const Node& node, std::string_view what, const WantedUnit& unit) const {
  const Fields fields(reader_, node, "normal", {"mean", "sd"});
  if (!fields.is_map()) return std::nullopt;
  const auto mean = part(fields, "mean", what, unit);
  const auto sd = part(fields, "sd", what, unit);
  if (!mean || !sd) return std::nullopt;
  return Normal{*mean, *sd};
}

std::optional<Distribution> Values::clipped(const Node& node, std::string_view what, const WantedUnit& unit) const {
  const Fields fields(reader_, node, "clipped_normal", {"mean", "sd", "low", "high"});
  if (!fields.is_map()) return std::nullopt;
  ClippedNormal law{0, 1, std::numeric_limits<double>::lowest(), std::numeric_limits<double>::max()};
  const auto mean = part(fields, "mean", what, unit);
  const auto sd = part(fields, "sd", what, unit);
  const Node* low = fields.find("low");
  const Node* high = fields.find("high");
  if (low == nullptr && high == nullptr) {
    problem(node, label(what) + "`clipped_normal` has neither `low` nor `high`; give one, or use `normal`");
    return std::nullopt;
  }
  const auto at_least = low != nullptr ? number(*low, what, unit) : law.low;
  const auto at_most = high != nullptr ? number(*high, what, unit) : law.high;
  if (!mean || !sd || !at_least || !at_most) return std::nullopt;
  return ClippedNormal{*mean, *sd, *at_least, *at_most};
}

std::optional<Distribution> Values::lognormal(const Node& node, std::string_view what, const WantedUnit& unit) const {
  const Fields fields(reader_, node, "lognormal", {"mu", "sigma", "mean", "sd"});
  if (!fields.is_map()) return std::nullopt;
  if (node.find("mean") == nullptr && node.find("sd") == nullptr) {
    // mu and sigma are of the logarithm of the number in the wanted unit, hence pure.
    const auto mu = part(fields, "mu", what, WantedUnit(""));
    const auto sigma = part(fields, "sigma", what, WantedUnit(""));
    if (!mu || !sigma) return std::nullopt;
    return Lognormal{*mu, *sigma};
  }
  if (node.find("mu") != nullptr || node.find("sigma") != nullptr) {
    problem(node, label(what) + "`lognormal` takes `mu` and `sigma`, or `mean` and `sd`, not both");
    return std::nullopt;
  }
  const auto mean = part(fields, "mean", what, unit);
  const auto sd = part(fields, "sd", what, unit);
  if (!mean || !sd) return std::nullopt;
  if (*mean <= 0) {
    problem(node, label(what) + "the mean of a lognormal is " + format_number(*mean) + ", must be above 0");
    return std::nullopt;
  }
  // Moments of the lognormal law, solved for those of its logarithm.
  const double ratio = *sd / *mean;
  const double variance = log_portable(1 + ratio * ratio);
  const double mu = log_portable(*mean) - variance / 2;
  return Lognormal{mu, std::sqrt(variance)};
}

std::optional<std::vector<Step>> Values::steps(const Node& node, std::string_view what, const WantedUnit& unit) const {
  std::vector<Step> steps;
  if (!node.is_sequence()) {
    const std::optional<double> value = number(node, what, unit);
    if (!value) return std::nullopt;
    steps.push_back({kStart, *value});
    return steps;
  }
  bool complete = true;
  for (const Node::Child& child : node.children) {
    const Node& pair = *child.value;
    if (!pair.is_sequence() || pair.children.size() != 2) {
      problem(pair, label(what) + "a step is [since, value], e.g. [100 ms, " + example_of(unit) + "]");
      return std::nullopt;
    }
    const auto since = time(*pair.children[0].value, what);
    const auto value = number(*pair.children[1].value, what, unit);
    if (!since || !value) {
      complete = false;
      continue;
    }
    if (!steps.empty() && *since <= steps.back().since) {
      problem(pair, label(what) + "the times of steps must ascend");
      complete = false;
    }
    steps.push_back({*since, *value});
  }
  if (steps.empty() && complete) problem(node, label(what) + "the list of steps is empty");
  if (steps.empty() || !complete) return std::nullopt;
  return steps;
}

std::optional<Range> Values::range(const Node& node, std::uint32_t size, std::string_view what) const {
  const Fields fields(reader_, node, what, {"first", "count"});
  if (!fields.is_map() || size == 0) return std::nullopt;
  Range range;
  if (const Node* first = fields.find("first")) {
    const auto value = count(*first, std::string(what) + ".first", 0, size - 1);
    if (!value) return std::nullopt;
    range.first = static_cast<std::uint32_t>(*value);
  }
  if (const Node* length = fields.find("count")) {
    const auto value = count(*length, std::string(what) + ".count", 1, size - range.first);
    if (!value) return std::nullopt;
    range.count = static_cast<std::uint32_t>(*value);
  }
  return range;
}

std::optional<bool> Values::flag(const Node& node, std::string_view what) const {
  if (node.is_scalar() && node.text == "true") return true;
  if (node.is_scalar() && node.text == "false") return false;
  problem(node, label(what) + (node.is_scalar() ? shown(node.text) : "this") + " must be true or false");
  return std::nullopt;
}

std::optional<std::string> Values::word(const Node& node, std::string_view what) const {
  if (node.is_scalar() && !node.text.empty()) return node.text;
  problem(node, label(what) + "must be a word");
  return std::nullopt;
}

bool check_name(Reader& reader, const Node& node) {
  const std::string& name = node.text;
  const auto is_bad = [](char c) { return c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (node.is_scalar() && !name.empty() && name.size() <= 128 && name.front() != ' ' && name.back() != ' ' &&
      name != "." && std::none_of(name.begin(), name.end(), is_bad)) {
    return true;
  }
  reader.problems.add(node.place, "name " + shown(name) +
                                      ": must have 1 to 128 bytes, no `/`, no control characters and "
                                      "no blanks at its ends");
  return false;
}

}  // namespace volley::io::yaml
