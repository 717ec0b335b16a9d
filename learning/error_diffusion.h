// Error Diffusion, Kaneko's learning rule without a chain rule (I. Kaneko 1999, unpublished; the C original and its
// descriptions are quoted in apps/edlearn/README.md). Everything that the forms of apps/edlearn share.
//
// Neurons alternate: even ones are excitatory (type o = +1), odd ones inhibitory (o = -1). A synapse's sign is
// o_source * o_target for ever (Dale's principle, in the form in which the rule uses it), and its magnitude only grows.
// One independent network per class; with target d (1 for the class shown, else 0) and output y its error e = d - y
// becomes two concentrations at its output, and, spread without regard to any weight, at its hidden layers:
//
//   a+ = max(e, 0), a- = max(-e, 0)          at the output
//   a+-(l) = u1 * mean of a+-(l + 1)         at hidden layer l: u1^depth; Kaneko's own form has u1 once for every layer
//
// A synapse from source activity s to target activity y changes by
//
//   dw = alpha * s * g(y) * a * o_source * o_target      a = a+ for an excitatory source, a- for an inhibitory one
//
// with g(y) = |y| (1 - |y|). So one pulse of amine is, for every type of source, an outer product: source activity
// times a factor of the target neuron. Neurons keep the two factors; no synapse keeps anything.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/elementary.h"

namespace volley::learning {

// +1 for even neurons, -1 for odd ones.
constexpr float type_of(std::size_t neuron) { return neuron % 2 == 0 ? 1.0f : -1.0f; }

// 1 / (1 + exp(-2 z / u0)).
inline double logistic(double z, double u0) { return 1.0 / (1.0 + exp_portable(-2.0 * z / u0)); }

struct Amines {
  float plus = 0, minus = 0;
  bool any() const { return plus > 0 || minus > 0; }
};

// Of an output neuron. An error not beyond `dead_zone` sends nothing at all.
inline Amines amines_of(double error, double dead_zone) {
  if (!(std::abs(error) > dead_zone)) return {};
  return error > 0 ? Amines{static_cast<float>(error), 0} : Amines{0, static_cast<float>(-error)};
}

// How amine reaches hidden layer l of L (0 is the first): u1^(L - l), or u1.
enum class Diffusion { kByDepth, kEqual };
inline double reach(Diffusion diffusion, double u1, std::size_t layer, std::size_t layers) {
  return diffusion == Diffusion::kEqual ? u1 : std::pow(u1, static_cast<double>(layers - layer));
}

// |y| (1 - |y|), but not below `floor`.
inline float slope(float y, float floor) { return std::max(std::abs(y) * (1.0f - std::abs(y)), floor); }

// What a pulse of amine means to the neurons of one layer of one network: alpha * g(y) * a * o_source * o_target, for
// excitatory sources in `plus`, for inhibitory ones in `minus`. Neuron 0 of the spans is excitatory.
inline void post_factors(std::span<const float> slopes, Amines amines, float alpha, std::span<float> plus,
                         std::span<float> minus) {
  for (std::size_t j = 0; j < slopes.size(); ++j) {
    const float each = alpha * slopes[j] * type_of(j);
    plus[j] = each * amines.plus;
    minus[j] = -each * amines.minus;
  }
}

// w[j] += s * factor[j]: the outer product, one source at a time.
inline void grow(std::span<float> weights, float source_activity, std::span<const float> factors) {
  for (std::size_t j = 0; j < weights.size(); ++j) weights[j] += source_activity * factors[j];
}

}  // namespace volley::learning
