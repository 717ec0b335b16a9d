#include "models/firing_check.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_format.h"

namespace volley {
namespace {

constexpr double kShortestIntervalMs = 1e-3;

}  // namespace

double strongest_current(const SliceRequest& request, std::uint32_t n) {
  double current = request.parameters.at("i_e", n);
  for (const SliceDrive& drive : request.drives) {
    if (n < drive.begin || n >= drive.end) continue;
    if (const auto* steps = std::get_if<CurrentDrive>(&drive.spec->kind)) {
      double strongest = 0;
      for (const Step& step : steps->amplitude) strongest = std::max(strongest, step.value);
      current += strongest;
    } else if (const auto* noise = std::get_if<NoiseDrive>(&drive.spec->kind)) {
      current += std::max(0.0, noise->mean + 6 * noise->sd);
    }
  }
  return current;
}

absl::Status check_firing(const SliceRequest& request, std::string_view unit,
                          const std::function<double(std::uint32_t n, double current)>& crossing_ms) {
  const ResolvedParameters& p = request.parameters;
  for (std::uint32_t n = 0; n < request.count; ++n) {
    const double threshold = p.at("v_threshold", n);
    for (const char* name : {"v_reset", "v_init"}) {
      const double v = p.at(name, n);
      if (!(v >= threshold)) continue;  // also when v_init is not given
      return absl::InvalidArgumentError(
          absl::StrFormat("population %s, neuron %d: %s %g mV, must be below v_threshold %g mV; set `%s`",
                          request.spec->name, request.first + n, name, v, threshold, name));
    }
    const double current = strongest_current(request, n);
    const double interval = p.at("t_ref", n) + crossing_ms(n, current);
    if (interval >= kShortestIntervalMs) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "population %s, neuron %d: currents of %g %s together make it fire every %g ms, must be at least %g ms; lower "
        "`i_e` and current drives, or set `t_ref`",
        request.spec->name, request.first + n, current, unit, interval, kShortestIntervalMs));
  }
  return absl::OkStatus();
}

}  // namespace volley
