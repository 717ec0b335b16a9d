// What the program printed under --json.
#pragma once

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/apps/program.h"

namespace volley::app {

using Json = nlohmann::json;

// Fails the test when it is not JSON.
inline Json json_of(const Ran& ran) {
  INFO(ran.out);
  INFO(ran.err);
  const Json json = Json::parse(ran.out, nullptr, false);
  REQUIRE_FALSE(json.is_discarded());
  return json;
}

}  // namespace volley::app
