// Connectivity as a random object: every rule draws from the law that its name promises. Seeds are fixed.
#include <array>
#include <functional>
#include <map>
#include <numeric>

#include "tests/engine/connections.h"
#include "tests/support/chi_square.h"

namespace volley::test {
namespace {

// z of counts that should be equal. `spread`: variance of a count over that of a Poisson count.
double evenness(const std::vector<std::uint32_t>& counts, double spread) {
  const double mean = std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
  double statistic = 0;
  for (const std::uint32_t c : counts) statistic += (c - mean) * (c - mean) / (mean * spread);
  return std::abs(chi_square_z(statistic, static_cast<double>(counts.size()) - 1));
}

std::vector<double> histogram(const std::vector<std::uint32_t>& values, std::size_t bins) {
  std::vector<double> counted(bins);
  for (const std::uint32_t v : values) ++counted[std::min<std::size_t>(v, bins - 1)];
  return counted;
}

double binomial_fit(const std::vector<std::uint32_t>& values, std::uint32_t n, double p) {
  std::vector<double> expected(n + std::size_t{1});
  for (std::size_t k = 0; k <= n; ++k) {
    expected[k] = static_cast<double>(values.size()) * binomial_probability(n, p, static_cast<double>(k));
  }
  return std::abs(chi_square_z(histogram(values, n + std::size_t{1}), expected));
}

std::uint64_t autapses_of(const SynapseGroup& group) {
  std::uint64_t n = 0;
  for (const Synapse& s : synapses_of(group)) n += s.source == s.target;
  return n;
}

// How often each set of pairs comes up over many seeds, by its pairs as text.
std::map<std::string, double> outcomes(const ProjectionSpec& spec, const Sizes& sizes, std::uint64_t seeds) {
  std::map<std::string, double> times;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    std::string key;
    for (const Synapse& s : synapses_of(connect_all(spec, sizes, seed))) {
      key += std::to_string(s.source) + ">" + std::to_string(s.target) + " ";
    }
    ++times[key];
  }
  return times;
}

// z of all outcomes being equally likely, there being `possible` of them.
double equally_likely(const std::map<std::string, double>& times, std::size_t possible, double draws) {
  REQUIRE(times.size() == possible);
  std::vector<double> counted;
  for (const auto& [outcome, n] : times) counted.push_back(n);
  return std::abs(chi_square_z(counted, std::vector<double>(possible, draws / static_cast<double>(possible))));
}

constexpr Sizes kWide{2000, 3000, false};

}  // namespace

TEST_CASE("Fixed in-degree takes every source equally often", "[connect][statistics]") {
  REQUIRE(evenness(outdegrees(connect_all(projection(FixedIndegree{100}), kWide)), 1) < kSuspicious);
  for (const std::uint32_t k : {100u, 1500u}) {  // distinct: by choosing, and by leaving out
    const SynapseGroup group = connect_all(projection(FixedIndegree{k}, true, false), kWide);
    REQUIRE(evenness(outdegrees(group), (1 - k / 2000.0) * 2000 / 1999) < kSuspicious);
  }
}

TEST_CASE("Out-degrees under fixed in-degree are binomial", "[connect][statistics]") {
  const auto degrees = outdegrees(connect_all(projection(FixedIndegree{10}), {20'000, 3000, false}));
  REQUIRE(binomial_fit(degrees, 30'000, 1.0 / 20'000) < kSuspicious);
}

TEST_CASE("Fixed out-degree takes every target equally often", "[connect][statistics]") {
  const SynapseGroup group = connect_all(projection(FixedOutdegree{90}), kWide);
  REQUIRE(evenness(indegrees(group, 3000), 1) < kSuspicious);
  const SynapseGroup distinct = connect_all(projection(FixedOutdegree{2000}, true, false), kWide);
  REQUIRE(evenness(indegrees(distinct, 3000), (1 - 2000.0 / 3000) * 3000 / 2999) < kSuspicious);
}

TEST_CASE("Autapses are as frequent as other pairs", "[connect][statistics]") {
  const Sizes one_population{2000, 2000, true};
  for (const Rule& rule :
       {Rule{FixedIndegree{200}}, Rule{FixedOutdegree{200}}, Rule{PairwiseBernoulli{0.1}}, Rule{FixedTotal{400'000}}}) {
    for (const bool multapses : {true, false}) {
      const double autapses =
          static_cast<double>(autapses_of(connect_all(projection(rule, true, multapses), one_population)));
      REQUIRE(std::abs(autapses - 200) / std::sqrt(200.0) < kSuspicious);
    }
  }
}

TEST_CASE("Bernoulli pairs are independent trials", "[connect][statistics]") {
  for (const double p : {0.002, 0.1, 0.7}) {
    INFO("p " << p);
    const SynapseGroup group = connect_all(projection(PairwiseBernoulli{p}), kWide);
    REQUIRE(binomial_fit(indegrees(group, 3000), 2000, p) < kSuspicious);
    REQUIRE(binomial_fit(outdegrees(group), 3000, p) < kSuspicious);
    const double mean = p * 6e6;
    REQUIRE(std::abs(static_cast<double>(group.target.size()) - mean) / std::sqrt(mean * (1 - p)) < kSuspicious);
  }
}

TEST_CASE("A fixed total falls on the targets as a multinomial and on the sources evenly", "[connect][statistics]") {
  for (const std::uint64_t total : {30'000u, 600'000u}) {
    const SynapseGroup group = connect_all(projection(FixedTotal{total}), kWide);
    REQUIRE(evenness(indegrees(group, 3000), 1) < kSuspicious);
    REQUIRE(evenness(outdegrees(group), 1) < kSuspicious);
    REQUIRE(binomial_fit(indegrees(group, 3000), static_cast<std::uint32_t>(total), 1.0 / 3000) < kSuspicious);
  }
}

TEST_CASE("A fixed total of distinct pairs falls on targets and sources as a hypergeometric", "[connect][statistics]") {
  const double pairs = 6e6;
  for (const std::uint64_t total : {30'000u, 600'000u, 5'000'000u}) {
    INFO("total " << total);
    const SynapseGroup group = connect_all(projection(FixedTotal{total}, true, false), kWide);
    const double spread = 1 - static_cast<double>(total) / pairs;
    REQUIRE(evenness(indegrees(group, 3000), spread) < kSuspicious);
    REQUIRE(evenness(outdegrees(group), spread) < kSuspicious);
  }
}

TEST_CASE("Every possible set of pairs is equally likely without multapses", "[connect][statistics]") {
  constexpr std::uint64_t kSeeds = 20'000;
  const auto z = [&](const Rule& rule, const Sizes& sizes, bool autapses, std::size_t possible) {
    return equally_likely(outcomes(projection(rule, autapses, false), sizes, kSeeds), possible, kSeeds);
  };
  // Sums of binomial coefficients, counted by hand.
  REQUIRE(z(FixedIndegree{2}, {5, 1, false}, true, 10) < kSuspicious);
  REQUIRE(z(FixedIndegree{3}, {5, 1, false}, true, 10) < kSuspicious);
  REQUIRE(z(FixedIndegree{1}, {3, 3, true}, false, 8) < kSuspicious);
  REQUIRE(z(FixedOutdegree{2}, {2, 4, false}, true, 36) < kSuspicious);
  REQUIRE(z(FixedTotal{2}, {3, 2, false}, true, 15) < kSuspicious);
  REQUIRE(z(FixedTotal{4}, {3, 2, false}, true, 15) < kSuspicious);
  REQUIRE(z(FixedTotal{3}, {3, 3, true}, false, 20) < kSuspicious);
}

TEST_CASE("A fixed total with multapses has the probabilities of a multinomial", "[connect][statistics]") {
  // Two draws from 2 x 2 pairs: 4 outcomes of one pair twice (1/16 each), 6 of two pairs (1/8 each).
  constexpr double kSeeds = 20'000;
  const auto times = outcomes(projection(FixedTotal{2}), {2, 2, false}, static_cast<std::uint64_t>(kSeeds));
  REQUIRE(times.size() == 10);
  std::vector<double> counted, expected;
  for (const auto& [outcome, n] : times) {
    counted.push_back(n);
    const bool twice = outcome.substr(0, 4) == outcome.substr(4);
    expected.push_back(twice ? kSeeds / 16 : kSeeds / 8);
  }
  REQUIRE(std::abs(chi_square_z(counted, expected)) < kSuspicious);
}

TEST_CASE("Weights follow their distribution whichever neuron draws them", "[connect][statistics]") {
  const double low = normal_below(-1), high = normal_below(1.5);
  const std::vector<std::pair<Distribution, std::function<double(double)>>> laws = {
      {Uniform{-1, 3}, [](double x) { return (x + 1) / 4; }},
      {Normal{0.15, 0.05}, [](double x) { return normal_below((x - 0.15) / 0.05); }},
      {ClippedNormal{2, 2, 0, 5}, [=](double x) { return (normal_below((x - 2) / 2) - low) / (high - low); }},
      {Lognormal{-1, 0.5}, [](double x) { return normal_below((std::log(x) + 1) / 0.5); }},
  };
  for (const auto& [distribution, below] : laws) {
    for (const Rule& rule : {Rule{FixedIndegree{50}}, Rule{FixedOutdegree{75}}, Rule{OneToOne{}}}) {
      INFO("distribution " << distribution.index() << ", rule " << rule.index());
      ProjectionSpec spec = projection(rule);
      spec.weight = distribution;
      const bool one_to_one = std::holds_alternative<OneToOne>(rule);
      const SynapseGroup group = connect_all(spec, one_to_one ? Sizes{40'000, 40'000, false} : kWide);
      std::vector<double> counted(256), expected(256, static_cast<double>(group.weight.size()) / 256);
      for (const float w : group.weight)
        ++counted[std::min<std::size_t>(255, static_cast<std::size_t>(below(w) * 256))];
      REQUIRE(std::abs(chi_square_z(counted, expected)) < kSuspicious);
    }
  }
}

TEST_CASE("Drawn delays fall on steps as their distribution does, all below the first on it", "[connect][statistics]") {
  ProjectionSpec spec = projection(FixedIndegree{50});
  spec.delay_ms = Normal{1.5, 0.75};
  const SynapseGroup group = connect_all(spec, kWide);
  std::vector<double> counted(60), expected(60);
  for (const std::uint16_t step : group.delay_step) ++counted[std::min<std::size_t>(step, 59)];
  const double n = static_cast<double>(group.delay_step.size());
  const auto below = [](double steps) { return normal_below((0.1 * steps - 1.5) / 0.75); };
  for (int step = 1; step < 59; ++step) {
    expected[static_cast<std::size_t>(step)] = n * (below(step + 0.5) - (step == 1 ? 0 : below(step - 0.5)));
  }
  expected[59] = n * (1 - below(58.5));
  REQUIRE(std::abs(chi_square_z(counted, expected)) < kSuspicious);
}

TEST_CASE("Sources, weights and delays of a synapse are independent", "[connect][statistics]") {
  ProjectionSpec spec = projection(FixedIndegree{100});
  spec.weight = Normal{0, 1};
  spec.delay_ms = Uniform{1, 1000};
  const SynapseGroup group = connect_all(spec, kWide);
  const std::vector<Synapse> all = synapses_of(group);
  const double n = static_cast<double>(all.size());
  const auto correlation_z = [&](const std::function<double(const Synapse&)>& x,
                                 const std::function<double(const Synapse&)>& y) {
    double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
    for (const Synapse& s : all) {
      const double a = x(s), b = y(s);
      sx += a, sy += b, sxx += a * a, syy += b * b, sxy += a * b;
    }
    return std::abs(sxy - sx * sy / n) / std::sqrt((sxx - sx * sx / n) * (syy - sy * sy / n)) * std::sqrt(n);
  };
  const auto source = [](const Synapse& s) { return double(s.source); };
  const auto target = [](const Synapse& s) { return double(s.target); };
  const auto weight = [](const Synapse& s) { return s.weight; };
  const auto delay = [](const Synapse& s) { return to_ms(s.delay); };
  REQUIRE(correlation_z(source, weight) < kSuspicious);
  REQUIRE(correlation_z(source, delay) < kSuspicious);
  REQUIRE(correlation_z(source, target) < kSuspicious);
  REQUIRE(correlation_z(target, weight) < kSuspicious);
  REQUIRE(correlation_z(weight, delay) < kSuspicious);
}

}  // namespace volley::test
