// Connectivity: makes the synapses of one projection that end in one slice.
//
// A projection is a pure function of (network seed, position of the projection): every neuron draws its synapses from a
// stream of its own, so that a slice is the restriction of one connectivity that does not depend on how a population is
// cut. Streams are drawn twice, once to count and once to place, so that no list of edges is ever held; peak memory is
// the finished group and one neuron's synapses.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/network.h"
#include "engine/spike.h"
#include "engine/synapses.h"

namespace volley {

// Weights that differ between synapses are stored as floats; larger ones would become infinite, and so would sums of
// larger common ones.
inline constexpr double kLargestWeight = std::numeric_limits<float>::max();

struct ConnectRequest {
  const ProjectionSpec* spec = nullptr;
  std::uint32_t projection = 0;  // position in Network::projections: the entity of the random streams
  PopulationId source{};
  std::uint32_t source_size = 0;
  bool same_population = false;  // source and target are one population: neuron i to neuron i is an autapse
  std::uint32_t target_size = 0;
  std::uint32_t first = 0, count = 0;  // the slice: target neurons [first, first + count), at most 65,536
  Port port = 0;
  std::uint64_t seed = 0;
};

// The rows of the request's slice. Within one delay of a row, targets ascend (several synapses of one pair are
// neighbours, in the order in which they were drawn).
//
// Rules, and whose stream (seed, kConnect, projection, item) they draw from:
//   fixed_indegree, pairwise_bernoulli, all_to_all, one_to_one: the target's. fixed_total: in-degrees from a stream of
//   the projection (item 2^64 - 1), then as fixed_indegree. fixed_outdegree: the source's.
// The k-th synapse of that neuron takes the k-th weight of its kWeight stream and the k-th delay of its kDelay stream.
// `autapses` and `multapses` concern rules that draw; explicit edges are taken as they stand.
//
// Errors: InvalidArgument with every line of connection_problems(); with a drawn delay beyond 65,535 steps or a drawn
// weight outside `weight_grid`; ResourceExhausted when one slice would hold 2^32 synapses or more. Thread safe; shares
// nothing.
absl::StatusOr<SynapseGroup> connect(const ConnectRequest& request);

// "<source>_to_<target>" where the projection has no name of its own.
std::string projection_name(const ProjectionSpec& spec);

// "projection a_to_b: weight 300 becomes 300 on its grid, must be from -128 to 127; ...", for a weight outside of it.
// REQUIRES: the projection has a grid.
std::string weight_problem(const ProjectionSpec& spec, double weight);

// Why a projection between populations of these sizes cannot be made, one line each; empty if it can.
// O(1) for drawn rules, O(edges) for explicit ones.
std::vector<std::string> connection_problems(const ProjectionSpec& spec, std::uint32_t source_size,
                                             std::uint32_t target_size, bool same_population);

}  // namespace volley
