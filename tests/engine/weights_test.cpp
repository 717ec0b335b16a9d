// Weights that change between runs, and spikes that are fed to a source while a simulation exists.
#include "engine/weights.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/connect.h"
#include "engine/simulation.h"
#include "models/catalog.h"
#include "models/delta_rows.h"
#include "tests/support/run_network.h"

namespace volley::test {
namespace {

using namespace std::chrono_literals;

// Five inputs to `size` neurons, all to all, with drawn weights.
Network layer(std::uint32_t size) {
  Network network;
  network.populations = {{.name = "cells",
                          .model = "lif_delta",
                          .size = size,
                          .parameters = {{"tau_m", 20.0}, {"v_threshold", 1.0}, {"t_ref", 2.0}}}};
  network.sources = {spike_list("in", 5, {})};
  network.projections = {projection("in", "cells", AllToAll{}, 0, 0)};
  network.projections[0].weight = Uniform{0.1, 0.4};
  return network;
}

struct Heard final : Observer {
  std::map<std::uint32_t, int> spikes;  // of population 0, by neuron
  absl::Status on_window(const WindowReport& report) override {
    for (const Spike& spike : report.spikes) spikes[spike.neuron] += index_of(spike.population) == 0;
    return absl::OkStatus();
  }
};

bool says(const absl::Status& status, const std::string& part) {
  return std::string(status.message()).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("weights are those that connect() drew, whatever the slices") {
  for (const std::uint32_t slice_size : {0u, 7u}) {
    auto simulation = build(layer(20), standard_models(), {.seed = 4, .slice_size = slice_size});
    REQUIRE(simulation.ok());
    const auto weights = simulation->weights(0);
    REQUIRE(weights.ok());
    CHECK(weights->sources() == 5);
    CHECK(weights->slices() == (slice_size == 0 ? 1 : 3));
    CHECK(weights->synapses() == 100);
    std::map<std::pair<std::uint32_t, std::uint32_t>, float> found;
    weights->for_each_row([&](std::uint32_t source, const WeightRow& row) {
      REQUIRE(row.target.size() == row.weight.size());
      for (std::size_t k = 0; k < row.weight.size(); ++k)
        found[{source, row.first_neuron + row.target[k]}] = row.weight[k];
    });
    REQUIRE(found.size() == 100);
    const Network network = layer(20);
    ConnectRequest request{.spec = &network.projections[0],
                           .source = PopulationId{1},
                           .source_size = 5,
                           .target_size = 20,
                           .first = 0,
                           .count = 20,
                           .seed = 4};
    const auto group = connect(request);
    REQUIRE(group.ok());
    for (const auto& [pair, weight] : found) CHECK(weight == group->weight[pair.first * 20 + pair.second]);
  }
}

TEST_CASE("a weight that is written counts for what is delivered afterwards, also for a spike under way") {
  Network network = layer(3);
  network.projections[0].delay_ms = Constant{5.0};
  auto simulation = build(network, standard_models());
  REQUIRE(simulation.ok());
  Heard heard;
  simulation->add_observer(heard);
  const auto weights = simulation->weights(0);
  REQUIRE(weights.ok());
  weights->for_each_row(
      [](std::uint32_t, const WeightRow& row) { std::fill(row.weight.begin(), row.weight.end(), 0.0f); });
  REQUIRE(simulation->feed("in", std::vector{std::pair(time_from_ms(1), 0u), std::pair(time_from_ms(30), 1u)}).ok());
  REQUIRE(simulation->run(3ms).ok());
  weights->row(0).weight[2] = 1.5f;  // arrives at 6 ms
  REQUIRE(simulation->run(97ms).ok());
  CHECK(heard.spikes == std::map<std::uint32_t, int>{{0, 0}, {1, 0}, {2, 1}});
}

TEST_CASE("weights that cannot be changed one by one, or that do not exist, are refused") {
  Network network = layer(3);
  network.projections[0].weight = Constant{0.25};
  auto simulation = build(network, standard_models());
  REQUIRE(simulation.ok());
  const auto shared = simulation->weights(0);
  CHECK(absl::IsFailedPrecondition(shared.status()));
  CHECK(says(shared.status(), "projection in_to_cells: all its synapses share the weight 0.25"));
  CHECK(says(simulation->weights(1).status(), "projection 1, must be below 1"));
}

TEST_CASE("spikes fed in any order and in pieces are those of a list given at once") {
  const std::vector<std::pair<Time, std::uint32_t>> all = {
      {time_from_ms(1), 0}, {time_from_ms(1), 3}, {time_from_ms(1.5), 1}, {time_from_ms(4), 2},
      {time_from_ms(7), 4}, {time_from_ms(7), 0}, {time_from_ms(9), 3},   {time_from_ms(11), 1}};
  Network whole = layer(40);
  std::get<SpikeListSource>(whole.sources[0].kind).spikes = all;
  auto at_once = build(whole, standard_models());
  auto fed = build(layer(40), standard_models());
  REQUIRE((at_once.ok() && fed.ok()));
  Heard expected, heard;
  at_once->add_observer(expected);
  fed->add_observer(heard);
  REQUIRE(at_once->run(20ms).ok());
  REQUIRE(fed->feed("in", std::vector(all.rbegin(), all.rbegin() + 2)).ok());
  REQUIRE(fed->feed("in", std::vector(all.begin(), all.begin() + 4)).ok());
  REQUIRE(fed->run(5ms).ok());
  REQUIRE(fed->feed("in", std::vector(all.begin() + 4, all.begin() + 6)).ok());
  REQUIRE(fed->run(15ms).ok());
  CHECK(expected.spikes.size() > 10);
  CHECK(heard.spikes == expected.spikes);
}

TEST_CASE("spikes that lie in the past, of a neuron or for a source that is not there are refused as a whole") {
  auto simulation = build(layer(3), standard_models());
  REQUIRE(simulation.ok());
  REQUIRE(simulation->run(10ms).ok());
  using Spikes = std::vector<std::pair<Time, std::uint32_t>>;
  CHECK(says(simulation->feed("in", Spikes{{time_from_ms(12), 0}, {time_from_ms(9), 1}}), "times from 10 ms on"));
  CHECK(says(simulation->feed("in", Spikes{{time_from_ms(12), 5}}), "neurons must be below 5"));
  CHECK(says(simulation->feed("cells", Spikes{{time_from_ms(12), 0}}), "cells is no source"));
  REQUIRE(simulation->run(10ms).ok());
  CHECK(simulation->counters().back().counts.spikes == 0);
}

TEST_CASE("rows of consecutive targets are added together to the bits of one after the other") {
  for (const std::uint32_t count : {1u, 7u, 64u, 65u, 300u}) {
    RandomStream random(StreamKey{9, Purpose::kUser, count}, 0);
    std::vector<double> one_by_one(count + 3);
    for (std::uint32_t k = 0; k < count + 3; ++k) {
      one_by_one[k] = k % 11 == 0 ? -std::numeric_limits<double>::infinity() : random.next_uniform();
    }
    std::vector<double> together = one_by_one;
    std::vector<std::vector<float>> weight(4, std::vector<float>(count));
    std::vector<std::uint16_t> target(count);
    std::vector<std::uint32_t> crossed(count), found(count);
    std::array<const float*, 4> rows;
    for (std::size_t r = 0; r < 4; ++r) {
      for (std::uint32_t k = 0; k < count; ++k) {
        weight[r][k] = static_cast<float>(random.next_normal());
        target[k] = static_cast<std::uint16_t>(k + 3);
      }
      rows[r] = weight[r].data();
      add_weighted_row<true>(one_by_one.data(), target, weight[r].data(), 0.7, 1e9, crossed.data());
    }
    add_rows<4>(together.data() + 3, rows.data(), count, 0.7);
    CHECK(one_by_one == together);
    const double threshold = together[3 + count / 2];  // reached exactly
    const auto n = find_crossed<true>(together.data() + 3, count, threshold, 3, found.data()) - found.data();
    std::vector<std::uint32_t> expected;
    for (std::uint32_t k = 3; k < count + 3; ++k) {
      if (together[k] >= threshold) expected.push_back(k);
    }
    CHECK(std::vector(found.begin(), found.begin() + n) == expected);
    const auto m = find_crossed<false>(together.data() + 3, count, threshold, 3, found.data()) - found.data();
    CHECK(m == n - std::count(together.begin() + 3, together.end(), threshold));
  }
}

TEST_CASE("networks of consecutive rows fire as the same networks of listed ones, to the bit") {
  // The list is the same edges with one more neuron in between, so that its rows are not consecutive.
  for (const double v_rest : {0.0, 1.2}) {  // neurons that fire at input only, and neurons that fire by themselves, too
    const auto spikes = [&](bool listed) {
      Network network;
      const std::uint32_t size = 40;
      network.populations = {
          {.name = "cells",
           .model = "lif_delta",
           .size = size + (listed ? 1 : 0),
           .parameters = {{"tau_m", 20.0}, {"v_rest", v_rest}, {"v_threshold", 1.0}, {"t_ref", 2.0}}}};
      std::vector<std::pair<Time, std::uint32_t>> input;
      RandomStream random(StreamKey{5, Purpose::kUser, 1}, 0);
      for (int k = 0; k < 600; ++k) {
        input.emplace_back(Time{std::int64_t{random.next_below(100)} * 1ms}, random.next_below(12));
      }
      network.sources = {spike_list("in", 12, input)};
      Explicit edges;
      for (std::uint32_t s = 0; s < 12; ++s) {
        for (std::uint32_t t = 0; t < size; ++t) {
          const std::uint32_t target = listed && t >= 20 ? t + 1 : t;
          edges.edges.push_back({s, target, static_cast<float>(0.4 * random.next_normal()), 1ms});
        }
      }
      network.projections = {projection("in", "cells", std::move(edges), 0, 0)};
      const Recording recorded = record(network, standard_models(), 120ms);
      std::vector<std::pair<Time, std::uint32_t>> fired;
      for (const Spike& s : recorded.spikes) {
        if (index_of(s.population) != 0 || (listed && s.neuron == 20)) continue;
        fired.emplace_back(s.at, listed && s.neuron > 20 ? s.neuron - 1 : s.neuron);
      }
      return fired;
    };
    const auto fast = spikes(false);
    CHECK(fast.size() > 100);
    CHECK(fast == spikes(true));
  }
}

TEST_CASE("rows are known to be consecutive for all-to-all projections and edges that are, and for no others") {
  const auto consecutive = [](Rule rule, std::optional<Uniform> delay = {}) {
    Network network = layer(6);
    network.projections[0].rule = std::move(rule);
    if (delay) network.projections[0].delay_ms = *delay;
    ConnectRequest request{.spec = &network.projections[0], .source_size = 5, .target_size = 6, .first = 0, .count = 6};
    const auto group = connect(request);
    REQUIRE(group.ok());
    return group->consecutive;
  };
  CHECK(consecutive(AllToAll{}));
  CHECK(consecutive(Explicit{{{0, 3, 1, 1ms}, {0, 2, 2, 1ms}, {1, 5, 1, 1ms}}, ""}));
  CHECK_FALSE(consecutive(Explicit{{{0, 3, 1, 1ms}, {0, 1, 2, 1ms}}, ""}));
  CHECK_FALSE(consecutive(Explicit{{{0, 3, 1, 1ms}, {0, 3, 2, 1ms}}, ""}));
  CHECK_FALSE(consecutive(FixedIndegree{2}));
  CHECK_FALSE(consecutive(AllToAll{}, Uniform{1, 2}));
}

}  // namespace volley::test
