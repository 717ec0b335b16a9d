#include "learning/error_diffusion.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>

namespace volley::learning {

TEST_CASE("an error becomes one of two amines, and none within the dead zone") {
  CHECK(amines_of(0.75, 0).plus == 0.75f);
  CHECK(amines_of(0.75, 0).minus == 0);
  CHECK(amines_of(-0.25, 0).plus == 0);
  CHECK(amines_of(-0.25, 0).minus == 0.25f);
  CHECK_FALSE(amines_of(0, 0).any());
  CHECK_FALSE(amines_of(0.1, 0.1).any());
  CHECK_FALSE(amines_of(-0.1, 0.1).any());
  CHECK(amines_of(-0.1001, 0.1).minus == 0.1001f);
}

TEST_CASE("amine shrinks with distance, or reaches all hidden layers alike") {
  CHECK(reach(Diffusion::kByDepth, 0.5, 2, 3) == 0.5);
  CHECK(reach(Diffusion::kByDepth, 0.5, 0, 3) == 0.125);
  CHECK(reach(Diffusion::kEqual, 0.5, 2, 3) == 0.5);
  CHECK(reach(Diffusion::kEqual, 0.5, 0, 3) == 0.5);
}

TEST_CASE("the sigmoid has the steepness of the source") {
  CHECK(logistic(0, 1.2) == 0.5);
  CHECK(logistic(0.6, 1.2) == Approx(1 / (1 + std::exp(-1.0))).epsilon(1e-14));
  CHECK(logistic(-4000, 1.2) >= 0);
}

TEST_CASE("a pulse changes every weight as the rule says, in magnitudes that grow") {
  const std::array<float, 4> y{0.5f, 0.25f, 0.9f, 0.0f};
  std::array<float, 4> slopes;
  for (std::size_t j = 0; j < 4; ++j) slopes[j] = slope(y[j], 0);
  for (const Amines amines : {Amines{0.6f, 0}, Amines{0, 0.8f}}) {
    std::array<float, 4> plus, minus;
    post_factors(slopes, amines, 0.1f, plus, minus);
    for (std::size_t source = 0; source < 2; ++source) {
      std::array<float, 4> weights;
      for (std::size_t j = 0; j < 4; ++j) weights[j] = 0.4f * type_of(source) * type_of(j);
      const std::array<float, 4> before = weights;
      grow(weights, 0.7f, source == 0 ? plus : minus);
      for (std::size_t j = 0; j < 4; ++j) {
        const double a = source == 0 ? amines.plus : amines.minus;
        const double expected = 0.1 * 0.7 * y[j] * (1 - y[j]) * a * type_of(source) * type_of(j);
        CHECK(weights[j] - before[j] == Approx(expected).margin(1e-7));
        CHECK(std::abs(weights[j]) >= std::abs(before[j]));
      }
    }
  }
}

TEST_CASE("a floor keeps silent neurons learning") {
  CHECK(slope(0, 0) == 0);
  CHECK(slope(0, 0.02f) == 0.02f);
  CHECK(slope(1, 0.02f) == 0.02f);
  CHECK(slope(0.5f, 0.02f) == 0.25f);
}

}  // namespace volley::learning
