#include "models/crossing.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "engine/random.h"
#include "models/current_lif.h"

namespace volley {
namespace {

// Membrane-like sums: a constant below or above zero, and up to four modes of either sign and any distance.
template <int D>
ExponentialSum<D> draw_sum(RandomStream& random) {
  ExponentialSum<D> f;
  f.constant = -12 + 14 * random.next_uniform();
  const std::uint32_t size = 1 + random.next_below(4);
  for (std::uint32_t k = 0; k < size; ++k) {
    auto& term = f.add(1.0 / (0.5 + 20 * random.next_uniform()), 15 * random.next_normal());
    for (std::size_t j = 1; j <= static_cast<std::size_t>(std::min(D, 3)); ++j) term.c[j] = random.next_normal();
  }
  return f;
}

template <int D>
long double exact(const ExponentialSum<D>& f, long double s) {
  long double sum = f.constant;
  for (int k = 0; k < f.size; ++k) {
    const auto& term = f.terms[static_cast<std::size_t>(k)];
    long double p = 0;
    for (std::size_t j = D + 1; j-- > 0;) p = p * s + term.c[j];
    sum += p * std::exp(-static_cast<long double>(term.rate) * s);
  }
  return sum;
}

TEMPLATE_TEST_CASE_SIG("Bounds are never below what they bound", "", ((int D), D), 0, 1, kSeriesDegree) {
  RandomStream random({5, Purpose::kUser, 1}, D);
  for (int i = 0; i < 2000; ++i) {
    const auto f = draw_sum<D>(random);
    const double length = std::exp(-5 + 9 * random.next_uniform());
    const double slack = f.rounding_slack();
    const double within = f.bound_within(length), for_ever = f.bound_for_ever();
    for (int n = 0; n <= 100; ++n) {
      const auto value = static_cast<double>(exact(f, length * n / 100.0L));
      REQUIRE(value <= within + slack);
      REQUIRE(value <= for_ever + slack);
      REQUIRE(f.value(length * n / 100.0) == Approx(value).margin(slack));
    }
  }
}

// First root by brute force: a fine scan, and bisection of what it brackets. Maxima between two points of the scan are
// looked at when they may reach zero.
template <int D>
long double scanned(const ExponentialSum<D>& f, long double horizon, long double step) {
  for (long double left = 0; left < horizon; left += step) {
    long double a = left, b = std::min(left + step, horizon);
    if (exact(f, b) < 0) {
      long double low = a, high = b;  // ternary search of the maximum
      if (exact(f, a + (b - a) / 2) < std::max(exact(f, a), exact(f, b)) && exact(f, b) < -1e-2L) continue;
      for (int i = 0; i < 60; ++i) {
        const long double m1 = low + (high - low) / 3, m2 = high - (high - low) / 3;
        (exact(f, m1) < exact(f, m2) ? low : high) = exact(f, m1) < exact(f, m2) ? m1 : m2;
      }
      b = low;
      if (exact(f, b) < 0) continue;
    }
    for (int i = 0; i < 80; ++i) {
      const long double middle = (a + b) / 2;
      (exact(f, middle) >= 0 ? b : a) = middle;
    }
    return b;
  }
  return kNoCrossing;
}

TEMPLATE_TEST_CASE_SIG("The first crossing is the one that a scan finds, and none is found where none is", "",
                       ((int D), D), 0, 1, kSeriesDegree) {
  RandomStream random({5, Purpose::kUser, 2}, D);
  int crossings = 0;
  for (int i = 0; i < 1500; ++i) {
    const auto f = draw_sum<D>(random);
    const double horizon = 40;
    const double found = first_crossing(f, horizon);
    if (f.value(0) >= 0) {
      CHECK(found == 0);
      continue;
    }
    const auto expected = static_cast<double>(scanned(f, horizon, 0.05L));
    INFO("sum " << i);
    if (expected == kNoCrossing) {
      CHECK(found == kNoCrossing);
      continue;
    }
    ++crossings;
    // Rounding moves a crossing by what it adds to f over the slope there.
    const auto slope = static_cast<double>((exact(f, expected + 1e-6L) - exact(f, expected - 1e-6L)) / 2e-6L);
    CHECK(found == Approx(expected).margin(1e-11 + f.rounding_slack() / std::fabs(slope)));
    const double unlimited = first_crossing(f, kNoCrossing);
    CHECK(unlimited == Approx(found).margin(1e-11 + f.rounding_slack() / std::fabs(slope)));
  }
  CHECK(crossings > 50);
}

TEST_CASE("A maximum just below the threshold is no crossing, one just above is") {
  // 4 (exp(-s/10) - exp(-s/2)) peaks at (5/2) ln 5.
  const double peak_at = 2.5 * std::log(5.0);
  const double peak = 4 * (std::exp(-peak_at / 10) - std::exp(-peak_at / 2));
  for (const double margin : {1e-3, 1e-6, 1e-9, 1e-12}) {
    ExponentialSum<0> f;
    f.add(0.1, 4);
    f.add(0.5, -4);
    f.constant = -peak + margin;
    const double found = first_crossing(f, kNoCrossing);
    CHECK(found < peak_at);
    // Near its maximum f is -margin' + f''/2 s^2.
    const double curvature = std::fabs(0.04 * std::exp(-peak_at / 10) - std::exp(-peak_at / 2));
    CHECK(peak_at - found == Approx(std::sqrt(2 * margin / curvature)).epsilon(0.02));
    f.constant = -peak - margin;
    CHECK(first_crossing(f, kNoCrossing) == kNoCrossing);
  }
}

TEST_CASE("A crossing at the horizon belongs to the next stretch") {
  ExponentialSum<0> f;
  f.constant = 1;
  f.add(0.1, -2);
  const double root = 10 * std::log(2.0);
  CHECK(first_crossing(f, root * 0.999999) == kNoCrossing);
  CHECK(first_crossing(f, root * 1.000001) == Approx(root).epsilon(1e-14));
  CHECK(first_crossing(f, kNoCrossing) == Approx(root).epsilon(1e-14));
}

// The response to (g + h s) exp(-rate s), by Simpson's rule in long double on the variation-of-constants integral.
long double integrated(double rate_m, double rate, double c_m, double g, double h, long double s) {
  const auto integrand = [&](long double u) {
    return (g + h * u) / c_m * std::exp(-static_cast<long double>(rate) * u) *
           std::exp(-static_cast<long double>(rate_m) * (s - u));
  };
  const int steps = 20000;
  long double sum = integrand(0) + integrand(s);
  for (int i = 1; i < steps; ++i) sum += integrand(s * i / steps) * (i % 2 == 1 ? 4 : 2);
  return sum * s / steps / 3;
}

TEST_CASE("The response to a current is right for equal, close and distant time constants") {
  const double tau_m = 10;
  for (const double ratio : {0.2, 0.98, 0.991, 0.9999, 1 - 1e-9, 1.0, 1 + 1e-6, 1.0099, 1.0101, 3.0}) {
    const double tau = tau_m * ratio;
    CurrentLifParams p{};
    p.c_m = 200;
    p.rate_m = 1 / tau_m;
    p.rate_syn[0] = 1 / tau;
    p.epsilon[0] = (tau - tau_m) / (tau * tau_m);
    ExponentialSum<kSeriesDegree> v;
    v.add(p.rate_m, 0.0);
    add_current_response(v, p, 0, 30.0, 20.0);
    for (const double s : {0.5, 7.0, 20.0, 60.0}) {
      const auto expected = static_cast<double>(integrated(p.rate_m, p.rate_syn[0], p.c_m, 30, 20, s));
      INFO("tau ratio " << ratio << " after " << s << " ms");
      CHECK(v.value(s) == Approx(expected).epsilon(1e-10));
    }
  }
}

}  // namespace
}  // namespace volley
