// How a ledger is written.
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/volley/ledger_columns.h"
#include "apps/volley/ledger_file.h"
#include "io/tables.h"

namespace volley::app {
namespace {

using hardware::ChipLedger;
using hardware::LedgerLink;
using hardware::LedgerPart;
using hardware::LedgerWindow;
using hardware::PartCounts;
using hardware::StepTimes;
using Counts = std::vector<std::uint64_t>;

template <class Range, class Get>
io::Column column(const char* name, const Range& range, Get get) {
  Counts values;
  values.reserve(range.size());
  for (const auto& entry : range) values.push_back(static_cast<std::uint64_t>(get(entry)));
  return {name, "", std::move(values)};
}

template <class T>
io::Column column(const char* name, const std::vector<T>& values) {
  return column(name, values, [](T value) { return value; });
}

io::Column durations(const std::vector<Duration>& values) {
  std::vector<std::int64_t> picoseconds;
  for (const Duration d : values) picoseconds.push_back(d.count());
  return {"duration", "ps", std::move(picoseconds)};
}

io::Table run_table(const ChipLedger& ledger) {
  return {"run",
          {{"format", kLedgerFormat},
           {"chip", ledger.chip},
           {"placement", ledger.placement},
           {"step_ps", static_cast<std::int64_t>(ledger.step.count())},
           {"steps", ledger.steps},
           {"tiles_used", std::uint64_t{ledger.tiles_used}},
           {"cores_used", std::uint64_t{ledger.cores_used}},
           {"outside_messages", ledger.outside_messages}},
          {}};
}

io::Table populations_table(const ChipLedger& ledger) {
  io::Table table{"populations", {}, {{"name", "", ledger.populations}}};
  if (!ledger.drive_events.empty()) table.columns.push_back({kDriveEvents, "", ledger.drive_events});
  return table;
}

io::Table parts_table(const ChipLedger& ledger) {
  return {"parts",
          {},
          {column("core", ledger.parts, [](const LedgerPart& p) { return p.core; }),
           column("population", ledger.parts, [](const LedgerPart& p) { return p.population; }),
           column("neurons", ledger.parts, [](const LedgerPart& p) { return p.neurons; })}};
}

// Window after window, in each one row per part.
io::Table counts_table(const ChipLedger& ledger) {
  io::Table table{"window_parts", {}, {}};
  for (const auto& [name, member] : kPartColumns) {
    if (std::string_view(name) == kLearning && !ledger.learning_is_counted) continue;
    Counts values;
    values.reserve(ledger.windows.size() * ledger.parts.size());
    for (const LedgerWindow& window : ledger.windows) {
      for (const PartCounts& counts : window.parts) values.push_back(counts.*member);
    }
    table.columns.push_back({name, "", std::move(values)});
  }
  return table;
}

io::Table links_table(const ChipLedger& ledger) {
  Counts window, tile, direction, messages;
  for (std::size_t w = 0; w < ledger.windows.size(); ++w) {
    for (const LedgerLink& link : ledger.windows[w].links) {
      window.push_back(w);
      tile.push_back(link.tile);
      direction.push_back(static_cast<std::uint64_t>(link.direction));
      messages.push_back(link.messages);
    }
  }
  return {"window_links",
          {{"directions", std::string("0 east, 1 west, 2 south, 3 north")}},
          {{"window", "", window}, {"tile", "", tile}, {"direction", "", direction}, {"messages", "", messages}}};
}

}  // namespace

absl::Status store_ledger(const std::string& path, const ChipLedger& ledger, const StepTimes& times) {
  io::Table steps{"steps", {}, {}};
  for (const auto& [name, member] : kStepColumns) steps.columns.push_back({name, "", ledger.by_step.*member});
  return io::append_tables(
      path, kLedgerGroup,
      {run_table(ledger),
       populations_table(ledger),
       parts_table(ledger),
       {"windows", {}, {column("steps", ledger.windows, [](const LedgerWindow& w) { return w.steps; })}},
       counts_table(ledger),
       links_table(ledger),
       std::move(steps),
       {"simple_times", {}, {durations(times.simple), column("last_core", times.simple_last_core)}},
       {"mesh_times",
        {},
        {durations(times.mesh), column("last_core", times.last_core), column("busiest_tile", times.busiest_tile),
         column("busiest_direction", times.busiest_direction), column("busiest_messages", times.busiest_messages)}}});
}

}  // namespace volley::app
