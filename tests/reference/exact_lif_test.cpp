// Threshold crossings against references that share no code with the models: a closed form in long double that is
// scanned and bisected, and a Runge-Kutta integrator of step 1e-5 ms.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "engine/random.h"
#include "models/flow_population.h"
#include "models/frame_linear.h"
#include "models/lif.h"
#include "models/lif_alpha.h"
#include "models/lif_exp.h"
#include "tests/reference/long_double_lif.h"
#include "tests/support/slice_rig.h"

namespace volley::testing {
namespace {

constexpr double kBarMs = 1e-9;

struct NeuronSecond {
  ReferenceParameters parameters;
  std::vector<ReferenceInput> inputs;
  std::vector<long double> spikes_ms;
  long double end_ms;  // up to here double precision fixes every crossing
};

ReferenceParameters draw_parameters(RandomStream& random, Shape shape) {
  ReferenceParameters p;
  p.shape = shape;
  const auto between = [&random](double low, double high) { return low + (high - low) * random.next_uniform(); };
  p.tau_m = between(5, 30);
  p.c_m = between(50, 300);
  p.tau_syn[0] = between(0.5, 4.5);
  p.tau_syn[1] = between(1, 4.5);
  p.v_rest = between(-75, -60);
  p.v_threshold = p.v_rest + between(5, 20);
  p.v_reset = p.v_rest - between(0, 5);
  p.t_ref = random.next_below(4) == 0 ? 0.0 : to_ms(duration_from_ms(between(0.5, 5)));
  // A third is carried over the threshold between arrivals.
  const double drive =
      (random.next_below(3) == 0 ? between(1.1, 1.4) : between(-0.5, 0.8)) * (p.v_threshold - p.v_rest);
  p.i_e = shape == Shape::kDelta ? drive : drive * p.c_m / p.tau_m;
  return p;
}

// One second of input of which about a sixth is tuned so that V just touches or just misses the threshold.
NeuronSecond draw_second(std::uint64_t index, const ReferenceParameters& p) {
  RandomStream random({11, Purpose::kUser, 21}, index);
  NeuronSecond second{p, {}, {}, 0};
  ReferenceNeuron neuron(p);
  const double jump = 0.12 * (p.v_threshold - p.v_rest);  // mV of a typical input
  const double unit = p.shape == Shape::kDelta ? jump : jump * p.c_m / 1.5;
  std::int64_t at = 0;
  std::int64_t gap = 1;
  while (true) {
    at += gap;
    gap = 1 + static_cast<std::int64_t>(3e9 * random.next_exponential());
    if (at >= 1'000'000'000'000) break;
    neuron.run_to(static_cast<long double>(at) * 1e-9L);
    int port = random.next_below(3) == 0 ? 1 : 0;
    double weight = unit * (0.3 + random.next_uniform()) * (port == 1 ? -0.8 : 1.0);
    if (random.next_below(6) == 0 && !neuron.refractory()) {
      const double side = random.next_below(2) == 0 ? 1.0 : -1.0;
      const auto margin = [&](double least) { return side * least * std::pow(1e-1 / least, random.next_uniform()); };
      const auto noise = static_cast<double>(neuron.noise());
      if (p.shape == Shape::kDelta) {
        weight = static_cast<double>(p.v_threshold + margin(20 * noise) - neuron.potential().value(0));
      } else {
        gap += 2'000'000'000;
        const long double length = static_cast<long double>(gap) * 1e-9L;
        // A crossing `margin` below the top has slope sqrt(2 margin V''); it must stand out of the noise.
        const auto touch = neuron.weight_that_touches(0, length, p.v_threshold);
        const double slope = 1.5 * noise / static_cast<double>(ReferenceNeuron::kShiftMs);
        const double least = 20 * noise + (side > 0 ? slope * slope / (2 * static_cast<double>(touch.curvature)) : 0);
        if (touch.weight > 0 && touch.weight < 10 * unit && least < 0.1) {
          weight = static_cast<double>(neuron.weight_that_touches(0, length, p.v_threshold + margin(least)).weight);
          port = 0;
        }
      }
    }
    neuron.receive(port, weight);
    second.inputs.push_back({at, port, weight});
  }
  neuron.run_to(1000.0L);
  second.spikes_ms = neuron.spikes_ms();
  second.end_ms = std::min(1000.0L, neuron.blurred_ms() - 1e-6L);
  return second;
}

RigParameters rig_parameters(const ReferenceParameters& p) {
  RigParameters rig;
  rig.values = {{"tau_m", {p.tau_m}},     {"v_rest", {p.v_rest}}, {"v_threshold", {p.v_threshold}},
                {"v_reset", {p.v_reset}}, {"t_ref", {p.t_ref}},   {"i_e", {p.i_e}}};
  if (p.shape == Shape::kDelta) return rig;
  rig.values["c_m"] = {p.c_m};
  rig.values["tau_syn_exc"] = {p.tau_syn[0]};
  rig.values["tau_syn_inh"] = {p.tau_syn[1]};
  return rig;
}

// The parameters that make_flow_lif_slice() asks for.
ModelInfo delta_info() {
  ModelInfo info;
  info.name = "lif_delta";
  info.parameters = {{"tau_m", "ms", 10, ""},    {"v_rest", "mV", -70, ""}, {"v_threshold", "mV", -55, ""},
                     {"v_reset", "mV", -70, ""}, {"v_init", "mV", NAN, ""}, {"t_ref", "ms", 2, ""},
                     {"i_e", "mV", 0, ""}};
  info.options = {{"reset", {"value", "subtract"}, ""}, {"threshold", {"above", "at_least"}, ""}};
  return info;
}

struct Comparison {
  double worst_ms = 0;
  double compared_ms = 0;
  std::size_t spikes = 0, missed_or_added = 0;
};

void compare(Comparison& total, const NeuronSecond& second, const std::vector<Time>& found) {
  total.compared_ms += static_cast<double>(second.end_ms);
  std::vector<long double> found_ms;
  for (const Time at : found) found_ms.push_back(static_cast<long double>(at.time_since_epoch().count()) * 1e-9L);
  const auto within = [&](const std::vector<long double>& spikes) {
    return static_cast<std::size_t>(std::lower_bound(spikes.begin(), spikes.end(), second.end_ms) - spikes.begin());
  };
  const std::size_t expected = within(second.spikes_ms);
  total.spikes += expected;
  if (within(found_ms) != expected) {
    ++total.missed_or_added;
    return;
  }
  for (std::size_t i = 0; i < expected; ++i) {
    total.worst_ms = std::max(total.worst_ms, static_cast<double>(std::fabs(found_ms[i] - second.spikes_ms[i])));
  }
}

// `seconds` neuron-seconds, `together` of them with common parameters in one slice.
template <class MakeSlice>
Comparison against_long_double(Shape shape, const ModelInfo& info, std::uint64_t seconds, std::uint32_t together,
                               const MakeSlice& make_slice) {
  Comparison total;
  for (std::uint64_t set = 0; set < seconds / together; ++set) {
    RandomStream random({11, Purpose::kUser, 20}, set);
    const ReferenceParameters p = draw_parameters(random, shape);
    Rig rig(info, together, rig_parameters(p));
    std::vector<NeuronSecond> drawn;
    std::vector<RigInput> inputs;
    for (std::uint32_t n = 0; n < together; ++n) {
      drawn.push_back(draw_second(set * together + n, p));
      for (const ReferenceInput& in : drawn.back().inputs) {
        inputs.push_back({Time{Duration{in.at_ps}},
                          static_cast<Port>(shape == Shape::kDelta ? 0 : in.port),
                          in.weight,
                          {static_cast<std::uint16_t>(n)}});
      }
    }
    rig.set_inputs(std::move(inputs));
    const std::unique_ptr<Slice> slice = make_slice(rig.request());
    std::vector<std::vector<Time>> found(together);
    for (const Spike& spike : run(rig, *slice, time_from_ms(1000))) found[spike.neuron].push_back(spike.at);
    for (std::uint32_t n = 0; n < together; ++n) compare(total, drawn[n], found[n]);
  }
  UNSCOPED_INFO(total.compared_ms / 1000 << " of " << seconds << " neuron-seconds, " << total.spikes
                                         << " spikes, worst difference " << total.worst_ms << " ms");
  return total;
}

void check(const Comparison& total, double seconds, std::size_t at_least_spikes) {
  CHECK(total.missed_or_added == 0);
  CHECK(total.compared_ms > 950 * seconds);
  CHECK(total.worst_ms <= kBarMs);
  CHECK(total.spikes >= at_least_spikes);
}

TEST_CASE("Exponential currents: no crossing missed, none added, all within 1e-9 ms of a long double closed form") {
  const auto model = make_lif_exp();
  check(against_long_double(Shape::kExponential, model->info(), 400, 1,
                            [](const SliceRequest& r) { return std::make_unique<FlowPopulation<LifExp>>(r); }),
        400, 4000);
}

TEST_CASE("Exponential currents, many neurons in one frame: no crossing missed, none added, all within 1e-9 ms") {
  const auto model = make_lif_exp();
  check(against_long_double(Shape::kExponential, model->info(), 400, 25,
                            [](const SliceRequest& r) { return make_frame_linear_slice(r); }),
        400, 4000);
}

TEST_CASE("Alpha currents: no crossing missed, none added, all within 1e-9 ms of a long double closed form") {
  const auto model = make_lif_alpha();
  check(against_long_double(Shape::kAlpha, model->info(), 150, 1,
                            [](const SliceRequest& r) { return std::make_unique<FlowPopulation<LifAlpha>>(r); }),
        150, 1500);
}

TEST_CASE("Delta synapses: no crossing missed, none added, all within 1e-9 ms of a long double closed form") {
  check(against_long_double(Shape::kDelta, delta_info(), 200, 1,
                            [](const SliceRequest& r) { return make_flow_lif_slice(r); }),
        200, 2000);
}

// Classical Runge-Kutta, fourth order, of the differential equations themselves.
std::vector<long double> integrate(const NeuronSecond& second, long double step, long double end) {
  using Vector = std::array<long double, 3>;  // V - v_rest, I_exc, I_inh
  const ReferenceParameters& p = second.parameters;
  const long double leak = 1 / static_cast<long double>(p.tau_m), gain = 1 / static_cast<long double>(p.c_m);
  const long double decay[2] = {1 / static_cast<long double>(p.tau_syn[0]), 1 / static_cast<long double>(p.tau_syn[1])};
  const long double threshold = static_cast<long double>(p.v_threshold) - p.v_rest;
  bool held = false;
  const auto slope = [&](const Vector& x) {
    return Vector{held ? 0 : gain * (p.i_e + x[1] + x[2]) - leak * x[0], -decay[0] * x[1], -decay[1] * x[2]};
  };
  const auto moved = [](const Vector& x, const Vector& d, long double h) {
    return Vector{x[0] + h * d[0], x[1] + h * d[1], x[2] + h * d[2]};
  };
  constexpr long double kSixth = 1.0L / 6;
  const auto stepped = [&](const Vector& x, long double h) {
    const Vector k1 = slope(x), k2 = slope(moved(x, k1, h / 2)), k3 = slope(moved(x, k2, h / 2)),
                 k4 = slope(moved(x, k3, h));
    Vector sum;
    for (std::size_t i = 0; i < 3; ++i) sum[i] = x[i] + h * kSixth * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
    return sum;
  };
  Vector x{0, 0, 0};
  long double now = 0, release = 0;
  std::vector<long double> spikes;
  std::size_t input = 0;
  const auto input_time = [&] {
    return input < second.inputs.size() ? static_cast<long double>(second.inputs[input].at_ps) * 1e-9L : 2 * end;
  };
  long double next_input = input_time();
  while (now < end) {
    long double next = now + step;
    if (held && release < next) next = release;
    const bool arrival = next_input <= next;
    if (arrival) next = next_input;
    Vector y = stepped(x, next - now);
    if (!held && y[0] >= threshold) {
      next = now + (next - now) * (threshold - x[0]) / (y[0] - x[0]);
      y = stepped(x, next - now);
      spikes.push_back(next);
      y[0] = static_cast<long double>(p.v_reset) - p.v_rest;
      release = next + p.t_ref;
      held = p.t_ref > 0;
    } else if (arrival) {
      y[static_cast<std::size_t>(1 + second.inputs[input].port)] += second.inputs[input].weight;
      ++input;
      next_input = input_time();
    }
    x = y;
    now = next;
    if (held && now >= release) held = false;
  }
  return spikes;
}

TEST_CASE("Exponential currents: crossings within 1e-9 ms of a Runge-Kutta integrator of step 1e-5 ms over a second") {
  const auto model = make_lif_exp();
  RandomStream random({11, Purpose::kUser, 22}, 0);
  const ReferenceParameters p = draw_parameters(random, Shape::kExponential);
  NeuronSecond second = draw_second(0, p);
  second.spikes_ms = integrate(second, 1e-5L, second.end_ms);
  Rig rig(model->info(), 1, rig_parameters(p));
  std::vector<RigInput> inputs;
  for (const ReferenceInput& in : second.inputs) {
    inputs.push_back({Time{Duration{in.at_ps}}, static_cast<Port>(in.port), in.weight, {0}});
  }
  rig.set_inputs(std::move(inputs));
  FlowPopulation<LifExp> slice(rig.request());
  std::vector<Time> found;
  for (const Spike& spike : run(rig, slice, time_from_ms(1000))) found.push_back(spike.at);
  Comparison total;
  compare(total, second, found);
  check(total, 1, 10);
}

}  // namespace
}  // namespace volley::testing
