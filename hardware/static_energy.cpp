#include "hardware/static_energy.h"

namespace volley::hardware {

std::vector<StaticPower> static_power(const CoefficientTable& table, std::uint32_t cores) {
  std::vector<StaticPower> result;
  for (const Coefficient& entry : table.coefficients) {
    if (entry.measure != Measure::kPowerMw) continue;
    const bool of_cores = entry.event == "core_static";
    if (of_cores && cores == 0) continue;
    result.push_back({.event = entry.event,
                      .count = of_cores ? cores : 1,
                      .each_mw = entry.value,
                      .bound = entry.bound,
                      .evidence = entry.evidence,
                      .source = entry.source});
  }
  return result;
}

}  // namespace volley::hardware
