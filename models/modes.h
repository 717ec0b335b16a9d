// The state of neurons that are sums of decaying modes, and the loops that walk it. A neuron's modes lie side by side
// in one vector: the membrane's first, then one per port in use. Coefficients are those of decay frames
// (models/decay_frame.h): mode k is worth a_k decay_k(t).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace volley {

// Mode 0 of a refractory neuron: whatever arrives, it stays there and below every threshold.
inline constexpr double kParkedMode = -std::numeric_limits<double>::infinity();

// The modes of one neuron side by side. Width 4: membrane and up to three ports; 8: all four ports.
template <int Width>
struct ModesOf {
  typedef double Vector __attribute__((vector_size(Width * sizeof(double))));
};
template <int Width>
using Modes = typename ModesOf<Width>::Vector;

template <int Width>
inline Modes<Width> load(const double* p) {
  Modes<Width> v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
template <int Width>
inline void store(double* p, Modes<Width> v) {
  __builtin_memcpy(p, &v, sizeof v);
}

// Pairwise, so that the order does not depend on the machine.
template <int Width>
inline double sum_of(Modes<Width> v) {
  double sum = 0;
  for (int k = 0; k < Width; k += 2) sum += v[k] + v[k + 1];
  return sum;
}

// exp(x), lane by lane, for |x| < 2^-10: what is left out is below 2^-56.
template <int Width>
inline Modes<Width> exp_of_little(Modes<Width> x) {
  return 1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6 + x * (1.0 / 24))));
}

// sum_k max(a_k now_k, a_k later_k).
template <int Width>
inline double bound(Modes<Width> a, Modes<Width> now, Modes<Width> later) {
  const Modes<Width> p = a * now, q = a * later;
  return sum_of<Width>(p > q ? p : q);
}

// Whether one of the four neurons from a on exceeds the bar: the same sums as bound(), four at a time.
[[gnu::always_inline]] inline bool any_of_four_above(const double* a, Modes<4> now, Modes<4> later, double bar) {
  Modes<4> highest[4];
  for (int n = 0; n < 4; ++n) {
    const Modes<4> modes = load<4>(a + 4 * n);
    const Modes<4> p = modes * now, q = modes * later;
    highest[n] = p > q ? p : q;
  }
  const auto pairs = [](Modes<4> x, Modes<4> y) {
    return __builtin_shufflevector(x, y, 0, 4, 2, 6) + __builtin_shufflevector(x, y, 1, 5, 3, 7);
  };
  const Modes<4> first = pairs(highest[0], highest[1]), second = pairs(highest[2], highest[3]);
  const auto above =
      __builtin_shufflevector(first, second, 0, 1, 4, 5) + __builtin_shufflevector(first, second, 2, 3, 6, 7) > bar;
  return (above[0] | above[1] | above[2] | above[3]) != 0;
}

template <int Width>
struct RowStep {
  Modes<Width> per_weight;  // what weight 1 adds to the modes
  Modes<Width> now, later;  // decays at the arrival and at the next check point
  double bar;               // v_threshold - v_inf, less what rounding may hide
};

// The hot loop: adds weight * per_weight to every target's modes, and returns the end of the targets, written from
// `risky` on, that may cross before the next check point. `Hard`: refractory neurons do not receive.
template <int Width, bool Hard>
[[gnu::noinline]] std::uint32_t* add_row(double* a, std::span<const std::uint16_t> target, const float* weight,
                                         double uniform_weight, const RowStep<Width>& step, std::uint32_t* risky) {
  const Modes<Width> per_weight = step.per_weight, now = step.now, later = step.later;
  const double bar = step.bar;
  if (weight == nullptr) {
    const Modes<Width> jump = uniform_weight * per_weight;
    const bool raises = uniform_weight > 0;
    for (const std::uint16_t i : target) {
      double* const mine = a + std::size_t{i} * Width;
      if (Hard && mine[0] == kParkedMode) continue;
      const Modes<Width> modes = load<Width>(mine) + jump;
      store<Width>(mine, modes);
      if (raises && bound<Width>(modes, now, later) > bar) *risky++ = i;
    }
    return risky;
  }
  for (std::size_t k = 0; k < target.size(); ++k) {
    const std::uint16_t i = target[k];
    double* const mine = a + std::size_t{i} * Width;
    if (Hard && mine[0] == kParkedMode) continue;
    const double w = static_cast<double>(weight[k]);
    const Modes<Width> modes = load<Width>(mine) + w * per_weight;
    store<Width>(mine, modes);
    if (w > 0 && bound<Width>(modes, now, later) > bar) *risky++ = i;
  }
  return risky;
}

// External events of one port: what weight * kappa adds to the modes, and what bounds V until the next check point.
template <int Width>
struct EventStep {
  Modes<Width> on_membrane, on_port;  // times the factors of the two modes
  Modes<Width> start, later;          // decays no later than the first event, and at the next check point
  double bar;
};

// Adds the events e = 0, 1, ... to the modes of neuron[e], and stops behind the first that may let its neuron cross
// before the next check point: then `risky` is set. Returns how many were added. `Hard` as above.
template <int Width, bool Hard, bool Raises>
[[gnu::noinline]] std::size_t add_events(double* a, const std::uint16_t* neuron, const double* membrane_factor,
                                         const double* port_factor, std::size_t count, const EventStep<Width>& step,
                                         bool& risky) {
  const Modes<Width> on_membrane = step.on_membrane, on_port = step.on_port, start = step.start, later = step.later;
  const double bar = step.bar;
  for (std::size_t e = 0; e < count; ++e) {
    double* const mine = a + std::size_t{neuron[e]} * Width;
    if (Hard && mine[0] == kParkedMode) continue;
    const Modes<Width> modes = load<Width>(mine) + (on_membrane * membrane_factor[e] + on_port * port_factor[e]);
    store<Width>(mine, modes);
    if (Raises && bound<Width>(modes, start, later) > bar) [[unlikely]] {
      risky = true;
      return e + 1;
    }
  }
  risky = false;
  return count;
}

}  // namespace volley
