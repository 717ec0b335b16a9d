// From real numbers to the chip's integers: the mapping, its limits, and how near the integers come to the exact
// network.
#include "hardware/quantise.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "tests/support/full_catalog.h"
#include "tests/support/run_network.h"

namespace volley::hardware {
namespace {

using namespace std::chrono_literals;
using test::population;
using test::projection;

const ModelCatalog& models() {
  static const ModelCatalog catalog = test::full_catalog();
  return catalog;
}

Quantised must_quantise(const Network& network, const QuantiseOptions& options = {}) {
  auto result = quantise(network, models(), options);
  INFO(result.status().ToString());
  REQUIRE(result.ok());
  return *std::move(result);
}

std::string refusal(const Network& network, const QuantiseOptions& options = {}) {
  const auto result = quantise(network, models(), options);
  REQUIRE(absl::IsInvalidArgument(result.status()));
  return std::string(result.status().message());
}

double number(const PopulationSpec& spec, const std::string& name) {
  return std::get<double>(spec.parameters.at(name));
}

const Rounding& rounding_of(const Quantised& quantised, const std::string& thing, const std::string& parameter) {
  for (const Rounding& r : quantised.roundings) {
    if (r.thing == thing && r.parameter == parameter) return r;
  }
  FAIL("no rounding of " << thing << " " << parameter);
  std::abort();
}

// One neuron that gets spikes at whole milliseconds.
Network one_neuron(const std::string& model, Parameters parameters, double weight, std::vector<int> input_ms,
                   double delay_ms = 1) {
  std::vector<std::pair<Time, std::uint32_t>> spikes;
  for (const int ms : input_ms) spikes.emplace_back(time_from_ms(ms), 0);
  Network network;
  network.populations = {population("cell", model, 1, std::move(parameters))};
  network.sources = {test::spike_list("in", 1, std::move(spikes))};
  network.projections = {projection("in", "cell", AllToAll{}, weight, delay_ms)};
  return network;
}

std::vector<double> potentials(Network network, int steps, double units_per_mv = 1, double v_reset = 0) {
  network.state_probes = {{"cell", {}, "v", kStart + 1ms, 1ms, {}}};
  const test::Recording recording = test::record(network, models(), (steps + 1) * 1ms);
  std::vector<double> values;
  for (const test::Sample& sample : recording.samples) values.push_back(sample.values[0] / units_per_mv + v_reset);
  return values;
}

void require_close(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    INFO("sample " << i);
    REQUIRE(a[i] == Approx(b[i]).margin(tolerance));
  }
}

}  // namespace

TEST_CASE("A leaky neuron with delta synapses gets the chip's fields by the documented formulas", "[quantise]") {
  Network network = one_neuron(
      "lif_delta", {{"tau_m", 20.0}, {"v_rest", -65.0}, {"v_threshold", -50.0}, {"v_reset", -60.0}, {"t_ref", 2.0}},
      0.5, {5});
  const Quantised q = must_quantise(network);
  const PopulationSpec& chip = q.network.populations[0];
  CHECK(chip.model == "loihi_cuba");
  CHECK(number(chip, "du") == 4095);
  CHECK(number(chip, "dv") == 200);        // 4096 (1 - exp(-1/20)) = 199.8
  CHECK(number(chip, "refractory") == 2);  // all input lies on steps
  const double k = q.populations[0].units_per_mv;
  CHECK(number(chip, "vth_mant") == std::round(k * 10 / 64));
  CHECK(number(chip, "v_init") == std::round(-5 * k));
  const double bias = number(chip, "bias_mant") * std::exp2(number(chip, "bias_exp"));
  CHECK(bias == Approx(-5 * k * 200 / 4096).epsilon(1e-3));
  const double weight = std::get<Constant>(q.network.projections[0].weight).value;
  CHECK(std::fmod(weight, 64) == 0);
  CHECK(weight == Approx(0.5 * k).epsilon(2e-3));
}

TEST_CASE("Every rounding is reported with what was asked for and what the chip does instead", "[quantise]") {
  Network network = one_neuron("lif_delta", {{"tau_m", 20.0}, {"v_threshold", 15.0}, {"t_ref", 2.4}}, 0.5, {5}, 1.6);
  const Quantised q = must_quantise(network);
  const Rounding& tau = rounding_of(q, "population cell", "tau_m");
  CHECK(tau.asked == 20);
  CHECK(tau.got == Approx(-1 / std::log1p(-200.0 / 4096)));
  CHECK(tau.relative_error == Approx(std::fabs(tau.got - 20) / 20));
  CHECK(tau.field == "dv 200");
  const Rounding& t_ref = rounding_of(q, "population cell", "t_ref");
  CHECK((t_ref.got == 2 && t_ref.relative_error == Approx(0.4 / 2.4)));
  const Rounding& delay = rounding_of(q, "projection in_to_cell", "delay");
  CHECK((delay.asked == 1.6 && delay.got == 2 && delay.field == "delay 1"));
  CHECK(std::get<Constant>(q.network.projections[0].delay_ms).value == 2);
  for (std::size_t i = 1; i < q.roundings.size(); ++i) {
    CHECK(q.roundings[i - 1].relative_error >= q.roundings[i].relative_error);
  }
}

TEST_CASE("The potential below threshold follows the exact one, with a reset that is not the rest", "[quantise]") {
  const Parameters cell = {{"tau_m", 20.0},    {"v_rest", -65.0}, {"v_threshold", -50.0},
                           {"v_reset", -60.0}, {"v_init", -58.0}, {"i_e", 3.0}};
  const Network network = one_neuron("lif_delta", cell, 1.5, {3, 4, 10, 20, 21, 22, 40});
  const Quantised q = must_quantise(network);
  require_close(potentials(q.network, 60, q.populations[0].units_per_mv, -60), potentials(network, 60), 0.01);
}

TEST_CASE("Exponential currents arrive such that the chip's grid is that of the exact solution", "[quantise]") {
  const Parameters cell = {{"c_m", 100.0},     {"tau_m", 15.0},        {"tau_syn_exc", 5.0}, {"v_rest", -65.0},
                           {"v_reset", -65.0}, {"v_threshold", -40.0}, {"i_e", 20.0}};
  const Network network = one_neuron("lif_exp", cell, 80, {2, 3, 10, 30}, 2);
  const Quantised q = must_quantise(network);
  CHECK(number(q.network.populations[0], "du") == std::round(4096 * -std::expm1(-0.2)) - 1);
  CHECK(std::get<Constant>(q.network.projections[0].delay_ms).value == 3);
  CHECK(rounding_of(q, "projection in_to_cell", "delay").got == 2);
  const std::vector<double> exact = potentials(network, 70);
  const std::vector<double> chip = potentials(q.network, 70, q.populations[0].units_per_mv, -65);
  require_close(chip, exact, 0.03);  // of a response of some 10 mV
  CHECK(*std::max_element(exact.begin(), exact.end()) > -58);
}

TEST_CASE("A neuron without leak counts what it gets", "[quantise]") {
  const Network network = one_neuron("if_delta", {{"v_threshold", 3.5}}, 1.0, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  const Quantised q = must_quantise(network);
  CHECK(number(q.network.populations[0], "dv") == 0);
  const auto exact = test::record(network, models(), 20ms), chip = test::record(q.network, models(), 20ms);
  CHECK(exact.spikes == chip.spikes);
  CHECK(exact.spikes.size() == 9 + 2);
}

TEST_CASE("Connectivity and drawn weights are those of the exact run, rounded one by one", "[quantise]") {
  Network network;
  network.populations = {population("a", "lif_delta", 200, {{"v_init", Distribution{Uniform{0, 15}}}})};
  network.projections = {projection("a", "a", FixedIndegree{20}, 0, 1.5)};
  network.projections[0].weight = Normal{0.3, 0.1};
  network.projections[0].delay_ms = Uniform{0.5, 4};
  const Quantised q = must_quantise(network, {.step = 1ms, .weight_bits = {}, .seed = 5});
  const ProjectionSpec& chip = q.network.projections[0];
  CHECK(chip.rule == network.projections[0].rule);
  CHECK(chip.weight == network.projections[0].weight);
  CHECK(chip.delay_resolution == Duration{1ms});
  REQUIRE(chip.weight_grid);
  CHECK(chip.weight_grid->scale == q.populations[0].units_per_mv);
  REQUIRE(q.projections[0].format);
  CHECK(rounding_of(q, "projection a_to_a", "weight (rms)").relative_error < 0.01);
  CHECK(std::get<std::vector<double>>(q.network.populations[0].parameters.at("v_init")).size() == 200);
  CHECK(must_quantise(network, {.step = 1ms, .weight_bits = 2, .seed = 5}).projections[0].format->weight_bits == 2);
  CHECK(rounding_of(must_quantise(network, {.step = 1ms, .weight_bits = 3, .seed = 5}), "projection a_to_a",
                    "weight (rms)")
            .relative_error > 0.02);
}

TEST_CASE("Weights take no more bits than the chip's file says that it stores", "[quantise]") {
  Network network;
  network.populations = {population("a", "lif_delta", 50, {})};
  network.projections = {projection("a", "a", FixedIndegree{5}, 0, 1)};
  network.projections[0].weight = Uniform{0.1, 0.9};
  Chip chip;
  CHECK(options_for(chip).most_weight_bits == 8);
  chip.limits.stored_weight_bits = {.value = {1, 2, 4}};
  QuantiseOptions options = options_for(chip);
  CHECK(must_quantise(network, options).projections[0].format->weight_bits == 4);
  options.weight_bits = 6;
  const auto refused = quantise(network, standard_models(), options);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.status().message().find("weight bits 6, must be at most 4") != std::string::npos);
}

TEST_CASE("No neuron's accumulator can overflow, even if all its synapses deliver in one step", "[quantise]") {
  Network network;
  network.populations = {population("a", "lif_delta", 50), population("b", "lif_delta", 50)};
  network.projections = {projection("a", "b", AllToAll{}, 30, 1), projection("b", "b", AllToAll{}, -40, 1)};
  const Quantised q = must_quantise(network);
  const double in = std::get<Constant>(q.network.projections[0].weight).value;
  const double out = std::get<Constant>(q.network.projections[1].weight).value;
  CHECK((in > 0 && 50 * in < 1 << 21));
  CHECK((out < 0 && -50 * out < 1 << 21));
  CHECK(-50 * out > 1 << 20);
}

TEST_CASE("Neurons with different membranes share the weights, each at its own scale", "[quantise]") {
  Network network = one_neuron("lif_exp", {{"tau_m", std::vector<double>{10, 30}}, {"tau_syn_exc", 5.0}}, 100, {2, 9});
  network.populations[0].size = 2;
  const Quantised q = must_quantise(network);
  const auto& thresholds = std::get<std::vector<double>>(q.network.populations[0].parameters.at("vth_mant"));
  const auto& decays = std::get<std::vector<double>>(q.network.populations[0].parameters.at("dv"));
  CHECK(decays == std::vector<double>{390, 134});
  // R / tau_m is 1 / c_m for both: what differs is only the decay within the step.
  CHECK(thresholds[0] / thresholds[1] == Approx(30.0 * 134 / (10 * 390)).epsilon(1e-3));
}

TEST_CASE("Constant currents become part of the bias, for the neurons of their range only", "[quantise]") {
  Network network;
  network.populations = {population("a", "lif_delta", 3, {{"i_e", 2.0}})};
  network.drives = {{"push", "a", {1, 1}, CurrentDrive{{{kStart, 6}}}}};
  const Quantised q = must_quantise(network);
  const auto& bias = std::get<std::vector<double>>(q.network.populations[0].parameters.at("bias_mant"));
  CHECK(bias[0] == bias[2]);
  CHECK(bias[1] / bias[0] == Approx(4).epsilon(0.01));
  network.drives[0].kind = CurrentDrive{{{kStart, 6}, {kStart + 5ms, 0}}};
  CHECK(refusal(network).find("drive push of a: a current of 2 steps, must be one value") != std::string::npos);
  network.drives[0].kind = NoiseDrive{0, 1, 1ms};
  CHECK(refusal(network).find("drive push of a: noise") != std::string::npos);
}

TEST_CASE("A Poisson drive keeps its events and brings the mean potential of continuous time", "[quantise]") {
  Network network;
  network.populations = {population("cell", "lif_delta", 1, {{"v_threshold", 150.0}})};
  network.drives = {{"noise", "cell", {}, PoissonDrive{{{kStart, 50000}}, 0.1, ""}}};
  const Quantised q = must_quantise(network);
  const std::vector<double> exact = potentials(network, 4000);
  const std::vector<double> chip = potentials(q.network, 4000, q.populations[0].units_per_mv);
  double difference = 0, mean = 0;
  for (std::size_t i = 200; i < exact.size(); ++i) {
    mean += exact[i] / static_cast<double>(exact.size() - 200);
    difference += (chip[i] - exact[i]) / static_cast<double>(exact.size() - 200);
  }
  CHECK(mean == Approx(100).epsilon(0.02));
  CHECK(std::fabs(difference) < 0.002 * mean);  // 2.5 % without the factor for events within a step
}

TEST_CASE("Populations that are integers already are taken over unchanged, with their step", "[quantise]") {
  Network network = one_neuron("loihi_cuba", {{"dt", 0.5}, {"vth_mant", 10.0}}, 192, {1, 2}, 0.5);
  const Quantised q = must_quantise(network);
  CHECK(q.network == network);
  CHECK(q.roundings.empty());
  CHECK(q.step == Duration{500us});
  CHECK_FALSE(q.projections[0].format);
  network.populations.push_back(population("other", "loihi_cuba", 1));
  CHECK(refusal(network).find("population other: dt 1 ms, must be 0.5 ms as in cell") != std::string::npos);
}

TEST_CASE("Where all input lies on steps, a refractory period loses the same arrivals as in continuous time",
          "[quantise]") {
  for (const double t_ref : {0.0, 0.5, 1.0, 1.4, 2.0, 3.0, 7.5}) {
    // No leak and thresholds and weights that the grid holds: nothing else is rounded.
    Network network;
    const Parameters cell = {{"v_threshold", 15.5}, {"t_ref", t_ref}};
    network.populations = {population("a", "if_delta", 4, cell), population("b", "if_delta", 4, cell)};
    std::vector<std::pair<Time, std::uint32_t>> spikes;
    for (int ms = 1; ms < 400; ++ms) {
      for (std::uint32_t n = 0; n < 4; ++n) {
        if (ms * (n + 3) % 7 < 4) spikes.emplace_back(time_from_ms(ms), n);
      }
    }
    network.sources = {test::spike_list("in", 4, std::move(spikes))};
    network.projections = {projection("in", "a", AllToAll{}, 4, 1), projection("a", "b", OneToOne{}, 8, 3),
                           projection("b", "a", OneToOne{}, 2, 2)};
    const Quantised q = must_quantise(network);
    INFO("t_ref " << t_ref);
    CHECK(number(q.network.populations[1], "refractory") == std::max(1.0, std::ceil(t_ref)));
    CHECK(rounding_of(q, "population b", "t_ref").relative_error == 0);
    const test::Recording exact = test::record(network, models(), 400ms + Duration{1});
    const test::Recording chip = test::record(q.network, models(), 400ms + Duration{1});
    REQUIRE(exact.spikes.size() > 100);
    CHECK(exact.spikes == chip.spikes);

    // One thing between steps is enough for the other count: a delay, a spike, a drive, a neuron that fires by itself.
    const auto count = [](const Network& changed) {
      return number(must_quantise(changed).network.populations[1], "refractory");
    };
    const double otherwise = 1 + std::round(t_ref);
    Network late = network, early = network, driven = network, restless = network, unheard = network;
    late.projections[2].delay_ms = Constant{2.5};
    CHECK(count(late) == otherwise);
    std::get<SpikeListSource>(early.sources[0].kind).spikes.emplace_back(time_from_ms(7.25), 1);
    CHECK(count(early) == otherwise);
    driven.drives = {{"noise", "a", {}, PoissonDrive{{{kStart, 100}}, 1, {}}}};
    CHECK(count(driven) == otherwise);
    restless.populations[0].parameters["i_e"] = 0.125;
    CHECK(count(restless) == otherwise);
    unheard.drives = {{"noise", "b", {}, PoissonDrive{{{kStart, 100}}, 1, {}}}};
    unheard.projections.pop_back();
    CHECK(number(must_quantise(unheard).network.populations[0], "refractory") == std::max(1.0, std::ceil(t_ref)));
  }
}

TEST_CASE("What the chip lacks is refused with thing, value, bound and remedy", "[quantise]") {
  const auto with = [](const std::string& model, Parameters parameters = {}) {
    return one_neuron(model, std::move(parameters), 0.5, {1});
  };
  const auto refuses = [](const Network& network, const std::string& text) {
    const std::string message = refusal(network);
    INFO(message);
    CHECK(message.find(text) != std::string::npos);
  };
  refuses(with("lif_alpha"), "population cell: model lif_alpha has alpha-shaped currents");
  refuses(with("lif_coba"), "conductances");
  refuses(with("adex"), "adaptation");
  refuses(with("izhikevich"), "use lif_exp");
  refuses(with("parrot"), "use a source");
  refuses(with("lif_delta", {{"reset", "subtract"}}), "reset subtract");
  refuses(with("lif_delta", {{"threshold", "at_least"}}), "set `threshold: above`");
  refuses(with("lif_exp", {{"refractory", "hard"}}), "set `refractory: clamped`");
  refuses(with("lif_delta", {{"t_ref", 63.2}}), "t_ref 63.2 ms, must be at most 63 ms");
  Network between = with("lif_delta", {{"t_ref", 62.6}});
  CHECK(must_quantise(between).network.populations.size() == 1);
  between.projections[0].delay_ms = Constant{1.5};
  refuses(between, "t_ref 62.6 ms, must be at most 62 ms");
  refuses(with("lif_delta", {{"tau_m", 9000.0}}), "tau_m 9000 ms, must be at most 8191 ms");

  CHECK(must_quantise(with("lif_delta", {{"tau_m", 0.12}})).network.populations.size() == 1);
  refuses(with("lif_delta", {{"tau_m", 0.01}}), "population cell, neuron 0: tau_m 0.01 ms, must be at least 0.110");
  refuses(with("lif_exp", {{"tau_m", 0.1}}), "0.111 steps of 1 ms, for a decay has 12 bits; shorten the step");

  Network learns = with("lif_delta");
  learns.projections[0].plasticity = {"pair_stdp", {}, {}};
  refuses(learns, "learns by rule pair_stdp");
  learns.projections[0].plasticity->frozen = true;
  CHECK_FALSE(must_quantise(learns).network.projections[0].plasticity.has_value());

  Network integers = with("loihi_cuba");
  integers.projections[0].plasticity = {"loihi", {{"dw", "2^-2*x1*y0"}}, {}};
  CHECK(must_quantise(integers).network.projections[0] == integers.projections[0]);

  Network two = with("lif_exp", {{"tau_syn_inh", 10.0}, {"tau_syn_exc", 5.0}});
  CHECK(must_quantise(two).network.populations[0].model == "loihi_cuba");  // port inh is not used
  two.projections.push_back(two.projections[0]);
  two.projections[1].name = "second";
  two.projections[1].port = "inh";
  refuses(two, "tau_syn_exc 5 ms and tau_syn_inh 10 ms, must be equal");
  two.populations[0].parameters["tau_syn_inh"] = 5.0;
  CHECK(must_quantise(two).network.projections[1].port == "in");
}

TEST_CASE("A threshold that the largest input leaves no unit of the chip is refused, not rounded to 0", "[quantise]") {
  const auto beside = [](double weight) {
    return one_neuron("lif_delta", {{"v_threshold", 10.0}, {"v_reset", 0.0}}, weight, {1});
  };
  const std::string message = refusal(beside(1e30));
  INFO(message);
  CHECK(message.find("population cell, neuron 0: v_threshold 10 mV is 10 mV above v_reset and becomes vth_mant 0, "
                     "must be at least ") == 0);
  CHECK(message.find(" mV above, for the largest input sets the scale; make the largest weights") != std::string::npos);
  CHECK(number(must_quantise(beside(3e5)).network.populations[0], "vth_mant") >= 1);
}

TEST_CASE("A delay of 62 steps fits into a synapse, one more is refused, constant, drawn or explicit", "[quantise]") {
  Network network = one_neuron("lif_delta", {}, 0.5, {1}, 63);  // heard at t + 1 + 62
  CHECK(rounding_of(must_quantise(network), "projection in_to_cell", "delay").field == "delay 62");
  network.projections[0].delay_ms = Constant{64};
  CHECK(refusal(network).find("delay 64 ms, must be at most 63 ms, 63 steps of 1 ms") != std::string::npos);
  CHECK(must_quantise(network, {.step = 2ms, .weight_bits = {}, .seed = 1}).step == Duration{2ms});
  network.projections[0].delay_ms = Uniform{64, 65};
  CHECK(refusal(network).find("delay 64.") != std::string::npos);
  network.projections[0].rule = Explicit{{{0, 0, 0.5f, 64ms}}, ""};
  CHECK(refusal(network).find("delay 64 ms") != std::string::npos);
  network.projections[0].rule = Explicit{{{0, 0, 0.5f, 63ms}}, ""};
  CHECK(std::get<Explicit>(must_quantise(network).network.projections[0].rule).edges[0].delay == Duration{63ms});
}

TEST_CASE("Quantised networks build, and fire about as often as the exact ones", "[quantise]") {
  Network network;
  const Parameters cell = {{"tau_m", 20.0}, {"v_threshold", 20.0}, {"v_reset", 10.0}, {"t_ref", 2.0}};
  network.populations = {population("exc", "lif_delta", 400, cell), population("inh", "lif_delta", 100, cell)};
  for (const char* to : {"exc", "inh"}) {
    network.drives.push_back({std::string("in_") + to, to, {}, PoissonDrive{{{kStart, 9000}}, 0.2, ""}});
    network.projections.push_back(projection("exc", to, FixedIndegree{40}, 0.2, 1.5));
    network.projections.push_back(projection("inh", to, FixedIndegree{10}, -1, 1.5));
  }
  const auto exact = test::record(network, models(), 2s);
  const auto chip = test::record(must_quantise(network).network, models(), 2s);
  const double ratio = static_cast<double>(chip.spikes.size()) / static_cast<double>(exact.spikes.size());
  INFO(exact.spikes.size() << " exact, " << chip.spikes.size() << " on the chip");
  CHECK(exact.spikes.size() > 10000);
  CHECK(ratio == Approx(1).margin(0.08));
}

}  // namespace volley::hardware
