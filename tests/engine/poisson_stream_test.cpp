// Statistics with fixed seeds: nothing here is left to chance from run to run. Thresholds are those of
// tests/support/chi_square.h.
#include "engine/poisson_stream.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <vector>

#include "tests/support/chi_square.h"

namespace volley::test {
namespace {

constexpr StreamKey kKey{11, Purpose::kPoissonDrive, 3};
constexpr double kSecond = 1e12;

struct Event {
  std::int64_t ps;
  std::uint32_t neuron;

  friend auto operator<=>(const Event&, const Event&) = default;
};

std::vector<Step> constant(double rate_hz) { return {{kStart, rate_hz}}; }

// All events of neurons [begin, end) of a range before `seconds`; neurons counted from the start of the range.
std::vector<Event> events(std::uint32_t range_size, std::uint32_t begin, std::uint32_t end,
                          const std::vector<Step>& rate_hz, double seconds, StreamKey key = kKey) {
  PoissonStream stream(key, range_size, begin, end, rate_hz);
  std::vector<Event> all;
  while (stream.next_time() < Time{Duration{static_cast<std::int64_t>(seconds * kSecond)}}) {
    const PoissonStream::Event event = stream.pop();
    all.push_back({event.at.time_since_epoch().count(), begin + event.neuron});
  }
  return all;
}

std::vector<Event> events(std::uint32_t range_size, const std::vector<Step>& rate_hz, double seconds) {
  return events(range_size, 0, range_size, rate_hz, seconds);
}

std::vector<double> counts_by_neuron(const std::vector<Event>& all, std::uint32_t neurons) {
  std::vector<double> counts(neurons);
  for (const Event& e : all) ++counts[e.neuron];
  return counts;
}

double poisson_z(double counted, double expected) { return (counted - expected) / std::sqrt(expected); }

// How far the counts are from independent Poisson numbers with this mean (index of dispersion).
double dispersion_z(const std::vector<double>& counts, double mean) {
  double statistic = 0;
  for (const double c : counts) statistic += (c - mean) * (c - mean) / mean;
  return chi_square_z(statistic, static_cast<double>(counts.size()));
}

// Of values that should be uniform on [0, 1): chi-square over equal bins.
double uniformity_z(const std::vector<double>& values, std::size_t bins) {
  std::vector<double> counted(bins);
  for (const double v : values) ++counted[std::min(static_cast<std::size_t>(v * static_cast<double>(bins)), bins - 1)];
  return chi_square_z(counted,
                      std::vector<double>(bins, static_cast<double>(values.size()) / static_cast<double>(bins)));
}

// Kolmogorov-Smirnov: sqrt(n) times the largest distance between the empirical and the uniform distribution.
double kolmogorov(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double distance = 0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    distance = std::max({distance, std::fabs(values[k] - static_cast<double>(k) / n),
                         std::fabs(values[k] - static_cast<double>(k + 1) / n)});
  }
  return std::sqrt(n) * distance;
}
constexpr double kLargeKolmogorov = 2.5;  // exceeded once in 130,000 tests

// 1 - exp(-gap * rate) of all gaps between successive events of one neuron: uniform for a Poisson train.
std::vector<double> gap_quantiles(const std::vector<Event>& all, std::uint32_t neurons, double rate_hz) {
  std::vector<std::int64_t> last(neurons, -1);
  std::vector<double> quantiles;
  for (const Event& e : all) {
    if (last[e.neuron] >= 0) {
      quantiles.push_back(-std::expm1(-static_cast<double>(e.ps - last[e.neuron]) / kSecond * rate_hz));
    }
    last[e.neuron] = e.ps;
  }
  return quantiles;
}

}  // namespace

TEST_CASE("every neuron of a Poisson stream gets its rate, and counts vary as Poisson numbers do") {
  const auto [neurons, rate_hz] = GENERATE(std::tuple{1u, 5000.0}, std::tuple{2u, 5000.0}, std::tuple{100u, 800.0},
                                           std::tuple{1000u, 100.0}, std::tuple{1500u, 100.0}, std::tuple{4096u, 20.0});
  CAPTURE(neurons, rate_hz);
  const double seconds = 4;
  const std::vector<double> counts = counts_by_neuron(events(neurons, constant(rate_hz), seconds), neurons);
  double total = 0;
  for (const double c : counts) total += c;
  CHECK(std::fabs(poisson_z(total, neurons * rate_hz * seconds)) < kSuspicious);
  CHECK(std::fabs(dispersion_z(counts, rate_hz * seconds)) < kSuspicious);
}

TEST_CASE("gaps between the events of one neuron are exponential") {
  for (const std::uint32_t neurons : {1u, 3u, 1100u}) {
    CAPTURE(neurons);
    const double rate_hz = 400'000.0 / neurons;
    std::vector<double> quantiles = gap_quantiles(events(neurons, constant(rate_hz), 1.0), neurons, rate_hz);
    REQUIRE(quantiles.size() > 300'000);
    CHECK(std::fabs(uniformity_z(quantiles, 256)) < kSuspicious);
    CHECK(kolmogorov(std::move(quantiles)) < kLargeKolmogorov);
  }
}

TEST_CASE("successive gaps are independent") {
  const std::vector<double> q = gap_quantiles(events(1, constant(1e5), 4.0), 1, 1e5);
  std::vector<double> pairs(16 * 16);
  for (std::size_t k = 0; k + 1 < q.size(); k += 2) {
    ++pairs[static_cast<std::size_t>(q[k] * 16) * 16 + static_cast<std::size_t>(q[k + 1] * 16)];
  }
  CHECK(std::fabs(chi_square_z(pairs, std::vector<double>(256, static_cast<double>(q.size() / 2) / 256))) <
        kSuspicious);
}

TEST_CASE("which neuron an event belongs to depends neither on the gap before it nor on the neuron before") {
  const std::uint32_t neurons = 64;
  const std::vector<Event> all = events(neurons, constant(10'000), 1.0);
  std::vector<double> with_gap(16 * 16), with_last(neurons * neurons);
  for (std::size_t k = 1; k < all.size(); ++k) {
    const double q = -std::expm1(-static_cast<double>(all[k].ps - all[k - 1].ps) / kSecond * 10'000 * neurons);
    ++with_gap[static_cast<std::size_t>(q * 16) * 16 + all[k].neuron / 4];
    ++with_last[all[k - 1].neuron * neurons + all[k].neuron];
  }
  const auto n = static_cast<double>(all.size() - 1);
  CHECK(std::fabs(chi_square_z(with_gap, std::vector<double>(with_gap.size(), n / 256))) < kSuspicious);
  CHECK(std::fabs(chi_square_z(with_last, std::vector<double>(with_last.size(), n / (neurons * neurons)))) <
        kSuspicious);
}

TEST_CASE("trains of different neurons are uncorrelated, within a block and across blocks") {
  const std::uint32_t neurons = 2 * kPoissonBlock;
  const std::size_t bins = 2000;
  const double rate_hz = 200, seconds = 4, mean = rate_hz * seconds / static_cast<double>(bins);
  std::vector<std::vector<double>> counts(neurons, std::vector<double>(bins));
  for (const Event& e : events(neurons, constant(rate_hz), seconds)) {
    ++counts[e.neuron]
            [static_cast<std::size_t>(static_cast<double>(e.ps) / kSecond / seconds * static_cast<double>(bins))];
  }
  const auto correlation_z = [&](std::uint32_t a, std::uint32_t b) {
    double sum = 0;
    for (std::size_t k = 0; k < bins; ++k) sum += (counts[a][k] - mean) * (counts[b][k] - mean);
    return sum / (mean * std::sqrt(static_cast<double>(bins)));
  };
  double squares = 0, pairs = 0;
  for (std::uint32_t a = 0; a + 1 < kPoissonBlock; a += 2) {
    squares += std::pow(correlation_z(a, a + 1), 2) + std::pow(correlation_z(a, a + kPoissonBlock), 2);
    pairs += 2;
  }
  CHECK(std::fabs(chi_square_z(squares, pairs)) < kSuspicious);
}

TEST_CASE("events of a stream ascend in time and stay in their range") {
  std::vector<Event> all = events(1300, 700, 1250, constant(1000), 0.2);
  REQUIRE(all.size() > 100'000);
  CHECK(std::is_sorted(all.begin(), all.end(), [](const Event& a, const Event& b) { return a.ps < b.ps; }));
  CHECK(std::all_of(all.begin(), all.end(), [](const Event& e) { return e.neuron >= 700 && e.neuron < 1250; }));
}

TEST_CASE("a range that is cut anywhere gives exactly the events of the whole") {
  const std::uint32_t size = 3 * kPoissonBlock + 77;
  const std::vector<Step> rate_hz = {
      {kStart, 300}, {Time{Duration{60'000'000'000}}, 0}, {Time{Duration{90'000'000'000}}, 900}};
  std::vector<Event> whole = events(size, rate_hz, 0.15);
  std::sort(whole.begin(), whole.end());
  for (const std::vector<std::uint32_t>& cuts : {std::vector<std::uint32_t>{0, 1, 2, 1023, 1024, 1025, 3000, size},
                                                 {0, 1024, 2048, 3072, size},
                                                 {0, 500, 2500, size}}) {
    std::vector<Event> joined;
    for (std::size_t c = 0; c + 1 < cuts.size(); ++c) {
      const std::vector<Event> part = events(size, cuts[c], cuts[c + 1], rate_hz, 0.15);
      joined.insert(joined.end(), part.begin(), part.end());
    }
    std::sort(joined.begin(), joined.end());
    CHECK(joined == whole);
  }
}

TEST_CASE("a last block that is not full has neurons like all others") {
  const std::uint32_t size = kPoissonBlock + 300;  // the last block is generated for 512 and thinned
  const double rate_hz = 500, seconds = 2;
  const std::vector<double> counts =
      counts_by_neuron(events(size, kPoissonBlock, size, constant(rate_hz), seconds), size);
  const std::vector<double> last(counts.begin() + kPoissonBlock, counts.end());
  CHECK(std::fabs(dispersion_z(last, rate_hz * seconds)) < kSuspicious);
  const std::vector<double> q =
      gap_quantiles(events(size, kPoissonBlock, size, constant(rate_hz), seconds), size, rate_hz);
  CHECK(std::fabs(uniformity_z(q, 100)) < kSuspicious);
}

TEST_CASE("a piecewise rate holds from step to step, and 0 is silence") {
  const std::uint32_t neurons = 100;
  const std::vector<Step> rate_hz = {{Time{Duration{100'000'000'000}}, 400},  // silent before its first step
                                     {Time{Duration{300'000'000'000}}, 0},
                                     {Time{Duration{500'000'000'000}}, 4000},
                                     {Time{Duration{500'000'000'001}}, 1000},  // the step before lasts 1 ps
                                     {Time{Duration{900'000'000'000}}, 0}};
  const std::vector<Event> all = events(neurons, rate_hz, 100.0);
  const auto between = [&](double from_s, double to_s) {
    return static_cast<double>(std::count_if(all.begin(), all.end(), [&](const Event& e) {
      return static_cast<double>(e.ps) >= from_s * kSecond && static_cast<double>(e.ps) < to_s * kSecond;
    }));
  };
  CHECK(between(0, 0.1) == 0);
  CHECK(std::fabs(poisson_z(between(0.1, 0.3), 400 * 0.2 * neurons)) < kSuspicious);
  CHECK(between(0.3, 0.5) == 0);
  CHECK(std::fabs(poisson_z(between(0.5, 0.7), 1000 * 0.2 * neurons)) < kSuspicious);
  CHECK(std::fabs(poisson_z(between(0.7, 0.9), 1000 * 0.2 * neurons)) < kSuspicious);
  CHECK(between(0.9, 100) == 0);
}

TEST_CASE("gaps across a step of the rate are those of an inhomogeneous process") {
  // Rescaled by the integral of the rate, all gaps are exponential with mean 1.
  const std::vector<Step> rate_hz = {
      {kStart, 1000}, {Time{Duration{1'000'000'000}}, 5000}, {Time{Duration{2'000'000'000}}, 200}};
  const auto integral = [](double ms) { return ms < 1 ? ms : ms < 2 ? 1 + 5 * (ms - 1) : 6 + 0.2 * (ms - 2); };
  std::vector<double> quantiles;
  for (std::uint64_t entity = 0; entity < 20'000; ++entity) {
    PoissonStream stream({11, Purpose::kPoissonDrive, entity}, 1, 0, 1, rate_hz);
    double last = 0;
    for (int k = 0; k < 3; ++k) {
      const double now = integral(to_ms(stream.pop().at));
      quantiles.push_back(-std::expm1(last - now));
      last = now;
    }
  }
  CHECK(std::fabs(uniformity_z(quantiles, 200)) < kSuspicious);
}

TEST_CASE("a stream without rate never has an event") {
  CHECK(PoissonStream(kKey, 50, 0, 50, {}).next_time() == kNever);
  CHECK(PoissonStream(kKey, 50, 0, 50, constant(0)).next_time() == kNever);
  CHECK(PoissonStream(kKey, 50, 7, 7, constant(100)).next_time() == kNever);
}

TEST_CASE("one event in ten days comes as often as it should") {
  double total = 0;
  for (std::uint64_t entity = 0; entity < 200; ++entity) {
    PoissonStream stream({11, Purpose::kPoissonDrive, entity}, 1, 0, 1, constant(1.0 / 864'000));
    for (; stream.next_time() < Time{Duration{std::int64_t{40} * 86'400'000'000'000'000}}; stream.pop()) ++total;
  }
  CHECK(std::fabs(poisson_z(total, 800)) < kSuspicious);
}

TEST_CASE("a million events per second and neuron keep their rate") {
  const double counted = static_cast<double>(events(100, constant(1e6), 0.01).size());
  CHECK(std::fabs(poisson_z(counted, 1e6)) < kSuspicious);
}

}  // namespace volley::test
