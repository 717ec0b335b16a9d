// Writes valid files for the fuzzers to start from: FOLDER/<fuzzer>/<name>.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "io/bs1.h"
#include "io/file_bytes.h"
#include "io/nest_ascii.h"
#include "io/nmnist.h"
#include "io/spike_csv.h"
#include "tests/io/recording_support.h"
#include "tests/support/hdf5_writer.h"

namespace {

namespace fs = std::filesystem;
using namespace volley;

void spikes(const fs::path& folder) {
  const io::SpikeList list{{kStart, 0}, {Time{Duration{2'100'000'000}}, 1156}, {Time{Duration{17'000'000}}, 2311}};
  const auto write = [&](const char* name, const std::string& bytes) {
    if (!io::write_file_bytes(folder / name, bytes).ok()) std::abort();
  };
  write("bs1", std::string(1, '\0') + io::encode_bs1(list, "").value());
  write("nmnist", "\1" + io::encode_nmnist(list, "").value() + std::string("\0\360\0\0\1", 5));
  write("csv", "\2" + io::encode_spike_csv(list));
  write("csv_population", "\2timestamps population node_ids\n1.5e0 \"v1\" 3\n# x\n20.0 v1 0\n");
  write("dat", "\3" + io::encode_nest_dat(list));
  write("steps", "\3#\n#\nsender\ttime_step\ttime_offset\n1\t21\t0.000\n3\t44\t0.050\n");
}

void neuron(test::Hdf5Writer& file, const std::string& layer) {
  file.text(layer + "/neuron/type", "CUBA");
  file.number(layer + "/neuron/iDecay", 4096);
  file.number(layer + "/neuron/vDecay", 409);
  file.number(layer + "/neuron/vThMant", 6);
}

void lava_net(const fs::path& folder) {
  {
    test::Hdf5Writer file(folder / "dense");
    file.text("/layer/0/type", "dense");
    file.numbers("/layer/0/shape", {2}, {1}, H5T_STD_I64LE);
    file.numbers("/layer/0/weight", {1, 0, -3, 4, 5, 6}, {2, 3});
    neuron(file, "/layer/0");
  }
  test::Hdf5Writer file(folder / "conv");
  file.text("/layer/0/type", "input");
  file.numbers("/layer/0/shape", {2, 3, 4}, {3}, H5T_STD_I64LE);
  file.text("/layer/1/type", "conv");
  file.numbers("/layer/1/shape", {2, 2, 4}, {3}, H5T_STD_I64LE);
  file.numbers("/layer/1/weight", {10, 20, 30, 40}, {2, 1, 2, 1, 1});
  file.numbers("/layer/1/stride", {2, 1}, {2}, H5T_STD_I64LE);
  file.numbers("/layer/1/padding", {1, 0}, {2}, H5T_STD_I64LE);
  file.number("/layer/1/groups", 2);
  file.numbers("/layer/1/bias", {5, -6}, {2});
  neuron(file, "/layer/1");
  file.text("/layer/2/type", "flatten");
}

void recording(const fs::path& folder) {
  io::RunMetadata run = io::small_run();
  run.plan.network.state_probes = {{"exc", {0, 3}, "v", kStart, Duration{1'000'000'000}, {}}};
  const auto recorder = io::Recorder::create(folder / "run.h5", run, {.chunk_spikes = 8});
  if (!recorder.ok()) std::abort();
  const std::vector<Spike> spikes = io::SpikeMaker().next(20);
  const double volts[] = {-65, -64};
  const TraceSample sample{0, kStart, volts};
  if (!(*recorder)->on_window(io::window_of(spikes, spikes.back().at + Duration{1}, {&sample, 1})).ok()) std::abort();
  test::Hdf5Writer sonata(folder / "sonata.h5");
  sonata.numbers("/spikes/v1/timestamps", {2.5, 1, 7}, {3}, H5T_IEEE_F64LE);
  sonata.numbers("/spikes/v1/node_ids", {1, 0, 2}, {3}, H5T_STD_U64LE);
  test::Hdf5Writer old(folder / "old.h5");
  old.numbers("/spikes/timestamps", {2.5, 1, 7}, {3}, H5T_IEEE_F64LE);
  old.numbers("/spikes/gids", {1, 0, 2}, {3}, H5T_STD_U64LE);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: fuzz_seeds FOLDER\n"), 2;
  const fs::path root = argv[1];
  for (const char* name : {"lava_net", "recording", "spikes", "yaml_network"}) fs::create_directories(root / name);
  spikes(root / "spikes");
  lava_net(root / "lava_net");
  recording(root / "recording");
  for (const auto& example : fs::directory_iterator(fs::path(VOLLEY_SOURCE_DIR) / "apps" / "examples")) {
    if (example.path().extension() != ".yaml") continue;
    fs::copy_file(example, root / "yaml_network" / example.path().filename(), fs::copy_options::overwrite_existing);
  }
  return 0;
}
