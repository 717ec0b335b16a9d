// What the leaky integrate-and-fire models with synaptic currents share: their parameters, and the response of a leaky
// membrane to a decaying current in closed form.
//
//   tau_m dV/dt = -(V - v_rest) + R (I_e + sum_p I_p),   R = tau_m / c_m
//
// Ports exc, inh, p2 and p3 have a time constant each; a port that nothing ends on costs nothing. Units: mV, pA, pF,
// ms, so that R is in GOhm. Between events everything is a sum of exponentials: S. Rotter and M. Diesmann, "Exact
// digital simulation of time-invariant linear systems with applications to neuronal modeling", Biol. Cybern. 81 (1999).
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "engine/elementary.h"
#include "engine/model.h"
#include "models/crossing.h"

namespace volley {

inline constexpr std::size_t kCurrentPorts = 4;
inline constexpr std::array<std::string_view, kCurrentPorts> kTauNames = {"tau_syn_exc", "tau_syn_inh", "tau_syn_2",
                                                                          "tau_syn_3"};

// Of one neuron. Rates are 1 / tau in 1/ms.
struct CurrentLifParams {
  double c_m, rate_m, resistance;
  double v_rest, v_threshold, v_reset, v_init;
  double t_ref_ms;
  double i_e;
  std::array<double, kCurrentPorts> rate_syn;
  std::array<double, kCurrentPorts> epsilon;  // rate_m - rate_syn, from the time constants so that nothing cancels
  bool subtract;  // a spike lowers V by v_threshold - v_reset instead of setting it
  bool hard;      // arrivals during the refractory period are lost
  bool series;    // some time constant is so near tau_m that its response is expanded in the difference
};

// Rates that differ by less than this part use the expansion, whose error is below 1e-12 of the response there; further
// apart the closed form loses at most 1e-12 (1e-14 for exponential currents) to cancellation.
inline constexpr double kSeriesDistance = 1e-2;

inline bool needs_series(double rate_m, double rate_syn) {
  return std::fabs(rate_m - rate_syn) < kSeriesDistance * rate_m;
}

CurrentLifParams current_lif_params(const ResolvedParameters& resolved, std::uint32_t neuron);

// Errors that concern several parameters: v_reset and v_init must be below v_threshold.
absl::Status check_current_lif(const SliceRequest& request);

// Everything but name, summary and citation.
ModelInfo current_lif_info();

// Adds to `potential` what the current (g + h s) exp(-rate s) pA on `port` does to V; term 0 of `potential` must be the
// membrane's. With epsilon = rate_m - rate the particular solution is (A + B s) exp(-rate s), B = h / (C epsilon), A =
// (g / C - B) / epsilon, and -A belongs to the membrane's own mode. Near epsilon = 0 the integral of (g + h s)
// exp(epsilon s) is expanded in epsilon instead.
template <int D>
void add_current_response(ExponentialSum<D>& potential, const CurrentLifParams& p, std::size_t port, double g,
                          double h) {
  const double rate = p.rate_syn[port];
  const double epsilon = p.epsilon[port];
  auto& membrane = potential.terms[0];
  if (!needs_series(p.rate_m, rate)) {
    const double b = h / (p.c_m * epsilon);
    const double a = (g / p.c_m - b) / epsilon;
    membrane.c[0] -= a;
    auto& term = potential.add(rate, a);
    if constexpr (D >= 1) term.c[1] = b;
  } else if constexpr (D == kSeriesDegree) {
    double power = 1.0 / p.c_m;  // epsilon^n / (n! C)
    for (int n = 0; n + 2 <= D; ++n) {
      membrane.c[static_cast<std::size_t>(n + 1)] += power * g / (n + 1);
      membrane.c[static_cast<std::size_t>(n + 2)] += power * h / (n + 2);
      power *= epsilon / (n + 1);
    }
  }
}

}  // namespace volley
