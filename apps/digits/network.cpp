#include "apps/digits/network.h"

#include "apps/digits/streams.h"
#include "engine/random.h"

namespace volley::digits {
namespace {

constexpr double kDelayMs = 1;
constexpr double kFixedMs = 1e9;     // thresholds fall by one per cent in 20,000 images
constexpr double kFirstThetaMv = 0;  // the published 20 mV on a threshold that is 20 mV lower

PlasticitySpec rule_of(const Settings& settings, bool learns) {
  // Pairs, one of the published rules with its offset left to the normalisation of weights: a target's spike gives
  // rate_post times the trace of the own one, an own spike takes rate_pre times the trace of the target; traces are set
  // to 1, not added.
  return {"pair_stdp",
          {{"a_plus", settings.rate_post * kLift},
           {"a_minus", settings.rate_pre * kLift},
           {"tau_plus", 20.0},
           {"tau_minus", 20.0},
           {"pairs", "nearest"},
           {"w_max", kLift}},
          {},
          !learns};
}

}  // namespace

Network network_of(const Settings& settings, const Learned& state, bool learns) {
  Network network;
  network.name = "digits";
  network.populations = {{"exc",
                          "lif_adaptive",
                          settings.neurons,
                          {},
                          {{"tau_m", 100.0},
                           {"v_rest", -65.0},
                           {"v_reset", -65.0},
                           {"v_threshold", -52.0},
                           {"t_ref", 5.0},
                           {"theta_plus", learns ? settings.theta_plus_mv : 0.0},
                           {"tau_theta", learns ? settings.tau_theta_ms : kFixedMs},
                           {"theta_init", state.theta}}}};
  network.sources = {{"pixels", state.pixels, {}, SpikeListSource{}}};

  ProjectionSpec input;
  input.name = "input";
  input.source = "pixels";
  input.target = "exc";
  input.rule = AllToAll{};
  input.weight = Uniform{0, 0.3 * kLift};  // replaced by `state` once it is built
  input.delay_ms = Constant{kDelayMs};
  input.plasticity = rule_of(settings, learns);
  ProjectionSpec against;
  against.name = "against";
  against.source = "exc";
  against.target = "exc";
  against.rule = AllToAll{};
  against.autapses = false;
  against.weight = Constant{-settings.inhibition_mv};
  against.delay_ms = Constant{kDelayMs};
  network.projections = {std::move(input), std::move(against)};
  return network;
}

Learned beginning(const Settings& settings, std::uint32_t pixels) {
  Learned state{pixels, std::vector<float>(std::size_t{pixels} * settings.neurons),
                std::vector<double>(settings.neurons, kFirstThetaMv)};
  RandomStream random({settings.seed, Purpose::kUser, kFirstWeights}, 0);
  std::vector<double> sums(settings.neurons);
  for (std::size_t s = 0; s < state.weight.size(); ++s) {
    state.weight[s] = static_cast<float>((random.next(Uniform{0, 1}) + 0.01) * 0.3 * kLift);
    sums[s % settings.neurons] += static_cast<double>(state.weight[s]);
  }
  for (std::size_t s = 0; s < state.weight.size(); ++s) {
    state.weight[s] *= static_cast<float>(settings.norm * kLift / sums[s % settings.neurons]);
  }
  return state;
}

}  // namespace volley::digits
