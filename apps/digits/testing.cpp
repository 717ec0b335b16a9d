#include "apps/digits/testing.h"

#include "apps/digits/viewer.h"
#include "apps/digits/vote.h"

namespace volley::digits {
namespace {

constexpr std::uint64_t kLabelling = 1u << 28, kTesting = 1u << 29;  // numbers of presentations begin here

}  // namespace

absl::StatusOr<Tested> test(const Settings& settings, const Learned& state, const images::DataSet& data,
                            const std::function<absl::Status(std::uint64_t)>& each) {
  auto viewer = Viewer::make(settings, state, false);
  if (!viewer.ok()) return viewer.status();
  Vote vote(settings.neurons);
  for (std::uint32_t i = 0; i < settings.label; ++i) {
    const auto spikes = (*viewer)->show(data.train.images.image(i), kLabelling + i);
    if (!spikes.ok()) return spikes.status();
    vote.add(data.train.labels[i], *spikes);
    if (absl::Status s = each(i + 1); !s.ok()) return s;
  }
  vote.settle();
  Tested tested;
  for (std::uint32_t i = 0; i < settings.test; ++i) {
    const auto spikes = (*viewer)->show(data.test.images.image(i), kTesting + i);
    if (!spikes.ok()) return spikes.status();
    tested.right += vote.answer(*spikes) == data.test.labels[i];
    tested.right_by_parts += vote.answer_by_parts(*spikes) == data.test.labels[i];
    ++tested.images;
    if (absl::Status s = each(std::uint64_t{settings.label} + i + 1); !s.ok()) return s;
  }
  tested.spikes_per_image = static_cast<double>((*viewer)->output_spikes()) / (settings.label + settings.test);
  return tested;
}

}  // namespace volley::digits
