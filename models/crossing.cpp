#include "models/crossing.h"

#include <algorithm>

#include "engine/elementary.h"

namespace volley {
namespace {

constexpr double kShortestMs = 1e-12;  // a thousandth of a picosecond: stretches below are one instant

struct Interval {
  double low = 0, high = 0;
};

// f and its first two derivatives at one point.
struct Jet {
  double f = 0, d1 = 0, d2 = 0;
};

template <int D>
using Coefficients = std::array<double, D + 1>;

// (p exp(-rate s))' = (p' - rate p) exp(-rate s).
template <int D>
Coefficients<D> derivative(const Coefficients<D>& c, double rate) {
  Coefficients<D> result;
  for (std::size_t j = 0; j <= D; ++j) result[j] = (j < D ? static_cast<double>(j + 1) * c[j + 1] : 0.0) - rate * c[j];
  return result;
}

template <int D>
double polynomial(const Coefficients<D>& c, double s) {
  double p = c[D];
  for (std::size_t j = D; j-- > 0;) p = p * s + c[j];
  return p;
}

// Largest value of s^j exp(-rate s) on [0, length]: it rises until s = j / rate. `decay` is exp(-rate length).
double highest_of_basis(int j, double rate, double length, double decay) {
  constexpr std::array<double, kSeriesDegree + 1> kExpMinus = {1.0,
                                                               0.36787944117144233,
                                                               0.1353352832366127,
                                                               0.049787068367863944,
                                                               0.01831563888873418,
                                                               0.006737946999085467,
                                                               0.0024787521766663585,
                                                               0.0009118819655545162};
  const double peak = j / rate;
  const double s = std::min(length, peak);
  double power = length < peak ? decay : kExpMinus[static_cast<std::size_t>(j)];
  for (int n = 0; n < j; ++n) power *= s;
  return power;
}

template <int D>
void add_range(Interval& sum, const Coefficients<D>& c, double rate, double length, double decay) {
  const double end = c[0] * decay;
  sum.low += std::min(c[0], end);
  sum.high += std::max(c[0], end);
  for (int j = 1; j <= D; ++j) {
    const double cj = c[static_cast<std::size_t>(j)];
    if (cj == 0) continue;
    const double extreme = cj * highest_of_basis(j, rate, length, decay);
    sum.low += std::min(0.0, extreme);
    sum.high += std::max(0.0, extreme);
  }
}

// Bounds of f, f' and f'' over [0, length].
struct Bounds {
  Interval f, d1, d2;
};

template <int D>
Bounds bounds(const ExponentialSum<D>& f, double length) {
  Bounds b;
  b.f = {f.constant, f.constant};
  double now = f.constant;
  for (int k = 0; k < f.size; ++k) {
    const auto& term = f.terms[static_cast<std::size_t>(k)];
    const double decay = exp_portable(-term.rate * length);
    const Coefficients<D> first = derivative<D>(term.c, term.rate);
    add_range<D>(b.f, term.c, term.rate, length, decay);
    add_range<D>(b.d1, first, term.rate, length, decay);
    add_range<D>(b.d2, derivative<D>(first, term.rate), term.rate, length, decay);
    now += term.c[0];
  }
  if (length < kNoCrossing) b.f.high = std::min(b.f.high, now + length * std::max(0.0, b.d1.high));
  return b;
}

template <int D>
Jet jet(const ExponentialSum<D>& f, double s) {
  Jet result{f.constant, 0, 0};
  for (int k = 0; k < f.size; ++k) {
    const auto& term = f.terms[static_cast<std::size_t>(k)];
    const double decay = exp_portable(-term.rate * s);
    const Coefficients<D> first = derivative<D>(term.c, term.rate);
    result.f += polynomial<D>(term.c, s) * decay;
    result.d1 += polynomial<D>(first, s) * decay;
    result.d2 += polynomial<D>(derivative<D>(first, term.rate), s) * decay;
  }
  return result;
}

// The same sum with `s` as its new origin.
template <int D>
ExponentialSum<D> moved(const ExponentialSum<D>& f, double s) {
  ExponentialSum<D> result = f;
  for (int k = 0; k < f.size; ++k) {
    auto& term = result.terms[static_cast<std::size_t>(k)];
    // Taylor shift of the polynomial by repeated Horner steps, then the decay over s.
    for (std::size_t i = 0; i < D; ++i) {
      for (std::size_t j = D; j-- > i;) term.c[j] += s * term.c[j + 1];
    }
    const double decay = exp_portable(-term.rate * s);
    for (double& c : term.c) c *= decay;
  }
  return result;
}

// The root of a function that is negative at `a`, not negative at `b`, and rises through zero once. `at(x)` returns its
// value and slope. Newton steps, or halving where they leave the bracket.
template <class ValueAndSlope>
double rising_root(double a, double b, double start, const ValueAndSlope& at) {
  double x = start > a && start < b ? start : 0.5 * (a + b);
  for (int i = 0; i < 100 && b - a > kShortestMs; ++i) {
    const auto [value, slope] = at(x);
    (value < 0 ? a : b) = x;
    double next = slope > 0 ? x - value / slope : a;
    if (!(next > a && next < b)) next = 0.5 * (a + b);
    if (std::fabs(next - x) <= kShortestMs) return next;
    x = next;
  }
  return x;
}

struct ValueAndSlope {
  double value, slope;
};

template <int D>
double rising_root_of(const ExponentialSum<D>& f, double a, double b, double start) {
  return rising_root(a, b, start, [&f](double s) {
    const Jet j = jet(f, s);
    return ValueAndSlope{j.f, j.d1};
  });
}

// First crossing in [0, length], given f(0) < 0.
template <int D>
double search(const ExponentialSum<D>& f, double length, double slack) {
  const Bounds b = bounds(f, length);
  if (b.f.high + slack < 0) return kNoCrossing;
  if (b.d1.high <= 0) return kNoCrossing;
  const Jet end = jet(f, length);
  const bool rises_only = b.d1.low >= 0;
  const bool convex = b.d2.low >= 0;
  if (rises_only || convex || length <= kShortestMs) {
    return end.f >= 0 ? rising_root_of(f, 0, length, length - end.f / end.d1) : kNoCrossing;
  }
  if (b.d2.high <= 0) {  // concave: at most one maximum
    const Jet begin = jet(f, 0.0);
    if (begin.d1 <= 0) return kNoCrossing;
    double top = length;
    if (end.d1 < 0) {
      top = rising_root(0, length, length * begin.d1 / (begin.d1 - end.d1), [&f](double s) {
        const Jet j = jet(f, s);
        return ValueAndSlope{-j.d1, -j.d2};
      });
    }
    // From the left, Newton's steps on a concave function never overshoot the root.
    return f.value(top) >= 0 ? rising_root_of(f, 0, top, -begin.f / begin.d1) : kNoCrossing;
  }
  const double half = 0.5 * length;
  const double left = search(f, half, slack);
  if (left != kNoCrossing) return left;
  const ExponentialSum<D> rest = moved(f, half);
  if (rest.value(0) >= 0) return half;  // rounding hid it at the seam
  return half + search(rest, length - half, slack);
}

// Sum of the largest magnitudes that the terms can still reach.
template <int D>
double magnitude(const ExponentialSum<D>& f) {
  double sum = 0;
  for (int k = 0; k < f.size; ++k) {
    const auto& term = f.terms[static_cast<std::size_t>(k)];
    for (int j = 0; j <= D; ++j) {
      sum += std::fabs(term.c[static_cast<std::size_t>(j)]) * highest_of_basis(j, term.rate, kNoCrossing, 0.0);
    }
  }
  return sum;
}

}  // namespace

template <int D>
double ExponentialSum<D>::value(double s) const {
  double f = constant;
  for (int k = 0; k < size; ++k) {
    const Term& term = terms[static_cast<std::size_t>(k)];
    f += polynomial<D>(term.c, s) * exp_portable(-term.rate * s);
  }
  return f;
}

template <int D>
double ExponentialSum<D>::bound_for_ever() const {
  double bound = constant;
  for (int k = 0; k < size; ++k) {
    const Term& term = terms[static_cast<std::size_t>(k)];
    Interval range;
    add_range<D>(range, term.c, term.rate, kNoCrossing, 0.0);
    bound += range.high;
  }
  return bound;
}

template <int D>
double ExponentialSum<D>::bound_within(double length) const {
  return bounds(*this, length).f.high;
}

template <int D>
double ExponentialSum<D>::rounding_slack() const {
  return 4e-15 * (magnitude(*this) + std::fabs(constant));
}

template <int D>
double first_crossing(const ExponentialSum<D>& sum, double horizon) {
  const double slack = sum.rounding_slack();
  double now = sum.constant;
  double fastest = 0;
  for (int k = 0; k < sum.size; ++k) {
    now += sum.terms[static_cast<std::size_t>(k)].c[0];
    fastest = std::max(fastest, sum.terms[static_cast<std::size_t>(k)].rate);
  }
  if (now >= 0) return 0;
  const double negligible = 1e-17 * magnitude(sum);
  ExponentialSum<D> rest = sum;
  double begin = 0;
  double piece = 1.0 / fastest;
  // Stretches of growing length: what is left varies on ever slower scales.
  while (rest.bound_for_ever() + slack >= 0 && magnitude(rest) > negligible && begin < horizon) {
    const double length = std::min(piece, horizon - begin);
    const double found = search(rest, length, slack);
    if (found != kNoCrossing) return begin + found < horizon ? begin + found : kNoCrossing;
    begin += length;
    piece *= 2;
    rest = moved(rest, length);
    if (rest.value(0) >= 0 && begin < horizon) return begin;
  }
  return kNoCrossing;
}

template struct ExponentialSum<0>;
template struct ExponentialSum<1>;
template struct ExponentialSum<kSeriesDegree>;
template double first_crossing(const ExponentialSum<0>&, double);
template double first_crossing(const ExponentialSum<1>&, double);
template double first_crossing(const ExponentialSum<kSeriesDegree>&, double);

}  // namespace volley
