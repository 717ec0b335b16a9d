#include "learning/loihi_text.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/str_format.h"

namespace volley {
namespace {

constexpr std::array<std::pair<std::string_view, LoihiVariable>, 11> kVariables = {{{"x0", LoihiVariable::kX0},
                                                                                    {"x1", LoihiVariable::kX1},
                                                                                    {"x2", LoihiVariable::kX2},
                                                                                    {"y0", LoihiVariable::kY0},
                                                                                    {"y1", LoihiVariable::kY1},
                                                                                    {"y2", LoihiVariable::kY2},
                                                                                    {"y3", LoihiVariable::kY3},
                                                                                    {"w", LoihiVariable::kWeight},
                                                                                    {"d", LoihiVariable::kDelay},
                                                                                    {"t", LoihiVariable::kTag},
                                                                                    {"r1", LoihiVariable::kR1}}};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  LoihiText parse() {
    skip();
    if (at_ == text_.size()) return {};
    for (bool first = true; problem_.empty() && (first || at_ < text_.size()); first = false) {
      const char sign = take("+-");
      if (sign == 0 && !first) {
        fail("must be `+`, `-` or `*`");
        break;
      }
      product(sign == '-');
    }
    if (problem_.empty()) problem_ = problem_of(rule_);
    if (!problem_.empty()) rule_.clear();
    return {std::move(rule_), std::move(problem_)};
  }

 private:
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  // The next character if it is one of `wanted`, else 0.
  char take(std::string_view wanted) {
    if (at_ == text_.size() || wanted.find(text_[at_]) == std::string_view::npos) return 0;
    const char c = text_[at_++];
    skip();
    return c;
  }
  void fail(std::string_view what) {
    if (!problem_.empty()) return;
    const std::string here = at_ == text_.size() ? "the end" : "`" + std::string(text_.substr(at_, 12)) + "`";
    problem_ = absl::StrFormat("at %d: %s %s", at_ + 1, here, what);
  }

  std::int32_t integer() {
    std::int32_t value = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc{} || value < 0 || value > 10'000) {
      fail("must be a whole number up to 10000");
      return 0;
    }
    at_ = static_cast<std::size_t>(end - text_.data());
    skip();
    return value;
  }
  LoihiVariable variable() {
    std::size_t end = at_;
    while (end < text_.size() && std::isalnum(static_cast<unsigned char>(text_[end]))) ++end;
    for (const auto& [name, value] : kVariables) {
      if (text_.substr(at_, end - at_) != name) continue;
      at_ = end;
      skip();
      return value;
    }
    fail("is no variable; there are x0, x1, x2, y0, y1, y2, y3, w, d, t and r1");
    return LoihiVariable::kOne;
  }

  void factor(LoihiProduct& product) {
    if (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_]))) {
      const std::int32_t value = integer();
      if (value == 2 && take("^") != 0) {
        const bool down = take("+-") == '-';
        const std::int32_t exponent = integer();
        product.exponent += down ? -exponent : exponent;
      } else if (std::int64_t{product.scale} * value > 1'000'000) {
        fail("makes the scale too large; use 2^n");
      } else {
        product.scale *= value;
      }
      return;
    }
    LoihiFactor factor;
    if (take("(") != 0) {
      factor.variable = variable();
      const char sign = take("+-");
      if (sign == 0) fail("must be `+` or `-`");
      const std::int32_t constant = sign == 0 ? 0 : integer();
      factor.constant = sign == '-' ? -constant : constant;
      if (take(")") == 0) fail("must be `)`");
    } else {
      factor.variable = variable();
    }
    product.factors.push_back(factor);
  }

  void product(bool negative) {
    LoihiProduct product;
    do {
      factor(product);
    } while (problem_.empty() && take("*") != 0);
    if (negative) product.scale = -product.scale;
    rule_.push_back(std::move(product));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  LoihiRule rule_;
  std::string problem_;
};

}  // namespace

LoihiText parse_loihi_rule(std::string_view text) { return Parser(text).parse(); }

}  // namespace volley
