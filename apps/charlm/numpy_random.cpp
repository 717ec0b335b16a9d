#include "apps/charlm/numpy_random.h"

#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "engine/elementary.h"

namespace volley::charlm {

NumpyRandom::NumpyRandom(std::uint32_t seed) {
  for (std::uint32_t i = 0; i < kWords; ++i) {
    state_[i] = i == 0 ? seed : 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
  }
}

void NumpyRandom::refill() {
  constexpr std::size_t kMiddle = 397;
  for (std::size_t i = 0; i < kWords; ++i) {
    const std::uint32_t mixed = (state_[i] & 0x80000000u) | (state_[(i + 1) % kWords] & 0x7fffffffu);
    state_[i] = state_[(i + kMiddle) % kWords] ^ (mixed >> 1) ^ ((mixed & 1u) != 0 ? 0x9908b0dfu : 0u);
  }
  next_ = 0;
}

std::uint32_t NumpyRandom::next_word() {
  if (next_ == kWords) refill();
  std::uint32_t y = state_[next_++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

double NumpyRandom::uniform() {
  const std::uint32_t high = next_word() >> 5, low = next_word() >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

double NumpyRandom::normal() {
  if (kept_) return *std::exchange(kept_, std::nullopt);
  for (;;) {
    const double x = 2.0 * uniform() - 1.0;
    const double y = 2.0 * uniform() - 1.0;
    const double square = x * x + y * y;
    if (square >= 1.0 || square == 0.0) continue;
    const double factor = std::sqrt(-2.0 * log_portable(square) / square);
    kept_ = factor * x;
    return factor * y;
  }
}

std::uint32_t NumpyRandom::up_to(std::uint32_t most) {
  if (most == 0) return 0;
  const std::uint32_t mask = ~std::uint32_t{0} >> std::countl_zero(most);
  for (;;) {
    const std::uint32_t value = next_word() & mask;
    if (value <= most) return value;
  }
}

std::vector<std::uint32_t> NumpyRandom::permutation(std::size_t n) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  for (std::size_t i = n; i-- > 1;) std::swap(order[i], order[up_to(static_cast<std::uint32_t>(i))]);
  return order;
}

std::vector<double> NumpyRandom::normals(std::size_t count, double scale) {
  std::vector<double> draws(count);
  for (double& draw : draws) draw = normal() * scale;
  return draws;
}

}  // namespace volley::charlm
