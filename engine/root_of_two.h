// Powers of two with a fraction as the exponent: a table of 64 roots of two and a short polynomial between them, made
// of sums, products and integers alone, so that they are the same bits on every machine. Half the latency of the longer
// polynomial of elementary.h, a third of its instructions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace volley {

namespace root_of_two_detail {

__extension__ typedef unsigned __int128 Wide;

// Upper half of the product.
constexpr Wide multiply_high(Wide a, Wide b) {
  const std::uint64_t a1 = a >> 64, a0 = static_cast<std::uint64_t>(a), b1 = b >> 64,
                      b0 = static_cast<std::uint64_t>(b);
  const Wide middle = (Wide{a0} * b0 >> 64) + static_cast<std::uint64_t>(Wide{a1} * b0);
  const Wide other = Wide{a0} * b1 + static_cast<std::uint64_t>(middle);
  return Wide{a1} * b1 + (Wide{a1} * b0 >> 64) + (middle >> 64) + (other >> 64);
}

struct Root {
  double high, low;  // the sum is the root; high has 53 bits
};

// 2^((k + 1/2) / 64), k = 0 to 63, by the exponential series in 128-bit fixed point: good to 2^-120.
constexpr std::array<Root, 64> roots() {
  constexpr Wide kLn2 = Wide{0xb17217f7d1cf79ab} << 64 | 0xc9e3b39803f2f6af;  // times 2^128
  std::array<Root, 64> table{};
  for (unsigned k = 0; k < 64; ++k) {
    const Wide x = kLn2 / 128 * (2 * k + 1);
    Wide sum = 0;
    for (Wide term = x, n = 2; term != 0; term = multiply_high(term, x) / n++) sum += term;
    constexpr unsigned kRest = 128 - 52;
    table[k] = {1.0 + static_cast<double>(static_cast<std::uint64_t>(sum >> kRest)) * 0x1p-52,
                static_cast<double>(static_cast<std::uint64_t>((sum << 52) >> 64)) * 0x1p-116};
  }
  return table;
}

inline constexpr std::array<Root, 64> kRoots = roots();

}  // namespace root_of_two_detail

// 2^(fraction / 2^64) * exp(more), within 1 ulp. REQUIRES: |more| < 2^-10.
inline double root_of_two(std::uint64_t fraction, double more = 0) {
  // From the middle of a 64th: |x| <= ln(2) / 128, so that x^6 / 720 is below 2^-54.
  constexpr double kLn2Over2To70 = 0x1.62e42fefa39efp-1 * 0x1p-70;
  const root_of_two_detail::Root root = root_of_two_detail::kRoots[fraction >> 58];
  const auto from_middle = static_cast<std::int64_t>(fraction << 6 ^ std::uint64_t{1} << 63);
  const double x = static_cast<double>(from_middle) * kLn2Over2To70 + more;
  const double square = x * x;
  const double tail = (0.5 + x * (1.0 / 6)) + square * (1.0 / 24 + x * (1.0 / 120));
  return root.high + (root.low + root.high * (x + square * tail));
}

}  // namespace volley
