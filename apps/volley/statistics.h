// Rates and regularity of every population, counted while the run goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "engine/observer.h"
#include "engine/simulation.h"

namespace volley::app {

struct FiringStatistics {
  std::uint64_t spikes = 0;
  double rate_hz = 0;  // mean over neurons
  // Mean coefficient of variation of the intervals between spikes (population form, divisor n), over neurons with at
  // least three spikes; empty when there is none.
  std::optional<double> cv;
  std::uint64_t regularity_neurons = 0;  // how many those are
};

// 32 bytes a neuron.
class Statistics : public Observer {
 public:
  // `populations` as Simulation::counters() gives them: in the order of PopulationId.
  explicit Statistics(const std::vector<PopulationCounters>& populations);

  absl::Status on_window(const WindowReport& report) override;

  // One entry per population, over [0, duration).
  std::vector<FiringStatistics> summary(Duration duration) const;
  std::uint64_t spikes() const { return spikes_; }

 private:
  struct Train {
    Time last = kNever;
    std::uint64_t spikes = 0;
    // Welford's running mean and sum of squared deviations of the intervals, in ms.
    double mean = 0, squares = 0;
  };
  std::vector<std::vector<Train>> trains_;
  std::uint64_t spikes_ = 0;
};

}  // namespace volley::app
