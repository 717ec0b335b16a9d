#include "models/loihi_cuba.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "models/loihi_weights.h"
#include "tests/models/clocked_harness.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

ClockedSetup one_neuron(std::map<std::string, std::vector<double>> parameters,
                        std::map<std::string, std::size_t> options = {}) {
  return {.model = "loihi_cuba",
          .neurons = 1,
          .parameters = std::move(parameters),
          .options = std::move(options),
          .weights = {640},
          .drives = {},
          .arrivals = {}};
}

// Variable `variable` (0: u, 1: v) after each of `steps` steps.
std::vector<double> course(const ClockedSetup& setup, std::uint32_t variable, int steps) {
  ClockedSlice part(setup, 0, 1);
  REQUIRE(part.status().ok());
  std::vector<double> values;
  for (int step = 1; step <= steps; ++step) {
    part.advance_to(kStart + step * 1ms + Duration{1});
    values.push_back(part.value(variable));
  }
  return values;
}

std::vector<std::int64_t> spike_steps(const ClockedSetup& setup, int steps) {
  ClockedSlice part(setup, 0, 1);
  REQUIRE(part.status().ok());
  part.advance_to(kStart + steps * 1ms + Duration{1});
  std::vector<std::int64_t> result;
  for (const Spike& spike : part.fired()) result.push_back((spike.at - kStart) / Duration{1ms});
  return result;
}

using Doubles = std::vector<double>;
using Steps = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("loihi: decay rounds toward zero on both sides of it") {
  CHECK(loihi_decay(1, 4096) == 1);
  CHECK(loihi_decay(1, 4095) == 0);
  CHECK(loihi_decay(-1, 4095) == 0);
  CHECK(loihi_decay(1000, 2048) == 500);
  CHECK(loihi_decay(-1001, 2048) == -500);
  CHECK(loihi_decay(8388607, 4095) == 8386559);
  CHECK(loihi_decay(-8388608, 4096) == -8388608);
  CHECK(loihi_decay(12345, 0) == 0);
}

TEST_CASE("loihi: registers wrap as two's complement, or as Lava's do") {
  CHECK(wrap_signed(8388607, 23) == 8388607);
  CHECK(wrap_signed(8388608, 23) == -8388608);
  CHECK(wrap_signed(-8388609, 23) == 8388607);
  CHECK(wrap_signed(2097152, 21) == -2097152);
  CHECK(wrap_lava(8388608, 23) == 8388608);
  CHECK(wrap_lava(8388609, 23) == -8388607);
  CHECK(wrap_lava(-8388608, 23) == 8388608);
}

TEST_CASE("loihi: weights drop the bits their format does not store, and the emulators round them apart") {
  CHECK(loihi_weight(124, {}) == 124 * 64);
  CHECK(loihi_weight(-124, {}) == -124 * 64);
  CHECK(loihi_weight(125, {}) == 124 * 64);  // mixed signs: seven bits are left for the magnitude
  CHECK(loihi_weight(-125, {}) == -124 * 64);
  CHECK(loihi_weight(-125, {.rounding = LoihiRounding::kLava}) == -126 * 64);
  CHECK(loihi_weight(125, {.mixed_sign = false}) == 125 * 64);
  CHECK(loihi_weight(100, {.weight_bits = 4}) == 96 * 64);
  CHECK(loihi_weight(10, {.weight_exponent = 3}) == 80 * 64);
  CHECK(loihi_weight(10, {.weight_exponent = -2}) == 2 * 64);
  CHECK(loihi_weight(-10, {.weight_exponent = -2}) == -3 * 64);  // the shift rounds down
  CHECK(loihi_weight(255, {.weight_exponent = 7, .mixed_sign = false}) == 255 * 64 * 128);
  CHECK(loihi_weight(-256, {.weight_exponent = 7, .mixed_sign = false}) == -2097088);
  CHECK(loihi_weight(-256, {.weight_exponent = 7, .rounding = LoihiRounding::kLava}) == -2097152);
}

TEST_CASE("loihi_cuba: an arrival reaches u in its step, and u and v decay by their 12-bit factors") {
  ClockedSetup setup = one_neuron({{"du", {1023}}, {"dv", {1024}}, {"vth_mant", {1000}}});
  setup.arrivals = {arrival_at(kStart + 2ms, 0, 0)};
  CHECK(course(setup, 0, 4) == Doubles{0, 640, 480, 360});
  CHECK(course(setup, 1, 4) == Doubles{0, 640, 480 + 480, 720 + 360});
}

TEST_CASE("loihi_cuba: the offset of the current's decay can be left out") {
  ClockedSetup setup = one_neuron({{"du", {1024}}, {"ds_offset", {0}}, {"vth_mant", {1000}}});
  setup.arrivals = {arrival_at(kStart + 1ms, 0, 0)};
  CHECK(course(setup, 0, 3) == Doubles{640, 480, 360});
  setup.parameters["du"] = {4096};  // no memory, with or without the offset
  CHECK(course(setup, 0, 2) == Doubles{640, 0});
  setup.parameters["ds_offset"] = {1};
  CHECK(course(setup, 0, 2) == Doubles{640, 0});
}

TEST_CASE("loihi_cuba: it fires above its threshold, or at it when asked to") {
  // Bias 64 per step, threshold 192: v is 64, 128, 192, 256.
  CHECK(spike_steps(one_neuron({{"bias_mant", {64}}, {"vth_mant", {3}}}), 9) == Steps{4, 8});
  CHECK(spike_steps(one_neuron({{"bias_mant", {1}}, {"bias_exp", {6}}, {"vth_mant", {3}}}), 9) == Steps{4, 8});
  CHECK(spike_steps(one_neuron({{"bias_mant", {64}}, {"vth_mant", {3}}}, {{"threshold", 1}}), 9) == Steps{3, 6, 9});
}

TEST_CASE("loihi_cuba: R steps lie at least between spikes, and v stays 0 in them") {
  const ClockedSetup setup = one_neuron({{"bias_mant", {64}}, {"vth_mant", {1}}, {"refractory", {4}}});
  CHECK(spike_steps(setup, 12) == Steps{2, 7, 12});  // three steps held, two to rise
  CHECK(course(setup, 1, 7) == Doubles{64, 0, 0, 0, 0, 64, 0});
  const std::map<std::string, std::vector<double>> strong = {{"bias_mant", {640}}, {"vth_mant", {1}}};
  for (const double refractory : {0.0, 1.0}) {
    auto parameters = strong;
    parameters["refractory"] = {refractory};
    CHECK(spike_steps(one_neuron(parameters), 4) == Steps{1, 2, 3, 4});
  }
}

TEST_CASE("loihi_cuba: v is clipped by the tighter of its limits, or symmetrically") {
  const auto lowest = [](std::map<std::string, std::vector<double>> more, std::map<std::string, std::size_t> options) {
    more["bias_mant"] = {-4095};
    more["bias_exp"] = {7};
    return course(one_neuron(more, std::move(options)), 1, 40).back();
  };
  CHECK(lowest({}, {}) == -8388607);
  CHECK(lowest({{"vmin_exponent", {10}}}, {}) == -1023);
  CHECK(lowest({{"vmin", {-500}}, {"vmin_exponent", {10}}}, {}) == -500);
  CHECK(lowest({{"vmin_exponent", {10}}}, {{"voltage_clip", 1}}) == -8388607);
  const ClockedSetup high =
      one_neuron({{"bias_mant", {4095}}, {"bias_exp", {7}}, {"vmax_exponent", {2}}, {"vth_mant", {131071}}});
  CHECK(course(high, 1, 3).back() == 8191);
}

TEST_CASE("loihi_cuba: the accumulator and the current wrap") {
  ClockedSetup setup = one_neuron({{"du", {0}}, {"ds_offset", {0}}, {"vth_mant", {131071}}});
  setup.weights = {1048576};
  setup.arrivals = {arrival_at(kStart + 500us, 0, 0), arrival_at(kStart + 600us, 0, 0)};  // 2^21 in one step
  CHECK(course(setup, 0, 1) == Doubles{-2097152});
  setup.arrivals.clear();
  for (int step = 1; step <= 8; ++step) setup.arrivals.push_back(arrival_at(kStart + step * 1ms, 0, 0));
  CHECK(course(setup, 0, 8).back() == -8388608);
  setup.options = {{"wrap", 1}};
  CHECK(course(setup, 0, 8).back() == 8388608);
}

TEST_CASE("loihi_cuba: a negative exponent can shift the sum instead of each weight") {
  // Two mantissas of 3 with exponent -2: one by one 0 + 0, together (6 >> 2) = 1.
  ClockedSetup setup = one_neuron({{"du", {4096}}, {"w_exp", {-2}}, {"vth_mant", {1000}}}, {{"weight_exponent", 1}});
  setup.weights = {3 * 64};
  setup.arrivals = {arrival_at(kStart + 1ms, 0, 0), arrival_at(kStart + 1ms, 0, 0)};
  CHECK(course(setup, 0, 1) == Doubles{64});
  CHECK(2 * loihi_weight(3, {.weight_exponent = -2, .mixed_sign = false}) == 0);
}

TEST_CASE("loihi_cuba: v starts where v_init says") {
  CHECK(course(one_neuron({{"dv", {2048}}, {"v_init", {4001}}}), 1, 2) == Doubles{2000, 1000});
}

TEST_CASE("loihi_cuba: a parameter that is no integer is refused by name") {
  const ClockedSetup setup = one_neuron({{"vth_mant", {12.5}}});
  CHECK(std::string(ClockedSlice(setup, 0, 1).status().message()) ==
        "population pop, neuron 0: vth_mant 12.5 must be a whole number, as the chip computes in integers; round "
        "`vth_mant`");
}

}  // namespace volley::test
