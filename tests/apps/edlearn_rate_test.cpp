// The rate and source forms of Error Diffusion, on small sets and against the rule written out.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "apps/edlearn/baselines.h"
#include "apps/edlearn/dataset.h"
#include "apps/edlearn/rate_form.h"
#include "apps/edlearn/source_form.h"
#include "apps/edlearn/training.h"
#include "tests/support/idx_files.h"

namespace volley::edlearn {
namespace {

Settings small_settings(const test::TemporaryFolder& folder, Form form = Form::kRate) {
  Settings settings;
  settings.form = form;
  settings.data = folder.path("");
  settings.train = 300;
  settings.test = 100;
  settings.epochs = 4;
  settings.hidden = {8};
  if (form == Form::kSource) settings.lif = {-65, -40, -70, 12, 1, 35};
  return settings;
}

// One network of one class, weight by weight as section headers of learning/error_diffusion.h have it, in doubles.
struct Plain {
  const Settings& s;
  Shape shape;
  std::vector<std::vector<double>> w;  // of network n alone, [layer][source * targets + target]

  Plain(const Settings& settings, const Weights& all, std::uint32_t n) : s(settings), shape(all.shape) {
    for (std::size_t l = 0; l < shape.layers(); ++l) {
      w.emplace_back();
      for (std::uint32_t i = 0; i < shape.sources(l); ++i) {
        for (std::uint32_t j = 0; j < shape.targets(l); ++j) {
          w[l].push_back(l == 0 ? all.row(0, i)[n * shape.targets(0) + j] : all.row(l, n * shape.sources(l) + i)[j]);
        }
      }
    }
  }

  void train(const std::vector<double>& pixels, double target) {
    std::vector<std::vector<double>> y{{}};
    for (const double p : pixels) y[0].insert(y[0].end(), {p, p});
    for (std::size_t l = 0; l < shape.layers(); ++l) {
      y.emplace_back();
      for (std::uint32_t j = 0; j < shape.targets(l); ++j) {
        double z = 0;
        for (std::uint32_t i = 0; i < shape.sources(l); ++i) z += y[l][i] * w[l][i * shape.targets(l) + j];
        y[l + 1].push_back(1 / (1 + std::exp(-2 * z / s.sig)));
      }
    }
    const double e = target - y.back()[0];
    double plus = std::max(e, 0.0), minus = std::max(-e, 0.0);
    for (std::size_t l = shape.layers(); l-- > 0;) {
      for (std::uint32_t i = 0; i < shape.sources(l); ++i) {
        for (std::uint32_t j = 0; j < shape.targets(l); ++j) {
          const double out = y[l + 1][j];
          const double os = i % 2 == 0 ? 1 : -1, ot = j % 2 == 0 ? 1 : -1;
          w[l][i * shape.targets(l) + j] +=
              s.lr * y[l][i] * std::abs(out) * (1 - std::abs(out)) * (i % 2 == 0 ? plus : minus) * os * ot;
        }
      }
      plus *= s.dif, minus *= s.dif;
    }
  }
};

}  // namespace

TEST_CASE("the rate form computes the rule, with two hidden layers, weight by weight") {
  const test::TemporaryFolder folder;
  test::write_small_set(folder);
  Settings settings = small_settings(folder);
  settings.hidden = {6, 4};
  settings.lr = 0.3;
  const auto data = load_data(settings);
  REQUIRE(data.ok());
  const Shape shape{30, settings.hidden};
  RateForm form(settings, shape);
  Plain plain(settings, form.weights(), 3);
  for (std::uint32_t i = 0; i < 40; ++i) {
    std::vector<double> pixels;
    for (const std::uint8_t p : data->train.images.image(i)) pixels.push_back(p / 255.0);
    plain.train(pixels, data->train.labels[i] == 3 ? 1 : 0);
    REQUIRE(form.train(data->train.images.image(i), data->train.labels[i], i).ok());
  }
  const Plain learnt(settings, form.weights(), 3);
  for (std::size_t l = 0; l < 3; ++l) {
    for (std::size_t k = 0; k < plain.w[l].size(); ++k) CHECK(learnt.w[l][k] == Approx(plain.w[l][k]).margin(2e-5));
  }
}

TEST_CASE("every form learns a small set, keeps every sign, and no magnitude shrinks") {
  const test::TemporaryFolder folder;
  test::write_small_set(folder);
  for (const Form form : {Form::kRate, Form::kSource}) {
    const Settings settings = small_settings(folder, form);
    const auto data = load_data(settings);
    REQUIRE(data.ok());
    const Shape shape{30, settings.hidden};
    std::unique_ptr<Learner> learner;
    if (form == Form::kRate) {
      learner = std::make_unique<RateForm>(settings, shape);
    } else {
      learner = std::make_unique<SourceForm>(settings, shape);
    }
    const Weights before = learner->weights();
    CHECK(wrong_signs(before) == 0);
    std::vector<Epoch> history;
    REQUIRE(train(settings, *data, *learner, {}, history).ok());
    REQUIRE(history.size() == 4);
    CHECK(history.back().test_accuracy > 0.9);
    CHECK(history.back().test_error < history.front().train_error);
    const Weights after = learner->weights();
    CHECK(wrong_signs(after) == 0);
    bool grew = false;
    for (std::size_t l = 0; l < after.layer.size(); ++l) {
      for (std::size_t k = 0; k < after.layer[l].size(); ++k) {
        REQUIRE(std::abs(after.layer[l][k]) >= std::abs(before.layer[l][k]));
        grew |= after.layer[l][k] != before.layer[l][k];
      }
    }
    CHECK(grew);
  }
}

TEST_CASE("an input neuron of the source form relays most of the spikes of its train") {
  Settings settings;
  settings.lif = {-65, -40, -70, 12, 1, 35};
  // A lone spike lifts it by 350 / 12 mV, past the threshold.
  std::vector<double> random(50, 0.99);
  random[10] = 0;
  CHECK(relay_spikes(1, settings, random) == 1);
  // The reset lies deeper: within two steps of it a spike is not enough, from the third on it is.
  for (const std::size_t step : {11u, 12u, 13u}) {
    std::vector<double> two = random;
    two[step] = 0;
    CHECK(relay_spikes(1, settings, two) == (step < 13 ? 1 : 2));
  }
  settings.lif.tau_ref = 5;
  random[13] = random[14] = 0;
  CHECK(relay_spikes(1, settings, random) == 1);
  random[15] = random[16] = 0;
  CHECK(relay_spikes(1, settings, random) == 2);
  settings.lif.tau_ref = 1;
  CHECK(relay_spikes(0, settings, random) == 0);
  // Over pixels of all intensities about a fifth is lost.
  RandomStream stream(StreamKey{1, Purpose::kUser, 0}, 0);
  std::size_t sent = 0, relayed = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    const double pixel = stream.next_uniform();
    for (double& u : random) u = stream.next_uniform();
    sent += static_cast<std::size_t>(
        std::count_if(random.begin(), random.end(), [&](double u) { return u < pixel * 0.15; }));
    relayed += relay_spikes(pixel, settings, random);
  }
  CHECK(static_cast<double>(relayed) / static_cast<double>(sent) == Approx(0.83).margin(0.04));
}

TEST_CASE("images are drawn without repetition, and each epoch differs unless they are fixed") {
  Settings settings;
  settings.train = 50;
  settings.test = 20;
  const auto first = training_images(settings, 200, 0), second = training_images(settings, 200, 1);
  auto sorted = first;
  std::sort(sorted.begin(), sorted.end());
  CHECK(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end());
  CHECK(sorted.back() < 200);
  CHECK(first != second);
  CHECK(first == training_images(settings, 200, 0));
  settings.fixed_images = true;
  auto a = training_images(settings, 200, 0), b = training_images(settings, 200, 1);
  CHECK(a != b);
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  CHECK(a == b);
  CHECK(a.back() == 49);
  CHECK(test_images(settings, 200, 0) == test_images(settings, 200, 5));
  settings.drawn_once = true;
  auto drawn = training_images(settings, 200, 0), again = training_images(settings, 200, 1);
  CHECK(drawn != again);
  std::sort(drawn.begin(), drawn.end());
  std::sort(again.begin(), again.end());
  CHECK(drawn == again);
  CHECK(std::adjacent_find(drawn.begin(), drawn.end()) == drawn.end());
  CHECK(drawn.back() > 49);
  settings.seed = 2;
  auto others = training_images(settings, 200, 0);
  std::sort(others.begin(), others.end());
  CHECK(others != drawn);
  settings.drawn_once = false;
  settings.fixed_images = false;
  CHECK(test_images(settings, 200, 0) != test_images(settings, 200, 5));
}

TEST_CASE("logistic regression and the nearest neighbour tell the small set's classes apart, and noise not") {
  const test::TemporaryFolder folder;
  test::write_small_set(folder);
  const auto data = load_data(small_settings(folder));
  REQUIRE(data.ok());
  std::vector<std::uint32_t> train(400), test(100);
  for (std::uint32_t i = 0; i < 400; ++i) train[i] = i;
  for (std::uint32_t i = 0; i < 100; ++i) test[i] = i;
  CHECK(logistic_regression(data->train, train, data->test, test) > 0.95);
  CHECK(nearest_neighbour(data->train, train, data->test, test) > 0.95);
  CHECK(nearest_neighbour(data->train, train, data->train, train) == 1);
  io::LabelledImages wrong = data->test;
  for (std::uint8_t& label : wrong.labels) label = static_cast<std::uint8_t>((label + 1) % 10);
  CHECK(nearest_neighbour(data->train, train, wrong, test) < 0.05);
  CHECK(logistic_regression(data->train, train, wrong, test) < 0.05);
}

}  // namespace volley::edlearn
