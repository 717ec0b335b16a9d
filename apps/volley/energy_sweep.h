// `volley energy --sweep`: the same counts under many values of one coefficient.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/volley/requests.h"
#include "hardware/chip.h"

namespace volley::app {

struct SweepPoint {
  double value = 0;
  std::vector<std::pair<hardware::Unit, double>> unit_pj{};  // of units with a price, in the order of Unit
  std::optional<double> dynamic_pj{};                        // empty: the table prices nothing
  std::optional<double> inference_pj{};                      // of it, the mean over complete inferences
  std::optional<double> static_pj{};  // of the chip, or of its powered cores when those are swept, in real time
};

struct Sweep {
  std::string key;  // "synaptic_operation.energy_pj"
  std::string chip, table;
  std::uint64_t inferences = 1;  // complete ones
  std::vector<SweepPoint> points{};
};

// `price` fills everything but `value` from a table. Errors: InvalidArgument for a key that the table does not have;
// it names the table of `chip` that does.
absl::StatusOr<Sweep> run_sweep(const SweepRequest& request, const hardware::Chip& chip,
                                const hardware::CoefficientTable& table,
                                const std::function<SweepPoint(const hardware::CoefficientTable&)>& price);

// One line per point below a line of names; numbers as short as they read back.
std::string csv_of(const Sweep& sweep);

}  // namespace volley::app
