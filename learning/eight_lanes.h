// Eight synapses in the lanes of a vector.
#pragma once

#include <cstdint>
#include <cstring>

#include "engine/simd.h"

namespace volley {

using I32x8 = std::int32_t __attribute__((vector_size(32)));
using F32x8 = float __attribute__((vector_size(32)));
using F64x8 = double __attribute__((vector_size(64)));
using I64x8 = std::int64_t __attribute__((vector_size(64)));

// Lane k of word[j]: the j-th eight bytes of records[at[k]]. `Record` has 64 bytes, and is aligned to them.
template <class Record>
[[gnu::always_inline]] inline void gather_8_records(const Record* records, const std::uint16_t* at, F64x8* word) {
  static_assert(sizeof(Record) == 64 && alignof(Record) == 64);
  F64x8 r[8], t[8];
#pragma GCC unroll 8
  for (int k = 0; k < 8; ++k) std::memcpy(&r[k], records + at[k], sizeof r[k]);
#pragma GCC unroll 4
  for (int k = 0; k < 8; k += 2) {
    t[k] = __builtin_shufflevector(r[k], r[k + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    t[k + 1] = __builtin_shufflevector(r[k], r[k + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  const auto even = [](F64x8 a, F64x8 b) { return __builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13); };
  const auto odd = [](F64x8 a, F64x8 b) { return __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15); };
#pragma GCC unroll 2
  for (int j = 0; j < 2; ++j) {
    const F64x8 a = even(t[j], t[j + 2]), b = even(t[j + 4], t[j + 6]);
    const F64x8 c = odd(t[j], t[j + 2]), d = odd(t[j + 4], t[j + 6]);
    word[j] = even(a, b);
    word[j + 4] = odd(a, b);
    word[j + 2] = even(c, d);
    word[j + 6] = odd(c, d);
  }
}

inline bool any_lane(I64x8 v) {
#ifdef __AVX512F__
  return _mm512_test_epi64_mask(reinterpret_cast<__m512i>(v), reinterpret_cast<__m512i>(v)) != 0;
#else
  std::int64_t all = 0;
  for (int k = 0; k < 8; ++k) all |= v[k];
  return all != 0;
#endif
}

// As std::max and std::min of every lane.
inline F64x8 larger(F64x8 a, F64x8 b) {
#ifdef __AVX512F__
  return _mm512_maskz_max_pd(0xFF, b, a);
#else
  return a < b ? b : a;
#endif
}
inline F64x8 smaller(F64x8 a, F64x8 b) {
#ifdef __AVX512F__
  return _mm512_maskz_min_pd(0xFF, b, a);
#else
  return b < a ? b : a;
#endif
}

}  // namespace volley
