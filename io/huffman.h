// Huffman codes as deflate wants them (RFC 1951, section 3.2.2): canonical, at most 15 bits long.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace volley::io {

inline constexpr unsigned kLongestCode = 15;
inline constexpr std::size_t kMostSymbols = 288;

struct HuffmanCode {
  std::array<std::uint8_t, kMostSymbols> length{};  // 0: the symbol does not occur
  std::array<std::uint16_t, kMostSymbols> bits{};   // in the order in which they are written, lowest first
};

// An optimal code for symbols that occur so often, or nearly so where that would need more than 15 bits.
// REQUIRES: at most kMostSymbols, of which two or more occur.
HuffmanCode huffman_code(std::span<const std::uint32_t> times);

}  // namespace volley::io
