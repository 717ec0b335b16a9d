// A spike: which neuron fired, and when. The order (time, population, neuron) is the canonical order of all results.
#pragma once

#include <compare>
#include <cstdint>

#include "engine/time.h"

namespace volley {

// Position of a population (or source) in the network, in the order of declaration: sources follow populations.
enum class PopulationId : std::uint32_t {};

constexpr std::uint32_t index_of(PopulationId id) { return static_cast<std::uint32_t>(id); }

struct Spike {
  Time at;
  PopulationId population;
  std::uint32_t neuron;  // index within its population

  friend constexpr auto operator<=>(const Spike&, const Spike&) = default;
};
static_assert(sizeof(Spike) == 16);

}  // namespace volley
