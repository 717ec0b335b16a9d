#include "apps/volley/energy_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/volley/values.h"

namespace volley::app {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string energy_or_unset(const std::optional<double>& pj) { return pj ? short_energy(*pj) : "unset"; }

std::string share_of(const std::optional<double>& pj, double total_pj) {
  return pj && total_pj > 0 ? absl::StrFormat("%.1f%%", 100 * *pj / total_pj) : "-";
}

std::string coefficient_text(const std::optional<double>& pj, const std::string& bound) {
  return pj ? absl::StrCat(absl::StrFormat("%g", *pj), " pJ", bound.empty() ? "" : absl::StrCat(" (", bound, ")"))
            : "unset";
}

// "1.2 uJ (davies2018) .. 1.9 uJ (fitted)"; empty with fewer than two energies.
std::string band(const ByTable& pj, const std::vector<PricedTable>& tables) {
  std::size_t low = pj.size(), high = pj.size(), known = 0;
  for (std::size_t t = 0; t < pj.size(); ++t) {
    if (!pj[t]) continue;
    ++known;
    if (low == pj.size() || *pj[t] < *pj[low]) low = t;
    if (high == pj.size() || *pj[t] > *pj[high]) high = t;
  }
  if (known < 2) return "";
  if (low == high) return "equal";
  return absl::StrCat(short_energy(*pj[low]), " (", tables[low].name, ") .. ", short_energy(*pj[high]), " (",
                      tables[high].name, ")");
}

std::string breakdown_text(const LedgerEnergy& energy, Breakdown by) {
  const BreakdownTable table = breakdown(energy, by);
  const std::size_t tables = energy.tables.size();
  Rows rows{table.headings};
  std::string alignment(table.headings.size(), 'r');
  alignment[0] = 'l';
  const bool alone = tables == 1;
  for (const PricedTable& each : energy.tables) rows[0].push_back(each.name);
  rows[0].emplace_back(alone ? "share" : "range");
  alignment += std::string(tables, 'r') + (alone ? "r" : "l");
  const ByTable totals = energy.totals();
  const auto add = [&](std::vector<std::string> cells, const ByTable& pj) {
    for (const auto& each : pj) cells.push_back(energy_or_unset(each));
    cells.push_back(alone ? share_of(pj[0], totals[0].value_or(0)) : band(pj, energy.tables));
    rows.push_back(std::move(cells));
  };
  for (const BreakdownRow& row : table.rows) add(row.labels, row.pj);
  std::vector<std::string> total(table.headings.size());
  total[0] = "total, dynamic";
  add(total, totals);
  if (energy.inferences > 1 || energy.incomplete_steps > 0) {
    total[0] = "mean per inference";
    add(total, energy.per_inference());
  }
  return align(rows, alignment);
}

// The one story of energies that are not in the total: events of drives, at what the table prices them.
std::string drives_text(const LedgerEnergy& energy) {
  const std::uint64_t events = energy.drive_events();
  if (events == 0) return "";
  std::string text = absl::StrCat("\nnot included: ", with_commas(events),
                                  " events of Poisson drives, input that no axon of the placement carries; as synaptic "
                                  "operations they would add");
  for (const PricedTable& table : energy.tables) {
    const auto each = hardware::operation_pj(table.table);
    absl::StrAppend(&text, &table == &energy.tables.front() ? " " : ", ",
                    each ? short_energy(*each * static_cast<double>(events)) : std::string("an unset energy"), " (",
                    table.name, ")");
  }
  return text + "\n";
}

std::string events_text(const PricedTable& priced) {
  std::string text = absl::StrCat("\n", priced.chip_title, ", table ", priced.name, " (", priced.table.title, "; ",
                                  priced.table.basis, ")\n");
  Rows rows{{"  event", "count", "coefficient", "energy", "share", "unit", "class", "source"}};
  std::string missing;
  for (const hardware::PricedEvent& event : priced.energy.events) {
    // A spike reaches every core with synapses of its own, and is priced once for each.
    const std::string name = event.event == "spike" ? "spike into a core" : event.event;
    rows.push_back({absl::StrCat("  ", name), event.count ? with_commas(*event.count) : "not counted",
                    coefficient_text(event.coefficient_pj, event.bound),
                    event.energy_pj ? short_energy(*event.energy_pj) : "-",
                    share_of(event.energy_pj, priced.energy.total_pj), std::string(hardware::name_of(event.unit)),
                    event.coefficient_pj ? std::string(hardware::name_of(event.evidence)) : "-", event.source});
    if (!event.energy_pj) absl::StrAppend(&missing, "  ", event.event, ": ", event.why_missing, "\n");
  }
  absl::StrAppend(&text, align(rows, "lrlrrlll"));
  if (!missing.empty()) absl::StrAppend(&text, "without an energy, and not counted as 0:\n", missing);
  return text;
}

std::string static_text(const LedgerEnergy& energy) {
  std::vector<std::string> head{"static, apart", "table", "power", "real time"};
  const auto simple = energy.simple_time(), mesh = energy.mesh_time();
  if (simple) head.emplace_back("simple time");
  if (mesh) head.emplace_back("mesh time");
  head.insert(head.end(), {"class", "source"});
  Rows rows{head};
  for (const PricedTable& table : energy.tables) {
    for (const hardware::StaticPower& part : table.statics) {
      const std::string what = part.event == "core_static" ? absl::StrCat(part.count, " powered cores") : "the chip";
      rows.push_back({absl::StrCat(what, part.bound.empty() ? "" : absl::StrCat(" (", part.bound, ")")), table.name,
                      part.power_mw() ? absl::StrCat(short_number(*part.power_mw()), " mW") : "unset",
                      energy_or_unset(part.energy_pj(energy.real_time()))});
      if (simple) rows.back().push_back(energy_or_unset(part.energy_pj(*simple)));
      if (mesh) rows.back().push_back(energy_or_unset(part.energy_pj(*mesh)));
      rows.back().insert(rows.back().end(), {std::string(hardware::name_of(part.evidence)), part.source});
    }
  }
  if (rows.size() == 1) return "";
  return absl::StrCat("\n", align(rows, absl::StrCat("llrr", std::string(head.size() - 6, 'r'), "ll")),
                      "figures of a chip and of its cores overlap and are not added\n");
}

std::vector<std::string> row_of(const hardware::EnergyLine& line, double total_pj) {
  const std::string event = line.detail.empty() ? line.event : absl::StrCat(line.event, ", ", line.detail);
  return {absl::StrCat("  ", event),
          line.count ? with_commas(*line.count) : "not counted",
          coefficient_text(line.coefficient_pj, line.bound),
          line.energy_pj ? short_energy(*line.energy_pj) : "-",
          share_of(line.energy_pj, total_pj),
          std::string(hardware::name_of(line.unit)),
          line.coefficient_pj ? std::string(hardware::name_of(line.evidence)) : "-",
          line.source.empty() ? line.why_missing : line.source};
}

std::string breakdown_text(const hardware::EnergyReport& report, hardware::GroupBy by) {
  Rows rows{{by == hardware::GroupBy::kUnit ? "unit" : "population", "count", "coefficient", "energy", "share", "unit",
             "class", "source"}};
  for (const hardware::EnergyGroup& group : hardware::grouped(report, by)) {
    const bool priced = std::any_of(group.lines.begin(), group.lines.end(),
                                    [](const hardware::EnergyLine& line) { return line.energy_pj.has_value(); });
    const auto pj = priced ? std::optional(group.energy_pj) : std::nullopt;
    rows.push_back({group.name, "", "", pj ? short_energy(*pj) : "-", share_of(pj, report.total_pj), "", "", ""});
    for (const hardware::EnergyLine& line : group.lines) rows.push_back(row_of(line, report.total_pj));
  }
  return align(rows, "lrlrrlll");
}

}  // namespace

std::string incomplete_note(const LedgerEnergy& energy) {
  if (energy.incomplete_steps == 0) return "";
  return absl::StrCat(" of ", with_commas(energy.inference_steps), " steps, and ", with_commas(energy.incomplete_steps),
                      energy.incomplete_steps == 1 ? " step" : " steps",
                      " of one that is incomplete: in the total, not in means per inference");
}

std::string comparison_rows(std::span<const hardware::Comparison> comparisons) {
  Rows rows{{"for comparison, not an estimate of these machines", "count", "each", "energy", "class", "source"}};
  bool assumed = false;
  for (const hardware::Comparison& row : comparisons) {
    rows.push_back({absl::StrCat("  ", row.name), absl::StrCat(short_number(row.count), " ", row.counted),
                    row.pj_each ? absl::StrCat(short_number(*row.pj_each), " pJ") : "unset",
                    energy_or_unset(row.energy_pj),
                    absl::StrCat(row.pj_each ? std::string(hardware::name_of(row.evidence)) : "-",
                                 row.count_is_assumed ? "; count assumed" : ""),
                    row.source});
    assumed = assumed || row.count_is_assumed;
  }
  return absl::StrCat("\n", align(rows, "lrrrll"),
                      assumed ? "MACs: source size x target size of every projection in each pass; nobody ran that "
                                "network\n"
                              : "");
}

std::string text_of(const LedgerEnergy& energy, Breakdown by) {
  const hardware::ChipLedger& ledger = energy.ledger();
  std::string text = absl::StrCat(
      energy.chip.title, ", estimated from the run's ledger\n", short_time(energy.real_time()), " in ",
      with_commas(ledger.steps), " steps of ", short_time(ledger.step), " on ", ledger.cores_used,
      ledger.cores_used == 1 ? " core of " : " cores of ", ledger.tiles_used,
      ledger.tiles_used == 1 ? " tile" : " tiles", " (placement ", ledger.placement, "); ",
      with_commas(energy.inferences), " inference", energy.inferences == 1 ? "" : "s", incomplete_note(energy), "\n");
  if (const auto simple = energy.simple_time()) {
    const auto mesh = energy.mesh_time();
    absl::StrAppend(&text, "as fast as the chip can: ", short_time(*simple), " (simple)",
                    mesh ? absl::StrCat(", ", short_time(*mesh), " (mesh)") : "", "\n");
  }
  if (!energy.times_are_its_own()) {
    absl::StrAppend(&text, "the run was timed as ", ledger.chip, "; its times on ", energy.chip.name,
                    " are not known\n");
  }
  absl::StrAppend(&text, "\n", breakdown_text(energy, by));
  if (by == Breakdown::kUnit) {
    for (const PricedTable& table : energy.tables) absl::StrAppend(&text, events_text(table));
  }
  absl::StrAppend(&text, drives_text(energy), static_text(energy));
  if (by == Breakdown::kUnit) absl::StrAppend(&text, comparison_rows(energy.comparisons));
  return text;
}

std::string text_of(const hardware::EnergyReport& report, hardware::GroupBy by) {
  const bool priced = std::any_of(report.lines.begin(), report.lines.end(),
                                  [](const hardware::EnergyLine& line) { return line.energy_pj.has_value(); });
  std::string text =
      absl::StrCat(report.chip_title, ", estimated with table ", report.table, " (", report.table_title, "; ",
                   report.basis, ")\n", short_time(report.duration), " in ", with_commas(report.steps), " steps of ",
                   short_time(report.step), "; every neuron is updated once a step, active when it fires\n\n",
                   breakdown_text(report, by), "\ntotal  ", priced ? short_energy(report.total_pj) : "unset", "\n");
  if (report.total_all_active_pj) {
    absl::StrAppend(&text, "       ", short_energy(*report.total_all_active_pj),
                    " if every update were active: the counts cannot tell which neurons received input\n");
  }
  if (report.static_part) {
    const hardware::StaticEnergy& part = *report.static_part;
    absl::StrAppend(&text, "static ", energy_or_unset(part.energy_pj),
                    ", not in the total: ", part.power_mw ? absl::StrCat(short_number(*part.power_mw), " mW") : "unset",
                    " for one chip running in real time (", std::string(hardware::name_of(part.evidence)), ": ",
                    part.source, ")\n");
  }
  std::string missing;
  for (const hardware::EnergyLine& line : report.lines) {
    if (!line.population.empty() || line.why_missing.empty()) continue;
    absl::StrAppend(&missing, "  ", line.event, ": ", line.why_missing, "\n");
  }
  if (!missing.empty()) absl::StrAppend(&text, "without an energy, and not counted as 0:\n", missing);
  return text;
}

}  // namespace volley::app
