#include "learning/catalog.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "learning/bcm.h"
#include "learning/bounds.h"
#include "learning/loihi_synapses.h"
#include "learning/pair_stdp.h"
#include "learning/plastic_rows.h"
#include "learning/product_rows.h"
#include "learning/reward_stdp.h"
#include "learning/short_term.h"
#include "learning/synaptic_scaling.h"
#include "learning/triplet_stdp.h"

namespace volley {
namespace {

// What a rule is called and takes, as the engine asks for it.
class DescribedRule : public RuleType {
 public:
  explicit DescribedRule(RuleInfo info) : info_(std::move(info)) {
    for (ParameterInfo& parameter : info_.parameters) {
      if (parameter.unit != "weight") continue;
      if (!parameter.at_least && !parameter.above) parameter.at_least = -kLargestLearned;
      if (!parameter.at_most) parameter.at_most = kLargestLearned;
    }
  }
  const RuleInfo& info() const final { return info_; }

 private:
  RuleInfo info_;
};

RuleInfo with_bounds(RuleInfo info) {
  for (ParameterInfo& bound : Bounds::parameters()) info.parameters.push_back(std::move(bound));
  for (OptionInfo& option : Bounds::options()) info.options.push_back(std::move(option));
  return info;
}

// Of all time constants of a rule, in ms.
double shortest_tau(const RuleInfo& info, const ResolvedParameters& p) {
  double shortest = std::numeric_limits<double>::infinity();
  for (const ParameterInfo& parameter : info.parameters) {
    if (parameter.name.starts_with("tau")) shortest = std::min(shortest, p.uniform(parameter.name));
  }
  return shortest;
}

// A rule of pairs of spikes (learning/plastic_rows.h).
template <class Rule>
class PairRule final : public DescribedRule {
 public:
  PairRule() : DescribedRule(with_bounds(Rule::info())) {}

  std::vector<std::string> problems(const ResolvedParameters& p) const override {
    std::vector<std::string> problems = Bounds::problems(p);
    for (std::string& problem : Rule::problems(p)) problems.push_back(std::move(problem));
    return problems;
  }
  absl::StatusOr<std::unique_ptr<PlasticSynapses>> make(const RuleRequest& request,
                                                        SynapseGroup& group) const override {
    const Bounds bounds(request.parameters);
    if (absl::Status s = bounds.check(request, group); !s.ok()) return s;
    const Rule rule(request.parameters);
    const bool frozen = request.spec->plasticity->frozen;
    if constexpr (requires { rule.is_product(); }) {
      if (rule.is_product() && group.delay_step.empty() &&
          shortest_tau(info(), request.parameters) >= ProductRows<Rule, true>::kShortestTau) {
        if (bounds.keep_sign) {
          return std::make_unique<ProductRows<Rule, true>>(rule, bounds, frozen, request.neurons, group);
        }
        return std::make_unique<ProductRows<Rule, false>>(rule, bounds, frozen, request.neurons, group);
      }
    }
    return std::make_unique<PlasticRows<Rule>>(rule, bounds, frozen, request.neurons, group);
  }
};

class LoihiLearning final : public DescribedRule {
 public:
  LoihiLearning() : DescribedRule(LoihiSynapses::info()) {}
  std::vector<std::string> problems(const ResolvedParameters& p) const override { return LoihiSynapses::problems(p); }
  absl::StatusOr<std::unique_ptr<PlasticSynapses>> make(const RuleRequest& request,
                                                        SynapseGroup& group) const override {
    return LoihiSynapses::make(request, group);
  }
};

class ShortTermRule final : public DescribedRule {
 public:
  ShortTermRule() : DescribedRule(ShortTerm::info()) {}
  std::vector<std::string> problems(const ResolvedParameters&) const override { return {}; }
  absl::StatusOr<std::unique_ptr<PlasticSynapses>> make(const RuleRequest& request,
                                                        SynapseGroup& group) const override {
    return std::make_unique<ShortTerm>(request.parameters, request.spec->plasticity->frozen, group);
  }
};

class ScalingRule final : public DescribedRule {
 public:
  ScalingRule() : DescribedRule(with_bounds(SynapticScaling::info())) {}
  std::vector<std::string> problems(const ResolvedParameters& p) const override {
    std::vector<std::string> problems = Bounds::problems(p);
    for (std::string& problem : SynapticScaling::problems(p)) problems.push_back(std::move(problem));
    return problems;
  }
  absl::StatusOr<std::unique_ptr<PlasticSynapses>> make(const RuleRequest& request,
                                                        SynapseGroup& group) const override {
    if (absl::Status s = Bounds(request.parameters).check(request, group); !s.ok()) return s;
    return std::make_unique<SynapticScaling>(request.parameters, request.spec->plasticity->frozen, request.neurons,
                                             group);
  }
};

}  // namespace

// One line per rule, in alphabetical order.
void add_plasticity_rules(ModelCatalog& catalog) {
  catalog.add(std::make_unique<PairRule<Bcm>>());
  catalog.add(std::make_unique<LoihiLearning>());
  catalog.add(std::make_unique<PairRule<PairStdp>>());
  catalog.add(std::make_unique<PairRule<RewardStdp>>());
  catalog.add(std::make_unique<ShortTermRule>());
  catalog.add(std::make_unique<ScalingRule>());
  catalog.add(std::make_unique<PairRule<TripletStdp>>());
}

}  // namespace volley
