#include "engine/root_of_two.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>

#include "engine/random.h"

namespace volley {
namespace {

constexpr long double kLn2 = 0.693147180559945309417232121458176568L;

double error(std::uint64_t fraction, double more) {
  const long double expected =
      std::exp(static_cast<long double>(fraction) * 0x1p-64L * kLn2 + static_cast<long double>(more));
  return static_cast<double>(std::fabs(root_of_two(fraction, more) / expected - 1));
}

TEST_CASE("A root of two is within one unit of the last place, also beside every border of the table") {
  RandomStream random({8, Purpose::kUser, 1}, 0);
  double worst = 0;
  for (std::uint64_t k = 0; k < 64; ++k) {
    for (const std::uint64_t aside : {0ull, 1ull, 1ull << 20, 1ull << 57, (1ull << 58) - 1}) {
      worst = std::max(worst, error((k << 58) + aside, 0));
    }
  }
  for (int i = 0; i < 200'000; ++i) {
    const auto fraction = static_cast<std::uint64_t>(random.next_uniform() * 0x1p64);
    worst = std::max(worst, error(fraction, (2 * random.next_uniform() - 1) * 0x1p-10));
  }
  CHECK(worst < 0x1p-52);
}

TEST_CASE("Roots of two rise from 1 towards 2 without a step back at the borders of the table") {
  CHECK(root_of_two(0) == 1.0);
  CHECK(root_of_two(std::uint64_t{1} << 63) == Approx(std::sqrt(2.0)).epsilon(3e-16));
  for (std::uint64_t k = 1; k < 64; ++k) {
    const std::uint64_t border = k << 58;
    CHECK(root_of_two(border - (1u << 20)) <= root_of_two(border));
    CHECK(root_of_two(border) <= root_of_two(border + (1u << 20)));
  }
  CHECK(root_of_two(~std::uint64_t{0}) <= 2.0);
}

}  // namespace
}  // namespace volley
