#include "apps/volley/chip_choice.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "apps/volley/status.h"
#include "engine/did_you_mean.h"
#include "hardware/chip_library.h"
#include "io/file_bytes.h"

namespace volley::app {

absl::StatusOr<hardware::Chip> choose_chip(std::string_view option, const std::string& name) {
  if (name.find('/') != std::string::npos || name.ends_with(".yaml") || name.ends_with(".yml")) {
    const auto text = io::read_file_bytes(name);
    if (!text.ok()) return unreadable(text.status());
    auto own = hardware::parse_chip(*text, name);
    const std::vector<std::string_view> shipped = hardware::shipped_chip_names();
    // Recordings and reports know chips by their names.
    if (own.ok() && std::find(shipped.begin(), shipped.end(), own->name) != shipped.end()) {
      return usage_error(
          absl::StrCat(std::string(option), " ", name, ": `chip: ", own->name,
                       "` is the name of a shipped chip, must be one of its own; rename it, for example to `chip: my_",
                       own->name, "`"));
    }
    return own;
  }
  auto chip = hardware::shipped_chip(name);
  if (chip.ok()) return chip;
  std::vector<std::string> known;
  for (const std::string_view other : hardware::shipped_chip_names()) known.emplace_back(other);
  return usage_error(absl::StrCat(std::string(option), " ", name, ": no such chip; ", did_you_mean(name, known),
                                  " A chip of your own is a file: give its path"));
}

absl::StatusOr<const hardware::CoefficientTable*> choose_table(const hardware::Chip& chip, const std::string& name) {
  if (const hardware::CoefficientTable* table = chip.table(name)) return table;
  std::vector<std::string> known;
  for (const hardware::CoefficientTable& table : chip.tables) known.push_back(table.name);
  return usage_error(
      absl::StrCat("--table ", name, ": chip ", chip.name, " has no such table; ", did_you_mean(name, known)));
}

}  // namespace volley::app
