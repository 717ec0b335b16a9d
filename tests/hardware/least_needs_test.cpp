// Lower bounds on what a network needs of a chip, held against what building and packing it gives.
#include "hardware/least_needs.h"

#include <catch2/catch.hpp>

#include "hardware/chip_library.h"
#include "hardware/pack.h"
#include "models/catalog.h"

namespace volley::hardware {
namespace {

using std::chrono_literals::operator""ms;

Network network_of(std::uint32_t neurons, Rule rule, bool multapses = true) {
  Network network;
  network.populations = {{.name = "cells", .model = "lif_delta", .size = neurons, .shape = {}, .parameters = {}}};
  ProjectionSpec projection;
  projection.source = projection.target = "cells";
  projection.rule = std::move(rule);
  projection.delay_ms = Constant{1};
  projection.multapses = multapses;
  network.projections = {projection};
  return network;
}

// Loihi with other bounds.
Chip chip_of(std::uint32_t width, std::uint64_t memory_bits) {
  Chip chip = *shipped_chip("loihi");
  chip.mesh.width = width;
  chip.limits.synaptic_memory_bits->value = memory_bits;
  return chip;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("Networks that no placement can hold are told by their description alone, with culprit, value and remedy") {
  const Chip loihi = *shipped_chip("loihi");
  // 3e11 synapses: whoever drew them would not be done within this test.
  const auto huge = certain_problems(network_of(100'000, FixedIndegree{3'000'000}), loihi);
  REQUIRE(huge.size() == 1);
  CHECK(contains(huge[0],
                 "projection cells_to_cells has at least 300,000,000,000 synapses; the network's 300,000,000,000 "
                 "synapses need at least "));
  CHECK(contains(huge[0], "the 128 cores of loihi have 134,217,728, 1,048,576 each (published); use fewer synapses"));
  const auto many = certain_problems(network_of(131'073, OneToOne{}), loihi);
  REQUIRE(many.size() == 1);
  CHECK(contains(many[0],
                 "the network needs at least 129 cores, loihi has 128: 1 are missing; population cells has "
                 "131,073 of 131,073 neurons"));
  CHECK(certain_problems(network_of(131'072, OneToOne{}), loihi).empty());
  const auto heard = certain_problems(network_of(4'097, AllToAll{}), loihi);
  REQUIRE(heard.size() == 2);
  CHECK(contains(heard[1], "population cells: every neuron hears at least 4,097 senders"));
  CHECK(certain_problems(network_of(4'096, FixedIndegree{10}), loihi).empty());
  CHECK(contains(certain_problems(network_of(5'000, FixedIndegree{4'097}, false), loihi).back(), "4,097 senders"));

  Network models = network_of(2, OneToOne{});
  models.populations[0].model = "adex";
  REQUIRE(missing_models(models, loihi).size() == 1);
  CHECK(contains(missing_models(models, loihi)[0], "population cells: model adex, but the cores of loihi compute"));
}

TEST_CASE("A Poisson drive takes an axon of every driven neuron") {
  Network network = network_of(1'000, OneToOne{});
  for (int i = 0; i < 4'096; ++i) {
    network.drives.push_back({"d" + std::to_string(i), "cells", {}, PoissonDrive{{{kStart, 1}}, 1, {}}});
  }
  const auto problems = certain_problems(network, *shipped_chip("loihi"));
  REQUIRE(problems.size() == 2);
  CHECK(contains(problems[0], "synaptic memory"));
  CHECK(contains(problems[1], "every neuron hears at least 4,097 senders"));
  CHECK(certain_problems(network_of(1'000, OneToOne{}), *shipped_chip("loihi")).empty());
}

TEST_CASE("The bounds refuse nothing that packing can place, and come close to what it needs") {
  const Rule rules[] = {AllToAll{},         FixedIndegree{60},
                        FixedOutdegree{60}, PairwiseBernoulli{0.15},
                        FixedTotal{24'000}, Explicit{{{0, 1, 1, 1ms}, {0, 2, 1, 1ms}, {399, 2, 1, 1ms}}, {}}};
  for (const Rule& rule : rules) {
    const Network network = network_of(400, rule);
    const auto simulation = build(network, standard_models());
    REQUIRE(simulation.ok());
    for (const std::uint32_t width : {1u, 2u, 8u}) {
      std::uint64_t refused = 0, placed = 0;  // the most memory at which it is refused, the least at which it is placed
      for (std::uint64_t memory = 1 << 20; memory >= 256; memory = memory * 7 / 8) {
        const Chip chip = chip_of(width, memory);
        const bool no = !certain_problems(network, chip).empty();
        const auto packing = pack_in_order(make_wiring(*simulation, chip, 1ms), chip, 1);
        const bool fits = packing.ok() && packing->cores <= chip.mesh.core_count();
        INFO("rule " << rule.index() << ", width " << width << ", memory " << memory);
        CHECK_FALSE((no && fits));
        if (no) refused = std::max(refused, memory);
        if (fits) placed = memory;
      }
      INFO("rule " << rule.index() << ", width " << width);
      CHECK(placed > refused);
      if (rule.index() == 0 && width < 8) CHECK(static_cast<double>(refused) > 0.5 * static_cast<double>(placed));
    }
  }
}

}  // namespace volley::hardware
