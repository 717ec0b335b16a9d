// Arithmetic over named quantities: "-g * J", "round(0.1 * N)", "theta / (J * C_E * tau)".
//
//   sum     = product (("+" | "-") product)*
//   product = sign (("*" | "/") sign)*
//   sign    = ("-" | "+") sign | power
//   power   = atom ("^" sign)?                       right-associative, binds tighter than a sign
//   atom    = number [unit] | name | function "(" sum ("," sum)* ")" | "(" sum ")"
//
// A word right after a number is always a unit ("0.1 mV"); any other word is a name of the scope or, if the scope has
// none such, a unit ("2 * mV"). Quantities carry their dimension: adding a time to a voltage is an error. Functions:
// round, floor, ceil, exp, log, log1p of pure numbers; sqrt, abs, min, max of anything. Every result is a pure function
// of its arguments on every machine (engine/elementary.h).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/yaml/quantity.h"

namespace volley::io::yaml {

// Names visible to an expression; inner scopes hide outer ones. The outer scope must outlive the inner.
class Scope {
 public:
  explicit Scope(const Scope* outer = nullptr) : outer_(outer) {}

  void set(const std::string& name, const Quantity& value) { values_[name] = value; }
  const Quantity* find(std::string_view name) const;
  std::vector<std::string> names() const;  // of this and all outer scopes

 private:
  const Scope* outer_;
  std::map<std::string, Quantity, std::less<>> values_;
};

struct Evaluation {
  std::optional<Quantity> value;  // empty: an error
  std::size_t error_at = 0;       // offset into the text, in bytes
  std::string error;
};

inline constexpr std::size_t kLongestExpression = 4096;  // bytes

// `text` is without the "=" that introduces an expression in YAML. At most 64 levels of brackets.
Evaluation evaluate(std::string_view text, const Scope& scope);

// True if a name of `names` occurs in `text` as something to be looked up.
bool mentions(std::string_view text, const std::vector<std::string>& names);

// `text` with every name that `scope` knows replaced by its value in brackets: the same result without the scope.
std::string substituted(std::string_view text, const Scope& scope);

bool is_function_name(std::string_view name);

// A letter or underscore, then letters, digits and underscores.
bool is_identifier(std::string_view name);

}  // namespace volley::io::yaml
