// Structure of connectivity: what a group looks like, that no cut of a population shows in it, and what is refused.
#include "engine/connect.h"

#include <cmath>
#include <numeric>
#include <set>
#include <thread>

#include "tests/engine/connections.h"

namespace volley::test {
namespace {

constexpr Sizes kSixty{60, 60, true};

const std::vector<Distribution> kWeights = {Constant{-0.25}, Normal{1, 0.5}};
const std::vector<Distribution> kDelays = {Constant{1.5}, ClippedNormal{1.5, 0.75, 0.1, 5}, Uniform{0, 3000}};

void require_well_formed(const SynapseGroup& group, const Sizes& sizes) {
  REQUIRE(group.offset.size() == sizes.source + std::size_t{1});
  REQUIRE(group.offset.front() == 0);
  REQUIRE(std::is_sorted(group.offset.begin(), group.offset.end()));
  REQUIRE(group.offset.back() == group.target.size());
  REQUIRE((group.weight.empty() || group.weight.size() == group.target.size()));
  REQUIRE((group.delay_step.empty() || group.delay_step.size() == group.target.size()));
  for (std::size_t row = 0; row + 1 < group.offset.size(); ++row) {
    for (std::uint32_t i = group.offset[row] + 1; i < group.offset[row + 1]; ++i) {
      const int later = group.delay_step.empty() ? 0 : group.delay_step[i] - group.delay_step[i - 1];
      REQUIRE(later >= 0);
      if (later == 0) REQUIRE(group.target[i] >= group.target[i - 1]);
    }
  }
  REQUIRE(group.target.capacity() == group.target.size());
  REQUIRE(group.weight.capacity() == group.weight.size());
  REQUIRE(group.delay_step.capacity() == group.delay_step.size());
  REQUIRE(group.offset.capacity() == group.offset.size());
}

std::vector<Edge> some_edges() {
  std::vector<Edge> edges;
  for (std::uint32_t i = 0; i < 500; ++i) {
    edges.push_back(
        {i * 37 % 60, i * i % 60, 0.1f * static_cast<float>(i % 7), Duration{std::int64_t{300'000'000} * (1 + i % 5)}});
  }
  return edges;
}

}  // namespace

TEST_CASE("A slice holds exactly the synapses that the whole population has there", "[connect][law]") {
  for (auto [name, spec] : every_drawn_projection()) {
    for (const Distribution& weight : kWeights) {
      for (const Distribution& delay : kDelays) {
        spec.weight = weight;
        spec.delay_ms = delay;
        INFO(name << ", weights " << weight.index() << ", delays " << delay.index());
        const SynapseGroup whole = connect_all(spec, kSixty);
        require_well_formed(whole, kSixty);
        const std::vector<Synapse> expected = synapses_of(whole);
        for (const std::uint32_t slice_size : {1u, 7u, 32u, 59u}) {
          REQUIRE(synapses_by_slices(spec, kSixty, slice_size) == expected);
        }
      }
    }
  }
}

TEST_CASE("Explicit edges are the same for every cut of the population", "[connect][law]") {
  const ProjectionSpec spec = projection(Explicit{some_edges(), "edges.csv"});
  const SynapseGroup whole = connect_all(spec, kSixty);
  require_well_formed(whole, kSixty);
  REQUIRE(whole.target.size() == 500);
  for (const std::uint32_t slice_size : {1u, 7u, 59u}) {
    REQUIRE(synapses_by_slices(spec, kSixty, slice_size) == synapses_of(whole));
  }
}

TEST_CASE("A weight grid rounds the very weights that are drawn without it, and changes nothing else", "[connect]") {
  for (auto [name, spec] : every_drawn_projection()) {
    for (const Distribution& weight : kWeights) {
      INFO(name << ", weights " << weight.index());
      spec.weight = weight;
      spec.weight_grid.reset();
      std::vector<Synapse> expected = synapses_of(connect_all(spec, kSixty));
      for (Synapse& synapse : expected) synapse.weight = std::round(synapse.weight * 1000 / 64) * 64;
      spec.weight_grid = WeightGrid{.scale = 1000, .step = 64, .low = -1e6, .high = 1e6};
      REQUIRE(synapses_of(connect_all(spec, kSixty)) == expected);
    }
  }
  ProjectionSpec edges = projection(Explicit{some_edges(), ""});
  std::vector<Synapse> expected = synapses_of(connect_all(edges, kSixty));
  for (Synapse& synapse : expected) synapse.weight = std::round(synapse.weight * 10 / 2) * 2;
  edges.weight_grid = WeightGrid{.scale = 10, .step = 2, .low = 0, .high = 8};
  REQUIRE(synapses_of(connect_all(edges, kSixty)) == expected);
}

TEST_CASE("A weight outside its grid is refused, wherever it comes from, and not clipped", "[connect]") {
  const auto refused = [](ProjectionSpec spec, double high) {
    spec.weight_grid = WeightGrid{.scale = 10, .step = 2, .low = -100, .high = high};
    const auto group = connect_slice(spec, kSixty, 0, 60);
    const std::string message(group.status().message());
    return message.find("on its grid, must be from -100 to") != std::string::npos;
  };
  ProjectionSpec drawn = projection(FixedIndegree{50});
  drawn.weight = Normal{1, 0.5};
  CHECK(refused(drawn, 12));
  CHECK_FALSE(refused(drawn, 1000));
  ProjectionSpec constant = projection(FixedIndegree{50});
  constant.weight = Constant{1.5};
  CHECK(refused(constant, 15));  // 15 is between two steps: 16 is stored
  CHECK_FALSE(refused(constant, 16));
  CHECK(refused(projection(Explicit{some_edges(), ""}), 5));
  CHECK_FALSE(refused(projection(Explicit{some_edges(), ""}), 6));
}

TEST_CASE("Slices made on several threads at once are those made one after the other", "[connect][law]") {
  ProjectionSpec spec = projection(FixedIndegree{50});
  spec.weight = Lognormal{0, 1};
  spec.delay_ms = Normal{1.5, 0.75};
  const Sizes sizes{3000, 4000, false};
  std::vector<absl::StatusOr<SynapseGroup>> parallel(8);
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] { parallel[i] = connect_slice(spec, sizes, 500 * i, 500); });
    }
  }
  for (std::uint32_t i = 0; i < 8; ++i) {
    const auto alone = connect_slice(spec, sizes, 500 * i, 500);
    REQUIRE(parallel[i].ok());
    REQUIRE(synapses_of(*parallel[i]) == synapses_of(*alone));
  }
}

TEST_CASE("Seed and projection change the drawn connectivity, other fields of the request do not", "[connect]") {
  const ProjectionSpec spec = projection(FixedIndegree{7});
  const auto base = synapses_of(*connect_slice(spec, kSixty, 0, 60, 7, 3));
  REQUIRE(base == synapses_of(*connect_slice(spec, kSixty, 0, 60, 7, 3)));
  REQUIRE(base != synapses_of(*connect_slice(spec, kSixty, 0, 60, 8, 3)));
  REQUIRE(base != synapses_of(*connect_slice(spec, kSixty, 0, 60, 7, 4)));
}

TEST_CASE("A group carries the request's source, projection and port", "[connect]") {
  const SynapseGroup group = connect_all(projection(AllToAll{}), kSixty);
  REQUIRE(group.source == PopulationId{1});
  REQUIRE(group.projection == 3);
  REQUIRE(group.port == 2);
}

TEST_CASE("Rules give the degrees that they promise, with and without autapses and multapses", "[connect]") {
  for (const bool autapses : {true, false}) {
    for (const bool multapses : {true, false}) {
      INFO("autapses " << autapses << ", multapses " << multapses);
      const auto make = [&](Rule rule) {
        return connect_all(projection(std::move(rule), autapses, multapses), kSixty);
      };
      for (const std::uint32_t degree : {0u, 1u, 29u, 30u, 31u, 59u}) {
        REQUIRE(indegrees(make(FixedIndegree{degree}), 60) == std::vector<std::uint32_t>(60, degree));
        REQUIRE(outdegrees(make(FixedOutdegree{degree})) == std::vector<std::uint32_t>(60, degree));
      }
      for (const std::uint64_t total : {0u, 1u, 59u, 1000u, 3539u, 3540u}) {
        REQUIRE(make(FixedTotal{total}).target.size() == total);
      }
      const std::uint32_t all = autapses ? 60 : 59;
      REQUIRE(outdegrees(make(AllToAll{})) == std::vector<std::uint32_t>(60, all));
      REQUIRE(outdegrees(make(PairwiseBernoulli{1})) == std::vector<std::uint32_t>(60, all));
      REQUIRE(make(PairwiseBernoulli{0}).target.empty());
    }
  }
}

TEST_CASE("Without autapses no neuron of one population reaches itself", "[connect]") {
  for (const auto& [name, spec] : every_drawn_projection()) {
    if (spec.autapses) continue;
    INFO(name);
    for (const Synapse& s : synapses_of(connect_all(spec, kSixty))) REQUIRE(s.source != s.target);
    bool equal_index = false;
    for (const Synapse& s : synapses_of(connect_all(spec, {60, 60, false}))) equal_index |= s.source == s.target;
    REQUIRE(equal_index);  // between two populations, equal indices are different neurons
  }
}

TEST_CASE("Without multapses every pair is connected at most once", "[connect]") {
  for (const auto& [name, spec] : every_drawn_projection()) {
    if (spec.multapses) continue;
    INFO(name);
    std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (const Synapse& s : synapses_of(connect_all(spec, kSixty))) REQUIRE(pairs.insert({s.source, s.target}).second);
  }
}

TEST_CASE("One to one connects equal indices", "[connect]") {
  const auto group = connect_slice(projection(OneToOne{}), {60, 60, false}, 20, 30);
  REQUIRE(group.ok());
  for (const Synapse& s : synapses_of(*group, 20)) REQUIRE(s.source == s.target);
  REQUIRE(group->target.size() == 30);
}

TEST_CASE("Constant weights and delays cost no memory per synapse", "[connect]") {
  ProjectionSpec spec = projection(FixedIndegree{1000});
  const Sizes sizes{100, 1000, false};
  const SynapseGroup uniform = connect_all(spec, sizes);
  REQUIRE(uniform.weight.empty());
  REQUIRE(uniform.delay_step.empty());
  REQUIRE(uniform.uniform_weight == 0.5);
  REQUIRE(uniform.delay == duration_from_ms(1.5));
  REQUIRE(uniform.bytes() == 2 * 1'000'000 + 4 * 101);
  spec.weight = Normal{0, 1};
  REQUIRE(connect_all(spec, sizes).bytes() == 6 * 1'000'000 + 4 * 101);
}

TEST_CASE("Drawn delays are whole steps, at least one", "[connect]") {
  ProjectionSpec spec = projection(AllToAll{});
  spec.delay_ms = Normal{0.2, 0.5};
  spec.delay_resolution = duration_from_ms(0.25);
  const SynapseGroup group = connect_all(spec, kSixty);
  REQUIRE(group.delay_resolution == duration_from_ms(0.25));
  REQUIRE(*std::min_element(group.delay_step.begin(), group.delay_step.end()) == 1);
  REQUIRE(*std::max_element(group.delay_step.begin(), group.delay_step.end()) > 4);
}

TEST_CASE("Explicit edges keep their weights and delays", "[connect]") {
  const std::vector<Edge> edges = some_edges();
  const SynapseGroup group = connect_all(projection(Explicit{edges, ""}), kSixty);
  REQUIRE(group.delay_resolution == Duration{300'000'000});
  std::vector<Synapse> expected;
  for (const Edge& e : edges) expected.push_back({e.source, e.delay, e.target, e.weight});
  std::stable_sort(expected.begin(), expected.end(), [](const Synapse& a, const Synapse& b) {
    return std::tie(a.source, a.delay, a.target) < std::tie(b.source, b.delay, b.target);
  });
  REQUIRE(synapses_of(group) == expected);
}

TEST_CASE("Explicit edges of one weight and one delay are stored as such in every slice", "[connect]") {
  std::vector<Edge> edges = {{0, 1, 2.5f, Duration{7}}, {1, 0, 2.5f, Duration{7}}, {1, 5, 2.5f, Duration{7}}};
  const SynapseGroup one = connect_all(projection(Explicit{edges, ""}), kSixty);
  REQUIRE(one.weight.empty());
  REQUIRE(one.delay_step.empty());
  REQUIRE(one.uniform_weight == 2.5);
  REQUIRE(one.delay == Duration{7});

  edges[2] = {1, 5, 3.5f, Duration{14}};
  const auto first_slice = connect_slice(projection(Explicit{edges, ""}), kSixty, 0, 2);  // does not see edge 2
  REQUIRE(first_slice.ok());
  REQUIRE(first_slice->weight == std::vector<float>{2.5f, 2.5f});
  REQUIRE(first_slice->delay_step == std::vector<std::uint16_t>{1, 1});
  REQUIRE(first_slice->delay_resolution == Duration{7});
}

TEST_CASE("A projection without edges or neurons is an empty group", "[connect]") {
  REQUIRE(connect_all(projection(Explicit{}), kSixty).target.empty());
  REQUIRE(connect_all(projection(AllToAll{}), {0, 5, false}).target.empty());
  REQUIRE(connect_all(projection(FixedTotal{0}), {0, 0, true}).target.empty());
  REQUIRE(connect_all(projection(AllToAll{}, false), {0, 0, true}).offset == std::vector<std::uint32_t>{0});
  REQUIRE(connect_all(projection(FixedTotal{12}, false, false), {4, 4, true}).target.size() == 12);
}

namespace {

void require_refused(const ProjectionSpec& spec, const Sizes& sizes, const std::string& words) {
  const auto group = connect_slice(spec, sizes, 0, sizes.target);
  INFO(words << "\n" << group.status().message());
  REQUIRE(group.status().code() == absl::StatusCode::kInvalidArgument);
  REQUIRE(std::string(group.status().message()).find("projection exc_to_inh: ") == 0);
  REQUIRE(std::string(group.status().message()).find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("Demands that cannot be met are refused with thing, value, bound and remedy", "[connect][errors]") {
  require_refused(projection(FixedIndegree{60}, false, false), kSixty, "indegree 60, must be at most the 59 sources");
  require_refused(projection(FixedOutdegree{61}, true, false), kSixty,
                  "fixed_outdegree 61, must be at most the 60 targets");
  require_refused(projection(FixedIndegree{1}), {0, 5, false}, "there are no sources");
  require_refused(projection(FixedIndegree{1}, false), {1, 1, true}, "there are no sources");
  require_refused(projection(FixedTotal{3541}, false, false), kSixty,
                  "fixed_total 3541, must be at most the 3540 pairs");
  require_refused(projection(FixedTotal{1}), {0, 5, false}, "there is no pair");
  require_refused(projection(PairwiseBernoulli{1.5}), kSixty, "pairwise_bernoulli 1.5, must be from 0 to 1");
  require_refused(projection(PairwiseBernoulli{std::nan("")}), kSixty, "pairwise_bernoulli nan");
  require_refused(projection(OneToOne{}), {5, 6, false}, "5 sources and 6 targets");
  require_refused(projection(OneToOne{}, false), kSixty, "makes no synapse");
}

TEST_CASE("Distributions that cannot be drawn are refused", "[connect][errors]") {
  const auto weight = [](Distribution d) {
    ProjectionSpec spec = projection(AllToAll{});
    spec.weight = d;
    return spec;
  };
  const auto delay = [](Distribution d, Duration resolution = Duration{100'000'000}) {
    ProjectionSpec spec = projection(AllToAll{});
    spec.delay_ms = d;
    spec.delay_resolution = resolution;
    return spec;
  };
  require_refused(weight(Normal{0, -1}), kSixty, "weight: sd -1, must be at least 0");
  require_refused(weight(Constant{HUGE_VAL}), kSixty, "weight: value inf, must be a finite number");
  require_refused(weight(Constant{-1e300}), kSixty, "weight -1e+300, must be from -3.40282e+38 to 3.40282e+38");
  require_refused(weight(Uniform{2, 1}), kSixty, "weight: low 2, must be at most high 1");
  require_refused(weight(ClippedNormal{0, 1, 10, 11}), kSixty, "must hold at least 0.0001");
  require_refused(weight(ClippedNormal{0, 0, 1, 2}), kSixty, "must hold at least 0.0001");
  require_refused(delay(Constant{-0.1}), kSixty, "delay -0.1 ms, must be from 0");
  require_refused(delay(Normal{1, 1}, Duration{0}), kSixty, "delay_resolution 0 ms, must be positive");
  require_refused(delay(Uniform{1, 6553.6}), kSixty, "delays up to 6553.6 ms, must be at most 6553.5 ms");
  require_refused(delay(Normal{7000, 1}), kSixty, "raise `delay_resolution`");
}

TEST_CASE("A drawn weight that single precision cannot hold is refused", "[connect][errors]") {
  for (const Distribution& drawn : {Distribution(Lognormal{1000, 1}), Distribution(Uniform{-1e300, 1e300})}) {
    ProjectionSpec spec = projection(AllToAll{});
    spec.weight = drawn;
    const auto group = connect_slice(spec, kSixty, 0, 60);
    REQUIRE_FALSE(group.ok());
    CHECK(std::string(group.status().message()).find("must be from -3.40282e+38 to 3.40282e+38") != std::string::npos);
  }
}

TEST_CASE("Wrong explicit edges are refused with their position and origin", "[connect][errors]") {
  const auto edges = [](std::vector<Edge> list) { return projection(Explicit{std::move(list), "net.h5"}); };
  require_refused(edges({{0, 0, 1, Duration{1}}, {60, 0, 1, Duration{1}}}), kSixty,
                  "edge 1 (net.h5): source 60, must be below 60, the size of exc");
  require_refused(edges({{0, 99, 1, Duration{1}}}), kSixty, "edge 0 (net.h5): target 99, must be below 60");
  require_refused(edges({{0, 0, std::nanf(""), Duration{1}}}), kSixty, "weight nan");
  require_refused(edges({{0, 0, 1, Duration{-1}}}), kSixty, "must be at least 0 ms");
  require_refused(edges({{0, 0, 1, Duration{1}}, {0, 0, 1, Duration{65536}}}), kSixty, "65536 steps");
  REQUIRE(connect_slice(edges({{0, 0, 1, Duration{2}}, {0, 0, 1, Duration{131070}}}), kSixty, 0, 60).ok());
}

TEST_CASE("Every problem of a projection is listed", "[connect][errors]") {
  ProjectionSpec spec = projection(FixedIndegree{60}, false, false);
  spec.weight = Normal{0, -1};
  spec.delay_ms = Constant{-1};
  REQUIRE(connection_problems(spec, 60, 60, true).size() == 3);
}

}  // namespace volley::test
