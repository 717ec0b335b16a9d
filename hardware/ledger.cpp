#include "hardware/ledger.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace volley::hardware {

absl::StatusOr<Ledger> make_ledger(std::span<const PopulationCounters> counters, Duration duration, Duration step) {
  if (step.count() <= 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("algorithmic step ", to_ms(step), " ms, must be above 0; the usual step of Loihi is 1 ms"));
  }
  if (duration.count() < 0) {
    return absl::InvalidArgumentError(absl::StrCat("duration ", to_ms(duration), " ms, must be at least 0"));
  }
  Ledger ledger{.duration = duration, .step = step};
  ledger.steps = static_cast<std::uint64_t>(duration / step + (duration % step > Duration{0} ? 1 : 0));
  for (const PopulationCounters& entry : counters) {
    if (entry.is_source) continue;
    std::uint64_t updates = 0;
    if (__builtin_mul_overflow(std::uint64_t{entry.size}, ledger.steps, &updates)) {
      return absl::InvalidArgumentError(absl::StrCat("population ", entry.name, ": ", entry.size, " neurons x ",
                                                     ledger.steps, " steps exceed 64 bits; choose a longer step"));
    }
    // A neuron of an exact run can fire twice within one step; the chip would update it once.
    const std::uint64_t active = std::min(entry.counts.spikes, updates);
    ledger.populations.push_back({.name = entry.name,
                                  .neurons = entry.size,
                                  .synaptic_operations = entry.counts.synaptic_events,
                                  .drive_operations = entry.counts.external_events,
                                  .updates_active = active,
                                  .updates_inactive = updates - active,
                                  .spikes = entry.counts.spikes});
  }
  return ledger;
}

}  // namespace volley::hardware
