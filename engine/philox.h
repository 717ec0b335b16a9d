// The Philox4x32-10 block function (Salmon et al., SC 2011), for one counter or a batch of lanes at once.
// The batch form is plain arrays, which compilers vectorise, and gives exactly the numbers of the single form.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace volley {

using PhiloxKey = std::array<std::uint32_t, 2>;
using PhiloxBlock = std::array<std::uint32_t, 4>;

namespace philox_detail {
inline constexpr std::uint32_t kM0 = 0xD2511F53u, kM1 = 0xCD9E8D57u;  // multipliers
inline constexpr std::uint32_t kW0 = 0x9E3779B9u, kW1 = 0xBB67AE85u;  // key schedule: golden ratio, sqrt(3) - 1
inline constexpr int kRounds = 10;
}  // namespace philox_detail

constexpr PhiloxBlock philox(PhiloxBlock c, PhiloxKey k) {
  using namespace philox_detail;
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t p0 = std::uint64_t{kM0} * c[0];
    const std::uint64_t p1 = std::uint64_t{kM1} * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p0)};
    k[0] += kW0;
    k[1] += kW1;
  }
  return c;
}

// Blocks `first`, first + 1, ..., first + Lanes - 1 of stream (key, item): word w of block l lands in out[w][l].
// The counter of a block is (block number, item), 64 bits each.
template <std::size_t Lanes>
inline void philox_lanes(PhiloxKey key, std::uint64_t item, std::uint64_t first, std::uint32_t (&out)[4][Lanes]) {
  using namespace philox_detail;
  // 64-bit lanes, so that the 32 x 32 -> 64 multiplication maps onto one vector instruction.
  std::uint64_t c0[Lanes], c1[Lanes], c2[Lanes], c3[Lanes];
  for (std::size_t l = 0; l < Lanes; ++l) {
    const std::uint64_t block = first + l;
    c0[l] = block & 0xffffffffu;
    c1[l] = block >> 32;
    c2[l] = item & 0xffffffffu;
    c3[l] = item >> 32;
  }
  std::uint64_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t l = 0; l < Lanes; ++l) {
      const std::uint64_t p0 = c0[l] * kM0;
      const std::uint64_t p1 = c2[l] * kM1;
      c0[l] = (p1 >> 32) ^ c1[l] ^ k0;
      c1[l] = p1 & 0xffffffffu;
      c2[l] = (p0 >> 32) ^ c3[l] ^ k1;
      c3[l] = p0 & 0xffffffffu;
    }
    k0 = (k0 + kW0) & 0xffffffffu;
    k1 = (k1 + kW1) & 0xffffffffu;
  }
  for (std::size_t l = 0; l < Lanes; ++l) {
    out[0][l] = static_cast<std::uint32_t>(c0[l]);
    out[1][l] = static_cast<std::uint32_t>(c1[l]);
    out[2][l] = static_cast<std::uint32_t>(c2[l]);
    out[3][l] = static_cast<std::uint32_t>(c3[l]);
  }
}

}  // namespace volley
