// The one place for vector instructions that portable C++ does not reach. Everything else relies on plain loops and on
// GCC's and Clang's vector types, which compile on every machine and give the same bits with any vector width.
#pragma once

#include <cstdint>

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

// Whether one of the eight numbers from p on exceeds the bar.
inline bool any_above(const double* p, double bar) {
  F64x4 a, b;
  __builtin_memcpy(&a, p, sizeof a);
  __builtin_memcpy(&b, p + 4, sizeof b);
  const auto above = (a > bar) | (b > bar);
#ifdef __AVX2__
  return _mm256_movemask_pd(reinterpret_cast<__m256d>(above)) != 0;
#else
  return (above[0] | above[1] | above[2] | above[3]) != 0;
#endif
}

}  // namespace volley
