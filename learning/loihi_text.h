// A learning rule of Loihi (learning/loihi_rule.h) as text: "2^-2*x1*y0 - 2^-2*y1*x0".
//
//   sum     = ["+" | "-"] product (("+" | "-") product)*
//   product = factor ("*" factor)*
//   factor  = integer | "2^" ["+" | "-"] integer | variable | "(" variable ("+" | "-") integer ")"
//
// Variables are x0, x1, x2, y0, y1, y2, y3, w, d, t and r1. Blanks do not matter.
#pragma once

#include <string>
#include <string_view>

#include "learning/loihi_rule.h"

namespace volley {

struct LoihiText {
  LoihiRule rule;       // no products for an empty text
  std::string problem;  // "at 7: `x5` is no variable; ..." with the position in the text from 1, or ""
};

LoihiText parse_loihi_rule(std::string_view text);

}  // namespace volley
