#include "learning/long_weight.h"

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <random>

namespace volley {
namespace {

void check_comes_back(double weight) {
  const auto shown = static_cast<float>(weight);
  const std::int32_t further = beyond(weight, shown);
  const double back = long_weight(shown, further);
  CAPTURE(weight, shown, further);
  CHECK(std::bit_cast<std::uint64_t>(back) == std::bit_cast<std::uint64_t>(weight));
  CHECK(std::abs(static_cast<double>(further)) <= 0x1p28);
}

TEST_CASE("a weight comes back to the bit from its nearest float and the doubles beyond") {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(-37.9, 38.5), sign(-1, 1);
  for (int i = 0; i < 20'000; ++i) check_comes_back(std::copysign(std::pow(10.0, exponent(random)), sign(random)));
  // Where the nearest float has another exponent, halfway between floats, and at the ends.
  for (const double power : {1.0, 0x1p-100, 0x1p100}) {
    for (const double w : {std::nextafter(power, 0.0), power, std::nextafter(power, HUGE_VAL)}) check_comes_back(w);
    for (const double w : {power * (1 + 0x1p-24), power * (1 - 0x1p-25)}) check_comes_back(w);
  }
  for (const double w : {0.0, -0.0, kLeastWeight, -kLeastWeight, kMostWeight, -kMostWeight}) check_comes_back(w);
}

}  // namespace
}  // namespace volley
