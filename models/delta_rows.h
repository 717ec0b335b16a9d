// The loops that deliver delta synapses: the hot loops of the whole program, apart so that nothing around them takes
// their registers. c: coefficients of the slice, one per neuron. Each returns the end of the neurons to look at, which
// it wrote from `crossed` on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/simd.h"

namespace volley {

// Fires at V >= threshold, else at V > threshold.
template <bool AtLeast>
bool crosses(double c, double threshold) {
  return AtLeast ? c >= threshold : c > threshold;
}

template <bool AtLeast>
[[gnu::noinline]] std::uint32_t* raise_row(double* c, std::span<const std::uint16_t> target, double jump,
                                           double threshold, std::uint32_t* crossed) {
  const std::uint16_t* i = target.data();
  const std::uint16_t* const end = i + target.size();
  // One look at four sums. A target may occur twice: every sum is stored before the next one is read.
  for (; end - i >= 4; i += 4) {
    const double a = c[i[0]] + jump;
    c[i[0]] = a;
    const double b = c[i[1]] + jump;
    c[i[1]] = b;
    const double d = c[i[2]] + jump;
    c[i[2]] = d;
    const double e = c[i[3]] + jump;
    c[i[3]] = e;
    if (crosses<AtLeast>(std::max(std::max(a, b), std::max(d, e)), threshold)) [[unlikely]] {
      if (crosses<AtLeast>(a, threshold)) *crossed++ = i[0];
      if (crosses<AtLeast>(b, threshold)) *crossed++ = i[1];
      if (crosses<AtLeast>(d, threshold)) *crossed++ = i[2];
      if (crosses<AtLeast>(e, threshold)) *crossed++ = i[3];
    }
  }
  for (; i != end; ++i) {
    const double sum = c[*i] + jump;
    c[*i] = sum;
    if (crosses<AtLeast>(sum, threshold)) [[unlikely]]
      *crossed++ = *i;
  }
  return crossed;
}

[[gnu::noinline]] inline void lower_row(double* c, std::span<const std::uint16_t> target, double jump) {
#pragma GCC unroll 4
  for (const std::uint16_t i : target) c[i] += jump;
}

template <bool AtLeast>
[[gnu::noinline]] std::uint32_t* add_weighted_row(double* c, std::span<const std::uint16_t> target, const float* weight,
                                                  double factor, double threshold, std::uint32_t* crossed) {
  for (std::size_t k = 0; k < target.size(); ++k) {
    const std::uint16_t i = target[k];
    const double sum = c[i] + static_cast<double>(weight[k]) * factor;
    c[i] = sum;
    if (crosses<AtLeast>(sum, threshold)) [[unlikely]]
      *crossed++ = i;
  }
  return crossed;
}

// Rows whose targets are consecutive, and the same: c[k] += row[0][k] * factor, then row[1][k] * factor and so on,
// several neurons at a time and each row's weights once through. Same bits as one after the other. Nobody is looked at:
// that is for find_crossed(), once per instant.
template <std::size_t Rows>
[[gnu::noinline]] void add_rows(double* __restrict c, const float* const* row, std::size_t count, double factor) {
#pragma GCC ivdep
  for (std::size_t k = 0; k < count; ++k) {
    double sum = c[k];
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) sum += static_cast<double>(row[r][k]) * factor;
    c[k] = sum;
  }
}

// Appends first + k for every c[k] that crosses.
template <bool AtLeast>
[[gnu::noinline]] std::uint32_t* find_crossed(const double* c, std::size_t count, double threshold, std::uint32_t first,
                                              std::uint32_t* crossed) {
  constexpr std::size_t kStride = 32;
  std::size_t k = 0;
  for (; k + kStride <= count; k += kStride) {
    if (!crosses<AtLeast>(largest_of_32(c + k), threshold)) [[likely]]
      continue;
    for (std::size_t i = k; i < k + kStride; ++i) {
      if (crosses<AtLeast>(c[i], threshold)) *crossed++ = first + static_cast<std::uint32_t>(i);
    }
  }
  for (; k < count; ++k) {
    if (crosses<AtLeast>(c[k], threshold)) *crossed++ = first + static_cast<std::uint32_t>(k);
  }
  return crossed;
}

// External events e = 0, 1, ... of neurons c[neuron[e]]; stops behind the first one that may cross, and returns how
// many were applied.
template <bool AtLeast>
[[gnu::noinline]] std::size_t add_events(double* c, const std::uint16_t* neuron, const double* factor,
                                         std::size_t count, double weight, double threshold, bool& crossed) {
  for (std::size_t e = 0; e < count; ++e) {
    const double sum = c[neuron[e]] + weight * factor[e];
    c[neuron[e]] = sum;
    if (crosses<AtLeast>(sum, threshold * factor[e])) [[unlikely]] {
      crossed = true;
      return e + 1;
    }
  }
  crossed = false;
  return count;
}

}  // namespace volley
