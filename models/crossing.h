// The first time at which a sum of decaying exponentials reaches zero: the exact threshold test of every linear neuron.
//
// A sum is f(s) = constant + sum_k p_k(s) exp(-rate_k s), with polynomials p_k of degree at most D, for s >= 0 in
// milliseconds: D = 0 for exponential synapses, 1 for alpha synapses, kSeriesDegree where two time constants are so
// close that the response is expanded in their difference.
//
// The search never misses a crossing. Every stretch of time is either excluded by a bound that is never below f, or is
// known by the sign of f' or f'' to hold at most one upward crossing, which a bracketed Newton iteration then finds, or
// is halved, left half first. The answer is a pure function of the coefficients and the horizon.
#pragma once

#include <array>
#include <cassert>
#include <cmath>
#include <limits>

namespace volley {

inline constexpr double kNoCrossing = std::numeric_limits<double>::infinity();
inline constexpr int kSeriesDegree = 7;

template <int D>
struct ExponentialSum {
  static constexpr int kMaxTerms = 5;
  struct Term {
    double rate;                  // 1 / ms, above 0
    std::array<double, D + 1> c;  // p(s) = c[0] + c[1] s + ...
  };

  double constant = 0;
  int size = 0;
  std::array<Term, kMaxTerms> terms;

  // Appends a term with p = c0 and returns it. REQUIRES: size < kMaxTerms.
  Term& add(double rate, double c0) {
    assert(size < kMaxTerms);
    Term& term = terms[static_cast<std::size_t>(size++)];
    term.rate = rate;
    term.c = {c0};
    return term;
  }

  double value(double s) const;

  // Never below f(s) for any s >= 0 (up to rounding: add rounding_slack()).
  double bound_for_ever() const;

  // Never below f(s) for any s in [0, length]; the smaller of a bound by values and one by slopes.
  double bound_within(double length) const;

  // What rounding can add to any evaluation of f.
  double rounding_slack() const;
};

// The smallest s in [0, horizon) with f(s) >= 0, or kNoCrossing. `horizon` may be infinite. 0 if f(0) >= 0.
// A maximum that touches zero counts as a crossing when its computed value is not negative.
template <int D>
double first_crossing(const ExponentialSum<D>& f, double horizon);

extern template struct ExponentialSum<0>;
extern template struct ExponentialSum<1>;
extern template struct ExponentialSum<kSeriesDegree>;
extern template double first_crossing(const ExponentialSum<0>&, double);
extern template double first_crossing(const ExponentialSum<1>&, double);
extern template double first_crossing(const ExponentialSum<kSeriesDegree>&, double);

}  // namespace volley
