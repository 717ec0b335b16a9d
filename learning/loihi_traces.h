// The integers of Loihi's learning engine: traces, tags, weights and their stochastic rounding.
//
// Traces x1, x2 (pre-synaptic) and y1, y2, y3 (post-synaptic) have 7 bits. In every learning epoch a trace decays,
// x <- floor(x exp(-T / tau)) + Bernoulli(the fraction), so that its mean decays exactly; then every spike adds an
// impulse of 7 bits with a 7-bit fraction, whose fraction is rounded in the same way; the result is clipped to 0 ..
// 127. The reward trace r1 takes pulses of modulators in the same way. Tags have 9 bits, sign included; weights are
// rounded stochastically to the bits that are stored. Both stop at the ends of their range, as the chip's do. Source:
// Davies et al. 2018, IEEE Micro 38(1), "Learning engine"; widths as in the public documentation of Loihi.
//
// Every function is pure: the random number comes in as an argument, a uniform of 32 bits from a stream of
// Purpose::kLoihi (engine/random.h), so that results depend on (seed, projection, synapse, epoch) alone.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "absl/strings/str_format.h"
#include "engine/elementary.h"

namespace volley {

inline constexpr int kLongestLearningEpoch = 63;  // steps
inline constexpr int kLargestTrace = 127;
inline constexpr int kLargestReward = 127, kLowestReward = -128;
inline constexpr int kLargestTag = 255, kLowestTag = -256;

// floor(value) + 1 with the probability of the fraction, for value = `numerator` / 2^bits. The mean over `random` is
// exact to 2^-32. REQUIRES: 0 <= bits <= 31.
constexpr std::int64_t stochastic_round(std::int64_t numerator, int bits, std::uint32_t random) {
  const std::int64_t whole = numerator >> bits;  // floor, also of negative numbers
  const auto fraction = static_cast<std::uint64_t>(numerator - whole * (std::int64_t{1} << bits));
  return whole + (random < fraction << (32 - bits) ? 1 : 0);
}

struct LoihiTrace {
  struct Params {
    std::uint32_t keep = 0;  // exp(-T / tau) in 2^-24
    int impulse = 0;         // in 1/128; 0 to 127 + 127/128
  };

  // "tau 0 ms, must be above 0; ..." or "" if the trace can be made. `epoch`: steps between two updates.
  static std::string problem(double tau_steps, int epoch, double impulse) {
    if (!(tau_steps > 0)) return absl::StrFormat("tau %g steps, must be above 0; set a time constant", tau_steps);
    if (epoch < 1 || epoch > kLongestLearningEpoch) {
      return absl::StrFormat("learning epoch %d steps, must be from 1 to %d; set an epoch within", epoch,
                             kLongestLearningEpoch);
    }
    if (!(impulse >= 0 && impulse < kLargestTrace + 1)) {
      return absl::StrFormat("impulse %g, must be from 0 to 127 127/128; scale the trace", impulse);
    }
    return "";
  }
  // The impulse is rounded to 1/128. REQUIRES: problem() is empty.
  static Params params(double tau_steps, int epoch, double impulse) {
    return {static_cast<std::uint32_t>(std::round(exp_portable(-epoch / tau_steps) * 0x1p24)),
            static_cast<int>(std::min(std::round(impulse * 128), 128.0 * 128 - 1))};
  }

  // One epoch: decay, then `spikes` impulses. REQUIRES: 0 <= x <= 127.
  static int next(const Params& p, int x, std::uint32_t spikes, std::uint32_t decay_random,
                  std::uint32_t impulse_random) {
    const std::int64_t left = stochastic_round(std::int64_t{x} * p.keep, 24, decay_random);
    const std::int64_t added = stochastic_round(std::int64_t{p.impulse} * spikes, 7, impulse_random);
    return static_cast<int>(std::clamp<std::int64_t>(left + added, 0, kLargestTrace));
  }
};

// The reward trace r1, 8 bits with its sign: its size decays as that of the other traces does, then `pulses` / 128 are
// added. How many bits the chip gives it is not public; rewards and punishments need a sign.
inline int next_reward(const LoihiTrace::Params& p, int r, std::int64_t pulses, std::uint32_t decay_random,
                       std::uint32_t pulse_random) {
  const std::int64_t left = stochastic_round(std::int64_t{r < 0 ? -r : r} * p.keep, 24, decay_random);
  const std::int64_t next = (r < 0 ? -left : left) + stochastic_round(pulses, 7, pulse_random);
  return static_cast<int>(std::clamp<std::int64_t>(next, kLowestReward, kLargestReward));
}

// A tag after a change by `change` / 2^bits, rounded stochastically and kept in its 9 bits.
constexpr int next_tag(int tag, std::int64_t change, int bits, std::uint32_t random) {
  const std::int64_t next = tag + stochastic_round(change, bits, random);
  return static_cast<int>(std::clamp<std::int64_t>(next, kLowestTag, kLargestTag));
}

// What a synapse stores: a mantissa that is a multiple of 2^(8 - magnitude bits) within the sign mode's range.
struct LoihiStoredWeight {
  int magnitude_bits = 8;            // 1 to 8
  int lowest = -255, highest = 255;  // excitatory: from 0, inhibitory: up to 0
};

// The mantissa after a change by `change` / 2^bits: rounded stochastically to a multiple of what is stored, kept in
// range.
constexpr int next_weight(const LoihiStoredWeight& stored, int mantissa, std::int64_t change, int bits,
                          std::uint32_t random) {
  const int unused = 8 - stored.magnitude_bits;
  const std::int64_t exact = std::int64_t{mantissa} * (std::int64_t{1} << bits) + change;
  const std::int64_t quantum = std::int64_t{1} << unused;
  const auto floor_to = [&](int bound) { return bound / quantum * quantum; };  // toward zero: within the bound
  return static_cast<int>(std::clamp(stochastic_round(exact, bits + unused, random) * quantum, floor_to(stored.lowest),
                                     floor_to(stored.highest)));
}

}  // namespace volley
