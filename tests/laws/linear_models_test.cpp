// Laws of the exact neurons: the flow is a flow, and neither windows nor slices nor samples nor the choice between one
// frame for all and one state per neuron shows in what is fired.
#include <catch2/catch.hpp>
#include <cmath>

#include "engine/random.h"
#include "models/catalog.h"
#include "models/flow_population.h"
#include "models/frame_linear.h"
#include "models/lif.h"
#include "models/lif_alpha.h"
#include "models/lif_exp.h"
#include "tests/support/slice_rig.h"

namespace volley::testing {
namespace {

constexpr std::uint32_t kNeurons = 60;
const Time kEnd = time_from_ms(400);

// Rows of input at random instants, a few of them shared, with one weight or one each, on ports below `ports`.
std::vector<RigInput> draw_inputs(std::uint64_t item, std::uint32_t ports, double unit) {
  RandomStream random({9, Purpose::kUser, 31}, item);
  std::vector<RigInput> inputs;
  Time at = kStart;
  for (int i = 0; i < 1500; ++i) {
    if (random.next_below(5) != 0) at += Duration{static_cast<std::int64_t>(2.5e8 * random.next_exponential())};
    const auto port = static_cast<Port>(random.next_below(ports));
    const double sign = port == 1 || (ports == 1 && random.next_below(4) == 0) ? -1.0 : 1.0;
    RigInput input{at, port, sign * unit * (0.5 + random.next_uniform()), {}};
    for (std::uint32_t n = 0; n < kNeurons; ++n) {
      if (random.next_below(8) == 0) input.target.push_back(static_cast<std::uint16_t>(n));
    }
    if (random.next_below(3) == 0) {
      for (std::size_t k = 0; k < input.target.size(); ++k) {
        input.weights.push_back(static_cast<float>(unit * random.next_normal()));
      }
    }
    inputs.push_back(std::move(input));
  }
  return inputs;
}

struct Case {
  std::string name;
  std::string model;
  RigParameters parameters;
  std::uint32_t ports;
  double unit;
};

// Every model below goes through the catalog, which picks the fast form where it fits.
std::vector<Case> cases() {
  const std::map<std::string, std::vector<double>> cuba = {
      {"c_m", {200}},         {"tau_m", {20}},    {"v_rest", {-60}}, {"t_ref", {3}},
      {"v_threshold", {-50}}, {"v_reset", {-60}}, {"i_e", {60}},     {"tau_syn_exc", {5}},
      {"tau_syn_inh", {10}},  {"tau_syn_2", {3}}, {"tau_syn_3", {7}}};
  auto driven = cuba;
  driven["i_e"] = {120};
  driven["t_ref"] = {0};
  auto heterogeneous = cuba;
  heterogeneous["tau_m"].clear();
  for (std::uint32_t n = 0; n < kNeurons; ++n) heterogeneous["tau_m"].push_back(15.0 + 0.2 * n);
  auto close = cuba;
  close["tau_syn_exc"] = {20};
  std::vector<Case> all;
  all.push_back({"lif_exp", "lif_exp", {cuba, {}}, 2, 220});
  all.push_back({"lif_exp, four ports", "lif_exp", {cuba, {}}, 4, 220});
  all.push_back({"lif_exp, hard", "lif_exp", {cuba, {{"refractory", "hard"}}}, 2, 220});
  all.push_back({"lif_exp, driven over the threshold", "lif_exp", {driven, {{"reset", "subtract"}}}, 2, 220});
  all.push_back({"lif_exp, parameters per neuron", "lif_exp", {heterogeneous, {}}, 4, 220});
  all.push_back({"lif_exp, equal time constants", "lif_exp", {close, {}}, 2, 220});
  all.push_back({"lif_alpha", "lif_alpha", {cuba, {{"refractory", "hard"}}}, 4, 160});
  std::vector<double> reset(kNeurons, 0.0);
  reset[3] = 1.0;
  all.push_back({"lif_delta, parameters per neuron", "lif_delta", {{{"v_reset", reset}, {"i_e", {22}}}, {}}, 1, 2});
  all.push_back({"if_delta with drive",
                 "if_delta",
                 {{{"i_e", {0.5}}, {"t_ref", {1}}}, {{"reset", "subtract"}, {"threshold", "at_least"}}},
                 1,
                 2});
  return all;
}

Rig rig_of(const ModelCatalog& models, const Case& c, std::uint64_t item) {
  Rig rig(models.find(c.model)->info(), kNeurons, c.parameters);
  rig.set_inputs(draw_inputs(item, c.ports, c.unit));
  return rig;
}

std::unique_ptr<Slice> make(const ModelCatalog& models, const Rig& rig) {
  auto slice = models.find(rig.spec.model)->make_slice(rig.request());
  REQUIRE(slice.ok());
  return *std::move(slice);
}

template <class M>
void check_flow(const ModelInfo& info, RigParameters given, std::uint32_t ports, double unit) {
  const ResolvedParameters resolved = resolve(info, given);
  const typename M::Params p = M::params(resolved, 0);
  RandomStream random({9, Purpose::kUser, 32}, 0);
  for (int i = 0; i < 300; ++i) {
    typename M::State once = M::initial(p);
    REQUIRE(once == M::initial(p));
    for (Port port = 0; port < ports; ++port) M::receive(p, once, port, unit * random.next_normal(), false);
    M::flow(p, once, 3 * random.next_exponential());
    typename M::State twice = once;
    const double a = 10 * random.next_exponential(), b = 10 * random.next_exponential();
    M::flow(p, once, a + b);
    M::flow(p, twice, a);
    M::flow(p, twice, b);
    for (std::uint32_t variable = 0; variable < info.variables.size(); ++variable) {
      CHECK(M::variable(twice, variable) == Approx(M::variable(once, variable)).epsilon(1e-12).margin(1e-10));
    }
  }
}

TEST_CASE("Flow over a and then over b is flow over a + b") {
  const ModelCatalog models = standard_models();
  for (const double tau : {2.0, 9.95, 10.0, 10.05, 30.0}) {
    const RigParameters given{{{"tau_m", {10}}, {"tau_syn_exc", {tau}}, {"i_e", {20}}}, {}};
    check_flow<LifExp>(models.find("lif_exp")->info(), given, 4, 100);
    check_flow<LifAlpha>(models.find("lif_alpha")->info(), given, 4, 100);
  }
  check_flow<FlowLif<true>>(models.find("lif_delta")->info(), {{{"i_e", {3}}}, {}}, 1, 2);
  check_flow<FlowLif<false>>(models.find("if_delta")->info(), {{{"i_e", {3}}}, {}}, 1, 2);
}

TEST_CASE("Windows may be cut anywhere, and samples taken anywhere, without changing a bit") {
  const ModelCatalog models = standard_models();
  for (const Case& c : cases()) {
    INFO(c.name);
    const Rig rig = rig_of(models, c, 1);
    const auto whole = make(models, rig);
    const std::vector<Spike> expected = run(rig, *whole, kEnd);
    REQUIRE(expected.size() > 100);
    const auto again = make(models, rig);
    REQUIRE(run(rig, *again, kEnd) == expected);

    const auto cut = make(models, rig);
    RandomStream random({9, Purpose::kUser, 33}, 0);
    std::vector<Spike> fired;
    std::size_t position = 0;
    for (Time begin = kStart; begin < kEnd;) {
      const Time end = std::min(kEnd, begin + Duration{1 + static_cast<std::int64_t>(4e8 * random.next_exponential())});
      run_window(rig, *cut, position, {begin, end}, fired);
      const std::uint32_t n = random.next_below(kNeurons);
      for (std::uint32_t v = 0; v < models.find(c.model)->info().variables.size(); ++v) {
        double value = 0;
        cut->sample(v, end - Duration{1}, {&n, 1}, {&value, 1});
        REQUIRE(std::isfinite(value));
      }
      begin = end;
    }
    CHECK(fired == expected);
    std::vector<std::uint32_t> all(kNeurons);
    for (std::uint32_t n = 0; n < kNeurons; ++n) all[n] = n;
    std::vector<double> v_whole(kNeurons), v_cut(kNeurons);
    whole->sample(0, kEnd - Duration{1}, all, v_whole);
    cut->sample(0, kEnd - Duration{1}, all, v_cut);
    CHECK(v_whole == v_cut);
  }
}

TEST_CASE("Two slices fire what one slice fires") {
  const ModelCatalog models = standard_models();
  for (const Case& c : cases()) {
    const bool per_neuron = c.name.find("per neuron") != std::string::npos;
    if (per_neuron) continue;  // the engine cuts such parameters; this rig does not
    INFO(c.name);
    Rig rig = rig_of(models, c, 2);
    // The denser one is taken in chunks of many events by the whole slice, and one by one by each of the two.
    rig.drives = {{"drive", "cells", {5, 50}, PoissonDrive{{{kStart, 200.0}}, c.unit, ""}},
                  {"dense", "cells", {0, 20}, PoissonDrive{{{kStart, 4000.0}}, c.unit / 20, ""}}};
    const auto whole = make(models, rig);
    const std::vector<Spike> expected = run(rig, *whole, kEnd);
    std::vector<Spike> joined;
    for (const auto& [first, count] : {std::pair{0u, 23u}, std::pair{23u, kNeurons - 23u}}) {
      const Rig part = rig.part(first, count);
      const auto slice = *models.find(c.model)->make_slice(rig.request(first, count));
      const std::vector<Spike> fired = run(part, *slice, kEnd);
      joined.insert(joined.end(), fired.begin(), fired.end());
    }
    std::sort(joined.begin(), joined.end());
    CHECK(joined == expected);
  }
}

// Runs the rig in one frame and neuron by neuron.
void check_frame_against_flow(const Rig& rig) {
  const auto frame = make_frame_linear_slice(rig.request());
  FlowPopulation<LifExp> flow(rig.request());
  const std::vector<Spike> in_frame = run(rig, *frame, kEnd), alone = run(rig, flow, kEnd);
  REQUIRE(alone.size() > 100);
  REQUIRE(in_frame.size() == alone.size());
  CHECK(frame->counters().external_events == flow.counters().external_events);
  std::vector<std::vector<Time>> a(kNeurons), b(kNeurons);
  for (const Spike& spike : in_frame) a[spike.neuron].push_back(spike.at);
  for (const Spike& spike : alone) b[spike.neuron].push_back(spike.at);
  for (std::uint32_t n = 0; n < kNeurons; ++n) {
    REQUIRE(a[n].size() == b[n].size());
    for (std::size_t k = 0; k < a[n].size(); ++k) CHECK(std::abs((a[n][k] - b[n][k]).count()) <= 1);
  }
  for (std::uint32_t variable = 0; variable < 5; ++variable) {
    for (std::uint32_t n = 0; n < kNeurons; ++n) {
      double x = 0, y = 0;
      frame->sample(variable, kEnd - Duration{1}, {&n, 1}, {&x, 1});
      flow.sample(variable, kEnd - Duration{1}, {&n, 1}, {&y, 1});
      CHECK(x == Approx(y).epsilon(1e-9).margin(1e-9));
    }
  }
}

TEST_CASE("Neurons in one frame fire when neurons by themselves do, to the picosecond") {
  const ModelCatalog models = standard_models();
  const auto drive = [](Range range, double rate_hz, double weight, std::string port) {
    return DriveSpec{"drive", "cells", range, PoissonDrive{{{kStart, rate_hz}}, weight, std::move(port)}};
  };
  for (const Case& c : cases()) {
    Rig rig = rig_of(models, c, 3);
    if (c.model != "lif_exp" || !frame_linear_fits(rig.request())) continue;
    INFO(c.name);
    rig.drives = {drive({0, {}}, 300, c.unit, "")};
    check_frame_against_flow(rig);
    rig.drives = {drive({0, {}}, 6000, c.unit / 20, "")};
    check_frame_against_flow(rig);
    rig.drives = {drive({0, {}}, 5000, c.unit / 10, "exc"), drive({10, 30}, 3000, -c.unit / 10, "inh"),
                  drive({30, {}}, 50, c.unit, "inh")};
    check_frame_against_flow(rig);
  }
}

TEST_CASE("A population that input no longer reaches has nothing left to do") {
  const ModelCatalog models = standard_models();
  for (const Case& c : cases()) {
    // Whoever its own drive carries over the threshold never rests.
    if (c.name.find("drive") != std::string::npos || c.model == "lif_delta") continue;
    INFO(c.name);
    const Rig rig = rig_of(models, c, 4);
    const auto slice = make(models, rig);
    run(rig, *slice, time_from_ms(5000));
    CHECK(slice->next_event() == kNever);
  }
}

TEST_CASE("Current and noise drives act from their instants on, the same for every cut") {
  const ModelCatalog models = standard_models();
  for (const char* name : {"lif_exp", "lif_alpha"}) {
    INFO(name);
    Rig rig(models.find(name)->info(), kNeurons, {});
    rig.drives = {{"step", "cells", {10, 30}, CurrentDrive{{{time_from_ms(50), 450.0}, {time_from_ms(150), 0.0}}}},
                  {"noise", "cells", {20, {}}, NoiseDrive{100.0, 300.0, duration_from_ms(2)}}};
    const auto whole = make(models, rig);
    const std::vector<Spike> expected = run(rig, *whole, kEnd);
    // tau ln(R I / (R I - 15 mV)) after the step, with R = 10 ms / 250 pF.
    const double first_ms = 50 + 10 * std::log(18.0 / (18.0 - 15.0));
    std::size_t stepped = 0;
    for (const Spike& spike : expected) {
      CHECK(spike.neuron >= 10);
      if (spike.neuron >= 20) continue;
      if (stepped++ < 10) CHECK(to_ms(spike.at) == Approx(first_ms).margin(1e-9));
      CHECK(to_ms(spike.at) < 150);
    }
    CHECK(stepped >= 20);
    std::vector<Time> cuts;
    for (int i = 1; i < 700; ++i) cuts.push_back(time_from_ms(0.57 * i));
    const auto cut = make(models, rig);
    CHECK(run(rig, *cut, kEnd, cuts) == expected);
    std::vector<Spike> joined;
    for (const auto& [first, count] : {std::pair{0u, 25u}, std::pair{25u, kNeurons - 25u}}) {
      const auto slice = *models.find(name)->make_slice(rig.request(first, count));
      const std::vector<Spike> fired = run(rig.part(first, count), *slice, kEnd);
      joined.insert(joined.end(), fired.begin(), fired.end());
    }
    std::sort(joined.begin(), joined.end());
    CHECK(joined == expected);
  }
}

}  // namespace
}  // namespace volley::testing
