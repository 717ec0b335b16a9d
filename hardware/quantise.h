// From a network of real numbers to the integers of a Loihi core: the same populations as model `loihi_cuba`, and every
// rounding on the way.
//
// With a step of h, scale k (units per mV) and v = k (V - v_reset), so that the chip's reset to 0 is the neuron's:
//
//   dv = 4096 (1 - exp(-h / tau_m)), rounded; 0 without leak      vth_mant = k (v_threshold - v_reset) / 64
//   du = 4095: a current of delta synapses lives one step         du + 1 = 4096 (1 - exp(-h / tau_syn)) otherwise
//   bias = k (v_inf - v_reset) dv / 4096, v_inf = v_rest + i_e (or R i_e): the leak towards v_rest and all constant
//   currents
//   refractory = t_ref / h, rounded up and at least 1, if all input lies on steps (step_grid.h says why); else
//   1 + t_ref / h, rounded
//   weight: k w for delta synapses; k w R (tau_syn / h) ((du + 1) / 4096) (dv / 4096) for exponential currents, which
//   gives a current, however often it comes, the mean potential that it has in continuous time, R w rate tau_syn
//   Poisson drives into delta synapses: k w (tau_m / h) (dv / 4096), for their events lie anywhere within a step
//
// Bias and weights use the rounded decays, so that a rounded decay changes time constants and not means. The grid form
// of the exact solution is that of Rotter & Diesmann 1999 (Biol. Cybern. 81), with which these agree to second order in
// h.
//
// Delays. A spike of step t is heard at t + 1 + d. A delta synapse with delay D has 1 + d = D / h, at least 1. A
// current that arrives at t acts on the chip in the step that ends at t, in continuous time from t on: so d = D / h
// there.
//
// Scale. Per unit of weight a population has one gain g, and every neuron its own k (equal neurons have equal k). g is
// as large as registers allow: the sum of all inputs to a neuron stays in the 21 bits of the accumulator even if every
// synapse delivers in one step (and a Poisson drive six standard deviations more than its mean); thresholds stay within
// an eighth of v's register, so that inhibition has room below. Up to an octave lower, it is where constant weights,
// thresholds and biases round best.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/model.h"
#include "engine/network.h"
#include "hardware/chip.h"
#include "hardware/weight_format.h"
#include "models/loihi_weights.h"

namespace volley::hardware {

struct QuantiseOptions {
  Duration step{1'000'000'000};            // 1 ms; populations that are integers already bring their own
  std::optional<int> weight_bits;          // 1 to 6, or 8; empty: what minimises the squared error of each projection
  int most_weight_bits = kMostWeightBits;  // the largest size that the chip stores
  std::uint64_t seed = 1;                  // of the run: drawn weights and parameters are those that it would draw
};

// `most_weight_bits` from the chip's file, where that says how it stores weights.
QuantiseOptions options_for(const Chip& chip);

// One value that the chip holds only approximately. Of values that differ between neurons or synapses, the worst is
// given (for weights: root mean squares).
struct Rounding {
  std::string thing;      // "population exc"
  std::string parameter;  // "tau_m"
  double asked = 0, got = 0;
  std::string unit;
  // |got - asked| / |asked|; potentials relative to v_threshold - v_reset; drawn weights: rms error / rms.
  double relative_error = 0;
  std::string field;  // what the chip holds: "dv 200"
};

struct QuantisedPopulation {
  std::string name;
  double units_per_mv = 0;  // k of neuron 0; v = k (V - v_reset). 0: was integer already
  double floor_mv = 0;      // lowest potential that v's register holds
};

struct QuantisedProjection {
  std::string name;
  std::optional<LoihiWeightFormat> format;  // empty: was integer already
  std::int64_t delay_steps = 0;             // the longest, beyond the one that every spike takes
};

struct Quantised {
  Network network;
  Duration step{0};
  std::vector<Rounding> roundings;  // worst first
  std::vector<QuantisedPopulation> populations;
  std::vector<QuantisedProjection> projections;
};

// Populations of lif_delta, if_delta, lif_exp and loihi_cuba (taken over unchanged). Sources, Poisson drives and probes
// stay: they are input from outside and instruments. Probed currents of any port become `u`; u and v are in the chip's
// units. Draws of connectivity, weights and delays are those of the exact network under the same seed.
//
// Errors: InvalidArgument with every problem, one per line: what build() would refuse, and what the chip lacks (other
// models, several synaptic time constants in one compartment, reset by subtraction, currents that change, noise, delays
// beyond 62 steps, refractory periods beyond its field, time constants too long or too short for a decay of 12 bits,
// thresholds that round to 0 beside the largest input). Nothing is clamped.
absl::StatusOr<Quantised> quantise(const Network& network, const ModelCatalog& models, const QuantiseOptions& options);

}  // namespace volley::hardware
