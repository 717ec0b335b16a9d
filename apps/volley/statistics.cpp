#include "apps/volley/statistics.h"

#include <cmath>

namespace volley::app {

Statistics::Statistics(const std::vector<PopulationCounters>& populations) {
  trains_.reserve(populations.size());
  for (const PopulationCounters& entry : populations) trains_.emplace_back(entry.size);
}

absl::Status Statistics::on_window(const WindowReport& report) {
  for (const Spike& spike : report.spikes) {
    Train& train = trains_[index_of(spike.population)][spike.neuron];
    if (train.spikes > 0) {
      const double interval = to_ms(spike.at - train.last);
      const double away = interval - train.mean;
      train.mean += away / static_cast<double>(train.spikes);
      train.squares += away * (interval - train.mean);
    }
    train.last = spike.at;
    ++train.spikes;
  }
  spikes_ += report.spikes.size();
  return absl::OkStatus();
}

std::vector<FiringStatistics> Statistics::summary(Duration duration) const {
  std::vector<FiringStatistics> all;
  for (const std::vector<Train>& population : trains_) {
    FiringStatistics entry;
    double sum = 0;
    for (const Train& train : population) {
      entry.spikes += train.spikes;
      if (train.spikes < 3 || train.mean <= 0) continue;
      sum += std::sqrt(train.squares / static_cast<double>(train.spikes - 1)) / train.mean;
      ++entry.regularity_neurons;
    }
    if (entry.regularity_neurons > 0) entry.cv = sum / static_cast<double>(entry.regularity_neurons);
    const double neuron_seconds = static_cast<double>(population.size()) * to_seconds(duration);
    if (neuron_seconds > 0) entry.rate_hz = static_cast<double>(entry.spikes) / neuron_seconds;
    all.push_back(entry);
  }
  return all;
}

}  // namespace volley::app
