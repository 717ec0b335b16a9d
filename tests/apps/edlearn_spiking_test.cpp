// The spiking form: its rule against the rule written out from the spikes, signs at every moment, amines, encoding,
// chip.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <vector>

#include "apps/edlearn/dataset.h"
#include "apps/edlearn/encoding.h"
#include "apps/edlearn/export.h"
#include "apps/edlearn/rate_form.h"
#include "apps/edlearn/spiking_form.h"
#include "apps/edlearn/spiking_network.h"
#include "apps/edlearn/streams.h"
#include "apps/edlearn/training.h"
#include "engine/simulation.h"
#include "io/yaml_network.h"
#include "models/catalog.h"
#include "tests/support/idx_files.h"

namespace volley::edlearn {
namespace {

const Shape kShape{30, {8}};

Settings small_settings(const test::TemporaryFolder& folder) {
  Settings settings;
  settings.data = folder.path("");
  settings.train = 300;
  settings.test = 100;
  settings.epochs = 2;
  settings.hidden = {8};
  settings.lr = 0.4;
  settings.bias = 0.45;
  return settings;
}

DataSet small_data(const test::TemporaryFolder& folder) {
  test::write_small_set(folder);
  auto data = load_data(small_settings(folder));
  REQUIRE(data.ok());
  return *std::move(data);
}

Shape shape_for(const Settings& settings) { return {30, settings.hidden}; }

std::vector<float> counts_of(const SpikingForm& form, std::size_t layer) { return form.activity()[layer].value; }

}  // namespace

TEST_CASE("trains have the rate of their pixel, both neurons of a pixel send the same, and the order is canonical") {
  Settings settings;
  Encoder encoder(settings);
  CHECK(encoder.full_count() == Approx(7.5));
  const std::vector<float> pixels{0, 0.2f, 1};
  std::array<double, 3> sum{}, squares{};
  constexpr int kTrials = 20'000;
  for (int t = 0; t < kTrials; ++t) {
    encoder.encode(pixels, stream(1, kTrainingSpikes), static_cast<std::uint64_t>(t), time_from_ms(200));
    for (std::size_t p = 0; p < 3; ++p) {
      sum[p] += encoder.counts()[p];
      squares[p] += encoder.counts()[p] * static_cast<double>(encoder.counts()[p]);
    }
  }
  for (std::size_t p = 0; p < 3; ++p) {
    const double chance = 0.15 * pixels[p], mean = 50 * chance, variance = 50 * chance * (1 - chance);
    CHECK(std::abs(sum[p] / kTrials - mean) <= 4.5 * std::sqrt(variance / kTrials));
    CHECK(squares[p] / kTrials - std::pow(sum[p] / kTrials, 2) == Approx(variance).epsilon(0.05).margin(1e-12));
  }
  const auto& spikes = encoder.spikes();
  CHECK(std::is_sorted(spikes.begin(), spikes.end()));
  REQUIRE(spikes.size() == 2 * (encoder.counts()[1] + encoder.counts()[2]));
  for (std::size_t k = 0; k < spikes.size(); k += 2) {
    CHECK(spikes[k].first == spikes[k + 1].first);
    CHECK(spikes[k].second + 1 == spikes[k + 1].second);
    CHECK(spikes[k].second % 2 == 0);
    const double ms = to_ms(spikes[k].first) - 200;
    CHECK((ms >= 0 && ms < 50 && ms == std::floor(ms)));
  }
}

TEST_CASE("weights change by what the counted spikes and the rule say, layer by layer, and nothing else does") {
  const test::TemporaryFolder folder;
  const DataSet data = small_data(folder);
  for (const Readout readout : {Readout::kSigmoid, Readout::kSpikes}) {
    Settings settings = small_settings(folder);
    settings.hidden = {8, 6};
    settings.readout = readout;
    settings.dead_zone = 0.1;
    settings.slope_floor = readout == Readout::kSpikes ? 0.02 : 0;
    SpikingForm form(settings, shape_for(settings), 7);
    REQUIRE(form.begin(0).ok());
    std::size_t changes = 0, outside_dead_zone = 0;
    for (std::uint32_t i = 0; i < 60; ++i) {
      const Weights before = form.weights();
      const std::uint32_t label = data.train.labels[i];
      const auto answer = form.train(data.train.images.image(i), label, i);
      REQUIRE(answer.ok());
      const Weights after = form.weights();
      // From counts to activities: one spike in 2 ms is the most.
      std::vector<std::vector<double>> y(4);
      for (const float c : counts_of(form, 0)) y[0].insert(y[0].end(), {c / 7.5, c / 7.5});
      for (std::size_t l = 1; l < 3; ++l) {
        for (const float c : counts_of(form, l)) y[l].push_back(c / 25.0);
      }
      for (std::uint32_t n = 0; n < kClasses; ++n) {
        double out = 0;
        if (readout == Readout::kSpikes) {
          out = std::min(counts_of(form, 3)[n] / (0.4 * 25), 1.0);
        } else {
          double z = 0;
          for (std::uint32_t s = 0; s < 6; ++s) z += y[2][n * 6 + s] * before.row(2, n * 6 + s)[0];
          out = 1 / (1 + std::exp(-2 * z / 1.2));
          CHECK(answer->output[n] == Approx(out).margin(1e-6));
        }
        y[3].push_back(out);
        const double e = (n == label ? 1 : 0) - out;
        const bool sends = std::abs(e) > 0.1;
        outside_dead_zone += sends;
        for (std::size_t l = 0; l < 3; ++l) {
          const Shape& shape = before.shape;
          const double reach = l == 2 ? 1 : std::pow(0.5, 2 - static_cast<double>(l));
          for (std::uint32_t s = 0; s < shape.sources(l); ++s) {
            for (std::uint32_t j = 0; j < shape.targets(l); ++j) {
              const std::uint32_t row = l == 0 ? s : n * shape.sources(l) + s,
                                  at = l == 0 ? n * shape.targets(0) + j : j;
              const double os = s % 2 == 0 ? 1 : -1, ot = j % 2 == 0 ? 1 : -1;
              const double a = sends ? (s % 2 == 0 ? std::max(e, 0.0) : std::max(-e, 0.0)) * reach : 0;
              const double to = y[l + 1][n * shape.targets(l) + j];
              const double slope = std::max(to * (1 - to), settings.slope_floor);
              const double expected = 0.4 * y[l][l == 0 ? s : row] * slope * a * os * ot;
              const double got = static_cast<double>(after.row(l, row)[at]) - before.row(l, row)[at];
              if (std::abs(got - expected) > 2e-6) {
                CAPTURE(i, l, n, s, j, e, to, slope, a, y[l][l == 0 ? s : row], before.row(l, row)[at]);
                REQUIRE(got == Approx(expected).margin(2e-6));
              }
              changes += got != 0;
            }
          }
        }
      }
    }
    CHECK(changes > 1000);
    CHECK(outside_dead_zone > 60);
  }
}

TEST_CASE("signs hold after every single image, magnitudes never shrink, and the small set is learnt") {
  const test::TemporaryFolder folder;
  const DataSet data = small_data(folder);
  for (const Readout readout : {Readout::kSigmoid, Readout::kSpikes}) {
    Settings settings = small_settings(folder);
    settings.readout = readout;
    settings.hidden = {16};
    settings.dead_zone = 0.1;
    settings.slope_floor = readout == Readout::kSpikes ? 0.02 : 0;
    SpikingForm form(settings, shape_for(settings), 7);
    Weights before;
    Watcher watcher;
    std::size_t looked = 0;
    watcher.image = [&](std::uint32_t, std::uint32_t, std::uint32_t, const Answer&, double, const Learner& learner) {
      const Weights now = learner.weights();
      CHECK(wrong_signs(now) == 0);
      if (looked++ > 0) {
        std::size_t smaller = 0;
        for (std::size_t l = 0; l < now.layer.size(); ++l) {
          for (std::size_t k = 0; k < now.layer[l].size(); ++k) {
            smaller += std::abs(now.layer[l][k]) < std::abs(before.layer[l][k]);
          }
        }
        CHECK(smaller == 0);
      }
      before = now;
      return absl::OkStatus();
    };
    std::vector<Epoch> history;
    REQUIRE(train(settings, data, form, watcher, history).ok());
    CHECK(looked == 600);
    CHECK(history.back().test_accuracy > 0.85);
    CHECK(history.back().train_accuracy > history.front().train_accuracy);
  }
}

TEST_CASE("a test changes no weight, and the same presentation answers the same again") {
  const test::TemporaryFolder folder;
  const DataSet data = small_data(folder);
  const Settings settings = small_settings(folder);
  SpikingForm form(settings, kShape, 7);
  REQUIRE(form.begin(0).ok());
  for (std::uint32_t i = 0; i < 20; ++i) REQUIRE(form.train(data.train.images.image(i), data.train.labels[i], i).ok());
  const Weights before = form.weights();
  const auto first = form.test(data.test.images.image(3), 3);
  const auto counts = counts_of(form, 1);
  REQUIRE(form.test(data.test.images.image(4), 4).ok());
  const auto again = form.test(data.test.images.image(3), 3);
  REQUIRE((first.ok() && again.ok()));
  CHECK(first->output == again->output);
  CHECK(counts == counts_of(form, 1));
  CHECK(form.weights().layer == before.layer);
  CHECK(*std::max_element(counts.begin(), counts.end()) > 0);
}

TEST_CASE("errors within the dead zone send no amine at all") {
  const test::TemporaryFolder folder;
  const DataSet data = small_data(folder);
  Settings settings = small_settings(folder);
  settings.dead_zone = 0.999;
  SpikingForm form(settings, kShape, 7);
  REQUIRE(form.begin(0).ok());
  const Weights before = form.weights();
  for (std::uint32_t i = 0; i < 20; ++i) REQUIRE(form.train(data.train.images.image(i), data.train.labels[i], i).ok());
  CHECK(form.weights().layer == before.layer);
  CHECK(form.work().networks == 0);
  CHECK(form.work().images == 20);
  CHECK(form.work().input_spikes > 0);
  CHECK(form.work().synaptic_events == form.work().input_spikes * 80);
}

TEST_CASE("gains follow the brightness of the images, and bring thresholds, not weights, to scale") {
  Settings settings;
  settings.hidden = {64, 32};
  const std::vector<double> digits = standard_gains(settings, {784, {64, 32}}, 102.5);
  REQUIRE(digits.size() == 2);
  CHECK(digits[0] == Approx(2.5));
  CHECK(digits[1] == Approx(0.5));
  CHECK(standard_gains(settings, {784, {64, 32}}, 205)[0] == Approx(1.25));
  CHECK(standard_gains(settings, {784, {256, 32}}, 102.5)[1] == Approx(0.25));
  settings.readout = Readout::kSpikes;
  CHECK(standard_gains(settings, {784, {64, 16}}, 102.5)[2] == Approx(5));
  Weights weights = initial_weights({4, {64, 32}}, 0.3, 0.5, 1);
  weights.gains = digits;
  const Network network = spiking_network(settings, weights);
  CHECK(std::get<double>(network.populations[0].parameters.at("v_threshold")) == Approx(-60 / 2.5));
  CHECK(std::get<Explicit>(network.projections[1].rule).edges[5].weight == weights.row(1, 0)[5]);
}

TEST_CASE("as the chip's integers with weights of 8 bits, nearly the same images are answered correctly") {
  const test::TemporaryFolder folder;
  const DataSet data = small_data(folder);
  for (const Readout readout : {Readout::kSigmoid, Readout::kSpikes}) {
    Settings settings = small_settings(folder);
    settings.hidden = {16};
    settings.readout = readout;
    settings.slope_floor = readout == Readout::kSpikes ? 0.02 : 0;
    SpikingForm form(settings, shape_for(settings), 7);
    std::vector<Epoch> history;
    REQUIRE(train(settings, data, form, {}, history).ok());
    SpikingForm chip(settings, shape_for(settings), 7);
    chip.set_weights(form.weights());
    chip.put_on_chip();
    Epoch integers;
    REQUIRE(evaluate(settings, data, 1, chip, {}, integers).ok());
    CHECK(chip.roundings().size() > 3);
    CHECK(integers.test_accuracy > history.back().test_accuracy - 0.08);
    CHECK(integers.test_error != history.back().test_error);
  }
}

TEST_CASE("an exported network is an ordinary one: the same spikes to the last") {
  const test::TemporaryFolder folder;
  const DataSet data = small_data(folder);
  Settings settings = small_settings(folder);
  settings.hidden = {8, 6};
  settings.readout = Readout::kSpikes;
  SpikingForm form(settings, shape_for(settings), 7);
  REQUIRE(form.begin(0).ok());
  for (std::uint32_t i = 0; i < 30; ++i) REQUIRE(form.train(data.train.images.image(i), data.train.labels[i], i).ok());
  REQUIRE(form.begin(30).ok());
  const std::vector<std::uint32_t> images{5, 2, 40};
  REQUIRE(export_network(folder.path("net"), settings, form.weights(), data, images, form.period()).ok());
  const ModelCatalog models = standard_models();
  const auto plan = io::read_yaml_network(folder.path("net/network.yaml"), {}, models);
  INFO(std::string(plan.status().message()));
  REQUIRE(plan.ok());
  REQUIRE(plan->readout.has_value());
  CHECK(plan->readout->labels ==
        std::vector<std::uint32_t>{data.test.labels[5], data.test.labels[2], data.test.labels[40]});
  auto simulation = build(plan->network, models, {.seed = plan->seed});
  REQUIRE(simulation.ok());
  SpikeCounter counter(plan->network);
  simulation->add_observer(counter);
  for (const std::uint32_t image : images) {
    REQUIRE(form.test(data.test.images.image(image), image).ok());
    counter.clear();
    REQUIRE(simulation->run(form.period()).ok());
    for (std::size_t l = 0; l < 3; ++l) {
      const auto expected = counts_of(form, l + 1);
      CHECK(std::vector<float>(counter.counts[l].begin(), counter.counts[l].end()) == expected);
      CHECK(*std::max_element(expected.begin(), expected.end()) > 0);
    }
  }
}

}  // namespace volley::edlearn
