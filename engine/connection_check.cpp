#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "engine/connect.h"
#include "engine/validate.h"

namespace volley {
namespace {

constexpr double kMostDelaySteps = 65535;
constexpr double kLongestMs = 4.6e9;                     // 53 days, so that spike time + delay never overflows (kEnd)
constexpr std::uint64_t kMostPerNeuron = 2'000'000'000;  // synapses, on average: a neuron counts its own in 32 bits
constexpr double kCoarsestMs = kLongestMs / kMostDelaySteps;

class Checker {
 public:
  Checker(const ProjectionSpec& spec, std::uint32_t source_size, std::uint32_t target_size, bool same_population)
      : spec_(spec),
        source_size_(source_size),
        target_size_(target_size),
        without_self_(same_population && !spec.autapses) {}

  std::vector<std::string> run() {
    std::visit(*this, spec_.rule);
    check_grid();
    if (!std::holds_alternative<Explicit>(spec_.rule)) {
      check_distribution(spec_.weight, "weight", "");
      if (const auto* weight = std::get_if<Constant>(&spec_.weight);
          weight && std::isfinite(weight->value) && std::abs(weight->value) > kLargestWeight) {
        add("weight %g, must be from %g to %g; set `weight`", weight->value, -kLargestWeight, kLargestWeight);
      }
      check_distribution(spec_.delay_ms, "delay", "ms");
      check_delay();
    }
    return std::move(problems_);
  }

  void operator()(const AllToAll&) {}
  void operator()(const OneToOne&) {
    if (source_size_ != target_size_) {
      add("one_to_one between %d sources and %d targets, must be equally many; change a size or the rule", source_size_,
          target_size_);
    } else if (without_self_) {
      add("one_to_one within %s without autapses makes no synapse; set `autapses: true` or change the rule",
          spec_.source);
    }
  }
  void operator()(const FixedIndegree& rule) {
    check_degree("fixed_indegree", rule.indegree, available(source_size_), "sources");
  }
  void operator()(const FixedOutdegree& rule) {
    check_degree("fixed_outdegree", rule.outdegree, available(target_size_), "targets");
  }
  void operator()(const PairwiseBernoulli& rule) {
    if (!(rule.probability >= 0 && rule.probability <= 1)) {
      add("pairwise_bernoulli %g, must be from 0 to 1; correct the probability", rule.probability);
    }
  }
  void operator()(const FixedTotal& rule) {
    const std::uint64_t pairs = std::uint64_t{available(source_size_)} * target_size_;
    if (rule.count > 0 && pairs == 0) {
      add("fixed_total %d, but there is no pair to connect; set it to 0 or enlarge a population", rule.count);
    } else if (rule.count > pairs && !spec_.multapses) {
      add("fixed_total %d, must be at most the %d pairs when multapses are off; lower it or set `multapses: true`",
          rule.count, pairs);
    } else if (target_size_ > 0 && rule.count / target_size_ >= kMostPerNeuron) {
      add("fixed_total %d, must be below %d times the %d targets; lower it", rule.count, kMostPerNeuron, target_size_);
    }
  }
  void operator()(const Explicit& rule) {
    check_edges(rule);
    check_edge_delays(rule);
  }

 private:
  template <class... Args>
  void add(const absl::FormatSpec<Args...>& format, const Args&... args) {
    problems_.push_back("projection " + projection_name(spec_) + ": " + absl::StrFormat(format, args...));
  }

  std::uint32_t available(std::uint32_t size) const { return size - (without_self_ && size > 0 ? 1 : 0); }

  void check_degree(std::string_view what, std::uint32_t degree, std::uint32_t partners, std::string_view of) {
    const std::string name(what), kind(of);
    if (degree > 0 && partners == 0) {
      add("%s %d, but there are no %s; set it to 0 or enlarge the population", name, degree, kind);
    } else if (degree > partners && !spec_.multapses) {
      add("%s %d, must be at most the %d %s when multapses are off; lower it or set `multapses: true`", name, degree,
          partners, kind);
    }
  }

  void check_distribution(const Distribution& distribution, const char* what, const char* unit) {
    for (const std::string& problem : problems_of(distribution, unit)) add("%s: %s", what, problem);
  }

  void check_grid() {
    if (!spec_.weight_grid) return;
    const WeightGrid& grid = *spec_.weight_grid;
    if (!(grid.step > 0 && std::isfinite(grid.step))) {
      add("weight_grid: step %g, must be above 0; set `step`", grid.step);
    } else if (!(grid.scale != 0 && std::isfinite(grid.scale))) {
      add("weight_grid: scale %g, must be a finite number other than 0; set `scale`", grid.scale);
    } else if (!(grid.low <= grid.high && std::isfinite(grid.low) && std::isfinite(grid.high))) {
      add("weight_grid: from %g to %g, must be finite and in this order; set `low` and `high`", grid.low, grid.high);
    } else if (spec_.plasticity && !spec_.plasticity->frozen) {
      add("weight_grid: the weights learn by %s and would leave the grid; remove one of the two, or set `frozen: true`",
          spec_.plasticity->rule);
    } else if (const auto* explicit_edges = std::get_if<Explicit>(&spec_.rule)) {
      const std::vector<Edge>& edges = explicit_edges->edges;
      const auto bad = std::find_if(edges.begin(), edges.end(), [&](const Edge& e) { return off_grid(e.weight); });
      if (bad != edges.end()) problems_.push_back(weight_problem(spec_, bad->weight));
    } else if (const auto* weight = std::get_if<Constant>(&spec_.weight); weight && off_grid(weight->value)) {
      problems_.push_back(weight_problem(spec_, weight->value));
    }
  }

  // Not a number is said elsewhere.
  bool off_grid(double weight) const {
    const double rounded = on_grid(*spec_.weight_grid, weight);
    return rounded < spec_.weight_grid->low || rounded > spec_.weight_grid->high;
  }

  void check_delay() {
    if (const auto* d = std::get_if<Constant>(&spec_.delay_ms)) {
      if (d->value < 0 || d->value > kLongestMs) {
        add("delay %g ms, must be from 0 to %g ms; set `delay`", d->value, kLongestMs);
      }
      return;
    }
    if (spec_.delay_resolution <= Duration{0}) {
      add("delay_resolution %g ms, must be positive; set `delay_resolution`", to_ms(spec_.delay_resolution));
      return;
    }
    if (to_ms(spec_.delay_resolution) > kCoarsestMs) {
      add("delay_resolution %g ms, must be at most %g ms; lower `delay_resolution`", to_ms(spec_.delay_resolution),
          kCoarsestMs);
      return;
    }
    double longest = 0;
    if (const auto* d = std::get_if<Uniform>(&spec_.delay_ms)) longest = d->high;
    // A clip far out in the tail says nothing of what is drawn; a draw beyond the bound is caught where it is made.
    if (const auto* d = std::get_if<ClippedNormal>(&spec_.delay_ms)) longest = std::min(d->high, d->mean + 10 * d->sd);
    const double bound = kMostDelaySteps * to_ms(spec_.delay_resolution);
    if (longest > bound) {
      add("delays up to %g ms, must be at most %g ms (%g steps of delay_resolution); raise `delay_resolution`", longest,
          bound, kMostDelaySteps);
    }
    check_shortest_delays();
  }

  // A draw below one step becomes one step. Where most would, the distribution means something else.
  void check_shortest_delays() {
    if (!problems_of(spec_.delay_ms, "ms").empty()) return;  // said already
    struct Median {
      double operator()(const Constant& d) const { return d.value; }
      double operator()(const Uniform& d) const { return (d.low + d.high) / 2; }
      double operator()(const Normal& d) const { return d.mean; }
      double operator()(const Lognormal& d) const { return std::exp(d.mu); }
      double operator()(const ClippedNormal& d) const { return std::clamp(d.mean, d.low, d.high); }  // on its side
    };
    const double median = std::visit(Median{}, spec_.delay_ms), step = to_ms(spec_.delay_resolution);
    if (median < step / 2) {
      add("delay: half of the draws or more lie below %g ms, and would all become %g ms, one step of delay_resolution; "
          "correct the distribution or lower `delay_resolution`",
          step / 2, step);
    }
  }

  // One line for the first bad edge of each kind: a file of a million wrong edges has one cause.
  void check_edges(const Explicit& rule) {
    const std::string from = rule.origin.empty() ? "" : " (" + rule.origin + ")";
    const auto bad = [&](auto is_bad) { return std::find_if(rule.edges.begin(), rule.edges.end(), is_bad); };
    const auto number = [&](auto edge) { return edge - rule.edges.begin(); };
    const auto end = rule.edges.end();
    if (const auto e = bad([&](const Edge& x) { return x.source >= source_size_; }); e != end) {
      add("edge %d%s: source %d, must be below %d, the size of %s; correct the edge or the size", number(e), from,
          e->source, source_size_, spec_.source);
    }
    if (const auto e = bad([&](const Edge& x) { return x.target >= target_size_; }); e != end) {
      add("edge %d%s: target %d, must be below %d, the size of %s; correct the edge or the size", number(e), from,
          e->target, target_size_, spec_.target);
    }
    if (const auto e = bad([](const Edge& x) { return !std::isfinite(x.weight); }); e != end) {
      add("edge %d%s: weight %g, must be a finite number; correct the edge", number(e), from, e->weight);
    }
    if (const auto e = bad([](const Edge& x) { return x.delay < Duration{0}; }); e != end) {
      add("edge %d%s: delay %g ms, must be at least 0 ms; correct the edge", number(e), from, to_ms(e->delay));
    }
    if (const auto e = bad([](const Edge& x) { return to_ms(x.delay) > kLongestMs; }); e != end) {
      add("edge %d%s: delay %g ms, must be at most %g ms; correct the edge", number(e), from, to_ms(e->delay),
          kLongestMs);
    }
  }

  void check_edge_delays(const Explicit& rule) {
    std::int64_t common = 0, longest = 0;
    bool one_delay = true;
    for (const Edge& edge : rule.edges) {
      if (edge.delay < Duration{0}) return;  // said already
      common = std::gcd(common, edge.delay.count());
      longest = std::max(longest, edge.delay.count());
      one_delay &= edge.delay == rule.edges.front().delay;
    }
    if (one_delay || static_cast<double>(longest / common) <= kMostDelaySteps) return;
    add("delays up to %g ms are %d steps of %g ms, their greatest common divisor, must be at most %g steps; round the "
        "delays to a coarser step",
        to_ms(Duration{longest}), longest / common, to_ms(Duration{common}), kMostDelaySteps);
  }

  const ProjectionSpec& spec_;
  std::uint32_t source_size_, target_size_;
  bool without_self_;
  std::vector<std::string> problems_;
};

}  // namespace

std::string projection_name(const ProjectionSpec& spec) {
  return spec.name.empty() ? spec.source + "_to_" + spec.target : spec.name;
}

std::string weight_problem(const ProjectionSpec& spec, double weight) {
  const WeightGrid& grid = *spec.weight_grid;
  return absl::StrFormat(
      "projection %s: weight %g becomes %g on its grid, must be from %g to %g; scale the weights down, clip their "
      "distribution, or widen `weight_grid`",
      projection_name(spec), weight, on_grid(grid, weight), grid.low, grid.high);
}

std::vector<std::string> connection_problems(const ProjectionSpec& spec, std::uint32_t source_size,
                                             std::uint32_t target_size, bool same_population) {
  return Checker(spec, source_size, target_size, same_population).run();
}

}  // namespace volley
