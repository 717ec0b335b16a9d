// Saved networks and figures.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "apps/edlearn/figures.h"
#include "apps/edlearn/saved.h"
#include "apps/volley/same_settings.h"
#include "io/file_bytes.h"
#include "tests/support/temporary_folder.h"

namespace volley::edlearn {
namespace {

Saved some_network() {
  Saved saved;
  saved.settings = settings_line({});
  saved.weights = initial_weights({9, {4, 6}}, 0.3, 0.5, 3);
  saved.weights.gains = {2.5, 0.1};
  saved.history = {{0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, {1.0 / 3, 0, 1, 0.25, 7, 8}};
  return saved;
}

bool says(const absl::Status& status, const std::string& part) {
  return std::string(status.message()).find(part) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("what is saved is read again to the bit") {
  const test::TemporaryFolder folder;
  const Saved saved = some_network();
  REQUIRE(write_saved(folder.path("net"), saved).ok());
  const auto read = read_saved(folder.path("net"));
  REQUIRE(read.ok());
  CHECK(read->settings == saved.settings);
  CHECK(read->weights.shape == saved.weights.shape);
  CHECK(read->weights.layer == saved.weights.layer);
  CHECK(read->weights.gains == saved.weights.gains);
  REQUIRE(read->history.size() == 2);
  CHECK(read->history[1].train_accuracy == 1.0 / 3);
  CHECK(read->history[1].test_seconds == 8);
}

TEST_CASE("a saved network cut anywhere, or with one byte changed in its weights, is refused") {
  const test::TemporaryFolder folder;
  REQUIRE(write_saved(folder.path("net"), some_network()).ok());
  const std::string bytes = *io::read_file_bytes(folder.path("net"));
  for (std::size_t n = 0; n < bytes.size(); n += n < 900 ? 1 : 37) {
    INFO(n);
    const auto read = read_saved(folder.file("cut", bytes.substr(0, n)));
    REQUIRE_FALSE(read.ok());
    CHECK(says(read.status(), folder.path("cut")));
  }
  std::string changed = bytes;
  changed[bytes.size() - 20] = static_cast<char>(changed[bytes.size() - 20] ^ 4);
  CHECK(absl::IsDataLoss(read_saved(folder.file("changed", changed)).status()));
  CHECK(absl::IsDataLoss(read_saved(folder.file("longer", bytes + "x")).status()));
  Saved few = some_network();
  few.weights.gains = {2.5};
  REQUIRE(write_saved(folder.path("few"), few).ok());
  CHECK(absl::IsDataLoss(read_saved(folder.path("few")).status()));
  CHECK(says(read_saved(folder.file("other", "volley: 1\n")).status(), "give a file that edlearn saved"));
  CHECK(absl::IsNotFound(read_saved(folder.path("absent")).status()));
}

TEST_CASE("another shape and other settings are named, the number of epochs is free") {
  CHECK(check_shape("f", {784, {64}}, {784, {64}}).ok());
  const absl::Status shape = check_shape("f", {784, {64, 32}}, {785, {128}});
  CHECK(says(shape, "f holds a network of 784 pixels and 64,32 hidden neurons per class"));
  CHECK(says(shape, "this run asks for 785 pixels and 128 hidden"));
  Settings a, b;
  b.epochs = 77;
  b.save_fig = "x";
  CHECK(app::check_same_settings("f", settings_line(a), settings_line(b)).ok());
  b.lr = 0.25;
  CHECK(says(app::check_same_settings("f", settings_line(a), settings_line(b)), "lr=0.1"));
  CHECK(says(app::check_same_settings("f", settings_line(a), settings_line(b)), "this one asks for lr=0.25"));
}

TEST_CASE("the learning curve has a point for every epoch and both kinds of images") {
  const std::vector<Epoch> history{{0.5, 0.3, 0.6, 0.2, 0, 0}, {0.7, 0.2, 0.8, 0.1, 0, 0}, {0.9, 0.1, 0.85, 0.1, 0, 0}};
  const std::string svg = learning_curve(history, 5);
  CHECK(count(svg, "<circle") == 12);
  CHECK(count(svg, "<polyline") == 4);
  CHECK(count(svg, ">5</text>") == 2);
  CHECK(svg != learning_curve({history[0], history[1], {0.9, 0.1, 0.86, 0.1, 0, 0}}, 5));
  CHECK(count(learning_curve({}, 5), "<circle") == 0);
  CHECK(curve_csv(history).find("2,0.800000,0.100000,0.700000,0.200000\n") != std::string::npos);
}

TEST_CASE("the heat map draws every neuron that fired, darkest where it fired most, and says what has no spikes") {
  std::vector<LayerActivity> layers{{"input", 1, true, {0, 3, 7, 0, 0, 1}},
                                    {"hidden 1", 2, true, {0, 0, 5, 0}},
                                    {"output", 2, false, {0.25f, 0.75f}}};
  const std::string svg = heat_map(layers, 3, {4, 9});
  CHECK(count(svg, R"(width="6" height="6" fill=)") == 6 + 2);  // the outputs' frames are single cells, too
  CHECK(count(svg, "11 spikes, at most 7 of one neuron") == 1);
  CHECK(count(svg, "rates, no spikes in this layer; largest 0.750") == 1);
  CHECK(count(svg, "a 4, answered with 9") == 1);
  layers[1].value[2] = 0;
  CHECK(count(heat_map(layers, 3, {4, 9}), R"(width="6" height="6" fill=)") == 5 + 2);
}

TEST_CASE("the page renews itself until the training is over") {
  const test::TemporaryFolder folder;
  const std::vector<LayerActivity> layers{{"input", 1, true, {1, 2}}};
  REQUIRE(write_figures(folder.path("figures"), "a <title>", "epoch 1", {}, 3, layers, 2, {}, false).ok());
  const std::string live = *io::read_file_bytes(folder.path("figures/live.html"));
  CHECK(count(live, "http-equiv=\"refresh\"") == 1);
  CHECK(count(live, "<svg") == 2);
  CHECK(count(live, "a &lt;title&gt;") == 2);
  REQUIRE(write_figures(folder.path("figures"), "t", "finished", {}, 3, layers, 2, {}, true).ok());
  CHECK(count(*io::read_file_bytes(folder.path("figures/live.html")), "refresh") == 0);
  CHECK(io::read_file_bytes(folder.path("figures/heat_map.svg"))->find("</svg>") != std::string::npos);
  folder.file("plain", "");
  CHECK(says(write_figures(folder.path("plain"), "", "", {}, 1, layers, 2, {}, true), "is no folder"));
}

}  // namespace volley::edlearn
