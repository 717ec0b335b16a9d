// What quantising changed: the spikes of a chip's run beside those of the exact run, population by population.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/observer.h"
#include "engine/simulation.h"
#include "io/run_plan.h"
#include "io/spike_list.h"

namespace volley::app {

// Keeps every spike of a run, 16 bytes each.
class SpikeCollector : public Observer {
 public:
  absl::Status on_window(const WindowReport& report) override;
  // Of the population at this place; empty when it never fired.
  const io::SpikeList& spikes(std::size_t population) const;

 private:
  std::vector<io::SpikeList> spikes_;
};

struct PopulationGap {
  std::string name;
  std::uint32_t neurons = 0;
  std::uint64_t exact = 0, chip = 0;  // spikes
  double exact_hz = 0, chip_hz = 0;
  std::optional<double> ratio{};  // chip / exact; empty without exact spikes
  // 2 * coincidences / all spikes of both. Spikes of one neuron coincide if they are at most a step apart; each counts
  // once. Empty when neither run has a spike.
  std::optional<double> f1{};
  std::optional<double> correlation{};  // Pearson's, of the neurons' rates; empty where all rates of a run are equal
};

PopulationGap gap_of(const std::string& name, std::uint32_t neurons, const io::SpikeList& exact,
                     const io::SpikeList& chip, Duration step, Duration duration);

// How a labelled readout decodes a run: in every window the neuron with the most spikes is the answer, the lowest of
// several; a silent window has none.
struct ReadoutScore {
  std::uint64_t windows = 0;  // that ended within the run
  std::uint64_t correct = 0, silent = 0;
  std::vector<std::optional<std::uint32_t>> answers;
};
ReadoutScore score(const io::Readout& readout, const io::SpikeList& spikes, Duration duration);

struct ReadoutGap {
  std::string population;
  ReadoutScore exact, chip;
  std::uint64_t agreements = 0;  // windows with equal answers
};

struct Gap {
  Duration step{0};
  std::vector<PopulationGap> populations;
  std::optional<ReadoutGap> readout;
};

// Of all populations (not sources) of both runs. `readout`: of the plan, if it has one.
Gap gap_between(const std::vector<PopulationCounters>& populations, const SpikeCollector& exact,
                const SpikeCollector& chip, const std::optional<io::Readout>& readout, Duration step,
                Duration duration);

std::string gap_report(const Gap& gap);

// "readout out: 93 of 100 windows right (93%), 2 silent".
std::string readout_report(const std::string& population, const ReadoutScore& score);

}  // namespace volley::app
