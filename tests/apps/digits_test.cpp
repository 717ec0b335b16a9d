// Unsupervised digits: the vote, the network's rule, what is kept of a training, and wrong input.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "apps/digits/run.h"
#include "apps/digits/saved.h"
#include "apps/digits/viewer.h"
#include "apps/digits/vote.h"
#include "tests/apps/program.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

namespace volley::digits {
namespace {

std::vector<double> sums(const Learned& state, std::uint32_t neurons) {
  std::vector<double> sum(neurons);
  for (std::size_t s = 0; s < state.weight.size(); ++s) sum[s % neurons] += static_cast<double>(state.weight[s]);
  return sum;
}

// Two pictures of 16 pixels: one half is white.
std::vector<std::uint8_t> half(bool left) {
  std::vector<std::uint8_t> pixels(16, 0);
  std::fill_n(pixels.begin() + (left ? 0 : 8), 8, std::uint8_t{255});
  return pixels;
}

Settings small() {
  Settings settings;
  settings.neurons = 6;
  settings.norm = 4;
  settings.rate_hz = 150;
  settings.seed = 3;
  settings.inhibition_mv = 40;
  settings.rate_post = 0.1;
  settings.theta_plus_mv = 0.05;
  return settings;
}

TEST_CASE("a vote gives neurons the class they answer most, and averages over neurons of a class") {
  Vote vote(3);
  vote.add(4, std::vector<std::uint32_t>{5, 0, 0});
  vote.add(4, std::vector<std::uint32_t>{4, 1, 0});
  vote.add(7, std::vector<std::uint32_t>{1, 3, 2});
  vote.settle();
  CHECK(std::vector<std::uint32_t>(vote.labels().begin(), vote.labels().end()) == std::vector<std::uint32_t>{4, 7, 7});
  CHECK(vote.answer(std::vector<std::uint32_t>{3, 2, 3}) == 4);
  CHECK(vote.answer(std::vector<std::uint32_t>{2, 2, 3}) == 7);
}

TEST_CASE("neurons come to stand for one of two pictures, and their weights keep their sum") {
  const Settings settings = small();
  Learned state = beginning(settings, 16);
  for (const double sum : sums(state, 6)) CHECK(sum == Approx(4 * kLift).epsilon(1e-5));
  auto viewer = Viewer::make(settings, state, true);
  INFO(viewer.status());
  REQUIRE(viewer.ok());
  for (std::uint64_t k = 0; k < 300; ++k) REQUIRE((*viewer)->show(half(k % 2 == 0), k).ok());
  const Learned trained = *(*viewer)->learned();
  int left = 0, right = 0;
  for (std::uint32_t n = 0; n < 6; ++n) {
    double of_left = 0, all = 0;
    for (std::uint32_t p = 0; p < 16; ++p) {
      const auto w = static_cast<double>(trained.weight[p * 6 + n]);
      CHECK(w >= 0);
      CHECK(w <= kLift * 1.000001);
      all += w;
      if (p < 8) of_left += w;
    }
    CHECK(all <= 4 * kLift * 1.01);
    left += of_left > 0.9 * all;
    right += of_left < 0.1 * all;
    CHECK(trained.theta[n] > 0);
  }
  CHECK(left >= 1);
  CHECK(right >= 1);
  CHECK(left + right == 6);

  // What does not learn answers and stays as it is.
  auto still = Viewer::make(settings, trained, false);
  for (std::uint64_t k = 0; k < 20; ++k) REQUIRE((*still)->show(half(k % 2 == 0), k).ok());
  const Learned after = *(*still)->learned();
  CHECK(after.weight == trained.weight);
  CHECK((*still)->output_spikes() > 20);
}

TEST_CASE("a saved network is read back to the bit, and refused by another shape") {
  const Settings settings = small();
  const test::TemporaryFolder folder;
  const Saved saved{beginning(settings, 16), 2};
  REQUIRE(save(folder.path("net"), settings, saved).ok());
  const auto again = load(folder.path("net"), settings, 16);
  INFO(again.status());
  REQUIRE(again.ok());
  CHECK(again->passes == 2);
  CHECK(again->state.weight == saved.state.weight);
  CHECK(again->state.theta == saved.state.theta);
  Settings other = settings;
  other.neurons = 7;
  CHECK(app::contains(std::string(load(folder.path("net"), other, 16).status().message()), "6 neurons on 16 pixels"));
  CHECK(load(folder.path("net"), other, 16).status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(load(folder.path("none"), settings, 16).status().code() == absl::StatusCode::kNotFound);
  std::ofstream(folder.path("net/input.csv")) << "source,target,weight,delay_ms\n0,0,1,1\n";
  CHECK(load(folder.path("net"), settings, 16).status().code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("the program trains on real digits, and its network is one that volley runs") {
  const auto data = test::shared_data("mnist/train-images-idx3-ubyte.gz");
  if (!data) return;
  const std::string root = std::filesystem::path(*data).parent_path().parent_path().string();
  const app::Folder folder;
  const app::Ran ran = folder.shell("'" DIGITS_PROGRAM "' --data '" + root +
                                    "' --neurons 50 --passes 1 --train 1500 --label 500 --test 300 --quiet --save net");
  INFO(ran.err);
  REQUIRE(ran.code == 0);
  const auto at = ran.out.find("images: ");
  REQUIRE(at != std::string::npos);
  CHECK(std::stod(ran.out.substr(at + 8)) > 30);  // chance is 10; after 1,500 images the neurons have only begun
  const app::Ran checked = folder.volley("check net/network.yaml");
  INFO(checked.err);
  CHECK(checked.code == 0);
}

TEST_CASE("wrong input to digits is refused") {
  const app::Folder folder;
  const auto run = [&](const std::string& words) { return folder.shell("'" DIGITS_PROGRAM "' " + words); };
  CHECK(run("--neurons 0").code == 2);
  CHECK(run("--rate -3").code == 2);
  CHECK(run("--neuron 3").code == 2);
  const app::Ran nowhere = run("--data /nowhere");
  CHECK(nowhere.code == 3);
  CHECK(app::contains(nowhere.err, "/nowhere"));
}

}  // namespace
}  // namespace volley::digits
