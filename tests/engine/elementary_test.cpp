// The portable elementary functions against the C library's in extended precision.
#include "engine/elementary.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>

#include "engine/random.h"

namespace volley::test {
namespace {

static_assert(std::numeric_limits<long double>::digits >= 64, "the reference needs more bits than a double");

// Distance in units of the last place of the true value.
double ulps(double computed, long double truth) {
  const double nearest = static_cast<double>(truth);
  const double unit = std::abs(std::nextafter(nearest, HUGE_VAL) - nearest);
  return static_cast<double>(std::abs(static_cast<long double>(computed) - truth) / unit);
}

double worst(double low, double high, const std::function<double(double)>& ours,
             const std::function<long double(long double)>& truth) {
  RandomStream stream({1, Purpose::kUser, 0}, 0);
  double most = 0;
  for (int i = 0; i < 300'000; ++i) {
    const double x = low + (high - low) * stream.next_uniform();
    most = std::max(most, ulps(ours(x), truth(x)));
  }
  return most;
}

long double exp_true(long double x) { return std::exp(x); }
long double log_true(long double x) { return std::log(x); }
long double log1p_true(long double x) { return std::log1p(x); }

}  // namespace

TEST_CASE("The exponential of a fraction is within 1.5 ulp", "[elementary]") {
  REQUIRE(worst(0, 0.6931471805599453, exp_fraction, exp_true) <= 1.5);
  REQUIRE(exp_fraction(0) == 1);
}

TEST_CASE("The exponential is within 2 ulp wherever it is a normal number", "[elementary]") {
  REQUIRE(worst(-708, 709, exp_portable, exp_true) <= 2);
  REQUIRE(worst(-1, 1, exp_portable, exp_true) <= 2);
  REQUIRE(worst(-1e-8, 1e-8, exp_portable, exp_true) <= 2);
}

TEST_CASE("The exponential without branches is within 2 ulp and stops at exp(-700)", "[elementary]") {
  REQUIRE(worst(-700, 700, exp_branch_free, exp_true) <= 2);
  REQUIRE(worst(-1, 1, exp_branch_free, exp_true) <= 2);
  REQUIRE(worst(-1e-8, 1e-8, exp_branch_free, exp_true) <= 2);
  REQUIRE(exp_branch_free(-1e300) == exp_branch_free(-700));
}

TEST_CASE("The exponential has the limits that its header promises", "[elementary]") {
  REQUIRE(exp_portable(-708.5) == 0);
  REQUIRE(exp_portable(-HUGE_VAL) == 0);
  REQUIRE(exp_portable(709.5) == HUGE_VAL);
  REQUIRE(exp_portable(HUGE_VAL) == HUGE_VAL);
  REQUIRE(std::isnan(exp_portable(std::nan(""))));
}

TEST_CASE("The logarithm is within 1 ulp over all magnitudes", "[elementary]") {
  REQUIRE(worst(0, 1, log_portable, log_true) <= 1);
  REQUIRE(worst(0.99, 1.01, log_portable, log_true) <= 1);
  REQUIRE(worst(1, 1e6, log_portable, log_true) <= 1);
  for (int e = -1022; e < 1024; ++e) {
    const double x = std::ldexp(1.37, e);
    REQUIRE(ulps(log_portable(x), log_true(x)) <= 1);
  }
  REQUIRE(log_portable(1) == 0);
  REQUIRE(ulps(log_portable(1 - 0x1p-53), log_true(1 - 0x1p-53L)) <= 1);
  REQUIRE(ulps(log_portable(std::numeric_limits<double>::min()), log_true(std::numeric_limits<double>::min())) <= 1);
  REQUIRE(ulps(log_portable(std::numeric_limits<double>::max()), log_true(std::numeric_limits<double>::max())) <= 1);
}

TEST_CASE("log(1 + x) keeps its accuracy where x is tiny", "[elementary]") {
  REQUIRE(worst(-0.999, 10, log1p_portable, log1p_true) <= 3);
  REQUIRE(worst(-1e-3, 1e-3, log1p_portable, log1p_true) <= 3);
  REQUIRE(worst(-1e-12, 1e-12, log1p_portable, log1p_true) <= 3);
  REQUIRE(log1p_portable(-1e-300) == -1e-300);
}

TEST_CASE("Powers of two are exact", "[elementary]") {
  for (std::int64_t n = -1022; n < 1024; ++n) REQUIRE(power_of_two(n) == std::ldexp(1.0, static_cast<int>(n)));
}

}  // namespace volley::test
