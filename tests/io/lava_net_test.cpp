#include "io/lava_net.h"

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "io/file_bytes.h"
#include "io/sha256.h"
#include "tests/support/hdf5_writer.h"
#include "tests/support/temporary_folder.h"

namespace volley::io {
namespace {

using namespace std::chrono_literals;
using test::Hdf5Writer;
using test::TemporaryFolder;

void neuron(Hdf5Writer& file, const std::string& layer, const std::string& type = "CUBA") {
  file.text(layer + "/neuron/type", type);
  file.number(layer + "/neuron/iDecay", 4096);
  file.number(layer + "/neuron/vDecay", 409);
  file.number(layer + "/neuron/vThMant", 6);
  file.number(layer + "/neuron/refDelay", 1);
}

void dense(Hdf5Writer& file, const std::string& layer, hsize_t outputs, const std::vector<double>& weights) {
  file.text(layer + "/type", "dense");
  file.numbers(layer + "/shape", {static_cast<double>(outputs)}, {1}, H5T_STD_I64LE);
  file.numbers(layer + "/weight", weights, {outputs, weights.size() / outputs});
  neuron(file, layer);
}

void convolution(Hdf5Writer& file, const std::string& layer, const std::vector<double>& shape,
                 const std::vector<double>& weights, const std::vector<hsize_t>& weight_shape) {
  file.text(layer + "/type", "conv");
  file.numbers(layer + "/shape", shape, {3}, H5T_STD_I64LE);
  file.numbers(layer + "/weight", weights, weight_shape);
  neuron(file, layer, "LOIHI");
}

// Three inputs, two neurons, one neuron.
std::string small_net(const TemporaryFolder& folder) {
  const std::string path = folder.path("small.net");
  Hdf5Writer file(path);
  dense(file, "/layer/0", 2, {1, 0, -3, 4, 5, 6});
  dense(file, "/layer/1", 1, {-128, 127});
  file.numbers("/layer/1/bias", {7}, {1});
  return path;
}

std::string error_of(const absl::StatusOr<RunPlan>& plan) {
  return plan.ok() ? "no error" : std::string(plan.status().message());
}

// (source, target) to (weight, delay)
std::map<std::pair<int, int>, std::pair<float, Duration>> edges_of(const ProjectionSpec& projection) {
  std::map<std::pair<int, int>, std::pair<float, Duration>> edges;
  for (const Edge& e : std::get<Explicit>(projection.rule).edges) edges[{e.source, e.target}] = {e.weight, e.delay};
  return edges;
}

TEST_CASE("dense layers become populations and explicit integer weights") {
  const TemporaryFolder folder;
  const std::string path = small_net(folder);
  const auto plan = read_lava_net(path);
  INFO(error_of(plan));
  REQUIRE(plan.ok());
  const Network& n = plan->network;
  CHECK(n.name == "small");
  REQUIRE(n.sources.size() == 1);
  CHECK(n.sources[0].name == "input");
  CHECK(n.sources[0].size == 3);
  REQUIRE(n.populations.size() == 2);
  CHECK(n.populations[0].name == "layer0");
  CHECK(n.populations[0].model == "loihi_cuba");
  CHECK(n.populations[0].size == 2);
  CHECK(std::get<double>(n.populations[0].parameters.at("du")) == 4095);
  CHECK(std::get<double>(n.populations[0].parameters.at("dv")) == 409);
  CHECK(std::get<double>(n.populations[0].parameters.at("vth_mant")) == 6);
  CHECK(std::get<std::string>(n.populations[0].parameters.at("threshold")) == "at_least");
  CHECK(n.populations[0].parameters.count("bias_mant") == 0);
  CHECK(std::get<double>(n.populations[1].parameters.at("bias_mant")) == 7);
  CHECK(std::get<double>(n.populations[1].parameters.at("bias_exp")) == 6);
  REQUIRE(n.projections.size() == 2);
  CHECK(n.projections[0].source == "input");
  CHECK(n.projections[1].source == "layer0");
  CHECK(n.projections[1].target == "layer1");
  using Edges = std::map<std::pair<int, int>, std::pair<float, Duration>>;
  CHECK(edges_of(n.projections[0]) == Edges{{{0, 0}, {64.f, 1ms}},
                                            {{2, 0}, {-192.f, 1ms}},
                                            {{0, 1}, {256.f, 1ms}},
                                            {{1, 1}, {320.f, 1ms}},
                                            {{2, 1}, {384.f, 1ms}}});
  CHECK(edges_of(n.projections[1]) == Edges{{{0, 0}, {-8192.f, 1ms}}, {{1, 0}, {8128.f, 1ms}}});
  CHECK(n.spike_probes.size() == 2);
  REQUIRE(plan->inputs.size() == 1);
  CHECK(plan->inputs[0].sha256 == sha256_file(path).value());
}

TEST_CASE("the step and the comparison at the threshold can be chosen") {
  const TemporaryFolder folder;
  const auto plan = read_lava_net(small_net(folder), {.step = 2ms, .at_least = false});
  REQUIRE(plan.ok());
  CHECK(std::get<std::string>(plan->network.populations[0].parameters.at("threshold")) == "above");
  CHECK(std::get<Explicit>(plan->network.projections[1].rule).edges[0].delay == 2ms);
  CHECK(std::get<double>(plan->network.populations[0].parameters.at("dt")) == 2);
}

TEST_CASE("a convolution becomes the rows of its cross-correlation") {
  const TemporaryFolder folder;
  const std::string path = folder.path("conv.net");
  {
    Hdf5Writer file(path);
    file.text("/layer/0/type", "input");
    file.numbers("/layer/0/shape", {2, 3, 4}, {3}, H5T_STD_I64LE);
    // Two groups; a kernel of 2 x 1; stride (2, 1); padding (1, 0): the height is (3 + 2 - 2) / 2 + 1 = 2.
    convolution(file, "/layer/1", {2, 2, 4}, {10, 20, 30, 40}, {2, 1, 2, 1, 1});
    file.numbers("/layer/1/stride", {2, 1}, {2}, H5T_STD_I64LE);
    file.numbers("/layer/1/padding", {1, 0}, {2}, H5T_STD_I64LE);
    file.number("/layer/1/groups", 2);
    file.numbers("/layer/1/bias", {5, -6}, {2});
    file.text("/layer/2/type", "flatten");
    dense(file, "/layer/3", 1, std::vector<double>(16, 1));
  }
  const auto plan = read_lava_net(path);
  INFO(error_of(plan));
  REQUIRE(plan.ok());
  const Network& n = plan->network;
  CHECK(n.sources[0].size == 24);
  REQUIRE(n.populations.size() == 2);
  CHECK(n.populations[0].name == "layer1");
  CHECK(n.populations[0].shape == std::vector<std::uint32_t>{2, 2, 4});
  CHECK(std::get<std::string>(n.populations[0].parameters.at("threshold")) == "above");
  const auto& bias = std::get<std::vector<double>>(n.populations[0].parameters.at("bias_mant"));
  CHECK(bias[7] == 5);
  CHECK(bias[8] == -6);
  const auto edges = edges_of(n.projections[0]);
  const auto weight = [&](int channel, int y, int x, int out_y, int out_x) {
    const auto found = edges.find({(channel * 3 + y) * 4 + x, (channel * 2 + out_y) * 4 + out_x});
    return found == edges.end() ? 0.f : found->second.first / 64;
  };
  for (int x = 0; x < 4; ++x) {
    CHECK(weight(0, 0, x, 0, x) == 20);  // the row above is padding
    CHECK(weight(0, 1, x, 1, x) == 10);
    CHECK(weight(0, 2, x, 1, x) == 20);
    CHECK(weight(1, 0, x, 0, x) == 40);
    CHECK(weight(1, 1, x, 1, x) == 30);
    CHECK(weight(1, 2, x, 1, x) == 40);
  }
  CHECK(edges.size() == 24);
  CHECK(n.projections[1].target == "layer3");
  CHECK(edges_of(n.projections[1]).size() == 16);
}

TEST_CASE("a first convolution needs the shape of its input") {
  const TemporaryFolder folder;
  const std::string path = folder.path("conv.net");
  {
    Hdf5Writer file(path);
    convolution(file, "/layer/0", {1, 2, 2}, {1, 2, 3, 4}, {1, 1, 2, 2});
  }
  CHECK(error_of(read_lava_net(path))
            .find("/layer/0: a convolution of an input of shape (), must be (channels, height, width); "
                  "set input_shape") != std::string::npos);
  const auto plan = read_lava_net(path, {.input_shape = {{1, 3, 3}}});
  REQUIRE(plan.ok());
  CHECK(plan->network.sources[0].size == 9);
  CHECK(edges_of(plan->network.projections[0]).size() == 16);
}

TEST_CASE("what is not supported is refused with its HDF5 path") {
  const TemporaryFolder folder;
  const auto refusal = [&](const std::function<void(Hdf5Writer&)>& write, const LavaNetOptions& options = {}) {
    const std::string path = folder.path("bad.net");
    {
      Hdf5Writer file(path);
      write(file);
    }
    return error_of(read_lava_net(path, options)).substr(path.size());
  };
  CHECK(refusal([](Hdf5Writer& f) { f.text("/layer/0/type", "pool"); }) ==
        ":/layer/0/type: layer `pool`, must be input, dense, conv or flatten");
  CHECK(refusal([](Hdf5Writer& f) { f.number("/something", 1); }) == ":/layer: no such group; not a lava-dl network");
  CHECK(refusal([](Hdf5Writer& f) { f.group("/layer"); }) == ":/layer: 0 layers, must be 1 to 10000");
  CHECK(refusal([](Hdf5Writer& f) { dense(f, "/layer/1", 1, {1}); }) ==
        ":/layer/0: is missing; 1 layers are numbered from 0");
  CHECK(refusal([](Hdf5Writer& f) { f.text("/layer/0/type", "flatten"); }) ==
        ":/layer: no dense or conv layer, must be at least one");
  CHECK(refusal([](Hdf5Writer& f) { dense(f, "/layer/0", 1, {0.5}); }) ==
        ":/layer/0/weight: 0.5, must be a whole number from -32767 to 32767");
  CHECK(refusal([](Hdf5Writer& f) {
          dense(f, "/layer/0", 1, {20000});
          f.number("/layer/0/neuron/wgtExp", 1);
        }) == ":/layer/0/weight: 20000 times 2^1 (neuron/wgtExp), must be within +-32767");
  CHECK(refusal([](Hdf5Writer& f) {
          dense(f, "/layer/0", 2, {1, 2});
          dense(f, "/layer/1", 1, {1, 2, 3});
        }) == ":/layer/1: weight has 3 inputs, the layer before has 2 outputs of shape (2)");
  CHECK(refusal([](Hdf5Writer& f) {
          dense(f, "/layer/0", 1, {1});
          f.number("/layer/0/neuron/gradedSpike", 1);
        }) == ":/layer/0/neuron/gradedSpike: 1, must be a whole number from 0 to 0");
  CHECK(refusal([](Hdf5Writer& f) {
          dense(f, "/layer/0", 1, {1});
          f.number("/layer/0/delay", 3);
        }).find(":/layer/0/delay: axonal delays") == 0);
  CHECK(refusal(
            [](Hdf5Writer& f) {
              dense(f, "/layer/0", 2, {1, 2, 3, 4});
            },
            {.max_synapses = 3}) == ":/layer/0: 4 synapses, must be at most 3 in what is left of max_synapses");
  CHECK(refusal([](Hdf5Writer& f) {
          f.text("/layer/0/type", "dense");
          f.numbers("/layer/0/shape", {1}, {1});
          f.text("/layer/0/neuron/type", "SDNN");
        }) == ":/layer/0/neuron/type: neuron `SDNN`, must be CUBA or LOIHI; export the network with a CUBA block");
  CHECK(refusal(
            [](Hdf5Writer& f) {
              convolution(f, "/layer/0", {1, 3, 3}, {1, 2, 3, 4}, {1, 1, 2, 2});
            },
            {.input_shape = {{1, 3, 3}}}) ==
        ":/layer/0: shape (1, 3, 3), but the convolution of (1, 3, 3) has height 2");
}

TEST_CASE("a step without length is refused") {
  const TemporaryFolder folder;
  CHECK(error_of(read_lava_net(small_net(folder), {.step = 0ms})).find("step 0 ms, must be above 0") !=
        std::string::npos);
}

TEST_CASE("a missing file is not found") {
  CHECK(read_lava_net("/no/such.net").status().code() == absl::StatusCode::kNotFound);
}

TEST_CASE("a network file cut at any byte is refused") {
  const TemporaryFolder folder;
  const std::string whole = read_file_bytes(small_net(folder)).value();
  REQUIRE(whole.size() > 1000);
  for (std::size_t size = 0; size < whole.size(); size += size < 1024 ? 1 : 31) {
    INFO("cut to " << size << " of " << whole.size() << " bytes");
    CHECK_FALSE(read_lava_net(folder.file("cut.net", whole.substr(0, size))).ok());
  }
}

TEST_CASE("spikes go to their nearest step, ties to the even one, and meet once") {
  const SpikeList binned = bin_to_steps(
      {{kStart + 2500us, 1}, {kStart + 1500us, 1}, {kStart + 499us, 3}, {kStart + 3500us, 0}, {kStart + 500us, 2}},
      1ms);
  CHECK(binned == SpikeList{{kStart, 2}, {kStart, 3}, {kStart + 2ms, 1}, {kStart + 4ms, 0}});
}

}  // namespace
}  // namespace volley::io
