#include "models/decay_frame.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/random.h"

namespace volley {
namespace {

Time at_ps(std::int64_t ps) { return Time{Duration{ps}}; }

std::int64_t draw_ps(RandomStream& random, double below) {
  return static_cast<std::int64_t>(random.next_uniform() * below);
}

TEST_CASE("Ratios of factors are exponentials of the time between, a million seconds into the simulation") {
  RandomStream random({3, Purpose::kUser, 1}, 0);
  for (const double tau_ms : {0.1, 2.0, 5.0, 10.0, 20.0, 33.3333}) {
    const DecayFrame frame(tau_ms);
    for (const double origin_s : {0.0, 1.0, 1e3, 1e6}) {
      for (int i = 0; i < 300; ++i) {
        DecayFrame moved = frame;
        const Time first = at_ps(draw_ps(random, 1e12) + static_cast<std::int64_t>(origin_s * 1e12));
        const Time second = first + Duration{draw_ps(random, tau_ms * 1e9 * 20)};
        moved.rebase(first);
        const double residual = random.next_uniform() - 0.5;
        const long double length = static_cast<long double>((second - first).count()) - residual;
        const long double expected = std::exp(length / (static_cast<long double>(tau_ms) * 1e9L));
        const double ratio = moved.factor(second) / moved.factor(first, residual);
        CHECK(std::fabs(static_cast<double>(ratio / expected - 1.0L)) < 1.5e-15);
        CHECK(moved.decay(second) * moved.factor(second) == Approx(1.0).epsilon(3e-16));
      }
    }
  }
}

TEST_CASE("A factor is a power of two times what it would be on another base") {
  RandomStream random({3, Purpose::kUser, 2}, 0);
  for (const double tau_ms : {0.5, 7.0, 19.99}) {
    for (int i = 0; i < 200; ++i) {
      DecayFrame frame(tau_ms);
      const Time t = at_ps(draw_ps(random, tau_ms * 1e9 * 400));
      const double on_first_base = frame.factor(t);
      const double power = frame.rebase(t);
      CHECK(frame.factor(t) == on_first_base * power);
      CHECK_FALSE(frame.needs_rebase(t));
    }
  }
}

TEST_CASE("Coefficients do not depend on when the base was moved") {
  RandomStream random({3, Purpose::kUser, 3}, 0);
  for (const double tau_ms : {0.01, 1.0}) {
    DecayFrame often(tau_ms);
    DecayFrame seldom(tau_ms);
    double c_often = 0, c_seldom = 0;
    Time t = kStart;
    for (int i = 0; i < 3000; ++i) {
      const Time next = t + Duration{draw_ps(random, tau_ms * 1e9 * 500)};
      for (int j = 1; j <= 3; ++j) {
        c_often = DecayFrame::rescaled(c_often, often.rebase(t + (next - t) * j / 3));
      }
      if (seldom.needs_rebase(next)) c_seldom = DecayFrame::rescaled(c_seldom, seldom.rebase(next));
      const double w = random.next_normal();
      c_often += w * often.factor(next);
      c_seldom += w * seldom.factor(next);
      REQUIRE(c_often == c_seldom);
      t = next;
    }
  }
}

TEST_CASE("The base moves at the same picosecond however it is reached") {
  for (const double tau_ms : {1e-3, 0.3, 20.0, 1e6}) {
    DecayFrame frame(tau_ms);
    const double block_ps = tau_ms * 1e9 * std::log(2.0) * DecayFrame::kBlock;
    std::int64_t low = 0, high = static_cast<std::int64_t>(block_ps * 1.5);
    while (high - low > 1) {
      const std::int64_t middle = low + (high - low) / 2;
      (frame.needs_rebase(at_ps(middle)) ? high : low) = middle;
    }
    CHECK(frame.rescale_to(at_ps(high - 1)) == 1.0);
    CHECK(frame.rescale_to(at_ps(high)) == power_of_two(-DecayFrame::kBlock));
    CHECK(std::fabs(static_cast<double>(high) - block_ps) <= 1.0 + block_ps * 1e-15);
  }
}

TEST_CASE("Factors computed together are the bits of factors computed alone, however many") {
  RandomStream random({4, Purpose::kUser, 1}, 0);
  for (const double tau_ms : {1e-3, 2.0, 20.0, 1e6}) {
    DecayFrame frame(tau_ms);
    frame.rebase(at_ps(draw_ps(random, 1e15)));
    for (std::size_t count = 1; count <= DecayFrame::kLanes; ++count) {
      std::vector<Time> at(count);
      for (Time& t : at) t = at_ps(draw_ps(random, 2e15));
      double together[DecayFrame::kLanes];
      frame.factors(
          count, [&](std::size_t k) { return at[k]; }, together);
      for (std::size_t k = 0; k < count; ++k) CHECK(together[k] == frame.factor(at[k]));
    }
  }
}

TEST_CASE("A frame far behind saturates instead of overflowing") {
  DecayFrame frame(1.0);
  CHECK(frame.decay(time_from_ms(1e9)) < 1e-300);
  CHECK(std::isfinite(frame.factor(time_from_ms(1e9))));
  const double power = frame.rescale_to(time_from_ms(1e9));
  CHECK(DecayFrame::rescaled(0x1p300, power) == 0.0);
  CHECK(DecayFrame::rescaled(-std::numeric_limits<double>::infinity(), power) ==
        -std::numeric_limits<double>::infinity());
  CHECK_FALSE(frame.needs_rebase(kStart));
}

}  // namespace
}  // namespace volley
