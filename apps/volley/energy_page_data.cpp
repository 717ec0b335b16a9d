// What a page of energies shows, from priced runs.
#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/volley/energy_page.h"
#include "apps/volley/values.h"

namespace volley::app {
namespace {

using Row = std::vector<std::string>;

constexpr std::size_t kMostBars = 24;
constexpr std::size_t kMostInferences = 200;
constexpr const char* kUnplaced =
    "This run was not placed on a chip, so nothing is known by core, link or step. Run it with volley run --chip.";

std::string energy_or_unset(const std::optional<double>& pj) { return pj ? short_energy(*pj) : "unset"; }
std::string class_of(bool known, hardware::Evidence evidence) {
  return known ? std::string(hardware::name_of(evidence)) : "-";
}
std::string number(const std::optional<double>& value) {
  return value ? absl::StrFormat("%g", *value) : std::string("unset");
}

// The largest rows, and the others as one.
std::vector<BarRow> bars_of(std::vector<BarRow> rows) {
  const auto size = [](const BarRow& row) {
    double sum = 0;
    for (const auto& value : row.values) sum += value.value_or(0);
    return sum;
  };
  if (rows.size() > kMostBars) {
    std::stable_sort(rows.begin(), rows.end(), [&](const BarRow& a, const BarRow& b) { return size(a) > size(b); });
    BarRow others{absl::StrCat(rows.size() - kMostBars + 1, " others")};
    others.values.resize(rows.front().values.size());
    for (std::size_t r = kMostBars - 1; r < rows.size(); ++r) {
      for (std::size_t s = 0; s < others.values.size(); ++s) {
        if (rows[r].values[s]) others.values[s] = others.values[s].value_or(0) + *rows[r].values[s];
      }
    }
    rows.resize(kMostBars - 1);
    rows.push_back(std::move(others));
  }
  for (BarRow& row : rows) {
    row.texts.clear();
    for (const auto& value : row.values) row.texts.push_back(energy_or_unset(value));
  }
  return rows;
}

EnergyPage::Grid comparison_grid(std::span<const hardware::Comparison> comparisons) {
  EnergyPage::Grid grid{{{"", "count", "", "each", "energy", "class", "source"}}, "lrlrrll"};
  for (const hardware::Comparison& row : comparisons) {
    grid.rows.push_back({row.name, short_number(row.count), row.counted + (row.count_is_assumed ? " (assumed)" : ""),
                         row.pj_each ? absl::StrCat(short_number(*row.pj_each), " pJ") : "unset",
                         energy_or_unset(row.energy_pj), class_of(row.pj_each.has_value(), row.evidence), row.source});
  }
  return grid;
}

StackedBar unit_bar(const std::string& label, const std::vector<std::pair<hardware::Unit, double>>& parts, bool priced,
                    double total) {
  StackedBar bar{label, priced ? short_energy(total) : "unset"};
  for (const auto& [unit, pj] : parts) {
    if (pj > 0) bar.parts.emplace_back(std::string(hardware::name_of(unit)), pj);
  }
  return bar;
}

// Units in the order of the breakdown, so that colours agree between tables.
std::vector<StackedBar> unit_bars(const LedgerEnergy& energy) {
  std::vector<StackedBar> bars;
  for (const PricedTable& table : energy.tables) {
    std::vector<std::pair<hardware::Unit, double>> parts;
    for (const hardware::Unit unit : {hardware::Unit::kSynapse, hardware::Unit::kNeuron, hardware::Unit::kRouter,
                                      hardware::Unit::kLearning, hardware::Unit::kBarrier}) {
      parts.emplace_back(unit, table.energy.of(unit));
    }
    bars.push_back(unit_bar(table.name, parts, table.is_priced(), table.energy.total_pj));
  }
  return bars;
}

bool fits(const hardware::ChipLedger& ledger, const hardware::Mesh& mesh) {
  for (const hardware::LedgerPart& part : ledger.parts) {
    if (part.core >= mesh.core_count()) return false;
  }
  for (const hardware::LedgerWindow& window : ledger.windows) {
    for (const hardware::LedgerLink& link : window.links) {
      if (link.tile >= mesh.tile_count() || !mesh.neighbour(link.tile, link.direction)) return false;
    }
  }
  return true;
}

void add_maps(const LedgerEnergy& energy, EnergyPage& page) {
  const hardware::ChipLedger& ledger = energy.ledger();
  const hardware::Mesh& mesh = energy.chip.mesh;
  if (!fits(ledger, mesh)) {
    page.why_no_map = absl::StrCat("The run's cores and links do not lie on the mesh of chip ", energy.chip.name,
                                   "; give the file of the chip that it was placed on with --chip.");
    return;
  }
  const auto first_priced = std::find_if(energy.tables.begin(), energy.tables.end(),
                                         [](const PricedTable& table) { return table.is_priced(); });
  MeshMap energies{.mesh = mesh, .unit_of_cores = "", .unit_of_links = ""}, traffic = energies;
  std::map<std::uint32_t, std::pair<std::uint64_t, std::uint64_t>> counts;  // core -> neurons, messages
  const hardware::LedgerWindow total = ledger.total();
  for (std::size_t p = 0; p < ledger.parts.size(); ++p) {
    auto& [neurons, messages] = counts[ledger.parts[p].core];
    neurons += ledger.parts[p].neurons;
    messages += total.parts[p].messages_in;
  }
  std::vector<double> pj;
  if (first_priced != energy.tables.end()) {
    pj = hardware::by_core(ledger, first_priced->energy);
    energies.unit_of_cores = absl::StrCat("a core, table ", first_priced->name);
  }
  double most_pj = 0;
  std::uint64_t most_in = 0, most_link = 0;
  for (const auto& [core, count] : counts) {
    const std::string where =
        absl::StrCat("core ", core, " on tile ", mesh.tile_of(core), ", ", with_commas(count.first), " neurons: ");
    if (core < pj.size()) {
      energies.cores.push_back({core, pj[core], where + short_energy(pj[core])});
      most_pj = std::max(most_pj, pj[core]);
    }
    traffic.cores.push_back(
        {core, static_cast<double>(count.second), absl::StrCat(where, with_commas(count.second), " messages arrive")});
    most_in = std::max(most_in, count.second);
  }
  for (const hardware::LedgerLink& link : total.links) {
    traffic.links.push_back({link.tile, link.direction, static_cast<double>(link.messages),
                             absl::StrCat("tile ", link.tile, " to ", *mesh.neighbour(link.tile, link.direction), ": ",
                                          with_commas(link.messages), " messages")});
    most_link = std::max(most_link, link.messages);
  }
  energies.most_cores = short_energy(most_pj);
  traffic.unit_of_cores = "messages to a core";
  traffic.most_cores = with_commas(most_in);
  traffic.unit_of_links = "on a link";
  traffic.most_links = with_commas(most_link);
  page.energy_map = std::move(energies);
  page.traffic_map = std::move(traffic);
}

EnergyPage::Grid inference_grid(const LedgerEnergy& energy) {
  const BreakdownTable table = breakdown(energy, Breakdown::kInference);
  EnergyPage::Grid grid{{table.headings}, std::string(table.headings.size() + energy.tables.size(), 'r')};
  for (const PricedTable& each : energy.tables) grid.rows[0].push_back(each.name);
  for (const BreakdownRow& row : table.rows) {
    if (grid.rows.size() > kMostInferences) break;
    grid.rows.push_back(row.labels);
    for (const auto& pj : row.pj) grid.rows.back().push_back(energy_or_unset(pj));
  }
  return grid;
}

EnergyPage::Grid static_grid(const LedgerEnergy& energy) {
  EnergyPage::Grid grid{{{"table", "of", "power", "real time", "simple time", "mesh time", "class", "source"}},
                        "llrrrrll"};
  const auto over = [](const hardware::StaticPower& part, const std::optional<Duration>& time) {
    return time ? energy_or_unset(part.energy_pj(*time)) : std::string("-");
  };
  for (const PricedTable& table : energy.tables) {
    for (const hardware::StaticPower& part : table.statics) {
      const std::string what = part.event == "core_static" ? absl::StrCat(part.count, " powered cores") : "the chip";
      grid.rows.push_back({table.name,
                           absl::StrCat(what, part.bound.empty() ? "" : absl::StrCat(" (", part.bound, ")")),
                           part.power_mw() ? absl::StrCat(short_number(*part.power_mw()), " mW") : "unset",
                           over(part, energy.real_time()), over(part, energy.simple_time()),
                           over(part, energy.mesh_time()), class_of(true, part.evidence), part.source});
    }
  }
  return grid;
}

EnergyPage::Grid event_grid(const LedgerEnergy& energy) {
  EnergyPage::Grid grid{{{"table", "event", "unit", "count", "pJ each", "energy", "class", "source"}}, "lllrrrll"};
  for (const PricedTable& table : energy.tables) {
    for (const hardware::PricedEvent& event : table.energy.events) {
      grid.rows.push_back(
          {table.name, event.event, std::string(hardware::name_of(event.unit)),
           event.count ? with_commas(*event.count) : "not counted",
           absl::StrCat(number(event.coefficient_pj), event.bound.empty() ? "" : absl::StrCat(" (", event.bound, ")")),
           event.energy_pj ? short_energy(*event.energy_pj) : "-",
           class_of(event.coefficient_pj.has_value(), event.evidence), event.source});
    }
  }
  return grid;
}

}  // namespace

EnergyPage page_of(const LedgerEnergy& energy) {
  const hardware::ChipLedger& ledger = energy.ledger();
  EnergyPage page{.title = absl::StrCat("Energy of ", energy.recording)};
  for (const PricedTable& table : energy.tables) {
    page.tables.push_back(table.name);
    page.summary.push_back(absl::StrCat(table.name, ": ",
                                        table.is_priced() ? short_energy(table.energy.total_pj) : std::string("unset"),
                                        " dynamic (", table.table.title, "; ", table.table.basis, ")"));
  }
  const auto simple = energy.simple_time(), mesh = energy.mesh_time();
  page.summary.push_back(absl::StrCat(
      energy.chip.title, ": ", short_time(energy.real_time()), " in ", with_commas(ledger.steps), " steps of ",
      short_time(ledger.step), " on ", ledger.cores_used, ledger.cores_used == 1 ? " core of " : " cores of ",
      ledger.tiles_used, ledger.tiles_used == 1 ? " tile" : " tiles", ", placement ", ledger.placement, ".",
      simple ? absl::StrCat(" As fast as the chip can: ", short_time(*simple), " (simple)") : "",
      mesh ? absl::StrCat(", ", short_time(*mesh), " (mesh).") : ""));
  if (energy.drive_events() > 0) {
    page.summary.push_back(absl::StrCat("Not included: ", with_commas(energy.drive_events()),
                                        " events of Poisson drives, input that no axon of the placement carries."));
  }
  page.units = unit_bars(energy);
  std::vector<BarRow> rows;
  for (const BreakdownRow& row : breakdown(energy, Breakdown::kPopulation).rows)
    rows.push_back({row.labels[0], row.pj});
  page.populations = bars_of(std::move(rows));
  add_maps(energy, page);
  page.duration_ms = to_ms(energy.real_time());
  const double step_seconds = to_seconds(ledger.step);
  for (const PricedTable& table : energy.tables) {
    if (!table.is_priced() || ledger.steps == 0) continue;
    TimeSeries& series = page.power_mw.emplace_back(TimeSeries{table.name});
    for (const double pj : table.energy.by_step_pj) series.values.push_back(pj * 1e-9 / step_seconds);
  }
  if (page.power_mw.empty() && page.why_no_map.empty()) page.why_no_map = "Nothing has a price here.";
  page.inferences = inference_grid(energy);
  page.notes_on_inferences.push_back(absl::StrCat(
      with_commas(energy.inferences), " of ", with_commas(energy.inference_steps), " steps each",
      energy.incomplete_steps > 0 ? absl::StrCat("; the run ended ", with_commas(energy.incomplete_steps),
                                                 " steps into one more, which no mean counts")
                                  : "",
      energy.inferences > kMostInferences
          ? absl::StrCat("; the first ", kMostInferences, " are shown, volley energy ", "--by inference prints all")
          : "",
      "."));
  page.statics = static_grid(energy);
  page.events = event_grid(energy);
  page.comparisons = comparison_grid(energy.comparisons);
  return page;
}

EnergyPage page_of(std::span<const hardware::EnergyReport> reports, std::span<const hardware::Comparison> comparisons,
                   const std::string& recording) {
  EnergyPage page{.title = absl::StrCat("Energy of ", recording), .why_no_map = kUnplaced};
  page.notes_on_inferences.emplace_back(kUnplaced);
  page.statics = {{{"table", "power", "real time", "class", "source"}}, "lrrll"};
  page.events = {{{"table", "population", "event", "unit", "count", "pJ each", "energy", "class", "source"}},
                 "llllrrrll"};
  std::map<std::string, BarRow> populations;
  std::vector<std::string> order;
  for (std::size_t r = 0; r < reports.size(); ++r) {
    const hardware::EnergyReport& report = reports[r];
    const std::string name = reports.size() > 1 ? absl::StrCat(report.chip, " ", report.table) : report.table;
    page.tables.push_back(name);
    std::vector<std::pair<hardware::Unit, double>> parts;
    bool priced = false;
    for (const hardware::EnergyGroup& group : hardware::grouped(report, hardware::GroupBy::kUnit)) {
      for (const hardware::EnergyLine& line : group.lines) priced = priced || line.energy_pj;
      if (!group.lines.empty()) parts.emplace_back(group.lines.front().unit, group.energy_pj);
    }
    page.units.push_back(unit_bar(name, parts, priced, report.total_pj));
    page.summary.push_back(absl::StrCat(name, ": ", priced ? short_energy(report.total_pj) : std::string("unset"),
                                        " dynamic (", report.table_title, "; ", report.basis, ")"));
    for (const hardware::EnergyGroup& group : hardware::grouped(report, hardware::GroupBy::kPopulation)) {
      BarRow& row = populations[group.name];
      if (row.label.empty()) order.push_back(group.name);
      row.label = group.name;
      row.values.resize(reports.size());
      if (priced) row.values[r] = group.energy_pj;
    }
    for (const hardware::EnergyLine& line : report.lines) {
      page.events.rows.push_back(
          {name, line.population, absl::StrCat(line.event, line.detail.empty() ? "" : ", ", line.detail),
           std::string(hardware::name_of(line.unit)), line.count ? with_commas(*line.count) : "not counted",
           number(line.coefficient_pj), line.energy_pj ? short_energy(*line.energy_pj) : "-",
           class_of(line.coefficient_pj.has_value(), line.evidence),
           line.source.empty() ? line.why_missing : line.source});
    }
    if (report.static_part) {
      page.statics.rows.push_back({name, number(report.static_part->power_mw) + " mW",
                                   energy_or_unset(report.static_part->energy_pj),
                                   class_of(true, report.static_part->evidence), report.static_part->source});
    }
  }
  page.summary.push_back(absl::StrCat(reports.front().chip_title, ": ", short_time(reports.front().duration), " in ",
                                      with_commas(reports.front().steps), " steps of ",
                                      short_time(reports.front().step), ", not placed on cores."));
  std::vector<BarRow> rows;
  for (const std::string& name : order) rows.push_back(populations[name]);
  page.populations = bars_of(std::move(rows));
  page.comparisons = comparison_grid(comparisons);
  return page;
}

}  // namespace volley::app
