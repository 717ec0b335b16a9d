#include "models/lif_coba.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <cmath>
#include <vector>

#include "tests/models/clocked_harness.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

ClockedSetup one_neuron() {
  return {.model = "lif_coba",
          .neurons = 1,
          .parameters = {},
          .options = {},
          .weights = {6, 67},
          .drives = {},
          .arrivals = {}};
}

// V after 8 ms of decaying conductances, far from threshold.
double potential_after_8_ms(double dt_ms) {
  ClockedSetup setup = one_neuron();
  setup.parameters = {{"dt", {dt_ms}}, {"v_init", {-72}}, {"g_exc_init", {25}}, {"g_inh_init", {60}}};
  ClockedSlice part(setup, 0, 1);
  part.advance_to(kStart + 8ms + Duration{1});
  return part.value(0);
}

}  // namespace

TEST_CASE("lif_coba: halving the step divides the error of V by four") {
  const double exact = potential_after_8_ms(0.001);
  double last = std::fabs(potential_after_8_ms(1.0) - exact);
  for (const double dt_ms : {0.5, 0.25, 0.125}) {
    const double error = std::fabs(potential_after_8_ms(dt_ms) - exact);
    CAPTURE(dt_ms, error);
    CHECK(std::log2(last / error) == Approx(2.0).margin(0.15));
    last = error;
  }
  CHECK(std::fabs(potential_after_8_ms(0.1) - exact) < 1e-3);
}

TEST_CASE("lif_coba: conductances decay as exp(-t/tau)") {
  ClockedSetup setup = one_neuron();
  setup.arrivals = {arrival_at(kStart + 1ms, 0, 0), arrival_at(kStart + 2ms, 0, 1)};
  ClockedSlice part(setup, 0, 1);
  part.advance_to(kStart + 1ms + Duration{1});
  CHECK(part.value(1) == 6);
  part.advance_to(kStart + 12ms + Duration{1});
  CHECK(part.value(1) == Approx(6 * std::exp(-11.0 / 5)).epsilon(1e-13));
  CHECK(part.value(2) == Approx(67 * std::exp(-10.0 / 10)).epsilon(1e-13));
}

TEST_CASE("lif_coba: under a constant conductance V follows the closed form") {
  ClockedSetup setup = one_neuron();
  setup.parameters = {{"g_inh_init", {40}}, {"tau_syn_inh", {1e12}}};
  ClockedSlice part(setup, 0, 1);
  part.advance_to(kStart + 3ms + Duration{1});
  const double target = (10 * -60.0 + 40 * -80.0) / 50;
  CHECK(part.value(0) == Approx(target + (-60 - target) * std::exp(-3.0 * 50 / 200)).margin(5e-4));
}

TEST_CASE("lif_coba: the period under a current is the leaky integrator's, to within one tick") {
  ClockedSetup setup = one_neuron();
  const DriveSpec current{"", "pop", {}, CurrentDrive{{{kStart, 150}}}};
  setup.drives = {current};
  ClockedSlice part(setup, 0, 1);
  part.advance_to(kStart + 500ms);
  // V rises from -60 toward -45 with tau = 20 ms and is held 5 ms after each spike.
  const double period_ms = 5 + 20 * std::log(15.0 / 5.0);
  REQUIRE(part.fired().size() == static_cast<std::size_t>(500 / period_ms));
  for (std::size_t s = 1; s < part.fired().size(); ++s) {
    CHECK(to_ms(part.fired()[s].at - part.fired()[s - 1].at) == Approx(period_ms).margin(0.1));
  }
}

TEST_CASE("lif_coba: V is held for the refractory period while conductances go on") {
  ClockedSetup setup = one_neuron();
  setup.weights = {400, 0};
  setup.arrivals = {arrival_at(kStart + 1ms, 0, 0)};
  ClockedSlice part(setup, 0, 1);
  while (part.fired().empty()) part.advance_to(part.slice().next_event() + Duration{1});
  const Time fired = part.fired().front().at;
  const double conductance = part.value(1);
  part.advance_to(fired + 5ms + Duration{1});
  CHECK(part.value(0) == -60);
  CHECK(part.value(1) == Approx(conductance * std::exp(-1.0)).epsilon(1e-12));
  part.advance_to(fired + 5100us + Duration{1});
  CHECK(part.value(0) > -60);
}

TEST_CASE("lif_coba: the resting potential is a fixed point to the last bit") {
  for (const double e_l : {-60.0, -61.3, -70.123456789}) {
    ClockedSetup setup = one_neuron();
    setup.parameters = {{"e_l", {e_l}}, {"g_l", {9.7}}};
    ClockedSlice part(setup, 0, 1);
    part.advance_to(kStart + 5ms);
    CHECK(part.value(0) == e_l);
    CHECK(part.slice().next_event() == kNever);
  }
}

}  // namespace volley::test
