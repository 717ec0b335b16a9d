#include "apps/volley/compare.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "apps/volley/status.h"
#include "apps/volley/values.h"

namespace volley::app {
namespace {

using Train = std::vector<std::pair<std::uint32_t, Time>>;  // (neuron, time), sorted

Train by_neuron(const io::SpikeList& spikes) {
  Train train;
  train.reserve(spikes.size());
  for (const auto& [at, neuron] : spikes) train.emplace_back(neuron, at);
  std::sort(train.begin(), train.end());
  return train;
}

void note(PopulationComparison& comparison, const FirstDifference& difference) {
  ++comparison.unmatched;
  if (!comparison.first ||
      std::tie(difference.at, difference.neuron) < std::tie(comparison.first->at, comparison.first->neuron)) {
    comparison.first = difference;
  }
}

std::string place_of(const PopulationComparison& entry, const std::string& name_a, const std::string& name_b) {
  const FirstDifference& first = *entry.first;
  const std::string& here = first.in_a ? name_a : name_b;
  const std::string& there = first.in_a ? name_b : name_a;
  const std::string fact = absl::StrCat("first difference in ", entry.name, ": neuron ", first.neuron, " fires at ",
                                        exact_ms(first.at), " ms in ", here);
  return first.instead ? absl::StrCat(fact, ", at ", exact_ms(*first.instead), " ms in ", there)
                       : absl::StrCat(fact, ", and no more in ", there);
}

}  // namespace

bool Comparison::equal() const {
  return std::all_of(populations.begin(), populations.end(), [](const auto& entry) { return entry.equal(); });
}

PopulationComparison compare_trains(io::SpikeList a, io::SpikeList b, Duration tolerance) {
  PopulationComparison comparison;
  comparison.spikes_a = a.size();
  comparison.spikes_b = b.size();
  const Train left = by_neuron(a), right = by_neuron(b);
  std::size_t i = 0, j = 0;
  while (i < left.size() || j < right.size()) {
    const bool same_neuron = i < left.size() && j < right.size() && left[i].first == right[j].first;
    if (same_neuron && std::chrono::abs(left[i].second - right[j].second) <= tolerance) {
      ++i, ++j;
      continue;
    }
    const bool from_a = j == right.size() || (i < left.size() && left[i] < right[j]);
    const auto& [neuron, at] = from_a ? left[i] : right[j];
    const std::optional<Time> instead =
        same_neuron ? std::optional(from_a ? right[j].second : left[i].second) : std::nullopt;
    note(comparison, {at, neuron, from_a, instead});
    from_a ? ++i : ++j;
  }
  return comparison;
}

absl::StatusOr<Comparison> compare_recordings(const io::Recording& a, const io::Recording& b, Duration tolerance,
                                              std::optional<Time> before) {
  Comparison comparison;
  const auto& in_a = a.info().recorded_spikes;
  const auto& in_b = b.info().recorded_spikes;
  for (const auto& [name, count] : in_a) {
    if (!in_b.contains(name)) {
      comparison.populations.push_back(
          {.name = name, .spikes_a = count, .spikes_b = {}, .unmatched = count, .first = {}});
      continue;
    }
    auto left = a.spikes(name);
    if (!left.ok()) return unreadable(left.status());
    auto right = b.spikes(name);
    if (!right.ok()) return unreadable(right.status());
    // A file that is being written has grown since it was opened: what is told of it is of that moment.
    left->resize(std::min<std::size_t>(left->size(), count));
    right->resize(std::min<std::size_t>(right->size(), in_b.at(name)));
    if (before) {
      const auto late = [&](const auto& spike) { return spike.first >= *before; };
      std::erase_if(*left, late);
      std::erase_if(*right, late);
    }
    comparison.populations.push_back(compare_trains(*std::move(left), *std::move(right), tolerance));
    comparison.populations.back().name = name;
  }
  for (const auto& [name, count] : in_b) {
    if (in_a.contains(name)) continue;
    comparison.populations.push_back(
        {.name = name, .spikes_a = {}, .spikes_b = count, .unmatched = count, .first = {}});
  }
  return comparison;
}

std::string comparison_report(const Comparison& comparison, const std::string& name_a, const std::string& name_b) {
  std::vector<std::vector<std::string>> rows{{"population", "", "spikes in a", "spikes in b", "without a partner"}};
  for (const PopulationComparison& entry : comparison.populations) {
    const auto count = [](const std::optional<std::uint64_t>& value) {
      return value ? with_commas(*value) : "missing";
    };
    rows.push_back({entry.name, entry.equal() ? "equal" : "different", count(entry.spikes_a), count(entry.spikes_b),
                    with_commas(entry.unmatched)});
  }
  std::string text = absl::StrCat("a: ", name_a, "\nb: ", name_b, "\n", align(rows, "llrrr"));
  std::vector<const PopulationComparison*> differing;
  for (const PopulationComparison& entry : comparison.populations) {
    if (entry.first) differing.push_back(&entry);
  }
  std::stable_sort(differing.begin(), differing.end(),
                   [](const auto* x, const auto* y) { return x->first->at < y->first->at; });
  for (const PopulationComparison* entry : differing) absl::StrAppend(&text, place_of(*entry, name_a, name_b), "\n");
  return text;
}

}  // namespace volley::app
