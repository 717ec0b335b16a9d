#include "apps/edlearn/dataset.h"

#include <numeric>
#include <utility>

#include "apps/edlearn/streams.h"
#include "engine/random.h"

namespace volley::edlearn {

absl::StatusOr<DataSet> load_data(const Settings& s) {
  return images::load({s.data, s.fashion, s.train, s.test, s.held_out});
}

std::vector<std::uint32_t> choose(std::uint32_t count, std::uint32_t total, std::uint64_t seed, std::uint32_t purpose,
                                  std::uint64_t item, bool shuffled) {
  std::vector<std::uint32_t> all(total);
  std::iota(all.begin(), all.end(), 0u);
  if (count == total && !shuffled) return all;
  RandomStream random(stream(seed, purpose), item);
  for (std::uint32_t i = 0; i < count; ++i) std::swap(all[i], all[i + random.next_below(total - i)]);
  all.resize(count);
  return all;
}

std::vector<std::uint32_t> training_images(const Settings& settings, std::uint32_t available, std::uint32_t epoch) {
  // Fixed images are shown in another order in every epoch.
  auto order = choose(settings.train, settings.fixed_images ? settings.train : available, settings.seed, kTrainingOrder,
                      epoch, true);
  if (settings.drawn_once) {
    const auto drawn = choose(settings.train, available, settings.seed, kFixedImages, 0, true);
    for (std::uint32_t& image : order) image = drawn[image];
  }
  return order;
}

std::vector<std::uint32_t> test_images(const Settings& settings, std::uint32_t available, std::uint32_t epoch) {
  return choose(settings.test, available, settings.seed, kTestChoice, settings.fixed_images ? 0 : epoch, false);
}

}  // namespace volley::edlearn
