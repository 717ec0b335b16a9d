// The Philox4x32-10 block function (Salmon et al., SC 2011), for one counter or for eight at once.
// The batch form gives exactly the numbers of the single form.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/simd.h"

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

namespace philox_detail {

// Word w of blocks `first`, ..., first + 3 into a[w], of first + 4, ..., first + 7 into b[w]; the upper halves are
// void.
inline void eight_blocks(PhiloxKey key, std::uint64_t item, std::uint64_t first, U64x4 (&a)[4], U64x4 (&b)[4]) {
  // 32-bit words in 64-bit lanes, so that a 32 x 32 -> 64 multiplication is one vector instruction. The upper halves of
  // c0 and c2 may hold anything between rounds: the multiplication does not look at them.
  const auto splat = [](std::uint64_t x) { return U64x4{x, x, x, x}; };
  const U64x4 m0 = splat(kM0), m1 = splat(kM1);
  const U64x4 block_a = splat(first) + U64x4{0, 1, 2, 3};
  const U64x4 block_b = splat(first) + U64x4{4, 5, 6, 7};
  a[0] = block_a, a[1] = block_a >> 32, a[2] = splat(item), a[3] = splat(item >> 32);
  b[0] = block_b, b[1] = block_b >> 32, b[2] = splat(item), b[3] = splat(item >> 32);
  std::uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < kRounds; ++round) {
    const U64x4 p0a = multiply_low_halves(m0, a[0]), p0b = multiply_low_halves(m0, b[0]);
    const U64x4 p1a = multiply_low_halves(m1, a[2]), p1b = multiply_low_halves(m1, b[2]);
    a[0] = (p1a >> 32) ^ a[1] ^ splat(k0);
    b[0] = (p1b >> 32) ^ b[1] ^ splat(k0);
    a[1] = p1a;
    b[1] = p1b;
    a[2] = (p0a >> 32) ^ a[3] ^ splat(k1);
    b[2] = (p0b >> 32) ^ b[3] ^ splat(k1);
    a[3] = p0a;
    b[3] = p0b;
    k0 += kW0;
    k1 += kW1;
  }
}

// Four blocks in the order of the stream.
inline void store_blocks(const U64x4 (&x)[4], std::uint32_t* out) {
  const U64x4 front = (x[0] & 0xffffffffu) | x[1] << 32;  // words 0 and 1 of each block
  const U64x4 back = (x[2] & 0xffffffffu) | x[3] << 32;
  const U64x4 low = __builtin_shufflevector(front, back, 0, 4, 1, 5);
  const U64x4 high = __builtin_shufflevector(front, back, 2, 6, 3, 7);
  __builtin_memcpy(out, &low, sizeof low);
  __builtin_memcpy(out + 8, &high, sizeof high);
}

}  // namespace philox_detail

// Blocks `first`, ..., first + 7 of stream (key, item): word w of block l lands in out[w][l]. The counter of a block is
// (block number, item), 64 bits each.
inline void philox_lanes(PhiloxKey key, std::uint64_t item, std::uint64_t first, std::uint32_t (&out)[4][8]) {
  U64x4 a[4], b[4];
  philox_detail::eight_blocks(key, item, first, a, b);
  for (int w = 0; w < 4; ++w) {
    const U32x8 low = low_halves(a[w], b[w]);
    __builtin_memcpy(out[w], &low, sizeof low);
  }
}

// The same blocks in the order of the stream: word w of block l lands in out[4 * l + w].
inline void philox_words(PhiloxKey key, std::uint64_t item, std::uint64_t first, std::uint32_t (&out)[32]) {
  U64x4 a[4], b[4];
  philox_detail::eight_blocks(key, item, first, a, b);
  philox_detail::store_blocks(a, out);
  philox_detail::store_blocks(b, out + 16);
}

}  // namespace volley
