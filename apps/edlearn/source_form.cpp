#include "apps/edlearn/source_form.h"

#include <algorithm>
#include <cmath>

#include "apps/edlearn/streams.h"
#include "engine/random.h"

namespace volley::edlearn {
namespace {

constexpr double kInputCurrentPa = 10;  // of one spike of the train, times R in MOhm: mV as the source has it

}  // namespace

std::uint32_t relay_spikes(double pixel, const Settings& settings, std::span<const double> random) {
  const LifSettings& lif = settings.lif;
  const double chance = pixel * settings.spike_max_rate * settings.spike_dt / 1000;
  // A neuron that fired in step k may fire again from k + tau_ref / dt on: 1 ms at steps of 1 ms silences none.
  const int silent_steps = std::max(0, static_cast<int>(std::ceil(lif.tau_ref / settings.spike_dt)) - 1);
  double v = lif.v_rest;
  int silent = 0;
  std::uint32_t spikes = 0;
  for (const double u : random) {
    const double current = u < chance ? kInputCurrentPa : 0;
    if (silent > 0) {
      --silent;
      continue;
    }
    v += (lif.v_rest - v + lif.r_m * current) * settings.spike_dt / lif.tau_m;
    if (v >= lif.v_threshold) {
      ++spikes;
      v = lif.v_reset;
      silent = silent_steps;
    }
  }
  return spikes;
}

void SourceForm::encode(std::uint32_t purpose, std::uint64_t presentation) {
  const auto steps = static_cast<std::size_t>(std::lround(settings_.spike_sim_time / settings_.spike_dt));
  random_.resize(steps);
  counts_.resize(pixels_.size());
  shown_.resize(pixels_.size());
  BulkRandomStream random(stream(settings_.seed, purpose), presentation);
  for (std::size_t p = 0; p < pixels_.size(); ++p) {
    std::uint32_t spikes = 0;
    if (pixels_[p] > 0) {
      random.fill_uniform(random_);
      spikes = relay_spikes(pixels_[p], settings_, random_);
    }
    counts_[p] = static_cast<float>(spikes);
    shown_[p] = static_cast<float>(spikes) / static_cast<float>(steps);
  }
}

absl::Status SourceForm::begin(std::uint64_t images_seen) {
  seen_ = images_seen;
  return absl::OkStatus();
}

absl::StatusOr<Answer> SourceForm::train(std::span<const std::uint8_t> image, std::uint32_t label,
                                         std::uint64_t presentation) {
  pixels_of(image, settings_.ami, pixels_);
  encode(kTrainingSpikes, presentation);
  const Answer answer = network_.forward(shown_);
  network_.learn(pixels_, label, settings_.lr / (1 + settings_.lr_decay * static_cast<double>(seen_++)));
  return answer;
}

absl::StatusOr<Answer> SourceForm::test(std::span<const std::uint8_t> image, std::uint64_t presentation) {
  pixels_of(image, settings_.ami, pixels_);
  encode(kTestSpikes, presentation);
  return network_.forward(shown_);
}

std::vector<LayerActivity> SourceForm::activity() const {
  std::vector<LayerActivity> layers{{"input", 1, true, counts_}};
  for (LayerActivity& layer : rates_of(network_)) layers.push_back(std::move(layer));
  return layers;
}

const char* SourceForm::notes() {
  return "What this form is, and what the published numbers mean:\n"
         "- Only the input layer spikes. Hidden and output neurons are sigmoids of rates.\n"
         "- One spike of a pixel's train lifts its input neuron by 29.2 mV, past its threshold: the input layer is a\n"
         "  relay that drops about a fifth of the spikes. Learning uses the raw pixels, not the spikes.\n"
         "- The published runs drew new training and test images in every epoch (\"1,000 x 20\" saw about 17,000 "
         "images)\n"
         "  and name one evaluation on 500 images (one standard deviation: 1.5 points). Their code, run again with\n"
         "  their settings: 87.60 % MNIST, 77.60 % Fashion-MNIST, 11 images a second, 1.27 GB.\n"
         "- With --fixed, 1,000 images for all epochs, the rule stays below logistic regression (87.4 and 79.7 %).\n"
         "- In the published program --ami, --batch and the options of LIF neurons change nothing. Here --ami is the\n"
         "  output of two bias neurons, as beta in Kaneko's C program; LIF options set the input neurons; there are "
         "no\n"
         "  batches.\n";
}

}  // namespace volley::edlearn
