#include "learning/synaptic_scaling.h"

#include <algorithm>
#include <cmath>

#include "engine/elementary.h"

namespace volley {
namespace {

constexpr std::size_t kItemsPerNeuron = 16;
// Of ln(w / w_0): more takes the smallest weight beyond any bound, and its exponential is still a number.
constexpr double kLongestScale = 700;

}  // namespace

RuleInfo SynapticScaling::info() {
  return {"synaptic_scaling",
          "dw/dt = eta w (rate - r), r the target's rate over tau_rate",
          "Turrigiano 2008",
          {{"rate", "Hz", 5, "rate that the target is brought to", {}, 0.0, {}},
           {"tau_rate", "ms", 1000, "time over which its rate is measured", {}, 1e-6, 1e9},
           {"eta", "", 0.01, "relative change of the weight for each spike too many or too few", {}, 0.0, {}}},
          {},
          false};
}

std::vector<std::string> SynapticScaling::problems(const ResolvedParameters& p) {
  if (!std::isnan(p.uniform("w_max"))) return {};
  return {"weights onto a silent neuron grow without end; set `w_max`"};
}

SynapticScaling::SynapticScaling(const ResolvedParameters& p, bool frozen, std::uint32_t neurons,
                                 const SynapseGroup& group)
    : clock_(p.uniform("tau_rate")),
      rate_per_ms_(p.uniform("rate") / 1000),
      eta_(p.uniform("eta")),
      bounds_(p),
      frozen_(frozen),
      index_(group),
      lead_(index_.delay_bound()),
      delivered_(index_.size(), kNever),
      base_(group.weight),
      history_(neurons),
      most_items_(kItemsPerNeuron * neurons) {}

double SynapticScaling::log_scale(std::uint32_t neuron, Time at, const Stamp& stamp) const {
  const auto items = history_.of(neuron);
  const auto after = std::lower_bound(items.begin(), items.end(), at, [](const auto& i, Time t) { return i.at < t; });
  // Spikes are seen `lead_` later than they are fired, so time begins there, too.
  double log = rate_per_ms_ * std::max(0.0, to_ms(at - lead_));
  if (after != items.begin()) {
    const Event& last = (after - 1)->event;
    log += last.y.at(stamp) - last.spikes;
  }
  return std::min(eta_ * log, kLongestScale);
}

void SynapticScaling::scale(const RowRuns::Run& run, Time at, SynapseGroup& group) {
  if (frozen_) return;
  const Stamp stamp = clock_.at(at);
  for (std::uint32_t k = run.begin; k < run.end; ++k) {
    const double sign = bounds_.sign_of(base_[k]);
    const double w = static_cast<double>(base_[k]) * sign * exp_portable(log_scale(group.target[k], at, stamp));
    group.weight[k] = static_cast<float>(bounds_.clip(w) * sign);
  }
}

void SynapticScaling::deliver(const Arrival& arrival, SynapseGroup& group) {
  const Duration delay = index_.delay_at(arrival.begin, group);
  const Duration longest = index_.longest_delay();
  if (history_.items() > most_items_ && arrival.at - kStart >= longest) {
    history_.forget(seen_at(arrival.at, longest));
    most_items_ = std::max(kItemsPerNeuron * history_.neurons(), 2 * history_.items());
  }
  scale({arrival.begin, arrival.end, delay}, seen_at(arrival.at, delay), group);
  delivered_[index_.of(arrival.neuron, arrival.begin)] = arrival.at;
}

void SynapticScaling::fired(std::span<const Spike> spikes, std::uint32_t first) {
  for (const Spike& spike : spikes) {
    const std::uint32_t i = spike.neuron - first;
    const auto past = history_.of(i);
    Event event = past.empty() ? Event{0, {}} : past.back().event;
    event.spikes += 1;
    event.y.add(clock_.at(spike.at + lead_), 1.0);
    history_.add(i, spike.at + lead_, event);
  }
}

void SynapticScaling::settle(Time now, SynapseGroup& group) {
  settled_ = now;
  for (std::size_t r = 0; r < index_.size(); ++r) {
    const RowRuns::Run run = index_.run(r, group);
    if (run.begin != run.end && now - kStart >= run.delay) scale(run, seen_at(now, run.delay), group);
  }
}

void SynapticScaling::set_weight(std::size_t k, double weight, SynapseGroup& group) {
  group.weight[k] = static_cast<float>(weight);
  const Duration delay = delay_of(k, group);
  const Time at = seen_at(settled_, delay);
  const double log = settled_ - kStart >= delay ? log_scale(group.target[k], at, clock_.at(at)) : 0.0;
  base_[k] = static_cast<float>(weight * exp_portable(-log));
}

}  // namespace volley
