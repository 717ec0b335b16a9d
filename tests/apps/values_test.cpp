#include "apps/volley/values.h"

#include <catch2/catch.hpp>
#include <limits>

namespace volley::app {
namespace {

std::string duration_error(std::string_view text) {
  return std::string(parse_duration(text, "--until").status().message());
}

TEST_CASE("A length of time is a number with a unit, to the picosecond") {
  CHECK(parse_duration("10s", "")->count() == 10'000'000'000'000);
  CHECK(parse_duration("1.5 ms", "")->count() == 1'500'000'000);
  CHECK(parse_duration("0.1ms", "")->count() == 100'000'000);
  CHECK(parse_duration("1ps", "")->count() == 1);
}

TEST_CASE("A run may be as long as the engine allows, and no longer") {
  CHECK(parse_duration("4611686s", "")->count() <= kEnd.time_since_epoch().count());
  CHECK(duration_error("4611687s").find("4611686s (53 days)") != std::string::npos);
}

TEST_CASE("A length of time without unit, without number, negative or too long is refused by name, value and remedy") {
  CHECK(duration_error("10") == "--until `10` has no unit; add one, such as 500ms or 10s");
  CHECK(duration_error("soon").find("--until `soon` is not a length of time") == 0);
  CHECK(duration_error("").find("is not a length of time") != std::string::npos);
  CHECK(duration_error("5 mV").find("use a unit of time") != std::string::npos);
  CHECK(duration_error("-1ms").find("must lie between") != std::string::npos);
  CHECK(duration_error("0s").find("must lie between") != std::string::npos);
  CHECK(duration_error("1e9s").find("must lie between") != std::string::npos);
  CHECK(duration_error("1e300s").find("must lie between") != std::string::npos);
}

TEST_CASE("A count is a whole number within its bounds") {
  CHECK(*parse_count("18446744073709551615", "", 0, std::numeric_limits<std::uint64_t>::max()) ==
        std::numeric_limits<std::uint64_t>::max());
  CHECK(std::string(parse_count("0", "--threads", 1, 8).status().message()) ==
        "--threads `0` must be a whole number from 1 to 8");
  CHECK_FALSE(parse_count("3x", "", 0, 9).ok());
  CHECK_FALSE(parse_count("-1", "", 0, 9).ok());
  CHECK_FALSE(parse_count("18446744073709551616", "", 0, std::numeric_limits<std::uint64_t>::max()).ok());
}

TEST_CASE("Figures are short for people") {
  CHECK(with_commas(0) == "0");
  CHECK(with_commas(999) == "999");
  CHECK(with_commas(1'204'311) == "1,204,311");
  CHECK(short_count(9'999) == "9,999");
  CHECK(short_count(1'204'311) == "1.2 M");
  CHECK(short_bytes(2'300'000) == "2.3 MB");
  CHECK(short_time(Duration{575'000'000'000}) == "575 ms");
  CHECK(short_time(Duration{10'000'000'000'000}) == "10 s");
  CHECK(short_seconds(4) == "4 s");
  CHECK(short_seconds(200) == "3 min 20 s");
  CHECK(short_energy(1.23e9) == "1.23 mJ");
  CHECK(short_energy(0) == "0 pJ");
}

TEST_CASE("Exact milliseconds show every picosecond and no more") {
  CHECK(exact_ms(Time{Duration{1'234'567'890}}) == "1.23456789");
  CHECK(exact_ms(Time{Duration{5'000'000'000}}) == "5");
  CHECK(exact_ms(Time{Duration{1}}) == "0.000000001");
}

TEST_CASE("Columns line up and lines end without blanks") {
  CHECK(align({{"a", "1", ""}, {"long", "100", "x"}}, "lrl") == "a       1\nlong  100  x\n");
}

}  // namespace
}  // namespace volley::app
