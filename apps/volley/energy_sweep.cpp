#include "apps/volley/energy_sweep.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "apps/volley/status.h"
#include "engine/did_you_mean.h"
#include "hardware/chip_words.h"
#include "hardware/sweep.h"

namespace volley::app {
namespace {

absl::Status no_such_key(const SweepRequest& request, const hardware::Chip& chip,
                         const hardware::CoefficientTable& table) {
  for (const hardware::CoefficientTable& other : chip.tables) {
    if (!hardware::parse_key(request.key, other)) continue;
    return usage_error(absl::StrCat("--sweep ", request.key, ": table ", table.name, " has no such coefficient, table ",
                                    other.name, " has; add --table ", other.name));
  }
  const std::vector<std::string> known = hardware::keys_of(table);
  std::vector<std::string> events;  // what was typed may or may not have a measure
  for (const std::string& key : known) {
    events.push_back(request.key.find('.') == std::string::npos ? key.substr(0, key.find('.')) : key);
  }
  const std::string why = request.key.ends_with(".time_ns")
                              ? "times change no energy"
                              : absl::StrCat("table ", table.name, " has no such coefficient");
  const std::string hint = did_you_mean(request.key, events);
  return usage_error(absl::StrCat("--sweep ", request.key, ": ", why, "; ",
                                  hint.starts_with("did you") ? hint : "it has " + absl::StrJoin(known, ", ")));
}

// As short as it reads back.
std::string number(const std::optional<double>& value) {
  if (!value) return "";
  char shortest[32];
  return std::string(shortest, std::to_chars(shortest, shortest + sizeof shortest, *value).ptr);
}

}  // namespace

absl::StatusOr<Sweep> run_sweep(const SweepRequest& request, const hardware::Chip& chip,
                                const hardware::CoefficientTable& table,
                                const std::function<SweepPoint(const hardware::CoefficientTable&)>& price) {
  const auto key = hardware::parse_key(request.key, table);
  if (!key) return no_such_key(request, chip, table);
  for (const double end : {request.first, request.last}) {
    const double most = hardware::largest_value(key->measure);
    if (end <= most) continue;
    return usage_error(absl::StrCat("--sweep ", request.key, ": `", end, "` must be at most ", most, " ",
                                    std::string(hardware::symbol_of(key->measure)),
                                    ", as in a chip's file; narrow the range"));
  }
  Sweep sweep{.key = absl::StrCat(key->event, ".", std::string(hardware::name_of(key->measure))),
              .chip = chip.name,
              .table = table.name};
  for (const double value : hardware::evenly_spaced(request.first, request.last, request.points)) {
    sweep.points.push_back(price(hardware::with(table, *key, value)));
    sweep.points.back().value = value;
  }
  return sweep;
}

std::string csv_of(const Sweep& sweep) {
  std::string text = absl::StrCat(sweep.key, ",dynamic_pj,dynamic_pj_per_inference,static_pj");
  if (!sweep.points.empty()) {
    for (const auto& [unit, pj] : sweep.points.front().unit_pj) {
      absl::StrAppend(&text, ",", std::string(hardware::name_of(unit)), "_pj");
    }
  }
  text += "\n";
  for (const SweepPoint& point : sweep.points) {
    absl::StrAppend(&text, number(point.value), ",", number(point.dynamic_pj), ",", number(point.inference_pj), ",",
                    number(point.static_pj));
    for (const auto& [unit, pj] : point.unit_pj) absl::StrAppend(&text, ",", number(pj));
    text += "\n";
  }
  return text;
}

}  // namespace volley::app
