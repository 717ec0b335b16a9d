// Random streams: the published numbers of the generator, the transforms against their laws, batches against single
// draws.
#include "engine/random.h"

#include <Random123/philox.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <set>
#include <vector>

#include "engine/elementary.h"
#include "engine/philox.h"
#include "tests/support/chi_square.h"

namespace volley::test {
namespace {

constexpr StreamKey kKey{42, Purpose::kUser, 9};

// z of `draws` values in [0, 1) that should be uniform.
double uniformity(int draws, const std::function<double()>& draw) {
  std::vector<double> counted(256), expected(256, draws / 256.0);
  for (int i = 0; i < draws; ++i) ++counted.at(static_cast<std::size_t>(draw() * 256));
  return std::abs(chi_square_z(counted, expected));
}

// z of `draws` integers against a probability function.
double fit(int draws, const std::function<std::uint64_t()>& draw, const std::function<double(double)>& probability,
           std::size_t values) {
  std::vector<double> counted(values), expected(values);
  for (int i = 0; i < draws; ++i) ++counted[std::min<std::uint64_t>(draw(), values - 1)];
  double rest = draws;
  for (std::size_t k = 0; k + 1 < values; ++k) rest -= expected[k] = draws * probability(static_cast<double>(k));
  expected.back() = std::max(0.0, rest);
  return std::abs(chi_square_z(counted, expected));
}

}  // namespace

TEST_CASE("Philox gives the known answers of its authors", "[random][reference]") {
  // Random123 1.14 (Salmon et al. 2011), tests/kat_vectors, philox4x32 with 10 rounds: counter, key, result.
  REQUIRE(philox({0, 0, 0, 0}, {0, 0}) == PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  REQUIRE(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) == PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  REQUIRE(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("Philox is Random123's for arbitrary counters and keys, one by one and eight at once",
          "[random][reference]") {
  RandomStream words(kKey, 0);
  for (int i = 0; i < 2000; ++i) {
    const PhiloxKey key{words.next_u32(), words.next_u32()};
    const std::uint64_t item = words.next_u64(), first = i % 2 ? words.next_u64() : 0xffff'fffcu;  // carries in between
    std::uint32_t lanes[4][8], ordered[32];
    philox_lanes(key, item, first, lanes);
    philox_words(key, item, first, ordered);
    for (std::uint64_t l = 0; l < 8; ++l) {
      const PhiloxBlock counter{static_cast<std::uint32_t>(first + l), static_cast<std::uint32_t>((first + l) >> 32),
                                static_cast<std::uint32_t>(item), static_cast<std::uint32_t>(item >> 32)};
      const r123::Philox4x32::ctr_type ctr{{counter[0], counter[1], counter[2], counter[3]}};
      const r123::Philox4x32::key_type k{{key[0], key[1]}};
      const auto theirs = r123::Philox4x32()(ctr, k);
      const PhiloxBlock ours = philox(counter, key);
      for (std::size_t w = 0; w < 4; ++w) {
        REQUIRE(ours[w] == theirs[w]);
        REQUIRE(lanes[w][l] == theirs[w]);
        REQUIRE(ordered[4 * l + w] == theirs[w]);
      }
    }
  }
}

TEST_CASE("A stream is the sequence of its blocks, whatever their number at once", "[random]") {
  RandomStream one(kKey, 5);
  BulkRandomStream eight(kKey, 5), late(kKey, 5, 25);
  const PhiloxKey key = philox_key(kKey);
  for (std::uint32_t block = 0; block < 200; ++block) {
    const PhiloxBlock expected = philox({block, 0, 5, 0}, key);
    for (const std::uint32_t word : expected) {
      REQUIRE(one.next_u32() == word);
      REQUIRE(eight.next_u32() == word);
      if (block >= 25) REQUIRE(late.next_u32() == word);
    }
  }
}

TEST_CASE("A batch holds the numbers of single draws", "[random]") {
  for (const std::uint32_t n : {1u, 10'000u, 0x8000'0001u, 0xc000'0000u, 0xffff'ffffu}) {  // up to half are rejected
    RandomStream one(kKey, n);
    BulkRandomStream eight(kKey, n);
    for (const std::size_t size : {1u, 3u, 8u, 31u, 32u, 100u, 1000u}) {
      std::vector<std::uint32_t> batch(size);
      eight.fill_below(n, batch);
      for (const std::uint32_t x : batch) REQUIRE(x == one.next_below(n));
    }
  }
  const std::vector<Distribution> distributions = {Constant{2}, Uniform{-1, 3}, Normal{1, 2},
                                                   ClippedNormal{0, 1, 0.5, 2}, Lognormal{0, 0.5}};
  for (const Distribution& d : distributions) {
    RandomStream one(kKey, 1);
    BulkRandomStream eight(kKey, 1);
    std::vector<double> batch(77);
    for (int repeat = 0; repeat < 3; ++repeat) {
      eight.fill(d, batch);
      for (const double x : batch) REQUIRE(x == one.next(d));
    }
  }
}

TEST_CASE("Seed, purpose, entity and item each give another stream", "[random]") {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (const Purpose purpose : {Purpose::kConnect, Purpose::kWeight, Purpose::kDelay}) {
      for (std::uint64_t entity = 0; entity < 20; ++entity) {
        for (std::uint64_t item = 0; item < 20; ++item) {
          seen.insert(RandomStream({seed, purpose, entity}, item).next_u64());
        }
      }
    }
  }
  REQUIRE(seen.size() == 20 * 3 * 20 * 20);
}

TEST_CASE("Names are hashed as FNV-1a says", "[random][reference]") {
  // Fowler, Noll & Vo, draft-eastlake-fnv, 64-bit FNV-1a test vectors.
  REQUIRE(hash_name("") == 0xcbf29ce484222325u);
  REQUIRE(hash_name("a") == 0xaf63dc4c8601ec8cu);
  REQUIRE(hash_name("foobar") == 0x85944171f73967e8u);
}

TEST_CASE("Uniform numbers never reach 0 or 1, and fill the interval evenly", "[random]") {
  REQUIRE(open_unit(0) == 0x1p-53);
  REQUIRE(open_unit(~std::uint64_t{0}) == 1 - 0x1p-53);
  RandomStream stream(kKey, 1);
  REQUIRE(uniformity(200'000, [&] { return stream.next_uniform(); }) < kSuspicious);
  RandomStream fine(kKey, 2);  // the lower bits too
  REQUIRE(uniformity(200'000, [&] { return std::fmod(fine.next_uniform() * 0x1p40, 1.0); }) < kSuspicious);
}

TEST_CASE("Bounded integers are unbiased", "[random]") {
  for (const std::uint32_t n : {2u, 7u, 1000u}) {
    RandomStream stream(kKey, n);
    REQUIRE(fit(
                100'000, [&] { return stream.next_below(n); }, [&](double) { return 1.0 / n; }, n) < kSuspicious);
  }
  // Multiplication without rejection would give every third value of {0, ..., 3 * 2^30 - 1} twice the probability.
  RandomStream stream(kKey, 0);
  REQUIRE(fit(
              100'000, [&] { return stream.next_below(0xc000'0000u) % 3; }, [](double) { return 1.0 / 3; }, 3) <
          kSuspicious);
}

TEST_CASE("The normal quantile agrees with published values", "[random][reference]") {
  // Wichura 1988 (Applied Statistics 37, 477), test values of AS 241; 0.975 and 0.995: Abramowitz & Stegun, table 26.5.
  REQUIRE(normal_quantile(0.25) == Approx(-0.6744897501960817).epsilon(1e-15));
  REQUIRE(normal_quantile(0.001) == Approx(-3.090232306167814).epsilon(1e-15));
  REQUIRE(normal_quantile(1e-20) == Approx(-9.262340089798408).epsilon(1e-15));
  REQUIRE(normal_quantile(0.975) == Approx(1.95996398454005).epsilon(1e-14));
  REQUIRE(normal_quantile(0.995) == Approx(2.57582930354890).epsilon(1e-14));
  REQUIRE(normal_quantile(0.5) == 0);
}

TEST_CASE("The normal quantile inverts the distribution function over its whole range", "[random]") {
  for (double p = 0x1p-53; p < 0.5; p *= 1.01) {
    const double back = normal_below(normal_quantile(p));
    REQUIRE(back == Approx(p).epsilon(3e-14));  // erfc amplifies by up to x^2 = 72
    REQUIRE(normal_quantile(1 - p) == Approx(-normal_quantile(1 - (1 - p))).epsilon(1e-12));
  }
}

TEST_CASE("Quantiles in a batch have the bits of single ones, out to the far tails", "[random]") {
  std::vector<double> batch = {1e-300, 1e-20, 0x1p-53, 1e-11, 2e-11, 0.075, 0.0751, 0.5, 0.925, 0.9251, 1 - 0x1p-53};
  RandomStream stream(kKey, 2);
  while (batch.size() < 1000) batch.push_back(stream.next_uniform());
  std::vector<double> single;
  for (const double p : batch) single.push_back(normal_quantile(p));
  normal_quantiles(batch);
  REQUIRE(batch == single);
}

TEST_CASE("Every distribution follows its law", "[random]") {
  RandomStream stream(kKey, 3);
  const auto z = [&](const Distribution& d, const std::function<double(double)>& below) {
    return uniformity(100'000, [&] { return below(stream.next(d)); });
  };
  REQUIRE(z(Uniform{-2, 6}, [](double x) { return (x + 2) / 8; }) < kSuspicious);
  REQUIRE(z(Normal{3, 0.5}, [](double x) { return normal_below((x - 3) / 0.5); }) < kSuspicious);
  REQUIRE(z(Lognormal{1, 2}, [](double x) { return normal_below((std::log(x) - 1) / 2); }) < kSuspicious);
  const double low = normal_below(-0.5), high = normal_below(2);
  REQUIRE(z(ClippedNormal{10, 2, 9, 14}, [&](double x) { return (normal_below((x - 10) / 2) - low) / (high - low); }) <
          kSuspicious);
  REQUIRE(uniformity(100'000, [&] { return 1 - std::exp(-stream.next_exponential()); }) < kSuspicious);
  REQUIRE(stream.next(Constant{4}) == 4);
}

TEST_CASE("A uniform draw stays below its upper end even where rounding would reach it", "[random]") {
  RandomStream stream(kKey, 3);
  const Uniform narrow{1, 1 + 0x1p-52};  // half of the sums round up to the end
  for (int i = 0; i < 100; ++i) REQUIRE(stream.next(narrow) == 1);
}

TEST_CASE("Geometric numbers follow their law", "[random]") {
  for (const double p : {0.9, 0.5, 0.02}) {
    RandomStream stream(kKey, 4);
    const double log_q = log1p_portable(-p);
    REQUIRE(fit(
                100'000, [&] { return stream.next_geometric(log_q); }, [&](double k) { return p * std::pow(1 - p, k); },
                1000) < kSuspicious);
  }
}

TEST_CASE("Geometric numbers stay in range for the smallest probabilities", "[random]") {
  RandomStream stream(kKey, 4);
  for (int i = 0; i < 100; ++i) REQUIRE(stream.next_geometric(log1p_portable(-1e-300)) == ~std::uint64_t{0} >> 1);
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) sum += static_cast<double>(stream.next_geometric(log1p_portable(-1e-17)));
  REQUIRE(sum / 10'000 == Approx(1e17).epsilon(0.05));
}

TEST_CASE("Binomial numbers follow their law, small means and large", "[random]") {
  struct Case {
    std::uint64_t n;
    double p;
  };
  // On both sides of the change of method at n p = 16, and of p = 1/2.
  for (const Case c : {Case{10, 0.3},
                       {1'000'000, 1e-6},
                       {100, 0.15},
                       {100, 0.17},
                       {33, 0.5},
                       {100, 0.9},
                       {1000, 0.05},
                       {1000, 0.5},
                       {1000, 0.97},
                       {1'000'000, 3e-5}}) {
    INFO("n " << c.n << ", p " << c.p);
    RandomStream stream(kKey, c.n);
    const double n = static_cast<double>(c.n);
    const auto values = static_cast<std::size_t>(std::min(n, n * c.p + 20 * std::sqrt(n * c.p) + 50) + 1);
    REQUIRE(fit(
                100'000, [&] { return stream.next_binomial(c.n, c.p); },
                [&](double k) { return binomial_probability(n, c.p, k); }, values) < kSuspicious);
  }
}

TEST_CASE("Binomial numbers of billions of trials have the right mean and spread", "[random]") {
  RandomStream stream(kKey, 6);
  const std::uint64_t n = 15'600'000'000;
  const double p = 1.0 / 12'500, mean = static_cast<double>(n) * p, variance = mean * (1 - p);
  double sum = 0, squares = 0;
  constexpr int kDraws = 20'000;
  for (int i = 0; i < kDraws; ++i) {
    const double x = static_cast<double>(stream.next_binomial(n, p)) - mean;
    sum += x;
    squares += x * x;
  }
  REQUIRE(std::abs(sum) / std::sqrt(kDraws * variance) < kSuspicious);
  REQUIRE(std::abs(squares / kDraws / variance - 1) < kSuspicious * std::sqrt(2.0 / kDraws));
}

TEST_CASE("Binomial numbers at the ends of the range are certain", "[random]") {
  RandomStream stream(kKey, 6);
  REQUIRE(stream.next_binomial(0, 0.5) == 0);
  REQUIRE(stream.next_binomial(100, 0) == 0);
  REQUIRE(stream.next_binomial(100, 1) == 100);
}

}  // namespace volley::test
