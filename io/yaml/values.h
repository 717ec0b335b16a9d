// Reads the values of a description: numbers with units, times, distributions, steps, parts of populations.
//
// Every function adds a problem and returns nothing when a node is not what it should be. A scalar that starts with "="
// is an expression (io/yaml/expression.h); a number without unit is in the unit that is asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/network.h"
#include "io/yaml/quantity.h"
#include "io/yaml/reader.h"

namespace volley::io::yaml {

// The unit of a value, as the model or the schema writes it. A text that is no unit we know takes pure numbers only.
struct WantedUnit {
  explicit WantedUnit(std::string_view name) : text(name), unit(parse_unit(name).value_or(Unit{})) {}
  std::string text;
  Unit unit;
};

class Values {
 public:
  Values(Reader& reader, const Scope& scope) : reader_(reader), scope_(scope) {}

  // `what` names the value in messages.
  std::optional<Quantity> quantity(const Node& node, std::string_view what) const;
  std::optional<double> number(const Node& node, std::string_view what, const WantedUnit& unit) const;
  // A whole number in [low, high].
  std::optional<std::uint64_t> count(const Node& node, std::string_view what, std::uint64_t low,
                                     std::uint64_t high) const;
  // Nearest picosecond; up to 53 days, where the engine's time ends. A bare number is in ms.
  std::optional<Duration> duration(const Node& node, std::string_view what) const;
  std::optional<Time> time(const Node& node, std::string_view what) const;

  // A number, or one of {uniform: [low, high]}, {normal: {mean, sd}}, {clipped_normal: {mean, sd, low, high}},
  // {lognormal: {mu, sigma}} and {lognormal: {mean, sd}}. Only low or high may be left out of a clipped normal.
  std::optional<Distribution> distribution(const Node& node, std::string_view what, const WantedUnit& unit) const;

  // A number, or a list of [since, value] with ascending times.
  std::optional<std::vector<Step>> steps(const Node& node, std::string_view what, const WantedUnit& unit) const;

  // {first, count}; count may be left out. Must lie in a population of `size`.
  std::optional<Range> range(const Node& node, std::uint32_t size, std::string_view what = "range") const;

  std::optional<bool> flag(const Node& node, std::string_view what) const;
  std::optional<std::string> word(const Node& node, std::string_view what) const;

  Reader& reader() const { return reader_; }

 private:
  void problem(const Node& node, std::string message) const { reader_.problems.add(node.place, std::move(message)); }
  std::optional<Distribution> uniform(const Node& node, std::string_view what, const WantedUnit& unit) const;
  std::optional<Distribution> normal(const Node& node, std::string_view what, const WantedUnit& unit) const;
  std::optional<Distribution> clipped(const Node& node, std::string_view what, const WantedUnit& unit) const;
  std::optional<Distribution> lognormal(const Node& node, std::string_view what, const WantedUnit& unit) const;
  std::optional<double> part(const Fields& fields, std::string_view key, std::string_view what,
                             const WantedUnit& unit) const;
  Reader& reader_;
  const Scope& scope_;
};

// The text of an expression scalar behind its "="; nothing for any other node.
std::optional<std::string_view> expression_of(const Node& node);

// Name of a population, source, drive, projection: 1 to 128 bytes without '/', control characters and spaces at the
// ends. (Recordings use names as HDF5 groups.) A problem at `node` otherwise.
bool check_name(Reader& reader, const Node& node);

}  // namespace volley::io::yaml
