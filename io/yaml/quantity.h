// Numbers with units: "1.5 ms", "20 kHz", "0.04 1/(mV ms)".
//
// A unit is a product of powers of second, volt and ampere times a power of ten. The power of ten is kept apart from
// the number, so "0.1 mV" read where millivolts are wanted is exactly the double 0.1, and every conversion rounds once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace volley::io::yaml {

struct Dimension {
  int second = 0, volt = 0, ampere = 0;
  friend bool operator==(const Dimension&, const Dimension&) = default;
};

struct Unit {
  Dimension dimension;
  int exponent = 0;  // of ten, relative to the product of s, V and A
  friend bool operator==(const Unit&, const Unit&) = default;
};

// Understands s, V, A, Hz, F, S, Ohm, C and W with the prefixes f p n u m k M G, whole powers (`ms^2`), products
// (space,
// `*`) and quotients, e.g. "mV/ms", "1/(mV ms)". Empty text is a pure number. Nothing for any other text.
std::optional<Unit> parse_unit(std::string_view text);

// The units of all times and rates in the network.
inline constexpr std::string_view kMs = "ms";
inline constexpr std::string_view kHz = "Hz";

// number * 10^exponent in units of `dimension`. A pure number has no dimension.
struct Quantity {
  double number = 0;
  Unit unit;

  bool is_pure() const { return unit.dimension == Dimension{}; }
};

// The number of `unit`s in `quantity`; a pure number counts as given in `unit` already. Nothing if the dimensions
// differ.
std::optional<double> in_unit(const Quantity& quantity, const Unit& unit);

// "1.5 ms", "1.5ms", "-3e2". Nothing if the text is not a finite number followed by nothing or by a unit.
std::optional<Quantity> parse_quantity(std::string_view text);

// The longest prefix of `text` that is a finite decimal number ("1.5", "-3e-2", "+7"; no hexadecimal, no "inf").
struct NumberPrefix {
  double number = 0;
  std::size_t length = 0;
};
std::optional<NumberPrefix> number_prefix(std::string_view text);

// number * 10^exponent, rounded once for |exponent| <= 22.
double scaled(double number, int exponent);

// What a unit measures, for messages: "a time", "a voltage", ...; "in V^2/s" style for the rest.
std::string describe(const Unit& unit);

// The shortest text that reads back as the same double.
std::string format_number(double number);

// An expression (io/yaml/expression.h) for the quantity: "0.1 mV", or "3 * 1 V^2 ..." where no single unit fits.
std::string format_quantity(const Quantity& quantity);

}  // namespace volley::io::yaml
