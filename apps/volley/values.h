// Values on the command line: how they are read, and how figures are written for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/time.h"

namespace volley::app {

// A length of time with its unit: "10s", "1.5 ms", "250us", "100 ns". `what` names it in messages.
absl::StatusOr<Duration> parse_duration(std::string_view text, std::string_view what);

// A whole number in [low, high].
absl::StatusOr<std::uint64_t> parse_count(std::string_view text, std::string_view what, std::uint64_t low,
                                          std::uint64_t high);

std::string with_commas(std::uint64_t value);  // 1,204,311
std::string short_count(std::uint64_t value);  // 1.2 M
std::string short_bytes(std::uint64_t bytes);  // 2.3 MB (powers of 1000)
std::string short_time(Duration duration);     // 575 ms
std::string short_seconds(double seconds);     // 137 ms, 4 s, 3 min 20 s
std::string short_energy(double picojoules);   // 1.23 mJ
std::string short_number(double value);        // three significant digits
// Milliseconds with as many digits as a picosecond needs and no more: 1.234567.
std::string exact_ms(Time at);

// Columns of text with two spaces between them. `alignment` has an `l` (flush left) or `r` (flush right) for every
// column.
std::string align(const std::vector<std::vector<std::string>>& rows, std::string_view alignment);

}  // namespace volley::app
