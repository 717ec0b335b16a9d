#include "io/yaml/quantity.h"

#include <catch2/catch.hpp>
#include <string>

#include "io/yaml/expression.h"

using namespace volley::io::yaml;

namespace {
double in(const std::string& text, const std::string& unit) {
  const auto quantity = parse_quantity(text);
  REQUIRE(quantity);
  const auto value = in_unit(*quantity, *parse_unit(unit));
  REQUIRE(value);
  return *value;
}
}  // namespace

TEST_CASE("a number in its own unit keeps its bits") {
  for (const char* text : {"0.1", "87.8", "1e-7", "-0.3", "6.02214076e23"}) {
    CHECK(in(std::string(text) + " mV", "mV") == std::stod(text));
    CHECK(in(std::string(text) + "pA", "pA") == std::stod(text));
  }
}

TEST_CASE("prefixes and products of units convert") {
  CHECK(in("20 kHz", "Hz") == 20000);
  CHECK(in("1.5 s", "ms") == 1500);
  CHECK(in("250 us", "ms") == 0.25);
  CHECK(in("0.25 nF", "pF") == 250);
  CHECK(in("8 V/s", "mV/ms") == 8);
  CHECK(in("0.04 1/(mV ms)", "1/(mV ms)") == 0.04);
  CHECK(in("0.02 /ms", "Hz") == 20);
  CHECK(in("5 nS", "pA/mV") == 5);
  CHECK(in("2 mV^2", "V^2") == 2e-6);
  CHECK(in("0.01 MOhm", "kOhm") == 10);
  CHECK(in("3 pC", "pA s") == 3);
}

TEST_CASE("a pure number counts as given in the wanted unit") { CHECK(in("5", "mV") == 5); }

TEST_CASE("quantities of different dimension do not convert") {
  CHECK_FALSE(in_unit(*parse_quantity("5 ms"), *parse_unit("mV")));
  CHECK_FALSE(in_unit(*parse_quantity("5 mV"), *parse_unit("")));
  CHECK(describe(*parse_unit("ms")) == "a time");
  CHECK(describe(*parse_unit("kHz")) == "a rate");
  CHECK(describe(*parse_unit("mV^2/s")) == "in V^2 s^-1");
}

TEST_CASE("what is no number with a unit is refused") {
  for (const char* text :
       {"",      " ",     "mV",    "1.5 mx", "1,5 mV",  "0x10",  "inf",          "nan",  "-inf", "+-1", "--1",
        "1 mV/", "1 (mV", "1 mV)", "1 mV^",  "1 mV^12", "1e999", "1 mV mV mV )", "1 ^2", "1 M",  "1 m"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_quantity(text));
  }
  CHECK_FALSE(parse_unit(std::string(40, '(') + "s" + std::string(40, ')')));
}

TEST_CASE("a formatted quantity is an expression for the same quantity, bit by bit") {
  const Scope nothing;
  for (const char* text : {"0.1 mV", "-65 mV", "20 kHz", "0.02 1/ms", "87.8 pA", "3", "0.04 1/(mV ms)", "8 mV/ms",
                           "0.3 fA^2 ms", "1e-300 V", "7 GOhm", "2.5 s^3/kHz"}) {
    CAPTURE(text);
    const Quantity quantity = *parse_quantity(text);
    const Evaluation back = evaluate(format_quantity(quantity), nothing);
    CAPTURE(format_quantity(quantity), back.error);
    REQUIRE(back.value);
    CHECK(back.value->number == quantity.number);
    CHECK(back.value->unit == quantity.unit);
  }
}
