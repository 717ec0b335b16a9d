// What `.bs1` and N-MNIST share: events of five bytes, two of address, then one bit of polarity and 23 bits of
// microseconds, big-endian.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "engine/time.h"

namespace volley::io {

struct Event40 {
  static constexpr std::size_t kBytes = 5;
  static constexpr std::uint32_t kMaxUs = (1u << 23) - 1;

  std::uint8_t first = 0, second = 0;  // the address bytes
  bool polarity = false;
  std::uint32_t us = 0;
};

// REQUIRES: bytes.size() >= (index + 1) * Event40::kBytes.
inline Event40 event40_at(std::string_view bytes, std::size_t index) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[index * Event40::kBytes + i]); };
  return {byte(0), byte(1), (byte(2) & 0x80) != 0,
          (byte(2) & 0x7Fu) << 16 | static_cast<std::uint32_t>(byte(3)) << 8 | byte(4)};
}

inline void append_event40(const Event40& event, std::string& bytes) {
  for (const std::uint32_t byte :
       {std::uint32_t{event.first}, std::uint32_t{event.second}, (event.polarity ? 0x80u : 0u) | event.us >> 16,
        event.us >> 8 & 0xFF, event.us & 0xFF}) {
    bytes.push_back(static_cast<char>(byte));
  }
}

inline constexpr Duration kMicrosecond{1'000'000};

// The error of a file whose length is not a whole number of events; OK otherwise.
absl::Status check_whole_events(std::string_view bytes, const std::string& path);

// Nearest microsecond; empty when it does not fit 23 bits or is negative.
std::optional<std::uint32_t> microseconds_of(Time at);

}  // namespace volley::io
