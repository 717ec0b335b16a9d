// Unsupervised digits: the vote, the network's rule, what is kept of a training, and wrong input.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "apps/digits/checkpoint.h"
#include "apps/digits/saved.h"
#include "apps/digits/training.h"
#include "apps/digits/viewer.h"
#include "apps/digits/vote.h"
#include "io/file_bytes.h"
#include "tests/apps/program.h"
#include "tests/support/idx_files.h"
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
  settings.rest_ms = 850;
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
  // Means of neuron 0: 4.5 for class 4 and 1 for class 7; of neuron 1: 0.5 and 3; of neuron 2: 0 and 2. By parts, two
  // spikes of neuron 0 say 18/11 for class 4, and one of each other 6/7 + 1 for class 7.
  CHECK(vote.answer_by_parts(std::vector<std::uint32_t>{2, 1, 0}) == 4);
  CHECK(vote.answer_by_parts(std::vector<std::uint32_t>{2, 1, 1}) == 7);
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

TEST_CASE("the learning rate falls evenly to what is left of it") {
  Settings settings;
  settings.train = 100;
  settings.passes = 4;
  settings.rate_post = 0.2;
  settings.last_rate = 0.25;
  CHECK(rate_at(settings, 0) == Approx(0.2));
  CHECK(rate_at(settings, 200) == Approx(0.125));
  CHECK(rate_at(settings, 400) == Approx(0.05));
}

TEST_CASE("a checkpoint is read back to the bit, and refused where it does not belong") {
  const Settings settings = small();
  const test::TemporaryFolder folder;
  const std::string path = folder.path("c");
  Checkpoint checkpoint{beginning(settings, 16), 1234};
  checkpoint.state.theta[2] = 1.0 / 3;
  REQUIRE(write_checkpoint(path, settings, checkpoint).ok());
  const auto again = read_checkpoint(path, settings, 16);
  INFO(again.status());
  REQUIRE(again.ok());
  CHECK(again->shown == 1234);
  CHECK(again->state.weight == checkpoint.state.weight);
  CHECK(again->state.theta == checkpoint.state.theta);

  const auto refusal = [](const auto& result) { return std::string(result.status().message()); };
  Settings other = settings;
  other.neurons = 7;
  CHECK(app::contains(refusal(read_checkpoint(path, other, 16)), "6 neurons on 16 pixels, must be 7 on 16"));
  other = settings;
  other.theta_plus_mv = 2;
  CHECK(app::contains(refusal(read_checkpoint(path, other, 16)), "theta-plus=0.05; this one asks for theta-plus=2"));
  other = settings;
  other.test = 17;  // counts for nothing that is learnt
  CHECK(read_checkpoint(path, other, 16).ok());

  const std::string bytes = *io::read_file_bytes(path);
  for (std::size_t length = 0; length < bytes.size(); length += 7) {
    CHECK(!read_checkpoint(folder.file("cut", bytes.substr(0, length)), settings, 16).ok());
  }
  std::string changed = bytes;
  changed[bytes.size() - 20] = static_cast<char>(changed[bytes.size() - 20] ^ 1);
  CHECK(absl::IsDataLoss(read_checkpoint(folder.file("changed", changed), settings, 16).status()));
  CHECK(absl::IsInvalidArgument(read_checkpoint(folder.file("other", "volley: 1\n"), settings, 16).status()));
  CHECK(absl::IsNotFound(read_checkpoint(folder.path("none"), settings, 16).status()));
}

// Two small passes over a set of 2,100 images: stretches of 1,000, 1,000 and 100.
const char* const kSmallRun =
    "'" DIGITS_PROGRAM
    "' --data . --neurons 10 --passes 2 --train 2100 --test 50 --label 50 --norm 6 --present 60 --rest 400 --quiet ";

void write_small_set(const app::Folder& folder) {
  const test::SmallSet a = test::small_set(2100, 1), b = test::small_set(50, 2);
  folder.write("train-images-idx3-ubyte", test::idx_images(2100, 5, 6, a.pixels));
  folder.write("train-labels-idx1-ubyte", test::idx_labels(2100, a.labels));
  folder.write("t10k-images-idx3-ubyte", test::idx_images(50, 5, 6, b.pixels));
  folder.write("t10k-labels-idx1-ubyte", test::idx_labels(50, b.labels));
}

TEST_CASE("a training that is killed at any moment goes on to the same bits") {
  const app::Folder folder;
  write_small_set(folder);
  const app::Ran whole = folder.shell(std::string(kSmallRun) + "--checkpoint whole.ckpt --save whole");
  INFO(whole.err);
  REQUIRE(whole.code == 0);
  CHECK(std::count(whole.out.begin(), whole.out.end(), '\n') == 2);

  // Killed as soon as there is a checkpoint, then a little later every time, until a run comes to its end.
  const std::string command = std::string(kSmallRun) + "--checkpoint part.ckpt --save part";
  int kills = 0;
  app::Ran last;
  for (;; ++kills) {
    REQUIRE(kills < 100);
    last = folder.shell(
        "cp part.ckpt before 2>/dev/null; " + command + " & pid=$!; while kill -0 $pid 2>/dev/null && " +
        "{ [ ! -e part.ckpt ] || cmp -s part.ckpt before; }; do sleep 0.01; done; kill -9 $pid 2>/dev/null; wait $pid");
    if (last.code == 0) break;
    REQUIRE(last.code == 137);
    REQUIRE(folder.has("part.ckpt"));
  }
  CHECK(kills >= 2);
  CHECK(folder.read("part.ckpt") == folder.read("whole.ckpt"));
  CHECK(folder.read("part/input.csv") == folder.read("whole/input.csv"));
  CHECK(folder.read("part/neurons.csv") == folder.read("whole/neurons.csv"));
  CHECK(whole.out.ends_with(last.out));

  // A finished one is tested again; one with other settings is refused.
  const app::Ran again = folder.shell(command);
  CHECK(again.code == 0);
  CHECK(whole.out.ends_with(again.out));
  const app::Ran other = folder.shell(command + " --seed 9");
  CHECK(other.code == 2);
  CHECK(app::contains(other.err, "seed=1; this one asks for seed=9"));
}

TEST_CASE("what a spike adds to a threshold goes with the number of neurons, unless it is given") {
  const app::Folder folder;
  write_small_set(folder);
  const auto network = [&](const std::string& more) {
    const app::Ran ran = folder.shell("'" DIGITS_PROGRAM
                                      "' --data . --neurons 10 --passes 1 --train 100 --test 10 --label 10 --norm 6 "
                                      "--quiet --save net " +
                                      more);
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    return folder.read("net/neurons.csv");
  };
  const std::string thresholds = network("");
  CHECK(network("--theta-plus 0.01") == thresholds);
  CHECK(network("--theta-plus 0.4") != thresholds);
}

TEST_CASE("wrong input to digits is refused") {
  const app::Folder folder;
  const auto run = [&](const std::string& words) { return folder.shell("'" DIGITS_PROGRAM "' " + words); };
  for (const char* words : {"--neurons 0", "--neurons -3", "--rate -3", "--rate nan", "--neuron 3", "--last-rate 2",
                            "--held-out -1", "--passes 1.5", "--seed -1"}) {
    INFO(words);
    const app::Ran ran = run(words);
    CHECK(ran.code == 2);
    CHECK(app::contains(ran.err, "error: "));
  }
  const app::Ran nowhere = run("--data /nowhere");
  CHECK(nowhere.code == 3);
  CHECK(app::contains(nowhere.err, "/nowhere"));
  write_small_set(folder);
  CHECK(app::contains(run("--data . --train 2100 --test 50 --label 2101").err, "ask for fewer"));
  CHECK(run("--data . --train 2100 --test 50 --label 50 --checkpoint none/c").code == 2);
  folder.write("full", "");
  CHECK(run("--data . --train 2100 --test 50 --label 50 --save full").code == 2);
  folder.write("part.ckpt", "digits 1\nsettings");
  const app::Ran cut = run("--data . --train 2100 --test 50 --label 50 --checkpoint part.ckpt");
  CHECK(cut.code == 3);
  CHECK(app::contains(cut.err, "cut off or damaged"));
  CHECK(folder.read("part.ckpt") == "digits 1\nsettings");
}

TEST_CASE("what stdout did not take is an error of digits") {
  const app::Folder folder;
  const app::Ran ran = folder.shell("'" DIGITS_PROGRAM "' --help > /dev/full");
  CHECK(ran.code == 1);
  CHECK(app::contains(ran.err, "stdout"));
}

}  // namespace
}  // namespace volley::digits
