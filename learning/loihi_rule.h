// A learning rule of Loihi: a change of weight, delay or tag as a sum of products of the synapse's variables.
//
//   z += sum over i of S_i * prod over j of (V_ij + C_ij),   S_i = s 2^e
//
// V is one of LoihiVariable; x0 and y0 are 1 in an epoch in which the neuron fired, else 0. Source: Davies et al. 2018,
// IEEE Micro 38(1), equation 1. A rule is evaluated in integers: scales are an integer and a power of two, and the
// result as a numerator over 2^kRuleBits, to be rounded stochastically (learning/loihi_traces.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"

namespace volley {

enum class LoihiVariable : std::uint8_t { kOne, kX0, kX1, kX2, kY0, kY1, kY2, kY3, kWeight, kDelay, kTag, kR1 };
inline constexpr std::size_t kLoihiVariables = 12;

// The values of a synapse at the end of an epoch, by LoihiVariable; entry kOne is 1 by itself.
using LoihiValues = std::array<std::int32_t, kLoihiVariables>;

struct LoihiFactor {
  LoihiVariable variable = LoihiVariable::kOne;
  std::int32_t constant = 0;  // added to the variable
};
struct LoihiProduct {
  std::int32_t scale = 1;  // S = scale * 2^exponent
  int exponent = 0;
  std::vector<LoihiFactor> factors;
};

inline constexpr int kRuleBits = 15;  // results are in 2^-15
inline constexpr int kLargestRuleExponent = 3;
inline constexpr std::size_t kMostFactors = 4, kMostProducts = 8;
inline constexpr std::int32_t kLargestConstant = 127;

using LoihiRule = std::vector<LoihiProduct>;

// What is wrong with a rule, as "product 0: ..., must be ...; remedy"; "" if nothing is.
inline std::string problem_of(const LoihiRule& rule) {
  if (rule.size() > kMostProducts) {
    return absl::StrFormat("%d products, must be at most %d; merge some", rule.size(), kMostProducts);
  }
  for (std::size_t i = 0; i < rule.size(); ++i) {
    const LoihiProduct& product = rule[i];
    if (product.exponent < -kRuleBits || product.exponent > kLargestRuleExponent) {
      return absl::StrFormat("product %d: exponent %d, must be from %d to %d; scale the rule", i, product.exponent,
                             -kRuleBits, kLargestRuleExponent);
    }
    if (product.scale < -kLargestConstant || product.scale > kLargestConstant) {
      return absl::StrFormat("product %d: scale %d, must be from -127 to 127; use the exponent", i, product.scale);
    }
    if (product.factors.size() > kMostFactors) {
      return absl::StrFormat("product %d: %d factors, must be at most %d; split the product", i, product.factors.size(),
                             kMostFactors);
    }
    for (const LoihiFactor& factor : product.factors) {
      if (factor.constant >= -kLargestConstant && factor.constant <= kLargestConstant) continue;
      return absl::StrFormat("product %d: constant %d, must be from -127 to 127; use the scale", i, factor.constant);
    }
  }
  return "";
}

// The rule's sum in 2^-kRuleBits, exact. REQUIRES: problem_of(rule) is empty; every value within +-256. A product is
// then below 127 * 2^(15 + 3) * 383^4 < 2^60, and eight of them stay within 63 bits.
inline std::int64_t evaluate(const LoihiRule& rule, const LoihiValues& values) {
  std::int64_t sum = 0;
  for (const LoihiProduct& product : rule) {
    std::int64_t term = product.scale;
    for (const LoihiFactor& factor : product.factors) {
      const bool one = factor.variable == LoihiVariable::kOne;
      term *= (one ? 1 : values[static_cast<std::size_t>(factor.variable)]) + factor.constant;
    }
    sum += term * (std::int64_t{1} << (kRuleBits + product.exponent));
  }
  return sum;
}

}  // namespace volley
