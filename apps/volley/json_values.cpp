#include "apps/volley/json_values.h"

namespace volley::app {
namespace {

Json line_json(const hardware::EnergyLine& line, double total_pj) {
  Json json{{"event", line.event}};
  if (!line.detail.empty()) json["detail"] = line.detail;
  json["unit"] = std::string(hardware::name_of(line.unit));
  json["count"] = optional(line.count);
  json["coefficient_pj"] = optional(line.coefficient_pj);
  if (!line.bound.empty()) json["bound"] = line.bound;
  json["class"] = line.coefficient_pj ? Json(std::string(hardware::name_of(line.evidence))) : Json();
  json["source"] = line.source;
  json["energy_pj"] = optional(line.energy_pj);
  if (line.energy_pj && total_pj > 0) json["share"] = *line.energy_pj / total_pj;
  if (!line.why_missing.empty()) json["why_missing"] = line.why_missing;
  return json;
}

}  // namespace

std::string text_of(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json energy_json(const hardware::EnergyReport& report, hardware::GroupBy by) {
  Json json{{"chip", report.chip},
            {"table", report.table},
            {"table_title", report.table_title},
            {"basis", report.basis},
            {"estimate", true},
            {"duration_ms", to_ms(report.duration)},
            {"step_ms", to_ms(report.step)},
            {"steps", report.steps},
            {"total_pj", report.total_pj},
            {"total_all_active_pj", optional(report.total_all_active_pj)}};
  json["static"] = nullptr;
  if (report.static_part) {
    json["static"] = {{"power_mw", optional(report.static_part->power_mw)},
                      {"energy_pj", optional(report.static_part->energy_pj)},
                      {"class", std::string(hardware::name_of(report.static_part->evidence))},
                      {"source", report.static_part->source},
                      {"in_total", false}};
  }
  json["by"] = by == hardware::GroupBy::kUnit ? "unit" : "population";
  json["groups"] = Json::array();
  for (const hardware::EnergyGroup& group : hardware::grouped(report, by)) {
    Json entry{{"name", group.name}, {"energy_pj", group.energy_pj}, {"lines", Json::array()}};
    for (const hardware::EnergyLine& line : group.lines) entry["lines"].push_back(line_json(line, report.total_pj));
    json["groups"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace volley::app
