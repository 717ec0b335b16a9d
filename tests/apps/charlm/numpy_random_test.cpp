// Held to numpy 1.24: numpy.random.seed(42) and what follows, as Python prints it; and to the C++ standard's check
// value.
#include "apps/charlm/numpy_random.h"

#include <catch2/catch.hpp>

namespace volley::charlm {
namespace {

TEST_CASE("the ten thousandth word after seed 5489 is the C++ standard's") {
  NumpyRandom random(5489);  // [rand.predef]/3 of ISO C++
  CHECK(random.next_word() == 3499211612u);
  for (int i = 2; i < 10000; ++i) random.next_word();
  CHECK(random.next_word() == 4123659995u);
}

TEST_CASE("normals are numpy's") {
  NumpyRandom random(42);
  for (const double expected :
       {0.4967141530112327, -0.13826430117118466, 0.6476885381006925, 1.5230298564080254, -0.23415337472333597}) {
    CHECK(random.normal() == Approx(expected).epsilon(1e-15));
  }
}

TEST_CASE("uniforms are numpy's to the last bit") {
  NumpyRandom random(42);
  for (const double expected : {0.3745401188473625, 0.9507143064099162, 0.7319939418114051, 0.5986584841970366}) {
    CHECK(random.uniform() == expected);
  }
}

TEST_CASE("an odd number of normals leaves its partner for later, past uniforms") {
  NumpyRandom random(42);
  for (int i = 0; i < 3; ++i) random.normal();
  CHECK(random.uniform() == 0.15601864044243652);
  CHECK(random.uniform() == 0.15599452033620265);
  CHECK(random.normal() == Approx(1.5230298564080254).epsilon(1e-15));
}

TEST_CASE("permutations are numpy's") {
  CHECK(NumpyRandom(42).permutation(12) == std::vector<std::uint32_t>{10, 9, 0, 8, 5, 2, 1, 11, 4, 7, 3, 6});
}

}  // namespace
}  // namespace volley::charlm
