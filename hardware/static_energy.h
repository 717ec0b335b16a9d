// What a chip draws whatever the network does. Always apart from dynamic energy, and several figures for the same power
// are never added: a chip's is measured with everything on it, a core's is what one more powered core adds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/time.h"
#include "hardware/chip.h"

namespace volley::hardware {

struct StaticPower {
  std::string event;        // "chip_static" or "core_static"
  std::uint32_t count = 1;  // chips, or powered cores
  std::optional<double> each_mw{};
  std::string bound{};
  Evidence evidence = Evidence::kAssumed;
  std::string source{};

  std::optional<double> power_mw() const {
    return each_mw ? std::optional(*each_mw * static_cast<double>(count)) : std::nullopt;
  }
  // Over a length of time. 1 mW over 1 s is 1e9 pJ.
  std::optional<double> energy_pj(Duration duration) const {
    return each_mw ? std::optional(*power_mw() * to_seconds(duration) * 1e9) : std::nullopt;
  }
};

// Every static power of the table, in its order: of one chip, and of `cores` powered cores (0: not known, left out).
std::vector<StaticPower> static_power(const CoefficientTable& table, std::uint32_t cores);

}  // namespace volley::hardware
