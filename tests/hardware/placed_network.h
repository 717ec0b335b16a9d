// Networks and chips for tests of placement and capacity.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/random.h"
#include "hardware/chip_library.h"
#include "hardware/place.h"
#include "models/catalog.h"
#include "tests/support/run_network.h"

namespace volley::hardware {

inline Chip loihi() {
  auto chip = shipped_chip("loihi");
  REQUIRE(chip.ok());
  return *std::move(chip);
}

inline Wiring wiring_of(const Network& network, const Chip& chip) {
  return make_wiring(test::must_build(network, standard_models()), chip, std::chrono::milliseconds(1));
}

inline Network cells(std::uint32_t size) {
  Network network;
  network.populations = {test::population("cells", "lif_delta", size)};
  return network;
}

// `modules` groups of `size` neurons with `degree` synapses each, of which one in eight leaves the module; neurons are
// shuffled, so that the order of the network says nothing about modules.
inline Network shuffled_modules(std::uint32_t modules, std::uint32_t size, std::uint32_t degree, std::uint64_t seed) {
  RandomStream random({seed, Purpose::kUser, 0}, 0);
  const std::uint32_t n = modules * size;
  std::vector<std::uint32_t> label(n);
  for (std::uint32_t i = 0; i < n; ++i) label[i] = i;
  for (std::uint32_t i = n - 1; i > 0; --i) std::swap(label[i], label[random.next_below(i + 1)]);
  Explicit rule;
  for (std::uint32_t i = 0; i < n; ++i) {
    for (std::uint32_t s = 0; s < degree; ++s) {
      const bool leaves = random.next_below(8) == 0;
      const std::uint32_t to = leaves ? random.next_below(n) : i / size * size + random.next_below(size);
      rule.edges.push_back({label[i], label[to], 1, std::chrono::milliseconds(1)});
    }
  }
  Network network = cells(n);
  network.projections = {test::projection("cells", "cells", rule, 1, 1)};
  return network;
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline std::string message_of(const absl::Status& status) { return std::string(status.message()); }

}  // namespace volley::hardware
