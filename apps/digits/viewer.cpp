#include "apps/digits/viewer.h"

#include <algorithm>
#include <cmath>

#include "apps/digits/streams.h"
#include "engine/elementary.h"
#include "engine/random.h"
#include "learning/catalog.h"
#include "models/catalog.h"

namespace volley::digits {

absl::StatusOr<std::unique_ptr<Viewer>> Viewer::make(const Settings& settings, const Learned& state, bool learns) {
  std::unique_ptr<Viewer> viewer(new Viewer(settings, learns));
  ModelCatalog catalog = standard_models();
  add_plasticity_rules(catalog);
  auto built = build(network_of(settings, state, learns), catalog, {settings.seed, settings.threads, 0});
  if (!built.ok()) return built.status();
  viewer->simulation_ = std::make_unique<Simulation>(*std::move(built));
  viewer->pixels_ = state.pixels;
  viewer->counts_.resize(settings.neurons);
  viewer->simulation_->add_observer(*viewer);
  const auto weights = viewer->simulation_->weights(0);
  if (!weights.ok()) return weights.status();
  for (std::uint32_t source = 0; source < state.pixels; ++source) {
    for (std::size_t slice = 0; slice < weights->slices(); ++slice) {
      const WeightRow row = weights->row(source, slice);
      for (std::size_t k = 0; k < row.target.size(); ++k) {
        const std::size_t neuron = row.first_neuron + row.target[k];
        weights->set(source, slice, k, static_cast<double>(state.weight[source * settings.neurons + neuron]));
      }
    }
  }
  return viewer;
}

absl::Status Viewer::on_window(const WindowReport& report) {
  for (const Spike& spike : report.spikes) {
    if (index_of(spike.population) == 0) ++counts_[spike.neuron];
  }
  return absl::OkStatus();
}

// A Poisson train for every pixel that is not black, with exact times.
void Viewer::draw_trains(std::span<const std::uint8_t> pixels, double rate_hz, std::uint64_t number) {
  trains_.clear();
  const Time begin = simulation_->now();
  RandomStream random({settings_.seed, Purpose::kUser, kImageSpikes}, number);
  for (std::uint32_t p = 0; p < pixels.size(); ++p) {
    if (pixels[p] == 0) continue;
    const double mean_ms = 1000 / (rate_hz * pixels[p] / 255);
    double at = 0;
    for (;;) {
      at -= mean_ms * log_portable(random.next(Uniform{0, 1}) + 0x1p-60);
      if (at >= settings_.present_ms) break;
      trains_.emplace_back(begin + duration_from_ms(at), p);
    }
  }
  std::sort(trains_.begin(), trains_.end());
  input_spikes_ += trains_.size();
}

absl::StatusOr<std::span<const std::uint32_t>> Viewer::show(std::span<const std::uint8_t> pixels,
                                                            std::uint64_t number) {
  for (std::uint32_t trial = 0; trial < settings_.most_tries; ++trial) {
    std::fill(counts_.begin(), counts_.end(), 0u);
    draw_trains(pixels, settings_.rate_hz + trial * settings_.more_hz, number * settings_.most_tries + trial);
    if (absl::Status s = simulation_->feed("pixels", trains_); !s.ok()) return s;
    if (absl::Status s = simulation_->run(duration_from_ms(settings_.present_ms + settings_.rest_ms)); !s.ok())
      return s;
    std::uint64_t spikes = 0;
    for (const std::uint32_t count : counts_) spikes += count;
    output_spikes_ += spikes;
    if (learns_ && spikes > 0) {
      if (absl::Status s = normalise(); !s.ok()) return s;
    }
    if (spikes >= settings_.fewest) break;
  }
  return std::span<const std::uint32_t>(counts_);
}

// The sum of a neuron's weights is kept: of those that fired, for other weights have not grown.
absl::Status Viewer::normalise() {
  const auto weights = simulation_->weights(0);
  if (!weights.ok()) return weights.status();
  for (std::size_t slice = 0; slice < weights->slices(); ++slice) {
    const WeightRow first = weights->row(0, slice);
    for (std::size_t k = 0; k < first.target.size(); ++k) {
      if (counts_[first.first_neuron + first.target[k]] == 0) continue;
      double sum = 0;
      for (std::uint32_t source = 0; source < pixels_; ++source) sum += weights->get(source, slice, k);
      const double factor = settings_.norm * kLift / sum;
      for (std::uint32_t source = 0; source < pixels_; ++source) {
        weights->set(source, slice, k, std::min(factor * weights->get(source, slice, k), kLift));
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Learned> Viewer::learned() {
  const auto weights = simulation_->weights(0);
  if (!weights.ok()) return weights.status();
  Learned state{pixels_, std::vector<float>(std::size_t{pixels_} * settings_.neurons), {}};
  weights->for_each_row([&](std::uint32_t source, const WeightRow& row) {
    for (std::size_t k = 0; k < row.target.size(); ++k) {
      state.weight[std::size_t{source} * settings_.neurons + row.first_neuron + row.target[k]] = row.weight[k];
    }
  });
  auto theta = simulation_->sample("exc", "theta");
  if (!theta.ok()) return theta.status();
  state.theta = *std::move(theta);
  return state;
}

}  // namespace volley::digits
