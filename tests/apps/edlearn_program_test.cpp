// The built program edlearn, run as a user would.
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "tests/apps/program.h"
#include "tests/support/idx_files.h"

namespace volley::edlearn {
namespace {

using app::contains;
using app::Folder;
using app::Ran;

// A small run: 2 epochs of 60 images.
class Data {
 public:
  Data() { test::write_small_set(folder_); }
  Ran edlearn(const std::string& options) const {
    return here_.shell("'" EDLEARN_PROGRAM "' --data '" + folder_.path("") +
                       "' --train 60 --test 50 --epochs 2 --hidden 4 " + options);
  }
  const test::TemporaryFolder& folder() const { return folder_; }
  const Folder& here() const { return here_; }

 private:
  test::TemporaryFolder folder_;
  Folder here_;
};

// What a run prints, without what clocks say.
std::string results(const Ran& ran) {
  std::string text;
  for (std::size_t at = 0; at < ran.out.size();) {
    const std::size_t end = std::min(ran.out.find('\n', at), ran.out.size());
    const std::string line = ran.out.substr(at, end - at);
    if (!contains(line, "images a second")) text += line.substr(0, line.find_last_of('%')) + "\n";
    at = end + 1;
  }
  return text;
}

}  // namespace

TEST_CASE("every option of a form changes what comes out, and the display does not") {
  const Data data;
  const std::map<std::string, std::vector<std::string>> options = {
      {"--form rate",
       {"--train 61", "--test 51", "--epochs 3", "--fixed", "--fixed --drawn", "--held-out 100", "--hidden 6",
        "--hidden 4,4", "--seed 2", "--lr 0.2", "--lr-decay 0.01", "--ami 0.25", "--dif 0.9", "--sig 0.8", "--w1 0.1",
        "--w2 0.9", "--dead-zone 0.4", "--slope-floor 0.24", "--activation frelu"}},
      {"--form source",
       {"--train 61",
        "--test 51",
        "--epochs 3",
        "--fixed",
        "--held-out 100",
        "--hidden 6",
        "--seed 2",
        "--lr 0.2",
        "--lr-decay 0.01",
        "--ami 0.25",
        "--dif 0.9",
        "--sig 0.8",
        "--w1 0.1",
        "--w2 0.9",
        "--dead-zone 0.4",
        "--slope-floor 0.24",
        "--spike-max-rate 100",
        "--spike-sim-time 80",
        "--spike-dt 0.5",
        "--v-rest -60",
        "--v-threshold -45",
        "--v-reset -60",
        "--tau-m 14",
        "--tau-ref 3",
        "--r-m 60"}},
      {"--form spiking",
       {"--train 61",
        "--test 51",
        "--epochs 3",
        "--fixed",
        "--held-out 100",
        "--hidden 6",
        "--hidden 4,4",
        "--seed 2",
        "--lr 0.2",
        "--lr-decay 0.01",
        "--ami 0.25",
        "--dif 0.9",
        "--sig 0.8",
        "--w1 0.1",
        "--w2 0.9",
        "--dead-zone 0.4",
        "--slope-floor 0.24",
        "--spike-max-rate 100",
        "--spike-sim-time 80",
        "--spike-dt 0.5",
        "--v-rest -66",
        "--v-threshold -59",
        "--v-reset -70",
        "--tau-m 14",
        "--tau-ref 3",
        "--r-m 9",
        "--gain 1",
        "--bias 0.3",
        "--readout spikes",
        "--learn-from pixels"}}};
  for (const auto& [form, list] : options) {
    const Ran plain = data.edlearn(form);
    INFO(plain.err);
    REQUIRE(plain.code == 0);
    CHECK(results(plain) == results(data.edlearn(form)));
    CHECK(results(plain) == results(data.edlearn(form + " --quiet")));
    CHECK(results(plain) == results(data.edlearn(form + " --save-fig figures --viz --save net --checkpoint check" +
                                                 std::to_string(form.size()))));
    for (const std::string& option : list) {
      const Ran changed = data.edlearn(form + " " + option);
      INFO(form << " " << option << "\n" << changed.err);
      REQUIRE(changed.code == 0);
      CHECK(results(changed) != results(plain));
    }
  }
  const Ran frelu = data.edlearn("--form rate --activation frelu");
  CHECK(results(frelu) != results(data.edlearn("--form rate --activation frelu --frelu-offset 0.3")));
  const Ran counts = data.edlearn("--readout spikes");
  CHECK(results(counts) != results(data.edlearn("--readout spikes --target-rate 0.2")));
  const Ran depth = data.edlearn("--form rate --hidden 4,4 --dif 0.9");
  CHECK(results(depth) != results(data.edlearn("--form rate --hidden 4,4 --dif 0.9 --diffusion equal")));
}

TEST_CASE("the source's spelling of options is understood") {
  const Data data;
  CHECK(results(data.edlearn("--form source --tau_m 14 --spike_max_rate 100")) ==
        results(data.edlearn("--form source --tau-m 14 --spike-max-rate 100")));
}

TEST_CASE("wrong options are refused with value, bound and remedy") {
  const Data data;
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"--hidden 0", "--hidden 0, must be an even number from 2 to 6552"},
      {"--hidden 4,0", "--hidden 0, must be"},
      {"--hidden 5", "--hidden 5, must be an even number"},
      {"--hidden 4,x", "--hidden 4,x, must be whole numbers"},
      {"--form source --spike-max-rate -3", "--spike-max-rate -3, must be above 0 Hz"},
      {"--form source --spike-max-rate 1001", "at most one spike per step"},
      {"--form rate --spike-max-rate 100", "form rate does not use it; it belongs to form source and spiking"},
      {"--form source --activation frelu", "it belongs to form rate"},
      {"--lr -1", "--lr -1, must be above 0"},
      {"--w1 0.6", "--w1 0.6, must be from 0 to --w2"},
      {"--train 0", "--train 0, must be at least 1"},
      {"--form rate --train 401", "--train 401: there are 400 training images; ask for fewer"},
      {"--form rate --test 101", "--test 101: there are 100 test images"},
      {"--form source --v-reset -30", "--v-reset -30, must be below --v-threshold"},
      {"--bias 1", "so small that no neuron fires by itself"},
      {"--form foo", "--form: foo, must be one of rate, source, spiking"},
      {"--form 1", "--form: 1, must be one of"},
      {"--seed -1", "-1, must be a whole number from 0"},
      {"--form rate --frelu-offset 0.1", "--frelu-offset: nothing uses it without --activation frelu"},
      {"--target-rate 0.5", "--target-rate: nothing uses it without --readout spikes"},
      {"--export-images 3", "--export-images: nothing uses it without --export"},
      {"--gain 1,2", "--gain 1,2, must be 1 numbers, one per spiking layer"},
      {"--chip tpu", "--chip tpu, must be loihi"},
      {"--form rate --chip loihi", "it belongs to form spiking"},
      {"--viz", "figures need a folder"},
      {"--epochs 0", "at least 1, unless a network is loaded"},
      {"--save /nowhere/net", "/nowhere"},
      {"--save-fig '" EDLEARN_PROGRAM "'", "is no folder and cannot be made one"},
      {"--export '" EDLEARN_PROGRAM "'", "is no folder and cannot be made one"},
      {"--mnist --fashion", "excludes"},
      {"--drawn", "--fixed"},
      {"--nonsense", "--nonsense"}};
  for (const auto& [option, message] : wrong) {
    const Ran ran = data.edlearn(option);
    INFO(option << "\n" << ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, message));
    CHECK(ran.out.empty());
  }
}

TEST_CASE("what stdout did not take is an error of edlearn") {
  const Data data;
  const Ran ran = data.edlearn("--form rate --quiet > /dev/full");
  CHECK(ran.code == 1);
  CHECK(contains(ran.err, "stdout"));
}

TEST_CASE("files that do not belong together, or are damaged, stop a run before it begins") {
  const Data data;
  const auto& folder = data.folder();
  const test::SmallSet set = test::small_set(400, 1);
  const auto refused = [&](const std::string& message, int code) {
    const Ran ran = data.edlearn("--form rate");
    INFO(ran.err);
    CHECK(ran.code == code);
    CHECK(contains(ran.err, message));
    CHECK(ran.out.empty());
  };
  folder.file("train-labels-idx1-ubyte.gz", test::gzipped(test::idx_labels(399, set.labels.substr(1))));
  refused("400 images and", 2);
  const std::string packed = test::gzipped(test::idx_labels(400, set.labels));
  folder.file("train-labels-idx1-ubyte.gz", packed.substr(0, packed.size() / 2));
  refused("cut off or damaged", 3);
  std::filesystem::remove(folder.path("train-labels-idx1-ubyte.gz"));
  refused("no such file", 3);
}

TEST_CASE("a training that is killed goes on from its last epoch and ends with the same network") {
  const Data data;
  for (const std::string form : {"--form rate", "--form spiking", "--form spiking --readout spikes --hidden 4,4"}) {
    data.here().shell("rm -f whole parts checkpoint");
    const std::string options = form + " --train 300 --save ";
    const Ran whole = data.edlearn(options + "whole --epochs 4");
    INFO(whole.err);
    REQUIRE(whole.code == 0);
    // Killed as soon as there is a checkpoint of one epoch at least.
    const std::string program = "'" EDLEARN_PROGRAM "' --data '" + data.folder().path("") + "' --test 50 --hidden 4 ";
    const Ran killed = data.here().shell(program + options +
                                         "parts --epochs 100000 --checkpoint checkpoint & pid=$!; "
                                         "while ! [ -e checkpoint ]; do sleep 0.01; done; kill -9 $pid; wait $pid");
    REQUIRE(killed.code == 137);
    CHECK_FALSE(data.here().has("parts"));
    const std::string done = data.here().read("checkpoint");
    std::size_t epochs = 0;
    for (std::size_t at = done.find("\nepoch "); at != std::string::npos; at = done.find("\nepoch ", at + 1)) ++epochs;
    REQUIRE(epochs >= 1);
    const std::string total = std::to_string(epochs + 2);
    const Ran rest = data.edlearn(options + "parts --checkpoint checkpoint --epochs " + total);
    INFO(rest.err);
    REQUIRE(rest.code == 0);
    CHECK(contains(rest.err, "going on from checkpoint after epoch " + std::to_string(epochs)));
    REQUIRE(data.edlearn(options + "whole --epochs " + total).code == 0);
    const std::string a = data.here().read("whole"), b = data.here().read("parts");
    CHECK(a.substr(a.find("\nweights ")) == b.substr(b.find("\nweights ")));
  }
}

TEST_CASE("a saved network is tested again with the same result, on the chip too, and another shape is refused") {
  const Data data;
  const Ran trained = data.edlearn("--hidden 8 --epochs 3 --train 300 --save net");
  REQUIRE(trained.code == 0);
  const Ran tested = data.edlearn("--hidden 8 --load net --fixed --epochs 0 --test 100 --chip loihi");
  INFO(tested.out << tested.err);
  REQUIRE(tested.code == 0);
  const Ran again = data.edlearn("--hidden 8 --epochs 3 --train 300 --test 100");
  // The last line of the table and the line of the test name the same accuracy.
  const std::size_t at = tested.out.find("tested: ") + 8;
  const std::string accuracy = tested.out.substr(at, tested.out.find(' ', at) - at);
  CHECK(contains(again.out, "last epoch " + accuracy + " %"));
  CHECK(contains(tested.out, "on loihi, integers with weights of 8 bits:"));
  CHECK(contains(tested.out, "exact: " + accuracy + " %"));

  const Ran shape = data.edlearn("--hidden 6 --load net");
  CHECK(shape.code == 2);
  CHECK(contains(shape.err, "net holds a network of 30 pixels and 8 hidden"));
  const Ran readout = data.edlearn("--hidden 8 --load net --readout spikes --epochs 0");
  INFO(readout.err);
  CHECK(readout.code == 2);
  CHECK(
      contains(readout.err, "net holds a network with 1 spiking layers, this run asks for 2; set `--readout sigmoid`"));
  const std::string own = results(data.edlearn("--hidden 8 --load net --epochs 0"));
  CHECK(own != results(data.edlearn("--hidden 8 --load net --epochs 0 --gain 0.5")));
  REQUIRE(data.edlearn("--hidden 8 --form rate --save rates").code == 0);
  CHECK(data.edlearn("--hidden 8 --load rates --readout spikes --epochs 0").code == 0);
  const Ran damaged = data.here().shell("head -c 2000 net > half");
  CHECK(contains(data.edlearn("--hidden 8 --load half").err, "cut off or damaged"));
  CHECK(data.edlearn("--hidden 8 --load half").code == 3);
  REQUIRE(data.edlearn("--checkpoint c").code == 0);
  const Ran other = data.edlearn("--checkpoint c --lr 0.3 --epochs 5");
  CHECK(other.code == 2);
  CHECK(contains(other.err, "this one asks for lr=0.3"));
}

TEST_CASE("an exported network runs with volley, which says how many images it answered, and is priced") {
  const Data data;
  REQUIRE(data.edlearn("--hidden 8 --train 300 --readout spikes --export net --export-images 10").code == 0);
  const Ran run = data.here().volley("run net/network.yaml -o run.h5");
  INFO(run.err);
  REQUIRE(run.code == 0);
  CHECK(contains(run.out, "of 10 windows right"));
  const Ran priced = data.here().volley("energy run.h5 --chip loihi");
  CHECK(priced.code == 0);
  CHECK(contains(priced.out, "synapse"));
  const Ran chip = data.here().volley("run net/network.yaml --chip loihi --weight-bits 8 -o chip.h5");
  INFO(chip.err);
  CHECK(chip.code == 0);
}

TEST_CASE("figures are saved, with real spikes of the spiking form") {
  const Data data;
  REQUIRE(data.edlearn("--save-fig figures").code == 0);
  for (const char* name : {"learning_curve.svg", "heat_map.svg", "curve.csv", "live.html"}) {
    CHECK(data.here().has(std::string("figures/") + name));
  }
  CHECK(contains(data.here().read("figures/heat_map.svg"), "spikes, at most"));
  CHECK(contains(data.here().read("figures/heat_map.svg"), "hidden 1"));
  // The picture is that of the last image shown, a test image, and says so.
  REQUIRE(data.edlearn("--test 100 --save-fig all").code == 0);
  const int last = test::small_set(100, 2).labels.back();
  CHECK(contains(data.here().read("all/heat_map.svg"), "the last image: a " + std::to_string(last) + ", answered"));
  REQUIRE(data.edlearn("--form rate --save-fig rates").code == 0);
  CHECK(contains(data.here().read("rates/heat_map.svg"), "rates, no spikes in this layer"));
}

TEST_CASE("the source form says what it is and prints the published row beside its own") {
  const Data data;
  const Ran ran = data.edlearn("--form source --baselines");
  CHECK(contains(ran.out, "Only the input layer spikes"));
  CHECK(contains(ran.out, "87.60 %"));
  CHECK(contains(ran.out, "logistic regression"));
  CHECK(contains(ran.out, "mean over epochs"));
}

}  // namespace volley::edlearn
