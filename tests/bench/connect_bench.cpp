// Building connectivity, in nanoseconds of CPU per synapse.
//
// Each case makes whole projections, one slice per population; `bytes` is what a synapse costs in memory.
#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/connect.h"

namespace volley {
namespace {

struct Case {
  ProjectionSpec spec;
  std::uint32_t sources, targets;
};

ProjectionSpec drawn(Rule rule, Distribution weight = Constant{1}, Distribution delay_ms = Constant{1.5}) {
  ProjectionSpec spec;
  spec.source = "source";
  spec.target = "target";
  spec.rule = std::move(rule);
  spec.weight = std::move(weight);
  spec.delay_ms = std::move(delay_ms);
  return spec;
}

void make(benchmark::State& state, std::vector<Case> cases) {
  double synapses = 0, bytes = 0;
  for (auto _ : state) {
    synapses = bytes = 0;
    for (std::uint32_t i = 0; i < cases.size(); ++i) {
      ConnectRequest request;
      request.spec = &cases[i].spec;
      request.projection = i;
      request.source_size = cases[i].sources;
      request.target_size = request.count = cases[i].targets;
      request.seed = 1;
      const absl::StatusOr<SynapseGroup> group = connect(request);
      if (!group.ok()) return state.SkipWithError(std::string(group.status().message()).c_str());
      synapses += static_cast<double>(group->target.size());
      bytes += static_cast<double>(group->bytes());
    }
  }
  state.counters["synapses"] = synapses;
  state.counters["bytes"] = bytes / synapses;
  state.counters["per_synapse"] =
      benchmark::Counter(synapses, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

// Brunel (2000): 10,000 excitatory and 2,500 inhibitory neurons, in-degrees 1,000 and 250.
std::vector<Case> brunel(const Distribution& weight, const Distribution& delay) {
  return {{drawn(FixedIndegree{1000}, weight, delay), 10'000, 12'500},
          {drawn(FixedIndegree{250}, weight, delay), 2'500, 12'500}};
}

// As many and as small projections as in Potjans & Diesmann's (2014) microcircuit at a tenth of its neurons.
std::vector<Case> microcircuit() {
  const std::uint32_t sizes[] = {2068, 583, 2191, 547, 485, 106, 1439, 294};
  std::vector<Case> cases;
  for (const std::uint32_t targets : sizes) {
    for (const std::uint32_t sources : sizes) {
      const std::uint64_t count = 3'000'000ull * sources * targets / (7713ull * 7713ull);
      cases.push_back({drawn(FixedTotal{count}, Normal{87.8, 8.8}, Normal{1.5, 0.75}), sources, targets});
    }
  }
  return cases;
}

const Normal kWeight{0.1, 0.01};
const Normal kDelay{1.5, 0.75};

BENCHMARK_CAPTURE(make, brunel, brunel(Constant{0.1}, Constant{1.5}))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(make, brunel_weighted, brunel(kWeight, Constant{1.5}))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(make, brunel_weighted_delayed, brunel(kWeight, kDelay))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(make, microcircuit, microcircuit())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(make, fixed_outdegree, {{drawn(FixedOutdegree{1000}), 10'000, 10'000}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(make, pairwise_bernoulli, {{drawn(PairwiseBernoulli{0.1}), 10'000, 10'000}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(make, fixed_total, {{drawn(FixedTotal{10'000'000}), 10'000, 10'000}})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(make, all_to_all, {{drawn(AllToAll{}), 3'000, 3'000}})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace volley
