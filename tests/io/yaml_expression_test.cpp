#include "io/yaml/expression.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <string>

using namespace volley::io::yaml;

namespace {

Scope example_scope() {
  Scope scope;
  scope.set("g", {5, {}});
  scope.set("J", *parse_quantity("0.1 mV"));
  scope.set("tau", *parse_quantity("20 ms"));
  scope.set("V", {3, {}});  // hides the unit
  return scope;
}

double pure(const std::string& text) {
  const Scope scope = example_scope();
  const Evaluation result = evaluate(text, scope);
  CAPTURE(text, result.error);
  REQUIRE(result.value);
  REQUIRE(result.value->is_pure());
  return result.value->number;
}

double in(const std::string& text, const std::string& unit) {
  const Scope scope = example_scope();
  const Evaluation result = evaluate(text, scope);
  CAPTURE(text, result.error);
  REQUIRE(result.value);
  return *in_unit(*result.value, *parse_unit(unit));
}

std::pair<std::size_t, std::string> failure(const std::string& text) {
  const Scope scope = example_scope();
  const Evaluation result = evaluate(text, scope);
  CAPTURE(text);
  REQUIRE_FALSE(result.value);
  return {result.error_at, result.error};
}

}  // namespace

TEST_CASE("operators bind as in mathematics") {
  CHECK(pure("1 + 2 * 3") == 7);
  CHECK(pure("(1 + 2) * 3") == 9);
  CHECK(pure("8 / 4 / 2") == 1);
  CHECK(pure("7 - 4 - 2") == 1);
  CHECK(pure("-2^2") == -4);
  CHECK(pure("2^-1") == 0.5);
  CHECK(pure("2^3^2") == 512);
  CHECK(pure("- -3") == 3);
  CHECK(pure("2*-3") == -6);
  CHECK(pure("g") == 5);
  CHECK(pure("V * 2") == 6);
}

TEST_CASE("functions agree with the C library") {
  CHECK(pure("round(2.5)") == 3);
  CHECK(pure("floor(-0.5)") == -1);
  CHECK(pure("ceil(0.1)") == 1);
  CHECK(pure("sqrt(2)") == std::sqrt(2.0));
  CHECK(pure("min(3, 1, 2)") == 1);
  CHECK(pure("max(3, 1, 2)") == 3);
  CHECK(pure("abs(-1.5)") == 1.5);
  CHECK(pure("exp(1.25)") == Approx(std::exp(1.25)).epsilon(1e-15));
  CHECK(pure("log(10)") == Approx(std::log(10.0)).epsilon(1e-15));
  CHECK(pure("2^0.5") == Approx(std::sqrt(2.0)).epsilon(1e-14));
  for (const double x : {1e-300, 1e-17, 3.3e-9, -2.3e-9, 0.1, -0.9, 7.0}) {
    CHECK(pure("log1p(" + format_number(x) + ")") == Approx(std::log1p(x)).epsilon(4e-16));
  }
}

TEST_CASE("quantities keep their dimension and exact powers of ten") {
  CHECK(in("-g * J", "mV") == -0.5);
  CHECK(in("20 mV / (J * 1000 * tau)", "Hz") == Approx(10).epsilon(1e-15));
  CHECK(in("0.1 mV", "mV") == 0.1);
  CHECK(in("2 * mV", "mV") == 2);
  CHECK(in("1 V + 1 mV", "mV") == 1001);
  CHECK(in("max(1 ms, 1 us)", "us") == 1000);
  CHECK(in("sqrt(J * J)", "mV") == Approx(0.1).epsilon(1e-15));
  CHECK(in("sqrt(4 mV * V * 1 V)", "mV") == Approx(std::sqrt(12000.0)).epsilon(1e-15));
  CHECK(pure("J / 1 V") == Approx(1e-4).epsilon(1e-15));
  CHECK(pure("(2 ms)^2 / (1 ms)^2") == 4);
}

TEST_CASE("errors say what and where") {
  using Pair = std::pair<std::size_t, std::string>;
  CHECK(failure("") == Pair{0, "the expression ends where a number or a name is missing"});
  CHECK(failure("1 +").first == 3);
  CHECK(failure("g * gg") == Pair{4, "unknown name `gg`; did you mean `g`?"});
  CHECK(failure("3 * sqr(4)") == Pair{4, "unknown function `sqr`; did you mean `sqrt`?"});
  CHECK(failure("J + tau") == Pair{2, "cannot add a voltage and a time; give both the same unit"});
  CHECK(failure("1 + J").second.find("a pure number and a voltage") != std::string::npos);
  CHECK(failure("exp(J)").second == "`exp` of a voltage; it needs a pure number");
  CHECK(failure("1 / (g - 5)") == Pair{2, "division by zero"});
  CHECK(failure("log(0)").second == "logarithm of a number that is not positive");
  CHECK(failure("0^-1").second == "division by zero");
  CHECK(failure("(-8)^0.5").second.find("whole power") != std::string::npos);
  CHECK(failure("J^0.5").second.find("a voltage can only be raised to a whole power") == 0);
  CHECK(failure("(1 + 2").second == "`)` is missing");
  CHECK(failure("1 2").second.find("`2` does not fit here") == 0);
  CHECK(failure("3 g").second == "`g` is not a unit; write `*` before a name");
  CHECK(failure("1e308 * 10").second == "the result is not a finite number");
  CHECK(failure("sqrt(-1)").second == "square root of a negative number");
  CHECK(failure("sqrt(tau)").second == "square root of a time has no unit");
  CHECK(failure("round(1, 2)").second == "`round` takes one argument");
  CHECK(failure("2 ^ tau").second.find("must be a pure number") != std::string::npos);
  CHECK(failure("tau^41").second == "the powers of the unit are too large");
  CHECK(failure(std::string(5000, '1')).second.find("longer than 4096") != std::string::npos);
  CHECK(failure(std::string(100, '(') + "1").second.find("more than 64 levels") == 0);
  CHECK(failure(std::string(100, '-') + "1").second.find("more than 64 levels") == 0);
}

TEST_CASE("random texts give a value or an error") {
  const std::string letters = "0123456789.+-*/^()gJtauVmkse, qrlogp1";
  std::mt19937 random(7);
  const Scope scope = example_scope();
  int values = 0;
  for (int i = 0; i < 50000; ++i) {
    std::string text(random() % 24, ' ');
    for (char& c : text) c = letters[random() % letters.size()];
    const Evaluation result = evaluate(text, scope);
    if (result.value) {
      ++values;
      CHECK(std::isfinite(result.value->number));
    } else {
      CHECK(result.error_at <= text.size());
      CHECK_FALSE(result.error.empty());
    }
  }
  CHECK(values > 100);
}

TEST_CASE("inner scopes hide outer ones") {
  Scope outer;
  outer.set("x", {1, {}});
  Scope inner(&outer);
  CHECK(inner.find("x")->number == 1);
  inner.set("x", {2, {}});
  CHECK(inner.find("x")->number == 2);
  CHECK(outer.find("x")->number == 1);
  CHECK(inner.find("y") == nullptr);
}

TEST_CASE("substituting values gives the same result without the scope") {
  const Scope scope = example_scope();
  Scope draws;
  draws.set("r", {0.3, {}});
  const std::string text = "-g * J + 15 mV * r^2 - min(J, 3 mV)";
  CHECK(mentions(text, {"r"}));
  CHECK_FALSE(mentions(text, {"mV", "min"}));
  Scope both(&scope);
  both.set("r", {0.3, {}});
  const Evaluation direct = evaluate(text, both);
  const Evaluation replaced = evaluate(substituted(text, scope), draws);
  CAPTURE(substituted(text, scope), replaced.error);
  REQUIRE(direct.value);
  REQUIRE(replaced.value);
  CHECK(direct.value->number == replaced.value->number);
  CHECK(direct.value->unit == replaced.value->unit);
}
