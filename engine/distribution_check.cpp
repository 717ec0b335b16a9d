#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/validate.h"

namespace volley {
namespace {

constexpr double kLeastClippedShare = 1e-4;  // of a clipped normal, so that redrawing ends soon

class Checker {
 public:
  explicit Checker(std::string_view unit)
      : unit_(absl::StrCat(unit.empty() ? "" : " ", absl::string_view(unit.data(), unit.size()))) {}

  void operator()(const Constant& d) { finite("value", d.value); }
  void operator()(const Uniform& d) { ordered(d.low, d.high); }
  void operator()(const Normal& d) {
    finite("mean", d.mean);
    not_negative("sd", d.sd, unit_);
  }
  void operator()(const Lognormal& d) {  // of the logarithm, so without unit
    finite("mu", d.mu);
    not_negative("sigma", d.sigma, "");
  }
  void operator()(const ClippedNormal& d) {
    finite("mean", d.mean);
    not_negative("sd", d.sd, unit_);
    ordered(d.low, d.high);
    if (problems_.empty()) enough_kept(d);
  }

  std::vector<std::string> take() { return std::move(problems_); }

 private:
  template <class... Args>
  void add(const absl::FormatSpec<Args...>& format, const Args&... args) {
    problems_.push_back(absl::StrFormat(format, args...));
  }

  void finite(const char* part, double value) {
    if (!std::isfinite(value)) add("%s %g%s, must be a finite number; set `%s`", part, value, unit_, part);
  }
  void not_negative(const char* part, double value, const std::string& unit) {
    finite(part, value);
    if (value < 0) add("%s %g%s, must be at least 0; set `%s`", part, value, unit, part);
  }
  void ordered(double low, double high) {
    finite("low", low);
    finite("high", high);
    if (low > high) add("low %g%s, must be at most high %g%s; swap them", low, unit_, high, unit_);
  }
  void enough_kept(const ClippedNormal& d) {
    const auto below = [&](double x) { return 0.5 * std::erfc((d.mean - x) / (d.sd * std::sqrt(2.0))); };
    const double share = d.sd == 0 ? (d.low <= d.mean && d.mean <= d.high ? 1 : 0) : below(d.high) - below(d.low);
    if (share >= kLeastClippedShare) return;
    // An end that was left out is the largest number.
    const double open = std::numeric_limits<double>::max();
    std::string range = absl::StrFormat("[%g, %g]%s", d.low, d.high, unit_);
    if (d.high == open) range = absl::StrFormat("%g%s and above", d.low, unit_);
    if (d.low == -open) range = absl::StrFormat("%g%s and below", d.high, unit_);
    add("%s holds %.2g of the normal distribution with mean %g and sd %g, must hold at least %g; widen `low` and "
        "`high`",
        range, share, d.mean, d.sd, kLeastClippedShare);
  }

  std::string unit_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> problems_of(const Distribution& distribution, std::string_view unit) {
  Checker checker(unit);
  std::visit(checker, distribution);
  return checker.take();
}

}  // namespace volley
