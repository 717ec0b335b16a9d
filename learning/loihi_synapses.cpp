#include "learning/loihi_synapses.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "absl/strings/str_format.h"
#include "engine/connect.h"
#include "engine/model.h"
#include "learning/loihi_text.h"

namespace volley {
namespace {

constexpr std::size_t kItemsPerNeuron = 64;

double step_ms(const PopulationSpec& target, const ModelInfo& model) {
  if (const auto given = target.parameters.find("dt"); given != target.parameters.end()) {
    if (const auto* number = std::get_if<double>(&given->second)) return *number;
  }
  for (const ParameterInfo& info : model.parameters) {
    if (info.name == "dt") return info.default_value;
  }
  return 1;
}

std::vector<LoihiTrace::Params> traces(const ResolvedParameters& p, std::initializer_list<const char*> names,
                                       double dt_ms) {
  std::vector<LoihiTrace::Params> all;
  for (const std::string name : names) {
    all.push_back(LoihiTrace::params(p.uniform(name + "_tau") / dt_ms, static_cast<int>(p.uniform("epoch")),
                                     p.uniform(name + "_impulse")));
  }
  return all;
}

bool has_factor(const LoihiProduct& product, LoihiVariable first, LoihiVariable last) {
  return std::any_of(product.factors.begin(), product.factors.end(), [&](const LoihiFactor& f) {
    return f.variable >= first && f.variable <= last && f.constant == 0;
  });
}

bool mentions(const LoihiRule& rule, LoihiVariable variable) {
  for (const LoihiProduct& product : rule) {
    for (const LoihiFactor& f : product.factors) {
      if (f.variable == variable) return true;
    }
  }
  return false;
}

LoihiStoredWeight stored_weight(const ResolvedParameters& p) {
  const int bits = static_cast<int>(p.uniform("weight_bits"));
  switch (p.option("sign_mode")) {
    case 1:
      return {bits, 0, 255};
    case 2:
      return {bits, -255, 0};
    default:
      return {bits - 1, -255, 255};  // the sign takes one
  }
}

void put(LoihiValues& values, LoihiVariable first, const LoihiTraceValues& traces, std::size_t count) {
  const auto at = static_cast<std::size_t>(first);
  values[at] = traces.fired;
  for (std::size_t i = 0; i < count; ++i) values[at + 1 + i] = traces.trace[i];
}

}  // namespace

RuleInfo LoihiSynapses::info() {
  const auto trace = [](const std::string& name, double impulse, const std::string& of) {
    return std::vector<ParameterInfo>{{name + "_impulse",
                                       "",
                                       impulse,
                                       "added to " + name + ", a trace of " + of + " spikes, at each",
                                       {},
                                       0.0,
                                       127.0 + 127.0 / 128},
                                      {name + "_tau", "ms", 20, "time constant of " + name, 0.0, {}, 1e9}};
  };
  RuleInfo info{
      "loihi",
      "at the end of each epoch: w += dw, t += dt, sums of products of x0 x1 x2 y0 y1 y2 y3 w d t r1; integers",
      "Davies et al. 2018, IEEE Micro 38(1), equation 1; widths as in the public documentation of Loihi",
      {{"epoch", "", 1, "steps of the target between two evaluations, a whole number", {}, 1.0, 63.0},
       {"w_exp", "", 0, "a weight is its mantissa, -255 to 255, times 2^(6 + w_exp)", {}, 0.0, 7.0},
       {"weight_bits", "", 8, "of a stored mantissa, a whole number; in mixed mode one is the sign", {}, 1.0, 8.0}},
      {{"dw", {}, "change of the mantissa, such as 2^-2*x1*y0 - 2^-2*y1*x0"},
       {"dt", {}, "change of the tag t, 9 bits, which begins at 0"},
       {"sign_mode", {"mixed", "excitatory", "inhibitory"}, "which mantissas there are"}},
      true,
      "loihi_cuba"};
  for (const auto& [name, impulse, of] : {std::tuple{"x1", 16.0, "own"},
                                          {"x2", 0.0, "own"},
                                          {"y1", 16.0, "the target's"},
                                          {"y2", 0.0, "the target's"},
                                          {"y3", 0.0, "the target's"}}) {
    for (ParameterInfo& parameter : trace(name, impulse, of)) info.parameters.push_back(std::move(parameter));
  }
  info.parameters.push_back({"r1_impulse",
                             "",
                             16,
                             "added to r1, the reward trace, by a modulator's pulse of strength 1",
                             {},
                             0.0,
                             127.0 + 127.0 / 128});
  info.parameters.push_back({"r1_tau", "ms", 20, "time constant of r1", 0.0, {}, 1e9});
  return info;
}

std::vector<std::string> LoihiSynapses::problems(const ResolvedParameters& p) {
  std::vector<std::string> problems;
  for (const char* name : {"dw", "dt"}) {
    const std::string problem = parse_loihi_rule(p.text(name)).problem;
    if (!problem.empty()) problems.push_back(absl::StrFormat("%s `%s`: %s", name, p.text(name), problem));
  }
  if (p.text("dw").empty()) problems.push_back("dw is empty; give the change of the weight, such as 2^-2*x1*y0");
  for (const char* name : {"epoch", "w_exp", "weight_bits"}) {
    const double value = p.uniform(name);
    if (value != std::round(value)) problems.push_back(absl::StrFormat("%s %g, must be a whole number", name, value));
  }
  if (p.option("sign_mode") == 0 && p.uniform("weight_bits") < 2) {
    problems.push_back("weight_bits 1, must be at least 2 where sign_mode is mixed: the sign takes one");
  }
  return problems;
}

absl::StatusOr<std::unique_ptr<LoihiSynapses>> LoihiSynapses::make(const RuleRequest& request, SynapseGroup& group) {
  std::unique_ptr<LoihiSynapses> made(new LoihiSynapses(request, group));
  if (!request.spec->plasticity->modulators.empty() && !made->reads_reward_) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "projection %s: has %d modulators, but neither dw nor dt reads their trace; use r1 in a product, or remove "
        "`modulators`",
        projection_name(*request.spec), request.spec->plasticity->modulators.size()));
  }
  const int quantum = 1 << (8 - made->stored_.magnitude_bits);
  for (std::size_t k = 0; k < group.weight.size(); ++k) {
    const double mantissa = static_cast<double>(group.weight[k]) / made->unit_;
    if (mantissa == std::round(mantissa / quantum) * quantum && mantissa >= made->stored_.lowest &&
        mantissa <= made->stored_.highest) {
      continue;
    }
    return absl::InvalidArgumentError(absl::StrFormat(
        "projection %s: a synapse onto neuron %d begins with weight %g, must be a multiple of %g from %g to %g; change "
        "`weight`, `w_exp`, `weight_bits` or `sign_mode`",
        projection_name(*request.spec), request.first + group.target[k], group.weight[k], quantum * made->unit_,
        made->stored_.lowest * made->unit_, made->stored_.highest * made->unit_));
  }
  return made;
}

LoihiSynapses::LoihiSynapses(const RuleRequest& request, const SynapseGroup& group)
    : epoch_(0),
      step_(duration_from_ms(step_ms(*request.target, *request.target_model))),
      weight_rule_(parse_loihi_rule(request.parameters.text("dw")).rule),
      tag_rule_(parse_loihi_rule(request.parameters.text("dt")).rule),
      stored_(stored_weight(request.parameters)),
      unit_(std::ldexp(64.0, static_cast<int>(request.parameters.uniform("w_exp")))),
      frozen_(request.spec->plasticity->frozen),
      first_(request.first),
      key_(philox_key(loihi_key(request.seed, request.projection, LoihiStream::kSynapses))),
      own_traces_(loihi_key(request.seed, request.projection, LoihiStream::kSources),
                  traces(request.parameters, {"x1", "x2"}, to_ms(step_))),
      target_traces_(loihi_key(request.seed, request.projection, LoihiStream::kTargets),
                     traces(request.parameters, {"y1", "y2", "y3"}, to_ms(step_))),
      rewards_(loihi_key(request.seed, request.projection, LoihiStream::kRewards),
               traces(request.parameters, {"r1"}, to_ms(step_)).front()),
      index_(group),
      runs_(index_.size()),
      history_(request.neurons),
      most_items_(kItemsPerNeuron * request.neurons) {
  epoch_ = step_ * static_cast<std::int64_t>(request.parameters.uniform("epoch"));
  for (const LoihiRule* rule : {&weight_rule_, &tag_rule_}) {
    for (const LoihiProduct& product : *rule) {
      const bool own = has_factor(product, LoihiVariable::kX0, LoihiVariable::kX2);
      const bool target = has_factor(product, LoihiVariable::kY0, LoihiVariable::kY3);
      const bool reward = has_factor(product, LoihiVariable::kR1, LoihiVariable::kR1);
      always_ = always_ || (!own && !target && !reward);
      at_post_ = at_post_ || (!own && target);
      at_reward_ = at_reward_ || (!own && !target && reward);
    }
    reads_reward_ = reads_reward_ || mentions(*rule, LoihiVariable::kR1);
  }
  if (!tag_rule_.empty() || mentions(weight_rule_, LoihiVariable::kTag)) tags_.resize(group.target.size());
  std::vector<std::uint64_t> seen(request.neurons);
  for (std::size_t row = 0; row + 1 < group.offset.size(); ++row) {
    for (std::uint32_t k = group.offset[row]; k < group.offset[row + 1]; ++k) {
      if (const std::uint64_t before = seen[group.target[k]]++; before > 0) twins_[k] = before;
    }
    for (std::uint32_t k = group.offset[row]; k < group.offset[row + 1]; ++k) seen[group.target[k]] = 0;
  }
}

void LoihiSynapses::deliver(const Arrival& arrival, SynapseGroup& group) {
  if (!untaken_ && items_ > most_items_) trim(arrival.at, group);
  const std::size_t number = index_.of(arrival.neuron, arrival.begin);
  const Duration delay = index_.delay_at(arrival.begin, group);
  const LoihiEpoch now = epoch_of(arrival.at - delay);
  replay(number, arrival.neuron, {arrival.begin, arrival.end, delay}, now, group);
  ++runs_[number].own_spikes;
  runs_[number].delivered = arrival.at;
  untaken_ = true;
}

void LoihiSynapses::fired(std::span<const Spike> spikes, std::uint32_t first) {
  for (const Spike& spike : spikes) history_[spike.neuron - first].fire(epoch_of(spike.at));
  items_ += spikes.size();
  untaken_ = false;
}

void LoihiSynapses::settle(Time now, SynapseGroup& group) {
  std::uint32_t source = 0;
  for (std::size_t r = 0; r < runs_.size(); ++r) {
    const RowRuns::Run where = index_.run(r, group);
    if (where.begin == where.end || now - kStart < where.delay) continue;
    while (group.offset[source + 1] <= where.begin) ++source;
    replay(r, source, where, epoch_of(now - where.delay), group);
  }
}

void LoihiSynapses::set_weight(std::size_t k, double weight, SynapseGroup& group) {
  const int mantissa = static_cast<int>(std::round(std::clamp(weight / unit_, -256.0, 256.0)));
  group.weight[k] = static_cast<float>(next_weight(stored_, mantissa, 0, 0, 1u << 31) * unit_);
}

std::size_t LoihiSynapses::bytes() const {
  std::size_t bytes = runs_.capacity() * sizeof(Run) + tags_.capacity() * sizeof(std::int16_t) + index_.bytes() +
                      history_.capacity() * sizeof(LoihiHistory) + twins_.size() * 32 + rewards_.bytes();
  for (const LoihiHistory& history : history_) bytes += history.bytes();
  return bytes;
}

// Epochs [run.next, end) of the synapses of one run.
void LoihiSynapses::replay(std::size_t number, std::uint32_t source, const RowRuns::Run& where, LoihiEpoch end,
                           SynapseGroup& group) {
  Run& run = runs_[number];
  if (end <= run.next) return;
  const LoihiEpoch begin = run.next;
  own_.clear();
  for (LoihiEpoch epoch = begin; epoch < end; ++epoch) {
    run.traces = own_traces_.next(run.traces, source, epoch, std::exchange(run.own_spikes, 0));
    if (run.traces.quiet()) break;  // and so it stays
    own_.push_back({epoch, run.traces});
  }
  run.traces.fired = false;
  run.next = end;
  if (frozen_) return;

  LoihiValues values{};
  values[static_cast<std::size_t>(LoihiVariable::kDelay)] =
      static_cast<std::int32_t>(std::min<std::int64_t>(std::max<std::int64_t>(where.delay / step_ - 1, 0), 63));
  std::span<const LoihiRewards::Item> rewards;
  if (reads_reward_) {
    rewards_.go_on(end);
    rewards = rewards_.items();
    rewards = rewards.subspan(static_cast<std::size_t>(
        std::partition_point(rewards.begin(), rewards.end(), [&](const auto& i) { return i.epoch < begin; }) -
        rewards.begin()));
  }
  for (std::uint32_t k = where.begin; k < where.end; ++k) {
    const std::uint32_t target = group.target[k];
    LoihiHistory& history = history_[target];
    const std::size_t before = history.size();
    history.go_on(target_traces_, first_ + target, end);
    items_ += history.size() - before;
    const std::span<const LoihiHistory::Item> items = history.items();
    auto theirs = std::partition_point(items.begin(), items.end(), [&](const auto& i) { return i.epoch < begin; });
    auto own = own_.begin();
    auto reward = rewards.begin();
    LoihiEpoch epoch = begin;
    for (;;) {
      if (!always_) {  // to the next epoch in which anything can happen
        LoihiEpoch next = own == own_.end() ? end : own->epoch;
        if (at_post_ && theirs != items.end()) next = std::min(next, theirs->epoch);
        if (at_reward_ && reward != rewards.end()) next = std::min(next, reward->epoch);
        epoch = std::max(epoch, next);
      }
      if (epoch >= end) break;
      while (theirs != items.end() && theirs->epoch < epoch) ++theirs;
      while (reward != rewards.end() && reward->epoch < epoch) ++reward;
      const bool has_reward = reward != rewards.end() && reward->epoch == epoch;
      values[static_cast<std::size_t>(LoihiVariable::kR1)] = has_reward ? reward->value : 0;
      const bool has_own = own != own_.end() && own->epoch == epoch;
      const bool has_theirs = theirs != items.end() && theirs->epoch == epoch;
      put(values, LoihiVariable::kX0, has_own ? own->values : LoihiTraceValues{}, 2);
      put(values, LoihiVariable::kY0, has_theirs ? theirs->values : LoihiTraceValues{}, 3);
      change(k, source, epoch, values, group);
      if (has_own) ++own;
      if (has_theirs) ++theirs;
      if (has_reward) ++reward;
      ++epoch;
    }
  }
}

void LoihiSynapses::change(std::size_t k, std::uint32_t source, LoihiEpoch epoch, LoihiValues& values,
                           SynapseGroup& group) {
  const int mantissa = static_cast<int>(static_cast<double>(group.weight[k]) / unit_);
  values[static_cast<std::size_t>(LoihiVariable::kWeight)] = mantissa;
  if (!tags_.empty()) values[static_cast<std::size_t>(LoihiVariable::kTag)] = tags_[k];
  const std::int64_t dw = evaluate(weight_rule_, values), dt = evaluate(tag_rule_, values);
  if (dw == 0 && dt == 0) return;
  std::uint64_t block = static_cast<std::uint64_t>(epoch);
  if (const auto twin = twins_.find(k); twin != twins_.end()) block |= twin->second << 48;
  RandomStream random(key_, std::uint64_t{source} << 32 | (first_ + group.target[k]), block);
  const std::uint32_t for_weight = random.next_u32(), for_tag = random.next_u32();
  group.weight[k] = static_cast<float>(next_weight(stored_, mantissa, dw, kRuleBits, for_weight) * unit_);
  if (!tags_.empty()) tags_[k] = static_cast<std::int16_t>(next_tag(tags_[k], dt, kRuleBits, for_tag));
}

// Settles all synapses and forgets the epochs that they have seen.
void LoihiSynapses::trim(Time now, SynapseGroup& group) {
  settle(now, group);
  const Duration longest = index_.longest_delay();
  items_ = 0;
  for (LoihiHistory& history : history_) {
    if (now - kStart >= longest) history.forget(epoch_of(now - longest));
    items_ += history.size();
  }
  if (now - kStart >= longest) rewards_.forget(epoch_of(now - longest));
  most_items_ = std::max(kItemsPerNeuron * history_.size(), 2 * items_);
}

}  // namespace volley
