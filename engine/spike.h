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
  // What sorting asks: one comparison where times differ.
  friend constexpr bool operator<(const Spike& a, const Spike& b) {
    return a.at != b.at ? a.at < b.at : a.rank() < b.rank();
  }

 private:
  constexpr std::uint64_t rank() const { return std::uint64_t{index_of(population)} << 32 | neuron; }
};
static_assert(sizeof(Spike) == 16);

}  // namespace volley
