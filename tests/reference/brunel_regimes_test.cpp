// The four regimes of Brunel's network, with the numbers of N. Brunel, "Dynamics of sparsely connected networks of
// excitatory and inhibitory spiking neurons", J. Comput. Neurosci. 8:183-208 (2000), figure 8 and table 1:
//
//                           rate, simulated / theory   global oscillation, simulated / theory
//   SI, fast  g = 6, eta = 4     60.7 / 55.8 Hz              180 / 190 Hz
//   AI        g = 5, eta = 2     37.7 / 38.0 Hz
//   SI, slow  g = 4.5, eta = 0.9  5.5 /  6.5 Hz               22 /  29 Hz
//   SR        g = 3, eta = 2     regular, synchronous, close to saturation
//
// Rates differ by about 1 % between draws of the connectivity. Tolerances are those of single figures in a table: his
// simulations had a time step of 0.1 ms and lengths that are not given.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <vector>

#include "models/catalog.h"
#include "tests/support/brunel.h"
#include "tests/support/run_network.h"

namespace volley::test {
namespace {

// What the network does from `begin_ms` on.
struct Activity {
  double rate_hz;
  double cv;            // of interspike intervals, mean over neurons with at least five of them
  double modulation;    // of the number of spikes in 1 ms: standard deviation over mean
  double frequency_hz;  // of the strongest peak in the spectrum of the activity
};

double mean_cv(const std::vector<std::vector<double>>& times) {
  double sum = 0, neurons = 0;
  for (const std::vector<double>& t : times) {
    if (t.size() < 6) continue;
    const auto n = static_cast<double>(t.size() - 1);
    const double mean = (t.back() - t.front()) / n;
    double squares = 0;
    for (std::size_t k = 1; k < t.size(); ++k) squares += std::pow(t[k] - t[k - 1] - mean, 2);
    sum += std::sqrt(squares / (n - 1)) / mean;
    ++neurons;
  }
  return neurons > 0 ? sum / neurons : 0;
}

double peak_frequency_hz(const std::vector<double>& counts, double bin_ms) {
  const auto n = static_cast<double>(counts.size());
  const double mean = std::accumulate(counts.begin(), counts.end(), 0.0) / n;
  double best = 0, best_hz = 0;
  for (std::size_t k = 2; k < counts.size() / 2; ++k) {
    std::complex<double> sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      sum += (counts[i] - mean) * std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k * i) / n);
    }
    if (std::norm(sum) > best) best = std::norm(sum), best_hz = 1000.0 * static_cast<double>(k) / (n * bin_ms);
  }
  return best_hz;
}

Activity activity(double g, double eta, double begin_ms, double end_ms, std::uint64_t seed = 1) {
  const double bin_ms = 1;
  const Network network = brunel({10'000, 1'000, 0.1, g, eta});
  const Recording recording = record(network, standard_models(), duration_from_ms(end_ms), {seed, 2, 0});
  std::vector<double> counts(static_cast<std::size_t>((end_ms - begin_ms) / bin_ms));
  std::vector<std::vector<double>> times(12'500);
  double spikes = 0;
  for (const Spike& s : recording.spikes) {
    const double ms = to_ms(s.at) - begin_ms;
    if (ms < 0) continue;
    ++spikes;
    ++counts[std::min(static_cast<std::size_t>(ms / bin_ms), counts.size() - 1)];
    times[index_of(s.population) * 10'000 + s.neuron].push_back(ms);
  }
  const double mean = spikes / static_cast<double>(counts.size());
  double variance = 0;
  for (const double c : counts) variance += (c - mean) * (c - mean) / static_cast<double>(counts.size());
  return {spikes / 12'500 / (end_ms - begin_ms) * 1000, mean_cv(times), std::sqrt(variance) / mean,
          peak_frequency_hz(counts, bin_ms)};
}

}  // namespace

TEST_CASE("with g = 5 and eta = 2 Brunel's network fires asynchronously and irregularly at 37.7 Hz") {
  const Activity a = activity(5, 2, 100, 700, 1), b = activity(5, 2, 100, 700, 2);
  CAPTURE(a.rate_hz, a.cv, a.modulation, b.rate_hz, b.cv, b.modulation);
  CHECK((a.rate_hz + b.rate_hz) / 2 == Approx(37.7).epsilon(0.02));
  for (const Activity& one : {a, b}) {
    CHECK(one.cv > 0.35);
    CHECK(one.cv < 0.7);
    CHECK(one.modulation < 0.8);
  }
}

TEST_CASE("with g = 6 and eta = 4 Brunel's network oscillates fast while its neurons fire irregularly") {
  const Activity a = activity(6, 4, 100, 450);
  CAPTURE(a.rate_hz, a.cv, a.modulation, a.frequency_hz);
  CHECK(a.rate_hz == Approx(60.7).epsilon(0.03));
  CHECK(a.frequency_hz == Approx(180).epsilon(0.08));
  CHECK(a.cv > 0.8);
  CHECK(a.modulation > 0.9);
}

TEST_CASE("with g = 4.5 and eta = 0.9 Brunel's network oscillates slowly while its neurons fire rarely") {
  const Activity a = activity(4.5, 0.9, 100, 1100);
  CAPTURE(a.rate_hz, a.cv, a.modulation, a.frequency_hz);
  CHECK(a.rate_hz > 5.5 * 0.95);
  CHECK(a.rate_hz < 6.5 * 1.05);
  CHECK(a.frequency_hz > 22 * 0.8);
  CHECK(a.frequency_hz < 29);
  CHECK(a.cv > 0.4);
  CHECK(a.modulation > 1.5);
}

TEST_CASE("with g = 3 and eta = 2 Brunel's network fires synchronously and regularly, close to saturation") {
  const Activity a = activity(3, 2, 50, 110);
  CAPTURE(a.rate_hz, a.cv, a.modulation, a.frequency_hz);
  CHECK(a.rate_hz > 250);
  CHECK(a.rate_hz < 500);  // the inverse of the refractory period
  CHECK(a.cv < 0.05);
  CHECK(a.modulation > 0.5);
  CHECK(a.frequency_hz == Approx(a.rate_hz).epsilon(0.1));  // everybody fires in every cycle
}

}  // namespace volley::test
