#include "io/yaml/expression.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>

#include "engine/did_you_mean.h"
#include "engine/elementary.h"

namespace volley::io::yaml {
namespace {

constexpr int kDeepestBrackets = 64;
constexpr int kLargestDimension = 40;
constexpr int kLargestExponent = 10000;

bool is_word_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_word_start(c) || (c >= '0' && c <= '9'); }

enum class TokenKind { kNumber, kUnit, kName, kSign, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::size_t at = 0;
  std::string_view text;
  double number = 0;
};

// One token per call; a word that follows a number is that number's unit.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
    Token token{TokenKind::kEnd, at_, {}, 0};
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    std::size_t length = 1;
    if (const auto prefix = c == '-' || c == '+' ? std::nullopt : number_prefix(text_.substr(at_))) {
      token.kind = TokenKind::kNumber;
      token.number = prefix->number;
      length = prefix->length;
    } else if (is_word_start(c)) {
      while (at_ + length < text_.size() && is_word(text_[at_ + length])) ++length;
      token.kind = after_number_ ? TokenKind::kUnit : TokenKind::kName;
    } else {
      token.kind = TokenKind::kSign;
    }
    token.text = text_.substr(at_, length);
    after_number_ = token.kind == TokenKind::kNumber;
    at_ += length;
    return token;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  bool after_number_ = false;
};

struct Failure {
  std::size_t at;
  std::string message;
};

// Both numbers in the finer of the two powers of ten, so that adding equal units changes no bit.
void align(Quantity& a, Quantity& b) {
  const int exponent = std::min(a.unit.exponent, b.unit.exponent);
  a.number = scaled(a.number, a.unit.exponent - exponent);
  b.number = scaled(b.number, b.unit.exponent - exponent);
  a.unit.exponent = b.unit.exponent = exponent;
}

// x^n for whole n by squaring: the same multiplications on every machine.
double whole_power(double x, int n) {
  double result = 1;
  for (unsigned k = static_cast<unsigned>(std::abs(n)); k != 0; k >>= 1) {
    if (k & 1u) result *= x;
    x *= x;
  }
  return n < 0 ? 1 / result : result;
}

double log1p_portable(double x) {
  // W. Kahan's correction: the rounding of 1 + x cancels in the quotient.
  const double u = 1 + x;
  return u == 1 ? x : log_portable(u) * x / (u - 1);
}

class Parser {
 public:
  Parser(std::string_view text, const Scope& scope) : scope_(scope), lexer_(text) { advance(); }

  Evaluation run() {
    const std::optional<Quantity> value = sum(0);
    if (value && !failure_ && token_.kind != TokenKind::kEnd) fail(token_.at, unexpected());
    if (failure_) return {std::nullopt, failure_->at, failure_->message};
    return {value, 0, {}};
  }

 private:
  using Result = std::optional<Quantity>;

  void advance() { token_ = lexer_.next(); }
  bool at_sign(char c) const { return token_.kind == TokenKind::kSign && token_.text.front() == c; }

  Result fail(std::size_t at, std::string message) {
    if (!failure_) failure_ = Failure{at, std::move(message)};
    return std::nullopt;
  }

  std::string unexpected() const {
    if (token_.kind == TokenKind::kEnd) return "the expression ends where a number or a name is missing";
    return "`" + std::string(token_.text) + "` does not fit here; an operator or a bracket may be missing";
  }

  Result checked(Quantity value, std::size_t at) {
    if (!std::isfinite(value.number)) return fail(at, "the result is not a finite number");
    const Dimension& d = value.unit.dimension;
    if (std::max({std::abs(d.second), std::abs(d.volt), std::abs(d.ampere)}) > kLargestDimension ||
        std::abs(value.unit.exponent) > kLargestExponent) {
      return fail(at, "the powers of the unit are too large");
    }
    // A pure number has no power of ten of its own.
    if (value.is_pure()) return Quantity{scaled(value.number, value.unit.exponent), {}};
    return value;
  }

  Result sum(int depth) {
    Result left = product(depth);
    while (left && (at_sign('+') || at_sign('-'))) {
      const bool minus = at_sign('-');
      const std::size_t at = token_.at;
      advance();
      Result right = product(depth);
      if (!right) return std::nullopt;
      if (!same_dimension(*left, *right, at, minus ? "subtract" : "add")) return std::nullopt;
      align(*left, *right);
      left->number = minus ? left->number - right->number : left->number + right->number;
      left = checked(*left, at);
    }
    return left;
  }

  bool same_dimension(const Quantity& a, const Quantity& b, std::size_t at, std::string_view verb) {
    if (a.unit.dimension == b.unit.dimension) return true;
    fail(at, "cannot " + std::string(verb) + " " + describe(a.unit) + " and " + describe(b.unit) +
                 "; give both the same unit");
    return false;
  }

  Result product(int depth) {
    Result left = sign(depth);
    while (left && (at_sign('*') || at_sign('/'))) {
      const bool divide = at_sign('/');
      const std::size_t at = token_.at;
      advance();
      const Result right = sign(depth);
      if (!right) return std::nullopt;
      if (divide && right->number == 0) return fail(at, "division by zero");
      const int power = divide ? -1 : 1;
      left->number = divide ? left->number / right->number : left->number * right->number;
      left->unit.dimension.second += power * right->unit.dimension.second;
      left->unit.dimension.volt += power * right->unit.dimension.volt;
      left->unit.dimension.ampere += power * right->unit.dimension.ampere;
      left->unit.exponent += power * right->unit.exponent;
      left = checked(*left, at);
    }
    return left;
  }

  Result sign(int depth) {
    if (!at_sign('-') && !at_sign('+')) return power(depth);
    const bool minus = at_sign('-');
    if (depth >= kDeepestBrackets) return fail(token_.at, too_deep());
    advance();
    Result value = sign(depth + 1);
    if (value && minus) value->number = -value->number;
    return value;
  }

  Result power(int depth) {
    const Result base = atom(depth);
    if (!base || !at_sign('^')) return base;
    const std::size_t at = token_.at;
    if (depth >= kDeepestBrackets) return fail(at, too_deep());
    advance();
    const Result exponent = sign(depth + 1);
    if (!exponent) return std::nullopt;
    if (!exponent->is_pure())
      return fail(at, "the power is " + describe(exponent->unit) + "; it must be a pure number");
    return raise(*base, exponent->number, at);
  }

  Result raise(const Quantity& base, double exponent, std::size_t at) {
    if (exponent == std::floor(exponent) && std::abs(exponent) <= 1024) {
      const int n = static_cast<int>(exponent);
      if (n < 0 && base.number == 0) return fail(at, "division by zero");
      // checked() has kept the dimension and the exponent small, so the products below cannot overflow an int.
      const Dimension& d = base.unit.dimension;
      return checked({whole_power(base.number, n), {{d.second * n, d.volt * n, d.ampere * n}, base.unit.exponent * n}},
                     at);
    }
    if (!base.is_pure()) return fail(at, describe(base.unit) + " can only be raised to a whole power");
    if (base.number <= 0) return fail(at, "a number that is not positive can only be raised to a whole power");
    return checked({exp_portable(exponent * log_portable(base.number)), {}}, at);
  }

  Result atom(int depth) {
    const Token token = token_;
    if (depth >= kDeepestBrackets) return fail(token.at, too_deep());
    if (token.kind == TokenKind::kNumber) return number(token);
    if (token.kind == TokenKind::kName) {
      advance();
      return at_sign('(') ? call(token, depth) : lookup(token);
    }
    if (!at_sign('(')) return fail(token.at, unexpected());
    advance();
    const Result value = sum(depth + 1);
    if (value && !at_sign(')')) return fail(token_.at, "`)` is missing");
    if (value) advance();
    return value;
  }

  Result number(const Token& token) {
    advance();
    Quantity value{token.number, {}};
    if (token_.kind == TokenKind::kUnit) {
      const std::optional<Unit> unit = parse_unit(token_.text);
      if (!unit) return fail(token_.at, "`" + std::string(token_.text) + "` is not a unit; write `*` before a name");
      value.unit = *unit;
      advance();
    }
    return checked(value, token.at);
  }

  Result lookup(const Token& token) {
    if (const Quantity* value = scope_.find(token.text)) return *value;
    if (const std::optional<Unit> unit = parse_unit(token.text)) return Quantity{1, *unit};
    const std::vector<std::string> known = scope_.names();
    return fail(token.at, "unknown name `" + std::string(token.text.substr(0, 64)) + "`; " +
                              (known.empty() ? "define it under `parameters`" : did_you_mean(token.text, known)));
  }

  Result call(const Token& name, int depth) {
    advance();
    std::vector<Quantity> arguments;
    while (true) {
      const Result value = sum(depth + 1);
      if (!value) return std::nullopt;
      arguments.push_back(*value);
      if (!at_sign(',')) break;
      advance();
    }
    if (!at_sign(')')) return fail(token_.at, "`)` is missing");
    advance();
    return apply(name, arguments);
  }

  Result apply(const Token& name, const std::vector<Quantity>& arguments);
  Result extreme(const Token& name, const std::vector<Quantity>& arguments);
  Result root(const Token& name, Quantity x);

  static std::string too_deep() {
    return "more than " + std::to_string(kDeepestBrackets) + " levels of brackets, signs and powers";
  }

  const Scope& scope_;
  Lexer lexer_;
  Token token_;
  std::optional<Failure> failure_;
};

struct PureFunction {
  std::string_view name;
  double (*value)(double);
};
constexpr std::array<PureFunction, 6> kPureFunctions = {{
    {"round", [](double x) { return std::round(x); }},
    {"floor", [](double x) { return std::floor(x); }},
    {"ceil", [](double x) { return std::ceil(x); }},
    {"exp", [](double x) { return exp_portable(x); }},
    {"log", [](double x) { return log_portable(x); }},
    {"log1p", [](double x) { return log1p_portable(x); }},
}};
constexpr std::array<std::string_view, 4> kOtherFunctions = {"sqrt", "abs", "min", "max"};

Parser::Result Parser::apply(const Token& name, const std::vector<Quantity>& arguments) {
  if (name.text == "min" || name.text == "max") return extreme(name, arguments);
  if (!is_function_name(name.text)) {
    std::vector<std::string> known(kOtherFunctions.begin(), kOtherFunctions.end());
    for (const PureFunction& function : kPureFunctions) known.emplace_back(function.name);
    return fail(name.at,
                "unknown function `" + std::string(name.text.substr(0, 64)) + "`; " + did_you_mean(name.text, known));
  }
  if (arguments.size() != 1) return fail(name.at, "`" + std::string(name.text) + "` takes one argument");
  const Quantity& x = arguments.front();
  if (name.text == "abs") return Quantity{std::abs(x.number), x.unit};
  if (name.text == "sqrt") return root(name, x);
  if (!x.is_pure()) {
    return fail(name.at, "`" + std::string(name.text) + "` of " + describe(x.unit) + "; it needs a pure number");
  }
  const double lowest = name.text == "log" ? 0 : name.text == "log1p" ? -1 : -HUGE_VAL;
  if (x.number <= lowest) return fail(name.at, "logarithm of a number that is not positive");
  const auto function = std::find_if(kPureFunctions.begin(), kPureFunctions.end(),
                                     [&](const PureFunction& f) { return f.name == name.text; });
  return checked({function->value(x.number), {}}, name.at);
}

Parser::Result Parser::extreme(const Token& name, const std::vector<Quantity>& arguments) {
  Quantity best = arguments.front();
  for (Quantity other : std::vector<Quantity>(arguments.begin() + 1, arguments.end())) {
    if (!same_dimension(best, other, name.at, "compare")) return std::nullopt;
    align(best, other);
    best.number = name.text == "min" ? std::min(best.number, other.number) : std::max(best.number, other.number);
  }
  return checked(best, name.at);
}

Parser::Result Parser::root(const Token& name, Quantity x) {
  Dimension& d = x.unit.dimension;
  if (x.number < 0) return fail(name.at, "square root of a negative number");
  if (d.second % 2 != 0 || d.volt % 2 != 0 || d.ampere % 2 != 0) {
    return fail(name.at, "square root of " + describe(x.unit) + " has no unit");
  }
  if (x.unit.exponent % 2 != 0) {
    x.number *= 10;
    x.unit.exponent -= 1;
  }
  return checked({std::sqrt(x.number), {{d.second / 2, d.volt / 2, d.ampere / 2}, x.unit.exponent / 2}}, name.at);
}

// Calls `visit` for every name that evaluate() would look up.
void for_each_name(std::string_view text, const std::function<void(const Token&)>& visit) {
  Lexer lexer(text);
  Token token = lexer.next();
  while (token.kind != TokenKind::kEnd) {
    const Token following = lexer.next();
    const bool is_call = following.kind == TokenKind::kSign && following.text.front() == '(';
    if (token.kind == TokenKind::kName && !is_call) visit(token);
    token = following;
  }
}

}  // namespace

const Quantity* Scope::find(std::string_view name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer_) {
    const auto found = scope->values_.find(name);
    if (found != scope->values_.end()) return &found->second;
  }
  return nullptr;
}

std::vector<std::string> Scope::names() const {
  std::vector<std::string> names;
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer_) {
    for (const auto& [name, value] : scope->values_) names.push_back(name);
  }
  return names;
}

Evaluation evaluate(std::string_view text, const Scope& scope) {
  if (text.size() > kLongestExpression) {
    return {std::nullopt, 0, "the expression is longer than " + std::to_string(kLongestExpression) + " bytes"};
  }
  return Parser(text, scope).run();
}

bool mentions(std::string_view text, const std::vector<std::string>& names) {
  bool found = false;
  for_each_name(text, [&](const Token& token) {
    found = found || std::find(names.begin(), names.end(), token.text) != names.end();
  });
  return found;
}

std::string substituted(std::string_view text, const Scope& scope) {
  std::string result;
  std::size_t copied = 0;
  for_each_name(text, [&](const Token& token) {
    const Quantity* value = scope.find(token.text);
    if (value == nullptr) return;
    result += text.substr(copied, token.at - copied);
    result += "(" + format_quantity(*value) + ")";
    copied = token.at + token.text.size();
  });
  return result.append(text.substr(copied));
}

bool is_function_name(std::string_view name) {
  return std::find(kOtherFunctions.begin(), kOtherFunctions.end(), name) != kOtherFunctions.end() ||
         std::any_of(kPureFunctions.begin(), kPureFunctions.end(),
                     [name](const PureFunction& function) { return function.name == name; });
}

bool is_identifier(std::string_view name) {
  return !name.empty() && is_word_start(name.front()) && std::all_of(name.begin(), name.end(), is_word);
}

}  // namespace volley::io::yaml
