// Helpers for tests of connectivity: projections of every kind, and a group as a plain list.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <compare>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/connect.h"

namespace volley::test {

struct Synapse {
  std::uint32_t source;
  Duration delay;
  std::uint32_t target;  // index in the population
  double weight;

  friend bool operator==(const Synapse&, const Synapse&) = default;
};

struct Sizes {
  std::uint32_t source = 0, target = 0;
  bool same = false;
};

inline absl::StatusOr<SynapseGroup> connect_slice(const ProjectionSpec& spec, const Sizes& sizes, std::uint32_t first,
                                                  std::uint32_t count, std::uint64_t seed = 7,
                                                  std::uint32_t projection = 3) {
  ConnectRequest request;
  request.spec = &spec;
  request.projection = projection;
  request.source = PopulationId{1};
  request.source_size = sizes.source;
  request.same_population = sizes.same;
  request.target_size = sizes.target;
  request.first = first;
  request.count = count;
  request.port = 2;
  request.seed = seed;
  return connect(request);
}

inline SynapseGroup connect_all(const ProjectionSpec& spec, const Sizes& sizes, std::uint64_t seed = 7) {
  absl::StatusOr<SynapseGroup> group = connect_slice(spec, sizes, 0, sizes.target, seed);
  INFO(group.status().ToString());
  REQUIRE(group.ok());
  return *std::move(group);
}

// In the order of the group.
inline std::vector<Synapse> synapses_of(const SynapseGroup& group, std::uint32_t first = 0) {
  std::vector<Synapse> list;
  for (std::uint32_t source = 0; source + 1 < group.offset.size(); ++source) {
    for (std::uint32_t i = group.offset[source]; i < group.offset[source + 1]; ++i) {
      list.push_back({source, group.delay_step.empty() ? group.delay : group.delay_step[i] * group.delay_resolution,
                      first + group.target[i], group.weight.empty() ? group.uniform_weight : group.weight[i]});
    }
  }
  return list;
}

// What one group of the whole population lists, made of slices of `slice_size` neurons.
inline std::vector<Synapse> synapses_by_slices(const ProjectionSpec& spec, const Sizes& sizes,
                                               std::uint32_t slice_size) {
  std::vector<Synapse> list;
  for (std::uint32_t first = 0; first < sizes.target; first += slice_size) {
    const auto group = connect_slice(spec, sizes, first, std::min(slice_size, sizes.target - first));
    INFO(group.status().ToString());
    REQUIRE(group.ok());
    const std::vector<Synapse> part = synapses_of(*group, first);
    list.insert(list.end(), part.begin(), part.end());
  }
  std::stable_sort(list.begin(), list.end(), [](const Synapse& a, const Synapse& b) {
    return std::tie(a.source, a.delay, a.target) < std::tie(b.source, b.delay, b.target);
  });
  return list;
}

inline std::vector<std::uint32_t> outdegrees(const SynapseGroup& group) {
  std::vector<std::uint32_t> degree;
  for (std::size_t i = 0; i + 1 < group.offset.size(); ++i) degree.push_back(group.offset[i + 1] - group.offset[i]);
  return degree;
}

inline std::vector<std::uint32_t> indegrees(const SynapseGroup& group, std::uint32_t targets) {
  std::vector<std::uint32_t> degree(targets);
  for (const std::uint16_t target : group.target) ++degree[target];
  return degree;
}

inline ProjectionSpec projection(Rule rule, bool autapses = true, bool multapses = true) {
  ProjectionSpec spec;
  spec.source = "exc";
  spec.target = "inh";
  spec.rule = std::move(rule);
  spec.weight = Constant{0.5};
  spec.delay_ms = Constant{1.5};
  spec.autapses = autapses;
  spec.multapses = multapses;
  return spec;
}

// Every rule that draws, feasible for 60 sources and 60 targets.
inline std::vector<std::pair<std::string, ProjectionSpec>> every_drawn_projection() {
  const std::vector<std::pair<std::string, Rule>> rules = {
      {"all_to_all", AllToAll{}},
      {"fixed_indegree, few", FixedIndegree{7}},
      {"fixed_indegree, most", FixedIndegree{50}},
      {"fixed_outdegree, few", FixedOutdegree{7}},
      {"fixed_outdegree, most", FixedOutdegree{50}},
      {"pairwise_bernoulli, rare", PairwiseBernoulli{0.1}},
      {"pairwise_bernoulli, frequent", PairwiseBernoulli{0.9}},
      {"fixed_total, few", FixedTotal{100}},
      {"fixed_total, many", FixedTotal{3000}},
  };
  std::vector<std::pair<std::string, ProjectionSpec>> all;
  for (const auto& [name, rule] : rules) {
    for (const bool autapses : {true, false}) {
      for (const bool multapses : {true, false}) {
        all.emplace_back(name + (autapses ? "" : ", no autapses") + (multapses ? "" : ", no multapses"),
                         projection(rule, autapses, multapses));
      }
    }
  }
  all.emplace_back("one_to_one", projection(OneToOne{}));
  return all;
}

}  // namespace volley::test
