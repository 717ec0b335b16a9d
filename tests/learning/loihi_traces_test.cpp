// Traces, tags and weights of the learning engine: exact cases, and the statistics of stochastic rounding.
#include "learning/loihi_traces.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "engine/random.h"

namespace volley {
namespace {

constexpr std::uint32_t kLow = 0, kHigh = 0xffffffffu;  // the random numbers that always and never round up

TEST_CASE("Rounding goes up with the probability of the fraction, also below zero") {
  CHECK(stochastic_round(12, 2, kLow) == 3);
  CHECK(stochastic_round(12, 2, kHigh) == 3);
  CHECK(stochastic_round(13, 2, 0x3fffffffu) == 4);
  CHECK(stochastic_round(13, 2, 0x40000000u) == 3);
  CHECK(stochastic_round(-13, 2, 0xbfffffffu) == -3);  // -4 + 3/4
  CHECK(stochastic_round(-13, 2, 0xc0000000u) == -4);
  CHECK(stochastic_round(7, 0, kLow) == 7);
}

TEST_CASE("A trace decays exactly in the mean, whatever its size and its time constant") {
  std::uint64_t item = 0;
  for (const double tau : {2.0, 10.0, 50.0}) {
    for (const int x : {1, 17, 127}) {
      const LoihiTrace::Params p = LoihiTrace::params(tau, 1, 0);
      RandomStream random({3, Purpose::kLoihi, 0}, item++);
      const int n = 40000;
      double sum = 0;
      for (int i = 0; i < n; ++i) {
        const int next = LoihiTrace::next(p, x, 0, random.next_u32(), random.next_u32());
        REQUIRE(std::fabs(next - x * std::exp(-1 / tau)) < 1);  // one of the two neighbours
        sum += next;
      }
      const double mean = x * std::exp(-1 / tau), fraction = mean - std::floor(mean);
      INFO("tau " << tau << ", x " << x);
      CHECK(std::fabs(sum / n - mean) < 4.5 * std::sqrt(fraction * (1 - fraction) / n) + 1e-5);
    }
  }
}

TEST_CASE("An impulse is added with its fraction in the mean, and a trace stops at 127") {
  const LoihiTrace::Params p = LoihiTrace::params(1e9, 1, 10.25);
  CHECK(p.impulse == 10 * 128 + 32);
  CHECK(LoihiTrace::next(p, 0, 1, kHigh, kHigh) == 10);
  CHECK(LoihiTrace::next(p, 0, 1, kHigh, kLow) == 11);
  CHECK(LoihiTrace::next(p, 0, 4, kHigh, kHigh) == 41);  // 4 * 10.25 is whole
  CHECK(LoihiTrace::next(p, 120, 1, kLow, kHigh) == 127);
  CHECK(LoihiTrace::next(p, 127, 60, kLow, kLow) == 127);
}

TEST_CASE("An epoch of several steps decays as they would together") {
  CHECK(LoihiTrace::params(20, 5, 0).keep == Approx(std::exp(-0.25) * 0x1p24).margin(1));
  CHECK(LoihiTrace::problem(20, 63, 16).empty());
  CHECK(LoihiTrace::problem(20, 64, 16) == "learning epoch 64 steps, must be from 1 to 63; set an epoch within");
  CHECK_FALSE(LoihiTrace::problem(20, 0, 16).empty());
  CHECK_FALSE(LoihiTrace::problem(0, 1, 16).empty());
  CHECK_FALSE(LoihiTrace::problem(20, 1, 128).empty());
}

TEST_CASE("The reward trace has a sign and eight bits, and decays in size") {
  const LoihiTrace::Params kept{1u << 24, 0}, half{1u << 23, 0};
  CHECK(next_reward(kept, 100, 20 * 128, kHigh, kHigh) == 120);
  CHECK(next_reward(kept, 100, 28 * 128, kHigh, kHigh) == 127);
  CHECK(next_reward(kept, -100, -29 * 128, kHigh, kHigh) == -128);
  CHECK(next_reward(kept, 3, -5 * 128, kHigh, kHigh) == -2);
  CHECK(next_reward(half, -5, 0, kHigh, kHigh) == -2);
  CHECK(next_reward(half, -5, 0, kLow, kHigh) == -3);
  CHECK(next_reward(half, 5, 0, kLow, kHigh) == 3);
  CHECK(next_reward(kept, 0, 64, kHigh, kLow) == 1);
  CHECK(next_reward(kept, 0, -64, kHigh, kHigh) == -1);
}

TEST_CASE("A tag has nine bits with its sign") {
  CHECK(next_tag(250, 5 * 4, 2, kHigh) == 255);
  CHECK(next_tag(250, 6 * 4, 2, kHigh) == 255);
  CHECK(next_tag(-250, -9 * 4, 2, kHigh) == -256);
  CHECK(next_tag(0, 1, 1, kLow) == 1);
  CHECK(next_tag(0, 1, 1, kHigh) == 0);
}

TEST_CASE("A weight moves by whole quanta of what is stored, by the change in the mean, and stays in its range") {
  const LoihiStoredWeight four{.magnitude_bits = 4, .lowest = 0, .highest = 255};  // multiples of 16
  CHECK(next_weight(four, 32, 16 << 3, 3, kHigh) == 48);
  CHECK(next_weight(four, 32, 1 << 3, 3, kLow) == 48);
  CHECK(next_weight(four, 32, 1 << 3, 3, kHigh) == 32);
  CHECK(next_weight(four, 240, 100 << 3, 3, kLow) == 240);  // 255 is not stored
  CHECK(next_weight(four, 16, -(100 << 3), 3, kHigh) == 0);
  RandomStream random({5, Purpose::kLoihi, 1}, 0);
  const int n = 40000;
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += next_weight(four, 32, 3 << 3, 3, random.next_u32());
  const double probability = 3.0 / 16;
  CHECK(std::fabs(sum / n - 35) < 4.5 * 16 * std::sqrt(probability * (1 - probability) / n));
  const LoihiStoredWeight inhibitory{.magnitude_bits = 8, .lowest = -255, .highest = 0};
  CHECK(next_weight(inhibitory, -3, 8 << 3, 3, kHigh) == 0);
}

}  // namespace
}  // namespace volley
