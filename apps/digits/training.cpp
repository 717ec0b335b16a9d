#include "apps/digits/training.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "apps/digits/streams.h"
#include "apps/digits/viewer.h"
#include "engine/random.h"

namespace volley::digits {

std::vector<std::uint32_t> order_of(const Settings& settings, std::uint32_t pass) {
  std::vector<std::uint32_t> order(settings.train);
  std::iota(order.begin(), order.end(), 0u);
  RandomStream random({settings.seed, Purpose::kUser, kImageOrder}, pass);
  for (std::uint32_t i = 0; i + 1 < settings.train; ++i) {
    std::swap(order[i], order[i + random.next_below(settings.train - i)]);
  }
  return order;
}

double rate_at(const Settings& settings, std::uint64_t shown) {
  const double all = static_cast<double>(settings.train) * settings.passes;
  return settings.rate_post * (1 - (1 - settings.last_rate) * std::min(1.0, static_cast<double>(shown) / all));
}

absl::Status train_stretch(const Settings& settings, const images::DataSet& data, Learned& state, std::uint64_t& shown,
                           StretchReport& report, const std::function<absl::Status(std::uint64_t)>& each) {
  const auto pass = static_cast<std::uint32_t>(shown / settings.train);
  const std::uint64_t first = shown % settings.train;
  const std::uint64_t end = std::min<std::uint64_t>(first - first % kStretch + kStretch, settings.train);
  Settings now = settings;
  now.rate_post = rate_at(settings, shown);
  auto viewer = Viewer::make(now, state, true);
  if (!viewer.ok()) return viewer.status();
  const auto order = order_of(settings, pass);
  for (std::uint64_t k = first; k < end; ++k) {
    const auto spikes = (*viewer)->show(data.train.images.image(order[k]), std::uint64_t{pass} * settings.train + k);
    if (!spikes.ok()) return spikes.status();
    if (absl::Status s = each(k + 1 - first); !s.ok()) return s;
  }
  auto learned = (*viewer)->learned();
  if (!learned.ok()) return learned.status();
  state = *std::move(learned);
  shown += end - first;
  report = {end - first, (*viewer)->input_spikes(), (*viewer)->output_spikes()};
  return absl::OkStatus();
}

}  // namespace volley::digits
