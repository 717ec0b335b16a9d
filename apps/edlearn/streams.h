// The random streams of a run. Each is a pure function of (seed, purpose, item), so that nothing depends on who draws
// first: what is displayed, saved or tested changes no training.
#pragma once

#include <cstdint>

#include "engine/random.h"

namespace volley::edlearn {

inline constexpr std::uint32_t kTrainingOrder = 1;   // item: epoch
inline constexpr std::uint32_t kTestChoice = 2;      // item: epoch
inline constexpr std::uint32_t kInitialWeights = 3;  // item: layer
inline constexpr std::uint32_t kTrainingSpikes = 4;  // item: number of the presentation
inline constexpr std::uint32_t kTestSpikes = 5;      // item: test image
inline constexpr std::uint32_t kFixedImages = 6;     // item: 0

inline StreamKey stream(std::uint64_t seed, std::uint32_t purpose) {
  return {seed, static_cast<Purpose>(static_cast<std::uint32_t>(Purpose::kUser) + purpose), 0};
}

}  // namespace volley::edlearn
