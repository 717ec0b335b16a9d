#include "apps/digits/run.h"

#include <chrono>
#include <numeric>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/digits/saved.h"
#include "apps/digits/streams.h"
#include "apps/digits/viewer.h"
#include "apps/digits/vote.h"
#include "engine/random.h"

namespace volley::digits {
namespace {

constexpr std::uint64_t kLabelling = 1u << 28, kTesting = 1u << 29;  // numbers of presentations begin here

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

absl::StatusOr<edlearn::DataSet> images_of(const Settings& settings) {
  edlearn::Settings wanted;
  wanted.data = settings.data;
  wanted.fashion = settings.fashion;
  wanted.train = settings.train;
  wanted.test = settings.test;
  return edlearn::load_data(wanted);
}

// The images of a pass in random order.
std::vector<std::uint32_t> order_of(const Settings& settings, std::uint32_t pass) {
  std::vector<std::uint32_t> order(settings.train);
  std::iota(order.begin(), order.end(), 0u);
  RandomStream random({settings.seed, Purpose::kUser, kImageOrder}, pass);
  for (std::uint32_t i = 0; i + 1 < settings.train; ++i) {
    std::swap(order[i], order[i + random.next_below(settings.train - i)]);
  }
  return order;
}

absl::Status train(const Settings& settings, const edlearn::DataSet& data, std::uint32_t pass, Learned& state,
                   app::Console& console) {
  auto viewer = Viewer::make(settings, state, true);
  if (!viewer.ok()) return viewer.status();
  const auto start = std::chrono::steady_clock::now();
  std::uint32_t shown = 0;
  for (const std::uint32_t image : order_of(settings, pass)) {
    const auto spikes = (*viewer)->show(data.train.images.image(image), std::uint64_t{pass} * settings.train + shown);
    if (!spikes.ok()) return spikes.status();
    if (++shown % 100 == 0) {
      console.progress(absl::StrFormat("pass %d: %d of %d images, %.0f a second, %.1f spikes an image", pass + 1, shown,
                                       settings.train, shown / seconds_since(start),
                                       static_cast<double>((*viewer)->output_spikes()) / shown));
    }
  }
  console.progress("");
  console.say(absl::StrFormat("pass %d: %d images in %.0f s, %.0f input and %.1f output spikes an image", pass + 1,
                              shown, seconds_since(start), static_cast<double>((*viewer)->input_spikes()) / shown,
                              static_cast<double>((*viewer)->output_spikes()) / shown));
  auto learned = (*viewer)->learned();
  if (!learned.ok()) return learned.status();
  state = *std::move(learned);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Tested> test(const Settings& settings, const Learned& state, const edlearn::DataSet& data,
                            app::Console& console) {
  auto viewer = Viewer::make(settings, state, false);
  if (!viewer.ok()) return viewer.status();
  Vote vote(settings.neurons);
  for (std::uint32_t i = 0; i < settings.label; ++i) {
    const auto spikes = (*viewer)->show(data.train.images.image(i), kLabelling + i);
    if (!spikes.ok()) return spikes.status();
    vote.add(data.train.labels[i], *spikes);
    if (i % 100 == 0) console.progress(absl::StrFormat("labels: %d of %d images", i, settings.label));
  }
  vote.settle();
  Tested tested;
  for (std::uint32_t i = 0; i < settings.test; ++i) {
    const auto spikes = (*viewer)->show(data.test.images.image(i), kTesting + i);
    if (!spikes.ok()) return spikes.status();
    tested.right += vote.answer(*spikes) == data.test.labels[i];
    ++tested.images;
    if (i % 100 == 0) console.progress(absl::StrFormat("test: %d of %d images", i, settings.test));
  }
  console.progress("");
  tested.spikes_per_image = static_cast<double>((*viewer)->output_spikes()) / (settings.label + settings.test);
  return tested;
}

absl::StatusOr<app::ExitCode> carry_out(const Settings& settings, app::Console& console) {
  const auto data = images_of(settings);
  if (!data.ok()) return data.status();
  if (settings.label > data->train.size()) {
    return app::usage_error(
        absl::StrFormat("--label %d: there are %d training images; ask for fewer", settings.label, data->train.size()));
  }
  const auto pixels = static_cast<std::uint32_t>(data->train.images.image_size());
  Saved saved{beginning(settings, pixels), 0};
  if (!settings.load.empty()) {
    auto loaded = load(settings.load, settings, pixels);
    if (!loaded.ok()) return loaded.status();
    saved = *std::move(loaded);
    console.say(absl::StrFormat("%s: %d passes are done", settings.load, saved.passes));
  }
  const auto report = [&]() -> absl::Status {
    const auto tested = test(settings, saved.state, *data, console);
    if (!tested.ok()) return tested.status();
    console.data(absl::StrFormat("%d neurons, %d passes over %d images: %.2f %% of %d test images (%.1f spikes each)\n",
                                 settings.neurons, saved.passes, settings.train, 100.0 * tested->right / tested->images,
                                 tested->images, tested->spikes_per_image));
    console.flush();
    return absl::OkStatus();
  };
  if (saved.passes >= settings.passes) {
    if (absl::Status s = report(); !s.ok()) return s;
  }
  while (saved.passes < settings.passes) {
    if (absl::Status s = train(settings, *data, saved.passes, saved.state, console); !s.ok()) return s;
    ++saved.passes;
    if (!settings.save.empty()) {
      if (absl::Status s = save(settings.save, settings, saved); !s.ok()) return s;
    }
    if (absl::Status s = report(); !s.ok()) return s;
  }
  return app::ExitCode::kOk;
}

}  // namespace volley::digits
