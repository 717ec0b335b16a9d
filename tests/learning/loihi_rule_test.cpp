#include "learning/loihi_rule.h"

#include <catch2/catch.hpp>

namespace volley {
namespace {

constexpr std::int64_t kUnit = std::int64_t{1} << kRuleBits;

LoihiValues values_of(std::int32_t x1, std::int32_t y0, std::int32_t y1, std::int32_t weight) {
  LoihiValues values{};
  values[static_cast<std::size_t>(LoihiVariable::kX1)] = x1;
  values[static_cast<std::size_t>(LoihiVariable::kY0)] = y0;
  values[static_cast<std::size_t>(LoihiVariable::kY1)] = y1;
  values[static_cast<std::size_t>(LoihiVariable::kWeight)] = weight;
  return values;
}

TEST_CASE("A rule is the sum of its products, each a scale times variables plus constants") {
  // 2^-2 x1 y0 - 3 (y1 + 2) (w - 5)
  const LoihiRule rule = {{1, -2, {{LoihiVariable::kX1, 0}, {LoihiVariable::kY0, 0}}},
                          {-3, 0, {{LoihiVariable::kY1, 2}, {LoihiVariable::kWeight, -5}}}};
  REQUIRE(problem_of(rule).empty());
  CHECK(evaluate(rule, values_of(7, 1, 10, 6)) == 7 * kUnit / 4 - 36 * kUnit);
  CHECK(evaluate(rule, values_of(7, 0, 10, 6)) == -36 * kUnit);
  CHECK(evaluate(rule, values_of(0, 1, -2, 100)) == 0);
  CHECK(evaluate({}, values_of(1, 1, 1, 1)) == 0);
}

TEST_CASE("A product without factors is its scale, and the variable one is 1") {
  CHECK(evaluate({{5, 1, {}}}, {}) == 10 * kUnit);
  CHECK(evaluate({{5, 0, {{LoihiVariable::kOne, 2}}}}, {}) == 15 * kUnit);
}

TEST_CASE("The largest rule is still exact") {
  LoihiValues values;
  values.fill(256);
  const LoihiFactor most{LoihiVariable::kWeight, kLargestConstant};
  const LoihiRule rule(kMostProducts, {127, kLargestRuleExponent, {most, most, most, most}});
  REQUIRE(problem_of(rule).empty());
  const std::int64_t product = std::int64_t{127} * 383 * 383 * 383 * 383;
  CHECK(evaluate(rule, values) == product * 8 * (kUnit << kLargestRuleExponent));
}

TEST_CASE("Rules beyond what fits are refused with value, bound and remedy") {
  CHECK(problem_of({{1, -16, {}}}) == "product 0: exponent -16, must be from -15 to 3; scale the rule");
  CHECK_FALSE(problem_of({{128, 0, {}}}).empty());
  CHECK_FALSE(problem_of({{1, 0, {{LoihiVariable::kX1, 128}}}}).empty());
  CHECK_FALSE(problem_of({{1, 0, std::vector<LoihiFactor>(5)}}).empty());
  CHECK_FALSE(problem_of(LoihiRule(9)).empty());
}

}  // namespace
}  // namespace volley
