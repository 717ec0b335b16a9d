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

// Targets that make a row's length a whole number of blocks are walked first, as a block in which the others get 0: a
// loop whose end is hard to predict less.
inline constexpr std::size_t kRowBlock = 8;
struct FirstJumps {
  FirstJumps(double jump, std::size_t first) : first_(jumps_ + kRowBlock - first) {
    for (std::size_t k = 0; k < kRowBlock; ++k) jumps_[k] = jump;
    for (std::size_t k = kRowBlock; k < 2 * kRowBlock; ++k) jumps_[k] = 0;
  }
  double operator[](std::size_t k) const { return first_[k]; }

 private:
  double jumps_[2 * kRowBlock];
  const double* first_;
};

// Adds jump_of(k) to target k of a block. A target may occur twice: every sum is stored before the next one is read.
// The first `looked_at` are appended where they cross.
template <bool AtLeast>
[[gnu::always_inline]] inline std::uint32_t* raise_block(double* c, const std::uint16_t* i, const auto& jump_of,
                                                         double threshold, std::size_t looked_at,
                                                         std::uint32_t* crossed) {
  double sum[kRowBlock];
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kRowBlock; ++k) c[i[k]] = sum[k] = c[i[k]] + jump_of(k);
  const double most = std::max(std::max(std::max(sum[0], sum[1]), std::max(sum[2], sum[3])),
                               std::max(std::max(sum[4], sum[5]), std::max(sum[6], sum[7])));
  if (crosses<AtLeast>(most, threshold)) [[unlikely]] {
    for (std::size_t k = 0; k < looked_at; ++k) {
      *crossed = i[k];
      crossed += crosses<AtLeast>(sum[k], threshold);
    }
  }
  return crossed;
}

template <bool AtLeast>
[[gnu::noinline]] std::uint32_t* raise_row(double* c, std::span<const std::uint16_t> target, double jump,
                                           double threshold, std::uint32_t* crossed) {
  const std::uint16_t* i = target.data();
  const std::uint16_t* const end = i + target.size();
  if (target.size() < kRowBlock) {
    for (; i != end; ++i) {
      const double sum = c[*i] + jump;
      c[*i] = sum;
      *crossed = *i;
      crossed += crosses<AtLeast>(sum, threshold);
    }
    return crossed;
  }
  const std::size_t first = target.size() % kRowBlock;
  const FirstJumps jumps(jump, first);
  crossed = raise_block<AtLeast>(
      c, i, [&](std::size_t k) { return jumps[k]; }, threshold, first, crossed);
  for (i += first; i != end; i += kRowBlock) {
    crossed = raise_block<AtLeast>(
        c, i, [&](std::size_t) { return jump; }, threshold, kRowBlock, crossed);
  }
  return crossed;
}

[[gnu::noinline]] inline void lower_row(double* c, std::span<const std::uint16_t> target, double jump) {
  const std::uint16_t* i = target.data();
  const std::uint16_t* const end = i + target.size();
  if (target.size() < kRowBlock) {
    for (; i != end; ++i) c[*i] += jump;
    return;
  }
  const std::size_t first = target.size() % kRowBlock;
  const FirstJumps jumps(jump, first);
  for (std::size_t k = 0; k < kRowBlock; ++k) c[i[k]] += jumps[k];
  for (i += first; i != end; i += kRowBlock) {
    for (std::size_t k = 0; k < kRowBlock; ++k) c[i[k]] += jump;
  }
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
