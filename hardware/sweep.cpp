#include "hardware/sweep.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"

namespace volley::hardware {

ChipLedger condensed(const ChipLedger& ledger) {
  LedgerWindow total = ledger.total();
  ChipLedger one = ledger;
  one.populations = {"all"};
  one.by_step = {};
  one.parts = {{0, 0, 0}};
  PartCounts counts;
  for (std::size_t p = 0; p < ledger.parts.size(); ++p) {
    one.parts[0].neurons += ledger.parts[p].neurons;
    counts.synaptic_operations += total.parts[p].synaptic_operations;
    counts.updates_firing += total.parts[p].updates_firing;
    counts.spikes += total.parts[p].spikes;
    counts.messages_out += total.parts[p].messages_out;
    counts.messages_in += total.parts[p].messages_in;
    counts.learning_updates += total.parts[p].learning_updates;
  }
  LedgerLink across{0, Direction::kEast, 0}, along{0, Direction::kSouth, 0};
  for (const LedgerLink& link : total.links) {
    (is_east_west(link.direction) ? across : along).messages += link.messages;
  }
  total.parts = {counts};
  total.links = {across, along};
  one.windows = {std::move(total)};
  return one;
}

ChipLedger condensed_steps(const ChipLedger& ledger, std::uint64_t end) {
  ChipLedger one = condensed(ledger);
  const auto sum = [&](const std::vector<std::uint64_t>& counts) {
    return std::accumulate(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(end), std::uint64_t{0});
  };
  const StepCounts& by_step = ledger.by_step;
  one.steps = end;
  one.windows = {
      {end,
       {{sum(by_step.synaptic_operations), sum(by_step.updates_firing), sum(by_step.spikes), sum(by_step.messages),
         sum(by_step.messages_in), sum(by_step.learning_updates)}},
       {{0, Direction::kEast, sum(by_step.hops_east_west)}, {0, Direction::kSouth, sum(by_step.hops_north_south)}}}};
  return one;
}

std::vector<std::string> keys_of(const CoefficientTable& table) {
  std::vector<std::string> keys;
  for (const Coefficient& entry : table.coefficients) {
    if (entry.measure == Measure::kTimeNs) continue;
    std::string key = absl::StrCat(entry.event, ".", std::string(name_of(entry.measure)));
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
  }
  return keys;
}

std::optional<CoefficientKey> parse_key(std::string_view text, const CoefficientTable& table) {
  const std::size_t dot = text.find('.');
  for (const Measure measure : {Measure::kEnergyPj, Measure::kPowerMw}) {
    if (dot != std::string_view::npos && text.substr(dot + 1) != name_of(measure)) continue;
    const std::string_view event = text.substr(0, dot);
    if (table.find(event, measure) != nullptr) return CoefficientKey{std::string(event), measure};
  }
  return std::nullopt;
}

CoefficientTable with(CoefficientTable table, const CoefficientKey& key, double value) {
  for (Coefficient& entry : table.coefficients) {
    if (entry.event == key.event && entry.measure == key.measure) entry.value = value;
  }
  return table;
}

std::vector<double> evenly_spaced(double first, double last, std::uint64_t points) {
  std::vector<double> values;
  for (std::uint64_t i = 0; i < points; ++i) {
    const double part = points == 1 ? 0 : static_cast<double>(i) / static_cast<double>(points - 1);
    values.push_back(i + 1 == points && points > 1 ? last : first + (last - first) * part);
  }
  return values;
}

}  // namespace volley::hardware
