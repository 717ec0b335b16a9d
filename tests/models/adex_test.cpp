#include "models/adex.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <cmath>

#include "tests/models/clocked_harness.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

ClockedSetup one_neuron() {
  return {.model = "adex",
          .neurons = 1,
          .parameters = {},
          .options = {},
          .weights = {200, -200},
          .drives = {},
          .arrivals = {}};
}

double potential_after_16_ms(double dt_ms) {
  ClockedSetup setup = one_neuron();
  setup.parameters = {{"dt", {dt_ms}}, {"v_init", {-58}}, {"w_init", {30}}, {"tau_syn_exc", {3}}};
  setup.arrivals = {arrival_at(kStart + 4ms, 0, 0)};
  ClockedSlice part(setup, 0, 1);
  part.advance_to(kStart + 16ms + Duration{1});
  return part.value(0);
}

// Spikes in two seconds under a constant current, without subthreshold adaptation.
std::size_t spikes_under(double current_pa) {
  ClockedSetup setup = one_neuron();
  setup.parameters = {{"i_e", {current_pa}}, {"a", {0}}};
  ClockedSlice part(setup, 0, 1);
  part.advance_to(kStart + 2s);
  return part.fired().size();
}

}  // namespace

TEST_CASE("adex: halving the step divides the error of V by sixteen") {
  const double exact = potential_after_16_ms(0.01);
  double last = std::fabs(potential_after_16_ms(2.0) - exact);
  for (const double dt_ms : {1.0, 0.5, 0.25}) {
    const double error = std::fabs(potential_after_16_ms(dt_ms) - exact);
    CAPTURE(dt_ms, error);
    CHECK(std::log2(last / error) == Approx(4.0).margin(0.35));
    last = error;
  }
}

TEST_CASE("adex: without adaptation it fires from the rheobase of the literature on") {
  // Touboul & Brette 2008 (Biol. Cybern. 99:319), saddle-node bifurcation:
  // I = (g_l + a) (v_t - e_l - delta_t + delta_t ln(1 + a/g_l)).
  const double rheobase = 30 * (-50.4 + 70.6 - 2);
  CHECK(spikes_under(rheobase * 0.995) == 0);
  CHECK(spikes_under(rheobase * 1.005) > 0);
}

TEST_CASE("adex: spike-triggered adaptation lengthens the intervals up to a plateau") {
  ClockedSetup setup = one_neuron();
  setup.parameters = {{"i_e", {1000}}};
  ClockedSlice part(setup, 0, 1);
  part.advance_to(kStart + 2s);
  REQUIRE(part.fired().size() > 12);
  const auto interval = [&](std::size_t s) { return to_ms(part.fired()[s + 1].at - part.fired()[s].at); };
  CHECK(interval(1) > interval(0));
  CHECK(interval(2) > interval(1));
  const std::size_t last = part.fired().size() - 2;
  CHECK(interval(last) > 2 * interval(0));
  CHECK(interval(last) == Approx(interval(last - 1)).margin(0.2));
}

TEST_CASE("adex: a spike adds b to w and resets V, which is then held") {
  ClockedSetup setup = one_neuron();
  setup.parameters = {{"i_e", {1500}}, {"t_ref", {3}}, {"tau_w", {1e9}}, {"a", {0}}};
  ClockedSlice part(setup, 0, 1);
  while (part.fired().empty()) part.advance_to(part.slice().next_event() + Duration{1});
  CHECK(part.value(0) == -70.6);
  CHECK(part.value(1) == Approx(80.5).epsilon(1e-6));
  const Time fired = part.fired().front().at;
  part.advance_to(fired + 3ms + Duration{1});
  CHECK(part.value(0) == -70.6);
  part.advance_to(fired + 3100us + Duration{1});
  CHECK(part.value(0) > -70.6);
}

TEST_CASE("adex: an enormous input stays finite") {
  ClockedSetup setup = one_neuron();
  setup.parameters = {{"i_e", {1e7}}, {"delta_t", {0.01}}};
  ClockedSlice part(setup, 0, 1);
  part.advance_to(kStart + 100ms);
  CHECK(part.fired().size() > 900);
  CHECK(std::isfinite(part.value(0)));
  CHECK(std::isfinite(part.value(1)));
  CHECK(part.value(1) == Approx(80.5 * static_cast<double>(part.fired().size())).epsilon(0.6));
}

}  // namespace volley::test
