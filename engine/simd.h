// The one place for vector instructions that portable C++ does not reach. Everything else relies on plain loops and on
// GCC's and Clang's vector types, which compile on every machine and give the same bits with any vector width.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace volley {

using U64x4 = std::uint64_t __attribute__((vector_size(32)));
using F64x4 = double __attribute__((vector_size(32)));
using U32x8 = std::uint32_t __attribute__((vector_size(32)));

// The 64-bit products of the lower 32 bits of each lane.
inline U64x4 multiply_low_halves(U64x4 a, U64x4 b) {
#ifdef __AVX2__
  return reinterpret_cast<U64x4>(_mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
#else
  return (a & 0xffffffffu) * (b & 0xffffffffu);
#endif
}

// The lower 32 bits of the lanes of a, then of b.
inline U32x8 low_halves(U64x4 a, U64x4 b) {
  return __builtin_shufflevector(reinterpret_cast<U32x8>(a), reinterpret_cast<U32x8>(b), 0, 2, 4, 6, 8, 10, 12, 14);
}

// The largest of the 32 numbers from p on. REQUIRES: none is NaN.
inline double largest_of_32(const double* p) {
#ifdef __AVX2__
  __m256d most[4];
  for (int k = 0; k < 4; ++k) most[k] = _mm256_max_pd(_mm256_loadu_pd(p + 8 * k), _mm256_loadu_pd(p + 8 * k + 4));
  const __m256d all = _mm256_max_pd(_mm256_max_pd(most[0], most[1]), _mm256_max_pd(most[2], most[3]));
  const __m128d two = _mm_max_pd(_mm256_castpd256_pd128(all), _mm256_extractf128_pd(all, 1));
  return std::max(_mm_cvtsd_f64(two), _mm_cvtsd_f64(_mm_unpackhi_pd(two, two)));
#else
  return *std::max_element(p, p + 32);
#endif
}

// Bit j: p[j] differs from p[j - 1], for j below 64. Reads 65 bytes from p[-1] on.
inline std::uint64_t differences_of_64(const std::byte* p) {
#ifdef __AVX512BW__
  return _mm512_cmpneq_epi8_mask(_mm512_loadu_si512(p), _mm512_loadu_si512(p - 1));
#else
  constexpr std::uint64_t kLow = 0x7F7F7F7F7F7F7F7Fu;
  std::uint64_t differences = 0;
  for (unsigned j = 0; j < 64; j += 8) {
    std::uint64_t here = 0, before = 0;
    std::memcpy(&here, p + j, sizeof here);
    std::memcpy(&before, p + j - 1, sizeof before);
    const std::uint64_t x = here ^ before;
    const std::uint64_t unequal = (((x & kLow) + kLow) | x) & ~kLow;  // the highest bit of each byte that is not 0
    differences |= ((unequal >> 7) * 0x0102040810204080u >> 56) << j;
  }
  return differences;
#endif
}

// Byte b of element i of eight goes to byte i of row b.
inline void transpose_8_by_8(const std::byte* in, std::uint64_t* row) {
#ifdef __AVX512VBMI__
  using Bytes = std::int8_t __attribute__((vector_size(64)));
  Bytes places;
  for (int k = 0; k < 64; ++k) places[k] = static_cast<std::int8_t>(k % 8 * 8 + k / 8);
  const __mmask64 all = ~__mmask64{0};
  _mm512_storeu_si512(row,
                      _mm512_maskz_permutexvar_epi8(all, reinterpret_cast<__m512i>(places), _mm512_loadu_si512(in)));
#else
  std::memcpy(row, in, 64);
  // Three rounds of exchanges (Warren, "Hacker's Delight", 2nd ed., section 7-3, for bytes instead of bits).
  const auto exchange = [row](std::size_t a, std::size_t b, unsigned shift, std::uint64_t low) {
    const std::uint64_t t = ((row[a] >> shift) ^ row[b]) & low;
    row[b] ^= t;
    row[a] ^= t << shift;
  };
  for (const std::size_t i : {0, 1, 2, 3}) exchange(i, i + 4, 32, 0x00000000FFFFFFFFu);
  for (const std::size_t i : {0, 1, 4, 5}) exchange(i, i + 2, 16, 0x0000FFFF0000FFFFu);
  for (const std::size_t i : {0, 2, 4, 6}) exchange(i, i + 1, 8, 0x00FF00FF00FF00FFu);
#endif
}

}  // namespace volley
