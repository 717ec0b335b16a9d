// For programs whose options CLI11 converts: it takes -1 for the largest number without sign.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace volley::app {

// Refuses a word that begins with a minus sign.
inline CLI::Validator whole_number() {
  return CLI::Validator(
      [](std::string& word) {
        return word.starts_with('-') ? word + ", must be a whole number from 0" : std::string();
      },
      "");
}

}  // namespace volley::app
