// The one place for vector instructions that portable C++ does not reach. Everything else relies on plain loops and on
// GCC's and Clang's vector types, which compile on every machine and give the same bits with any vector width.
#pragma once

#include <algorithm>
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

}  // namespace volley
