#include "apps/volley/ledger_energy.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "apps/volley/chip_choice.h"
#include "apps/volley/status.h"
#include "apps/volley/values.h"

namespace volley::app {
namespace {

using hardware::ChipEnergy;
using hardware::ChipLedger;
using hardware::PricedLink;

std::optional<Duration> sum_of(const std::vector<Duration>& times) {
  if (times.empty()) return std::nullopt;
  Duration sum{0};
  for (const Duration d : times) sum += d;
  return sum;
}

absl::Status add_tables(LedgerEnergy& energy, const hardware::Chip& chip, const std::string& table, bool with_chip) {
  std::vector<const hardware::CoefficientTable*> tables;
  if (!table.empty()) {
    const auto chosen = choose_table(chip, table);
    if (!chosen.ok()) return chosen.status();
    tables.push_back(*chosen);
  } else {
    for (const hardware::CoefficientTable& each : chip.tables) tables.push_back(&each);
  }
  for (const hardware::CoefficientTable* each : tables) {
    energy.tables.push_back({.name = with_chip ? absl::StrCat(chip.name, " ", each->name) : each->name,
                             .chip_title = chip.title,
                             .table = *each,
                             .energy = hardware::price(energy.ledger(), *each),
                             .statics = hardware::static_power(*each, energy.ledger().cores_used)});
  }
  return absl::OkStatus();
}

// Calls `value(energy)` for every table that prices anything.
ByTable by_table(const LedgerEnergy& energy, const std::function<double(const ChipEnergy&)>& value) {
  ByTable result;
  for (const PricedTable& table : energy.tables) {
    result.push_back(table.is_priced() ? std::optional(value(table.energy)) : std::nullopt);
  }
  return result;
}

double link_energy(const ChipEnergy& energy) {
  double sum = 0;
  for (const PricedLink& link : energy.by_link) sum += link.energy_pj;
  return sum;
}

// Of events that happen neither at a neuron's core nor on a link: barriers.
double rest_of(const ChipEnergy& energy) {
  double sum = 0;
  for (const hardware::PricedEvent& event : energy.events) {
    if (event.event == "barrier") sum += event.energy_pj.value_or(0);
  }
  return sum;
}

void add_rest(const LedgerEnergy& energy, BreakdownTable& table, bool links) {
  const std::vector<std::string> nothing(table.headings.size() - 1);
  const auto add = [&](const char* name, const std::function<double(const ChipEnergy&)>& value) {
    BreakdownRow row{{name}, by_table(energy, value)};
    row.labels.insert(row.labels.end(), nothing.begin(), nothing.end());
    const bool any = std::any_of(row.pj.begin(), row.pj.end(), [](const auto& pj) { return pj.value_or(0) > 0; });
    if (any) table.rows.push_back(std::move(row));
  };
  if (links) add("links between tiles", link_energy);
  add("barriers", rest_of);
}

BreakdownTable by_unit(const LedgerEnergy& energy) {
  BreakdownTable result{{"unit"}, {}};
  for (const hardware::Unit unit : {hardware::Unit::kSynapse, hardware::Unit::kNeuron, hardware::Unit::kRouter,
                                    hardware::Unit::kLearning, hardware::Unit::kBarrier, hardware::Unit::kChip}) {
    BreakdownRow row{{std::string(hardware::name_of(unit))}, {}};
    bool any = false;
    for (const PricedTable& table : energy.tables) {
      const bool priced = std::any_of(table.energy.events.begin(), table.energy.events.end(), [&](const auto& event) {
        return event.unit == unit && event.energy_pj.has_value();
      });
      row.pj.push_back(priced ? std::optional(table.energy.of(unit)) : std::nullopt);
      // Most networks do not learn.
      any = any || (priced && (unit != hardware::Unit::kLearning || table.energy.of(unit) > 0));
    }
    if (any) result.rows.push_back(std::move(row));
  }
  return result;
}

BreakdownTable by_population(const LedgerEnergy& energy) {
  const ChipLedger& ledger = energy.ledger();
  BreakdownTable result{{"population", "neurons"}, {}};
  std::vector<std::uint64_t> neurons(ledger.populations.size());
  for (const hardware::LedgerPart& part : ledger.parts) neurons[part.population] += part.neurons;
  for (std::size_t p = 0; p < ledger.populations.size(); ++p) {
    result.rows.push_back({{ledger.populations[p], with_commas(neurons[p])}, by_table(energy, [&](const ChipEnergy& e) {
                             return hardware::by_population(ledger, e)[p];
                           })});
  }
  add_rest(energy, result, true);
  return result;
}

BreakdownTable by_core(const LedgerEnergy& energy) {
  const ChipLedger& ledger = energy.ledger();
  BreakdownTable result{{"core", "tile", "neurons"}, {}};
  std::map<std::uint32_t, std::uint64_t> neurons;
  for (const hardware::LedgerPart& part : ledger.parts) neurons[part.core] += part.neurons;
  std::vector<std::vector<double>> pj;
  for (const PricedTable& table : energy.tables) pj.push_back(hardware::by_core(ledger, table.energy));
  for (const auto& [core, count] : neurons) {
    BreakdownRow row{{absl::StrCat(core), absl::StrCat(energy.chip.mesh.tile_of(core)), with_commas(count)}, {}};
    for (std::size_t t = 0; t < pj.size(); ++t) {
      row.pj.push_back(energy.tables[t].is_priced() ? std::optional(pj[t][core]) : std::nullopt);
    }
    result.rows.push_back(std::move(row));
  }
  add_rest(energy, result, true);
  return result;
}

BreakdownTable by_link(const LedgerEnergy& energy) {
  BreakdownTable result{{"from tile", "to tile", "direction", "messages"}, {}};
  const hardware::Mesh& mesh = energy.chip.mesh;
  const std::vector<PricedLink>& links = energy.tables.front().energy.by_link;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const auto to =
        links[i].tile < mesh.tile_count() ? mesh.neighbour(links[i].tile, links[i].direction) : std::nullopt;
    result.rows.push_back({{absl::StrCat(links[i].tile), to ? absl::StrCat(*to) : "-",
                            std::string(hardware::name_of(links[i].direction)), with_commas(links[i].messages)},
                           by_table(energy, [&](const ChipEnergy& e) { return e.by_link[i].energy_pj; })});
  }
  BreakdownRow within{{"within cores and tiles", "", "", ""}, by_table(energy, [](const ChipEnergy& e) {
                        double sum = 0;
                        for (const double pj : e.by_part_pj) sum += pj;
                        return sum;
                      })};
  result.rows.push_back(std::move(within));
  add_rest(energy, result, false);
  return result;
}

// Stretches of `steps` steps, the last one possibly shorter.
BreakdownTable by_stretch(const LedgerEnergy& energy, std::uint64_t steps, const char* name) {
  const ChipLedger& ledger = energy.ledger();
  const hardware::StepTimes& times = energy.stored.times;
  BreakdownTable result{{name, "from", "spikes", "operations", "messages"}, {}};
  const bool simple = energy.times_are_its_own() && !times.simple.empty();
  const bool mesh = energy.times_are_its_own() && !times.mesh.empty();
  if (simple) result.headings.emplace_back("simple time");
  if (mesh) result.headings.emplace_back("mesh time");
  for (std::uint64_t first = 0, n = 0; first < ledger.steps; first += steps, ++n) {
    const std::uint64_t end = std::min(first + steps, ledger.steps);
    const auto sum = [&](const auto& values, auto zero) {
      for (std::uint64_t s = first; s < end; ++s) zero += values[s];
      return zero;
    };
    const hardware::StepCounts& counts = ledger.by_step;
    BreakdownRow row{{absl::StrCat(n, end - first < steps ? " (incomplete)" : ""),
                      absl::StrCat(exact_ms(kStart + ledger.step * static_cast<std::int64_t>(first)), " ms"),
                      with_commas(sum(counts.spikes, std::uint64_t{0})),
                      with_commas(sum(counts.synaptic_operations, std::uint64_t{0})),
                      with_commas(sum(counts.messages, std::uint64_t{0}))},
                     by_table(energy, [&](const ChipEnergy& e) { return sum(e.by_step_pj, 0.0); })};
    row.begin = kStart + ledger.step * static_cast<std::int64_t>(first);
    if (simple) row.simple_time = sum(times.simple, Duration{0});
    if (mesh) row.mesh_time = sum(times.mesh, Duration{0});
    for (const std::optional<Duration>& time : {row.simple_time, row.mesh_time}) {
      if (time) row.labels.push_back(short_time(*time));
    }
    result.rows.push_back(std::move(row));
  }
  return result;
}

}  // namespace

bool PricedTable::is_priced() const {
  return std::any_of(energy.events.begin(), energy.events.end(),
                     [](const hardware::PricedEvent& event) { return event.energy_pj.has_value(); });
}

std::optional<Duration> LedgerEnergy::simple_time() const {
  return times_are_its_own() ? sum_of(stored.times.simple) : std::nullopt;
}
std::optional<Duration> LedgerEnergy::mesh_time() const {
  return times_are_its_own() ? sum_of(stored.times.mesh) : std::nullopt;
}

ByTable LedgerEnergy::totals() const {
  return by_table(*this, [](const ChipEnergy& e) { return e.total_pj; });
}

std::optional<std::uint64_t> dense_macs_of(const io::RecordingInfo& info) {
  std::map<std::string, std::uint64_t> sizes;
  for (const PopulationCounters& entry : info.populations) sizes[entry.name] = entry.size;
  std::vector<hardware::DenseShape> shapes;
  for (const io::ProjectionCounters& entry : info.projections) {
    const auto source = sizes.find(entry.source), target = sizes.find(entry.target);
    if (source == sizes.end() || target == sizes.end()) return std::nullopt;
    shapes.push_back({source->second, target->second});
  }
  if (shapes.empty()) return std::nullopt;
  return hardware::dense_macs(shapes);
}

ByTable LedgerEnergy::per_inference() const {
  const auto complete = static_cast<std::ptrdiff_t>(inferences * inference_steps);
  return by_table(*this, [&](const ChipEnergy& e) {
    const double pj = incomplete_steps == 0
                          ? e.total_pj
                          : std::accumulate(e.by_step_pj.begin(), e.by_step_pj.begin() + complete, 0.0);
    return pj / static_cast<double>(inferences);
  });
}

std::uint64_t LedgerEnergy::drive_events() const {
  return std::accumulate(ledger().drive_events.begin(), ledger().drive_events.end(), std::uint64_t{0});
}

absl::StatusOr<LedgerEnergy> price_ledger(const EnergyRequest& request, StoredLedger stored,
                                          const io::RecordingInfo& info) {
  auto chip = choose_chip("--chip", request.chip.empty() ? stored.ledger.chip : request.chip);
  if (!chip.ok() && request.chip.empty()) {
    return usage_error(absl::StrCat(request.recording, ": was placed on chip ", stored.ledger.chip,
                                    ", which volley does not ship; give its file with --chip"));
  }
  if (!chip.ok()) return chip.status();
  LedgerEnergy energy{.recording = request.recording, .stored = std::move(stored), .chip = *std::move(chip)};
  const ChipLedger& ledger = energy.ledger();
  energy.inference_steps = std::max<std::uint64_t>(ledger.steps, 1);
  if (request.inference) {
    if (*request.inference % ledger.step != Duration{0}) {
      return usage_error(absl::StrCat("--inference ", short_time(*request.inference),
                                      ": must be a whole number of steps of ", short_time(ledger.step)));
    }
    energy.inference_steps = static_cast<std::uint64_t>(*request.inference / ledger.step);
    if (energy.inference_steps > ledger.steps) {
      return usage_error(absl::StrCat("--inference ", short_time(*request.inference), ": must be at most ",
                                      short_time(energy.real_time()), ", the run; no inference is complete"));
    }
  }
  energy.inferences = std::max<std::uint64_t>(ledger.steps / energy.inference_steps, 1);
  energy.incomplete_steps = ledger.steps % energy.inference_steps;
  if (energy.times_are_its_own()) {
    for (const hardware::LedgerPart& part : ledger.parts) {
      if (part.core < energy.chip.mesh.core_count()) continue;
      return absl::DataLossError(absl::StrCat(request.recording, ":/ledger/parts/core: ", part.core, ", but ",
                                              energy.chip.name, " has cores 0 to ", energy.chip.mesh.core_count() - 1,
                                              "; the ledger is damaged: record the run again"));
    }
    std::set<std::uint32_t> tiles;
    for (const hardware::LedgerPart& part : ledger.parts) tiles.insert(energy.chip.mesh.tile_of(part.core));
    if (ledger.tiles_used != tiles.size()) {
      return absl::DataLossError(absl::StrCat(request.recording, ":/ledger/run@tiles_used: ", ledger.tiles_used,
                                              ", must be ", tiles.size(), ", for parts lie on so many tiles of ",
                                              energy.chip.name, "; the ledger is damaged: record the run again"));
    }
  }
  const bool two = !request.compare.empty();
  if (absl::Status status = add_tables(energy, energy.chip, request.table, two); !status.ok()) return status;
  if (two) {
    const auto other = choose_chip("--compare", request.compare);
    if (!other.ok()) return other.status();
    if (absl::Status status = add_tables(energy, *other, {}, true); !status.ok()) return status;
  }
  std::uint64_t operations = 0;
  for (const std::uint64_t n : ledger.by_step.synaptic_operations) operations += n;
  energy.dense_macs = dense_macs_of(info);
  energy.comparisons = hardware::comparisons(energy.dense_macs, ledger.steps, energy.inferences, operations);
  return energy;
}

BreakdownTable breakdown(const LedgerEnergy& energy, Breakdown by) {
  switch (by) {
    case Breakdown::kUnit:
      return by_unit(energy);
    case Breakdown::kPopulation:
      return by_population(energy);
    case Breakdown::kCore:
      return by_core(energy);
    case Breakdown::kLink:
      return by_link(energy);
    case Breakdown::kStep:
      return by_stretch(energy, 1, "step");
    case Breakdown::kInference:
      return by_stretch(energy, energy.inference_steps, "inference");
  }
  return {};
}

}  // namespace volley::app
