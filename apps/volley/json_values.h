// What the files that write JSON share. Only they include this, because nlohmann-json is slow to compile.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "hardware/energy.h"

namespace volley::app {

using Json = nlohmann::ordered_json;

// Names come from files: bytes that are not UTF-8 are replaced instead of thrown about.
std::string text_of(const Json& json);

template <class T>
Json optional(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json energy_json(const hardware::EnergyReport& report, hardware::GroupBy by);

}  // namespace volley::app
