#include "apps/edlearn/run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "apps/edlearn/baselines.h"
#include "apps/edlearn/rate_form.h"
#include "apps/edlearn/source_form.h"
#include "apps/edlearn/spiking_form.h"
#include "apps/edlearn/training.h"
#include "apps/volley/interrupt.h"
#include "apps/volley/values.h"

namespace volley::edlearn {
namespace {

using Clock = std::chrono::steady_clock;

const char* name_of(const Settings& settings) { return settings.fashion ? "Fashion-MNIST" : "MNIST"; }

std::string header(const Settings& settings, const DataSet& data) {
  std::string text = absl::StrFormat("%s, form %s, %s hidden per class, %d training images %s, %d %s images, seed %d\n",
                                     name_of(settings),
                                     settings.form == Form::kSource ? "source"
                                     : settings.form == Form::kRate ? "rate"
                                                                    : "spiking",
                                     absl::StrJoin(settings.hidden, ","), settings.train,
                                     settings.fixed_images ? "(the same in every epoch)" : "an epoch", settings.test,
                                     settings.held_out != 0 ? "held-out" : "test", settings.seed);
  (void)data;
  if (settings.form == Form::kSource) text += SourceForm::notes();
  text += "epoch   test accuracy   error   training accuracy   error   images/s\n";
  return text;
}

std::string epoch_line(std::uint32_t epoch, const Epoch& e, const Settings& settings) {
  return absl::StrFormat("%5d   %11.2f %%   %.4f  %15.2f %%   %.4f   %8.0f\n", epoch + 1, 100 * e.test_accuracy,
                         e.test_error, 100 * e.train_accuracy, e.train_error,
                         settings.train / std::max(e.train_seconds, 1e-9));
}

std::string summary(const std::vector<Epoch>& history, const Settings& settings) {
  double mean = 0, best = 0, seconds = 0;
  for (const Epoch& e : history) {
    mean += e.test_accuracy / static_cast<double>(history.size());
    best = std::max(best, e.test_accuracy);
    seconds += e.train_seconds;
  }
  const double p = history.back().test_accuracy;
  std::string text = absl::StrFormat(
      "last epoch %.2f %% (one standard deviation of %d test images: %.2f points), best %.2f %%, mean over epochs %.2f "
      "%%\n"
      "trained on %s images in %s of CPU time: %.0f images a second\n",
      100 * p, settings.test, 100 * std::sqrt(p * (1 - p) / settings.test), 100 * best, 100 * mean,
      app::with_commas(std::uint64_t{settings.train} * history.size()),
      app::short_time(Duration{static_cast<std::int64_t>(seconds * 1e12)}),
      settings.train * static_cast<double>(history.size()) / std::max(seconds, 1e-9));
  if (settings.form == Form::kSource) {
    text += settings.fashion
                ? "published (ed_multi_snn, 2025, one evaluation on 500 images): 78.20 %; its best network 80.83 %\n"
                : "published (ed_multi_snn, 2025, one evaluation on 500 images): 87.60 %\n";
  }
  return text;
}

// All images that any epoch showed, each once.
std::vector<std::uint32_t> images_shown(const Settings& settings, const DataSet& data) {
  std::vector<std::uint32_t> shown;
  const std::uint32_t epochs = settings.fixed_images || settings.train == data.train.size() ? 1 : settings.epochs;
  for (std::uint32_t e = 0; e < epochs; ++e) {
    const auto more = training_images(settings, static_cast<std::uint32_t>(data.train.size()), e);
    shown.insert(shown.end(), more.begin(), more.end());
  }
  std::sort(shown.begin(), shown.end());
  shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
  return shown;
}

std::string baselines(const Settings& settings, const DataSet& data) {
  const auto train = images_shown(settings, data);
  const auto test = test_images(settings, static_cast<std::uint32_t>(data.test.size()), settings.epochs - 1);
  const double linear = logistic_regression(data.train, train, data.test, test);
  const double nearest = nearest_neighbour(data.train, train, data.test, test);
  return absl::StrFormat(
      "on the same %s training and %s test images: logistic regression %.2f %%, nearest neighbour %.2f %%\n",
      app::with_commas(train.size()), app::with_commas(test.size()), 100 * linear, 100 * nearest);
}

}  // namespace

Shape shape_of(const Settings& settings, const DataSet& data) {
  const auto pixels = static_cast<std::uint32_t>(data.train.images.image_size());
  return {.pixels = pixels + (settings.ami > 0 ? 1 : 0), .hidden = settings.hidden};
}

absl::StatusOr<std::unique_ptr<Learner>> make_learner(const Settings& settings, const DataSet& data) {
  const Shape shape = shape_of(settings, data);
  if (settings.form == Form::kSource) return std::make_unique<SourceForm>(settings, shape);
  if (settings.form == Form::kRate) return std::make_unique<RateForm>(settings, shape);
  double sum = 0;
  for (const std::uint8_t p : data.train.images.pixels) sum += p;
  return std::make_unique<SpikingForm>(settings, shape, sum / 255 / static_cast<double>(data.train.size()));
}

absl::StatusOr<app::ExitCode> carry_out(const Settings& settings, app::Console& console) {
  app::Interrupt interrupt;
  interrupt.on_first([] {});
  auto data = load_data(settings);
  if (!data.ok()) return data.status();
  auto learner = make_learner(settings, *data);
  if (!learner.ok()) return learner.status();
  console.data(header(settings, *data));
  if (!console.flush()) return absl::UnavailableError("stdout is closed");

  std::vector<Epoch> history;
  Clock::time_point next = Clock::now();
  Watcher watcher;
  watcher.stop = [&] { return interrupt.came(); };
  watcher.image = [&](std::uint32_t epoch, std::uint32_t image, double accuracy, const Learner&) {
    if (!console.err_is_terminal() || Clock::now() < next) return;
    next = Clock::now() + std::chrono::milliseconds(200);
    console.progress(absl::StrFormat("epoch %d: %d of %d images, %.1f %% right so far", epoch + 1, image,
                                     settings.train, 100 * accuracy));
  };
  watcher.epoch = [&](std::uint32_t epoch, const std::vector<Epoch>& so_far, const Learner&) {
    console.data(epoch_line(epoch, so_far.back(), settings));
    console.flush();
    return absl::OkStatus();
  };
  if (absl::Status s = train(settings, *data, **learner, watcher, history); !s.ok()) return app::run_failed(s);
  console.data(summary(history, settings));
  if (settings.baselines) console.data(baselines(settings, *data));
  return app::ExitCode::kOk;
}

}  // namespace volley::edlearn
