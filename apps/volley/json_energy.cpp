#include "apps/volley/json_energy.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "apps/volley/json_values.h"

namespace volley::app {
namespace {

constexpr const char* kBreakdownNames[] = {"unit", "population", "core", "link", "step", "inference"};

Json event_json(const hardware::PricedEvent& event) {
  Json json{{"event", event.event},
            {"unit", std::string(hardware::name_of(event.unit))},
            {"count", optional(event.count)},
            {"coefficient_pj", optional(event.coefficient_pj)},
            {"class", event.coefficient_pj ? Json(std::string(hardware::name_of(event.evidence))) : Json()},
            {"source", event.source},
            {"energy_pj", optional(event.energy_pj)}};
  if (!event.bound.empty()) json["bound"] = event.bound;
  if (!event.why_missing.empty()) json["why_missing"] = event.why_missing;
  return json;
}

Json static_json(const hardware::StaticPower& part, const LedgerEnergy& energy) {
  Json json{{"event", part.event},
            {"count", part.count},
            {"power_mw", optional(part.power_mw())},
            {"class", std::string(hardware::name_of(part.evidence))},
            {"source", part.source},
            {"energy_pj", optional(part.energy_pj(energy.real_time()))},
            {"in_total", false}};
  if (!part.bound.empty()) json["bound"] = part.bound;
  if (const auto time = energy.simple_time()) json["energy_simple_time_pj"] = optional(part.energy_pj(*time));
  if (const auto time = energy.mesh_time()) json["energy_mesh_time_pj"] = optional(part.energy_pj(*time));
  return json;
}

Json table_json(const PricedTable& table, const LedgerEnergy& energy) {
  Json json{
      {"name", table.name},
      {"chip_title", table.chip_title},
      {"title", table.table.title},
      {"basis", table.table.basis},
      {"total_pj", table.is_priced() ? Json(table.energy.total_pj) : Json()},
      {"per_inference_pj", optional(energy.per_inference()[static_cast<std::size_t>(&table - energy.tables.data())])},
      {"events", Json::array()},
      {"static", Json::array()}};
  for (const hardware::PricedEvent& event : table.energy.events) json["events"].push_back(event_json(event));
  for (const hardware::StaticPower& part : table.statics) json["static"].push_back(static_json(part, energy));
  return json;
}

// Labels that are numbers are numbers here, and null where a row has none.
Json label_json(const std::string& heading, const std::string& label) {
  constexpr std::string_view kNumbers[] = {"core",   "tile",       "neurons",  "from tile", "to tile",
                                           "spikes", "operations", "messages", "step",      "inference"};
  if (std::find(std::begin(kNumbers), std::end(kNumbers), heading) == std::end(kNumbers)) return label;
  if (label.empty() || label == "-") return {};
  std::uint64_t number = 0;
  for (const char c : label.substr(0, label.find(' '))) {
    if (c == ',') continue;
    if (c < '0' || c > '9') return label;  // the name of a rest: "links between tiles"
    number = 10 * number + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

double ns(Duration time) { return static_cast<double>(time.count()) / 1e3; }

Json breakdown_json(const LedgerEnergy& energy, Breakdown by) {
  const BreakdownTable table = breakdown(energy, by);
  Json rows = Json::array();
  for (const BreakdownRow& row : table.rows) {
    Json json = Json::object();
    for (std::size_t i = 0; i < table.headings.size(); ++i) {
      const std::string& heading = table.headings[i];
      if (heading == "from" || heading.ends_with(" time")) continue;  // numbers below
      json[heading] = label_json(heading, row.labels[i]);
    }
    if (row.begin) json["from_ms"] = to_ms(*row.begin - kStart);
    if (row.simple_time) json["simple_time_ns"] = ns(*row.simple_time);
    if (row.mesh_time) json["mesh_time_ns"] = ns(*row.mesh_time);
    Json& pj = json["energy_pj"] = Json::object();
    for (std::size_t t = 0; t < energy.tables.size(); ++t) pj[energy.tables[t].name] = optional(row.pj[t]);
    if (by == Breakdown::kInference) json["complete"] = rows.size() < energy.inferences;
    rows.push_back(std::move(json));
  }
  return rows;
}

Json comparisons_json(std::span<const hardware::Comparison> comparisons) {
  Json rows = Json::array();
  for (const hardware::Comparison& row : comparisons) {
    rows.push_back({{"name", row.name},
                    {"count", row.count},
                    {"counted", row.counted},
                    {"count_class", row.count_is_assumed ? "assumed" : "counted"},
                    {"coefficient_pj", optional(row.pj_each)},
                    {"class", row.pj_each ? Json(std::string(hardware::name_of(row.evidence))) : Json()},
                    {"source", row.source},
                    {"energy_pj", optional(row.energy_pj)}});
  }
  return rows;
}

}  // namespace

std::string json_of(const LedgerEnergy& energy, Breakdown by) {
  const hardware::ChipLedger& ledger = energy.ledger();
  Json json{{"schema", "volley.energy_ledger/3"},
            {"version", VOLLEY_VERSION},
            {"recording", energy.recording},
            {"estimate", true},
            {"chip", energy.chip.name},
            {"placement", ledger.placement},
            {"cores", ledger.cores_used},
            {"tiles", ledger.tiles_used},
            {"step_ms", to_ms(ledger.step)},
            {"steps", ledger.steps},
            {"duration_ms", to_ms(energy.real_time())},
            {"inference_steps", energy.inference_steps},
            {"inferences", energy.inferences},
            {"incomplete_steps", energy.incomplete_steps},
            {"outside_messages", ledger.outside_messages},
            {"drive_events", ledger.drive_events.empty() ? Json() : Json(energy.drive_events())}};
  const auto simple = energy.simple_time(), mesh = energy.mesh_time();
  json["simple_time_ns"] = simple ? Json(ns(*simple)) : Json();
  json["mesh_time_ns"] = mesh ? Json(ns(*mesh)) : Json();
  json["tables"] = Json::array();
  for (const PricedTable& table : energy.tables) json["tables"].push_back(table_json(table, energy));
  for (const Breakdown each : {Breakdown::kUnit, Breakdown::kPopulation, Breakdown::kCore, Breakdown::kLink,
                               Breakdown::kStep, Breakdown::kInference}) {
    const bool long_one = each == Breakdown::kStep || each == Breakdown::kInference;
    if (long_one && each != by) continue;
    json["by"][kBreakdownNames[static_cast<std::size_t>(each)]] = breakdown_json(energy, each);
  }
  json["dense_macs"] = optional(energy.dense_macs);
  json["comparisons"] = comparisons_json(energy.comparisons);
  return text_of(json);
}

std::string json_of(std::span<const hardware::EnergyReport> reports, std::span<const hardware::Comparison> comparisons,
                    hardware::GroupBy by, std::string_view recording) {
  Json json{{"schema", "volley.energy/1"}, {"version", VOLLEY_VERSION}, {"recording", std::string(recording)}};
  json.update(energy_json(reports.front(), by));
  json["comparisons"] = comparisons_json(comparisons);
  for (const hardware::EnergyReport& other : reports.subspan(1)) json["compared"].push_back(energy_json(other, by));
  return text_of(json);
}

std::string json_of(const Sweep& sweep, std::string_view recording) {
  Json json{{"schema", "volley.energy_sweep/1"},
            {"version", VOLLEY_VERSION},
            {"recording", std::string(recording)},
            {"chip", sweep.chip},
            {"table", sweep.table},
            {"key", sweep.key},
            {"inferences", sweep.inferences},
            {"points", Json::array()}};
  for (const SweepPoint& point : sweep.points) {
    Json one{{"value", point.value},
             {"dynamic_pj", optional(point.dynamic_pj)},
             {"dynamic_pj_per_inference", optional(point.inference_pj)},
             {"static_pj", optional(point.static_pj)}};
    for (const auto& [unit, pj] : point.unit_pj) one["by_unit_pj"][std::string(hardware::name_of(unit))] = pj;
    json["points"].push_back(std::move(one));
  }
  return text_of(json);
}

}  // namespace volley::app
