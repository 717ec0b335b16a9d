#include "apps/edlearn/encoding.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/elementary.h"

namespace volley::edlearn {

Encoder::Encoder(const Settings& settings)
    : chance_(settings.spike_max_rate * settings.spike_dt / 1000),
      steps_(static_cast<std::uint32_t>(std::lround(settings.spike_sim_time / settings.spike_dt))),
      step_(duration_from_ms(settings.spike_dt)) {
  full_count_ = chance_ * steps_;
}

void Encoder::encode(std::span<const float> pixels, StreamKey key, std::uint64_t presentation, Time begin) {
  counts_.assign(pixels.size(), 0);
  start_.assign(steps_ + 1, 0);
  drawn_.clear();
  BulkRandomStream random(key, presentation);
  for (std::uint32_t p = 0; p < pixels.size(); ++p) {
    if (pixels[p] <= 0) continue;
    const double chance = std::min(static_cast<double>(pixels[p]) * chance_, 1 - 0x1p-40);
    const double log_of_silence = log1p_portable(-chance);
    // From spike to spike instead of step to step.
    for (std::uint64_t step = random.next_geometric(log_of_silence); step < steps_;
         step += 1 + random.next_geometric(log_of_silence)) {
      drawn_.emplace_back(static_cast<std::uint32_t>(step), p);
      ++counts_[p];
      start_[step + 1] += 2;
    }
  }
  // Pixels ascend already: a counting sort by step gives the canonical order.
  std::partial_sum(start_.begin(), start_.end(), start_.begin());
  spikes_.resize(2 * drawn_.size());
  for (const auto& [step, pixel] : drawn_) {
    const Time at = begin + step * step_;
    spikes_[start_[step]++] = {at, 2 * pixel};
    spikes_[start_[step]++] = {at, 2 * pixel + 1};
  }
}

}  // namespace volley::edlearn
