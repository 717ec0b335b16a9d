#include "apps/edlearn/report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "apps/edlearn/baselines.h"
#include "apps/edlearn/source_form.h"
#include "apps/volley/values.h"

namespace volley::edlearn {
namespace {

double deviation(double p, std::uint32_t images) { return 100 * std::sqrt(p * (1 - p) / images); }

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

}  // namespace

std::string title_of(const Settings& settings) {
  std::string form = settings.form == Form::kSource ? "source" : settings.form == Form::kRate ? "rate" : "spiking";
  if (settings.form == Form::kSpiking && settings.readout == Readout::kSpikes) form += " with spiking outputs";
  return absl::StrFormat("%s, form %s, %s hidden per class", settings.fashion ? "Fashion-MNIST" : "MNIST", form,
                         absl::StrJoin(settings.hidden, ","));
}

std::string header(const Settings& settings) {
  std::string text =
      absl::StrFormat("%s, %d training images %s, %d %s images, seed %d\n", title_of(settings), settings.train,
                      settings.drawn_once     ? "(drawn once)"
                      : settings.fixed_images ? "(the same in every epoch)"
                                              : "an epoch",
                      settings.test, settings.held_out != 0 ? "held-out" : "test", settings.seed);
  if (settings.form == Form::kSource) text += SourceForm::notes();
  return text + "epoch   test accuracy   error   training accuracy   error   images/s\n";
}

std::string epoch_line(std::size_t epoch, const Epoch& e, const Settings& settings) {
  return absl::StrFormat("%5d   %11.2f %%   %.4f  %15.2f %%   %.4f   %8.0f\n", epoch, 100 * e.test_accuracy,
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
  const double last = history.back().test_accuracy;
  std::string text = absl::StrFormat(
      "last epoch %.2f %% (one standard deviation of %d test images: %.2f points), best %.2f %%, mean over epochs %.2f "
      "%%\ntrained on %s images in %s of CPU time: %.0f images a second\n",
      100 * last, settings.test, deviation(last, settings.test), 100 * best, 100 * mean,
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

std::string tested_line(const Epoch& tested, const Settings& settings) {
  return absl::StrFormat("tested: %.2f %% (one standard deviation of %d test images: %.2f points), error %.4f\n",
                         100 * tested.test_accuracy, settings.test, deviation(tested.test_accuracy, settings.test),
                         tested.test_error);
}

std::string layer_report(const Weights& weights) {
  std::string text;
  for (std::size_t l = 0; l < weights.layer.size(); ++l) {
    double sum = 0;
    float most = 0;
    for (const float w : weights.layer[l]) sum += std::abs(w), most = std::max(most, std::abs(w));
    absl::StrAppendFormat(&text, "        layer %d: %s weights, mean magnitude %.3f, largest %.3f\n", l + 1,
                          app::with_commas(weights.layer[l].size()), sum / static_cast<double>(weights.layer[l].size()),
                          most);
  }
  absl::StrAppendFormat(&text, "        signs against Dale's principle: %d\n", wrong_signs(weights));
  return text;
}

std::string work_report(const SpikingForm::Work& work) {
  if (work.images == 0) return {};
  const auto each = [&](std::uint64_t n) { return static_cast<double>(n) / static_cast<double>(work.images); };
  return absl::StrFormat(
      "per training image, amine from %.2f of %d class networks, and %.1f neurons that learnt from it\n"
      "per image shown: %.0f input spikes, %.0f spikes of neurons, %.0f synaptic operations\n",
      each(work.networks), kClasses, each(work.neurons),
      static_cast<double>(work.input_spikes) / static_cast<double>(work.shown),
      static_cast<double>(work.spikes) / static_cast<double>(work.shown),
      static_cast<double>(work.synaptic_events) / static_cast<double>(work.shown));
}

std::string chip_report(const Epoch& exact, const Epoch& chip, const std::vector<hardware::Rounding>& roundings,
                        const Settings& settings) {
  std::string text = absl::StrFormat(
      "on loihi, integers with weights of 8 bits: %.2f %% of %d images; exact: %.2f %%; lost: %.2f points\n",
      100 * chip.test_accuracy, settings.test, 100 * exact.test_accuracy,
      100 * (exact.test_accuracy - chip.test_accuracy));
  for (const hardware::Rounding& r : roundings) {
    absl::StrAppendFormat(&text, "  %s: %s asked %.6g %s, got %.6g (%s)\n", r.thing, r.parameter, r.asked, r.unit,
                          r.got, r.field);
  }
  return text;
}

std::string baselines_report(const Settings& settings, const DataSet& data) {
  const auto train = images_shown(settings, data);
  const std::uint32_t epoch = settings.epochs == 0 ? 0 : settings.epochs - 1;
  const auto test = test_images(settings, static_cast<std::uint32_t>(data.test.size()), epoch);
  const double linear = logistic_regression(data.train, train, data.test, test);
  const double nearest = nearest_neighbour(data.train, train, data.test, test);
  return absl::StrFormat(
      "on the same %s training and %s test images: logistic regression %.2f %%, nearest neighbour %.2f %%\n",
      app::with_commas(train.size()), app::with_commas(test.size()), 100 * linear, 100 * nearest);
}

}  // namespace volley::edlearn
