#include "apps/edlearn/spiking_form.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "apps/edlearn/rate_form.h"
#include "apps/edlearn/spiking_network.h"
#include "apps/edlearn/streams.h"
#include "models/catalog.h"

namespace volley::edlearn {
namespace {

constexpr double kForget = 8;  // membrane time constants of silence between images: exp(-8) is left

}  // namespace

SpikeCounter::SpikeCounter(const Network& network) {
  for (const PopulationSpec& population : network.populations) counts.emplace_back(population.size);
}

absl::Status SpikeCounter::on_window(const WindowReport& report) {
  for (const Spike& spike : report.spikes) {
    if (index_of(spike.population) < counts.size()) ++counts[index_of(spike.population)][spike.neuron];
  }
  return absl::OkStatus();
}

void SpikeCounter::clear() {
  for (auto& population : counts) std::fill(population.begin(), population.end(), 0u);
}

SpikingForm::SpikingForm(const Settings& settings, const Shape& shape, double brightness)
    : settings_(settings),
      encoder_(settings),
      most_spikes_(settings.spike_sim_time / std::max(settings.lif.tau_ref, settings.spike_dt)),
      kept_(initial_weights(shape, settings.w1, settings.w2, settings.seed)) {
  kept_->gains = settings.gain.empty() ? standard_gains(settings, shape, brightness) : settings.gain;
  const double delays = static_cast<double>(shape.layers()) * settings.spike_dt;
  period_ = duration_from_ms(
      std::ceil((settings.spike_sim_time + delays + kForget * settings.lif.tau_m) / settings.spike_dt) *
      settings.spike_dt);
  for (std::size_t l = 0; l < shape.layers(); ++l) activity_.emplace_back(kClasses * shape.targets(l));
}

absl::Status SpikingForm::begin(std::uint64_t images_seen) {
  seen_ = images_seen;
  if (on_chip_ && simulation_ && synapses_.empty()) return absl::OkStatus();  // there already
  // Of the largest thing, the weights, there is one copy beside the simulation while it is built, and none after.
  Weights all = kept_ ? *std::exchange(kept_, std::nullopt) : weights();
  synapses_.clear();
  simulation_.reset();
  outside_ = {.shape = all.shape, .layer = std::vector<std::vector<float>>(all.shape.layers()), .gains = all.gains};
  if (absl::Status s = on_chip_ ? build_on_chip(std::move(all)) : build_exact(all); !s.ok()) return s;
  counter_ = std::make_unique<SpikeCounter>(simulation_->network());
  simulation_->add_observer(*counter_);
  events_before_ = 0;
  return absl::OkStatus();
}

absl::Status SpikingForm::build_exact(const Weights& all) {
  auto built = build(spiking_network(settings_, all), standard_models(), {.seed = settings_.seed, .threads = 1});
  if (!built.ok()) return built.status();
  simulation_ = std::make_unique<Simulation>(*std::move(built));
  for (std::size_t l = 0; l < spiking_layers(settings_); ++l) {
    auto view = simulation_->weights(l);
    if (!view.ok()) return view.status();
    synapses_.push_back(*std::move(view));
  }
  set_weights(all);
  return absl::OkStatus();
}

absl::Status SpikingForm::build_on_chip(Weights all) {
  const ModelCatalog models = standard_models();
  const Network exact = spiking_network(settings_, all, true);
  auto chip = hardware::quantise(
      exact, models, {.step = duration_from_ms(settings_.spike_dt), .weight_bits = 8, .seed = settings_.seed});
  if (!chip.ok()) return chip.status();
  roundings_ = std::move(chip->roundings);
  auto built = build(std::move(chip->network), models, {.seed = settings_.seed, .threads = 1});
  if (!built.ok()) return built.status();
  simulation_ = std::make_unique<Simulation>(*std::move(built));
  kept_ = all;
  outside_ = std::move(all);
  // A readout's weights on a grid of 8 bits with sign.
  std::vector<float>& readout = outside_.layer.back();
  float most = 0;
  for (const float w : readout) most = std::max(most, std::abs(w));
  for (float& w : readout) w = most > 0 ? std::round(w / most * 127) * (most / 127) : 0;
  return absl::OkStatus();
}

std::span<float> SpikingForm::row(std::size_t layer, std::uint32_t source) {
  return layer < synapses_.size() ? synapses_[layer].row(source).weight : outside_.row(layer, source);
}

Weights SpikingForm::weights() const {
  if (kept_) return *kept_;
  Weights all = outside_;
  for (std::size_t l = 0; l < synapses_.size(); ++l) {
    all.layer[l].clear();
    for (std::uint32_t r = 0; r < all.shape.rows(l); ++r) {
      const std::span<const float> from = synapses_[l].row(r).weight;
      all.layer[l].insert(all.layer[l].end(), from.begin(), from.end());
    }
  }
  return all;
}

void SpikingForm::set_weights(const Weights& weights) {
  if (kept_) {
    // A loaded network brings the gains that it was trained with, unless others are asked for.
    const bool keep = weights.gains.empty() || !settings_.gain.empty();
    std::vector<double> gains = keep ? std::move(kept_->gains) : weights.gains;
    kept_ = weights;
    kept_->gains = std::move(gains);
    return;
  }
  for (std::size_t l = 0; l < weights.layer.size(); ++l) {
    if (l >= synapses_.size()) {
      outside_.layer[l] = weights.layer[l];
      continue;
    }
    for (std::uint32_t r = 0; r < weights.shape.rows(l); ++r) {
      const std::span<const float> from = weights.row(l, r);
      std::copy(from.begin(), from.end(), row(l, r).begin());
    }
  }
}

absl::StatusOr<Answer> SpikingForm::show(std::span<const std::uint8_t> image, std::uint32_t purpose,
                                         std::uint64_t presentation) {
  pixels_of(image, settings_.ami, pixels_);
  encoder_.encode(pixels_, stream(settings_.seed, purpose), presentation, simulation_->now());
  counter_->clear();
  if (absl::Status s = simulation_->feed("pixels", encoder_.spikes()); !s.ok()) return s;
  if (absl::Status s = simulation_->run(period_); !s.ok()) return s;
  ++work_.shown;
  work_.input_spikes += encoder_.spikes().size();
  for (std::size_t l = 0; l < counter_->counts.size(); ++l) {
    for (const std::uint32_t count : counter_->counts[l]) work_.spikes += count;
  }
  std::uint64_t events = 0;
  for (const std::uint64_t of_projection : simulation_->projection_events()) events += of_projection;
  work_.synaptic_events += events - events_before_;
  events_before_ = events;
  return read_out();
}

Answer SpikingForm::read_out() {
  std::array<double, kClasses> output{};
  const std::size_t hidden = settings_.hidden.size();
  for (std::size_t l = 0; l < hidden; ++l) {
    const auto& counts = counter_->counts[l];
    for (std::size_t j = 0; j < counts.size(); ++j) {
      activity_[l][j] = static_cast<float>(counts[j] / most_spikes_);
    }
  }
  for (std::uint32_t n = 0; n < kClasses; ++n) {
    if (settings_.readout == Readout::kSpikes) {
      output[n] = counter_->counts[hidden][n] / (settings_.target_rate * most_spikes_);
    } else {
      const std::uint32_t sources = settings_.hidden.back();
      double z = 0;
      for (std::uint32_t s = 0; s < sources; ++s) {
        const std::uint32_t r = n * sources + s;
        if (activity_[hidden - 1][r] > 0)
          z += static_cast<double>(activity_[hidden - 1][r]) * outside_.row(hidden, r)[0];
      }
      output[n] = learning::logistic(z, settings_.sig);
    }
    output_[n] = std::min(output[n], 1.0);  // an output may fire more than it must
    activity_[hidden][n] = static_cast<float>(output_[n]);
  }
  return answer_of(output);
}

void SpikingForm::learn(std::uint32_t label) {
  const std::size_t hidden = settings_.hidden.size();
  std::array<learning::Amines, kClasses> amines;
  bool any = false;
  for (std::uint32_t n = 0; n < kClasses; ++n) {
    amines[n] = learning::amines_of((n == label ? 1.0 : 0.0) - output_[n], settings_.dead_zone);
    any |= amines[n].any();
    work_.networks += amines[n].any();
  }
  ++work_.images;
  const double alpha = settings_.lr / (1 + settings_.lr_decay * static_cast<double>(seen_++));
  if (!any) return;
  input_.resize(pixels_.size());
  for (std::size_t p = 0; p < input_.size(); ++p) {
    input_[p] = settings_.learn_from == LearnFrom::kPixels
                    ? pixels_[p]
                    : static_cast<float>(encoder_.counts()[p] / encoder_.full_count());
  }
  for (std::size_t l = 0; l <= hidden; ++l) {
    const double reached = l == hidden ? 1.0 : learning::reach(settings_.diffusion, settings_.dif, l, hidden);
    learn_layer(l, amines, alpha * reached);
  }
}

void SpikingForm::learn_layer(std::size_t layer, const std::array<learning::Amines, kClasses>& amines, double alpha) {
  const Shape& shape = outside_.shape;
  const std::uint32_t targets = shape.targets(layer), sources = shape.sources(layer);
  const auto floor = static_cast<float>(settings_.slope_floor);
  plus_.clear();
  minus_.clear();
  for (std::uint32_t n = 0; n < kClasses; ++n) {
    if (!amines[n].any()) continue;
    for (std::uint32_t j = 0; j < targets; ++j) {
      const std::uint32_t column = n * targets + j;
      const float slope = learning::slope(activity_[layer][column], floor);
      if (slope == 0) continue;
      const float each = static_cast<float>(alpha) * slope * learning::type_of(j);
      if (amines[n].plus > 0) plus_.push_back({column, each * amines[n].plus});
      if (amines[n].minus > 0) minus_.push_back({column, -each * amines[n].minus});
    }
  }
  work_.neurons += plus_.size() + minus_.size();
  if (layer == 0) {
    for (std::uint32_t p = 0; p < input_.size(); ++p) {
      if (input_[p] == 0) continue;
      const std::span<float> excitatory = row(0, 2 * p), inhibitory = row(0, 2 * p + 1);
      for (const Learning& to : plus_) excitatory[to.column] += input_[p] * to.factor;
      for (const Learning& to : minus_) inhibitory[to.column] += input_[p] * to.factor;
    }
    return;
  }
  for (const auto* list : {&plus_, &minus_}) {
    const std::uint32_t type = list == &plus_ ? 0 : 1;
    for (const Learning& to : *list) {
      const std::uint32_t n = to.column / targets, j = to.column % targets;
      for (std::uint32_t r = n * sources + type; r < (n + 1) * sources; r += 2) {
        const float s = activity_[layer - 1][r];
        if (s > 0) row(layer, r)[j] += s * to.factor;
      }
    }
  }
}

absl::StatusOr<Answer> SpikingForm::train(std::span<const std::uint8_t> image, std::uint32_t label,
                                          std::uint64_t presentation) {
  auto answer = show(image, kTrainingSpikes, presentation);
  if (answer.ok()) learn(label);
  return answer;
}

absl::StatusOr<Answer> SpikingForm::test(std::span<const std::uint8_t> image, std::uint64_t presentation) {
  return show(image, kTestSpikes, presentation);
}

std::vector<LayerActivity> SpikingForm::activity() const {
  std::vector<LayerActivity> layers{{"input", 1, true, {}}};
  for (const std::uint32_t count : encoder_.counts()) layers[0].value.push_back(static_cast<float>(count));
  const std::size_t hidden = settings_.hidden.size();
  for (std::size_t l = 0; l <= hidden; ++l) {
    const bool spikes = l < spiking_layers(settings_);
    layers.push_back({l == hidden ? "output" : absl::StrCat("hidden ", l + 1), kClasses, spikes, {}});
    if (!spikes) {
      layers.back().value = activity_[l];
    } else if (counter_) {
      for (const std::uint32_t count : counter_->counts[l]) layers.back().value.push_back(static_cast<float>(count));
    }
  }
  return layers;
}

}  // namespace volley::edlearn
