#include "hardware/least_needs.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/connect.h"
#include "hardware/capacity.h"
#include "hardware/wiring.h"

namespace volley::hardware {
namespace {

constexpr double kFarOut = 12;       // standard deviations: beyond is one in 10^30
constexpr double kBlockHeader = 10;  // bits in a block of 64 synapses
constexpr std::uint64_t kWord = 64;  // bits: the least that an axon takes

struct Group {
  std::uint32_t size = 0;
  bool is_source = false;
  double most_in = 0;  // synapses of one neuron, at most
};

// How many synapses a rule makes: at least in all, and for one target at most.
struct RuleCount {
  double total = 0, most_in = 0;
  std::uint64_t senders = 0;  // different ones of every target, at least
};

double above(double mean, double variance) { return mean + kFarOut * std::sqrt(variance) + kFarOut; }
double below(double mean, double variance) { return std::max(0.0, std::floor(mean - kFarOut * std::sqrt(variance))); }

RuleCount count_of(const ProjectionSpec& spec, double sources, double targets, bool same) {
  const bool no_self = same && !spec.autapses;
  if (std::holds_alternative<AllToAll>(spec.rule)) {
    const double each = sources - (no_self ? 1 : 0);
    return {each * targets, each, static_cast<std::uint64_t>(each)};
  }
  if (std::holds_alternative<OneToOne>(spec.rule)) return {std::min(sources, targets), 1, 1};
  if (const auto* in = std::get_if<FixedIndegree>(&spec.rule)) {
    const std::uint32_t each = in->indegree;
    return {each * targets, static_cast<double>(each), spec.multapses ? std::min(each, 1u) : each};
  }
  if (const auto* out = std::get_if<FixedOutdegree>(&spec.rule)) {
    const double total = out->outdegree * sources;
    return {total, above(total / targets, total / targets), 0};
  }
  if (const auto* pairs = std::get_if<PairwiseBernoulli>(&spec.rule)) {
    const double p = pairs->probability, each = (sources - (no_self ? 1 : 0)) * p;
    return {below(each * targets, each * targets * (1 - p)), above(each, each * (1 - p)), 0};
  }
  if (const auto* all = std::get_if<FixedTotal>(&spec.rule)) {
    const auto total = static_cast<double>(all->count);
    return {total, above(total / targets, total / targets), 0};
  }
  const std::vector<Edge>& edges = std::get<Explicit>(spec.rule).edges;
  std::vector<std::uint32_t> in(static_cast<std::size_t>(targets));
  for (const Edge& edge : edges) ++in[edge.target];
  return {static_cast<double>(edges.size()),
          static_cast<double>(in.empty() ? 0 : *std::max_element(in.begin(), in.end())), 0};
}

class Needs {
 public:
  Needs(const Network& network, const Chip& chip) : network_(network), chip_(chip) {
    for (const PopulationSpec& entry : network.populations) groups_[entry.name].size = entry.size;
    for (const SourceSpec& entry : network.sources) groups_[entry.name] = {.size = entry.size, .is_source = true};
    for (const PopulationSpec& entry : network.populations) neurons_ += entry.size;
    for (const ProjectionSpec& spec : network.projections) add(spec);
    for (const DriveSpec& drive : network.drives) {
      if (!std::holds_alternative<PoissonDrive>(drive.kind)) continue;
      driven_ += drive.range.count.value_or(groups_[drive.population].size - drive.range.first);
    }
  }

  std::vector<std::string> problems() {
    check_neurons();
    check_numbers_of_the_chip();
    check_memory();
    check_senders();
    return std::move(problems_);
  }

 private:
  void add(const ProjectionSpec& spec) {
    Group& target = groups_[spec.target];
    const RuleCount count = count_of(spec, groups_[spec.source].size, target.size, spec.source == spec.target);
    synapses_ += count.total;
    target.most_in += count.most_in;
    if (count.total > largest_.second) largest_ = {projection_name(spec), count.total};
  }

  static std::string whole(double value) { return with_commas(static_cast<std::uint64_t>(value)); }
  std::string culprit() const {
    return largest_.second > 0
               ? absl::StrCat("projection ", largest_.first, " has at least ", whole(largest_.second), " synapses; ")
               : std::string();
  }
  static std::string evidence(const Limits::Number& limit) { return std::string(name_of(limit->evidence)); }

  void check_neurons() {
    const Limits::Number& limit = chip_.limits.compartments;
    const std::uint64_t cores = chip_.mesh.core_count();
    if (!limit || neurons_ <= limit->value * cores) return;
    const auto most = std::max_element(network_.populations.begin(), network_.populations.end(),
                                       [](const auto& a, const auto& b) { return a.size < b.size; });
    const std::uint64_t needed = (neurons_ + limit->value - 1) / limit->value;
    problems_.push_back(absl::StrCat("the network needs at least ", needed, " cores, ", chip_.name, " has ", cores,
                                     ": ", needed - cores, " are missing; population ", most->name, " has ",
                                     with_commas(most->size), " of ", with_commas(neurons_), " neurons, a core has ",
                                     with_commas(limit->value), " compartments (", evidence(limit),
                                     "); use fewer neurons"));
  }

  void check_numbers_of_the_chip() {
    const Limits& limits = chip_.limits;
    if (limits.neurons && neurons_ > limits.neurons->value) {
      problems_.push_back(absl::StrCat(with_commas(neurons_), " neurons, at most ", with_commas(limits.neurons->value),
                                       " a chip (", evidence(limits.neurons), "); use fewer"));
    }
    if (limits.synapses && synapses_ + static_cast<double>(driven_) > static_cast<double>(limits.synapses->value)) {
      problems_.push_back(absl::StrCat(culprit(), whole(synapses_), " synapses, at most ",
                                       with_commas(limits.synapses->value), " a chip (", evidence(limits.synapses),
                                       "); use fewer"));
    }
  }

  // Synapses of the `count` neurons that have most, at most.
  double most_of(double count) const {
    std::vector<const Group*> order;
    for (const auto& [name, group] : groups_) {
      if (!group.is_source) order.push_back(&group);
    }
    std::sort(order.begin(), order.end(), [](const Group* a, const Group* b) { return a->most_in > b->most_in; });
    double sum = 0;
    for (const Group* group : order) {
      const double taken = std::min<double>(count, group->size);
      sum += taken * group->most_in;
      count -= taken;
    }
    return sum;
  }

  void check_memory() {
    const Limits& limits = chip_.limits;
    if (!limits.synaptic_memory_bits || !limits.stored_weight_bits || !limits.index_bits) return;
    const double cores = chip_.mesh.core_count();
    double bits = synapses_ * (limits.stored_weight_bits->value.back() + kBlockHeader / 64);
    const std::vector<std::uint32_t>& sizes = limits.index_bits->value;
    bits += synapses_ * sizes.front();
    for (std::size_t i = 1; i < sizes.size(); ++i) {
      const double with_more = std::max(0.0, synapses_ - most_of(cores * std::exp2(sizes[i - 1])));
      bits += with_more * (sizes[i] - sizes[i - 1]);
    }
    bits += static_cast<double>(driven_ * kWord);
    const double holds = cores * static_cast<double>(limits.synaptic_memory_bits->value);
    if (bits <= holds) return;
    problems_.push_back(absl::StrCat(
        culprit(), "the network's ", whole(synapses_ + static_cast<double>(driven_)), " synapses need at least ",
        whole(bits), " bits of synaptic memory, the ", whole(cores), " cores of ", chip_.name, " have ", whole(holds),
        ", ", with_commas(limits.synaptic_memory_bits->value), " each (", evidence(limits.synaptic_memory_bits), "); ",
        std::string(remedy_for(Resource::kMemory))));
  }

  void check_senders() {
    const Limits::Number& limit = chip_.limits.input_axons;
    if (!limit) return;
    for (const PopulationSpec& entry : network_.populations) {
      const std::uint64_t senders = senders_of(entry.name);
      if (senders <= limit->value) continue;
      problems_.push_back(
          absl::StrCat("population ", entry.name, ": every neuron hears at least ", with_commas(senders),
                       " senders, so its core needs as many input axons, at most ", with_commas(limit->value), " (",
                       evidence(limit), "); use a lower indegree, or fewer senders"));
    }
  }

  // Different senders of every neuron of a population. Two projections from one source may share theirs.
  std::uint64_t senders_of(const std::string& name) {
    std::map<std::string, std::uint64_t> by_source;
    for (const ProjectionSpec& spec : network_.projections) {
      if (spec.target != name) continue;
      const RuleCount count = count_of(spec, groups_[spec.source].size, groups_[name].size, spec.source == spec.target);
      by_source[spec.source] = std::max(by_source[spec.source], count.senders);
    }
    std::uint64_t sum = 0;
    for (const auto& [source, senders] : by_source) sum += senders;
    for (const DriveSpec& drive : network_.drives) {
      const bool all = drive.range.first == 0 && !drive.range.count;
      if (drive.population == name && all && std::holds_alternative<PoissonDrive>(drive.kind)) ++sum;
    }
    return sum;
  }

  const Network& network_;
  const Chip& chip_;
  std::map<std::string, Group> groups_;
  std::uint64_t neurons_ = 0, driven_ = 0;  // driven: neurons x Poisson drives
  double synapses_ = 0;
  std::pair<std::string, double> largest_;  // projection, synapses
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> missing_models(const Network& network, const Chip& chip) {
  std::vector<std::string> problems;
  if (!chip.limits.neuron_models) return problems;
  const auto& known = chip.limits.neuron_models->value;
  for (const PopulationSpec& population : network.populations) {
    if (std::find(known.begin(), known.end(), population.model) != known.end()) continue;
    problems.push_back(absl::StrCat("population ", population.name, ": model ", population.model, ", but the cores of ",
                                    chip.name, " compute ", absl::StrJoin(known, ", "), " (",
                                    std::string(name_of(chip.limits.neuron_models->evidence)),
                                    "); choose one of these models"));
  }
  return problems;
}

std::vector<std::string> certain_problems(const Network& network, const Chip& chip) {
  return Needs(network, chip).problems();
}

}  // namespace volley::hardware
