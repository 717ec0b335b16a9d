// Runs a fuzz target without libFuzzer, on the same files every time: each seed cut off at many places, then changed
// ones. Part of `make test`. Usage: mutated_<reader> SEEDS CHANGED [CUTS], with at most CUTS cuts of each seed.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "io/file_bytes.h"
#include "tests/fuzz/edits.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

char g_input[256];  // named when a target ends the process

void name_input(int signal) {
  const char text[] = "broken by ";
  static_cast<void>(!write(2, text, sizeof text - 1));
  static_cast<void>(!write(2, g_input, std::strlen(g_input)));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "usage: %s SEEDS CHANGED [CUTS]\n", argv[0]), 2;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  if (files.empty()) return std::fprintf(stderr, "%s: no seeds\n", argv[1]), 2;
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS, SIGILL}) std::signal(signal, name_input);
  const unsigned long changed = std::strtoul(argv[2], nullptr, 10);
  const std::size_t most_cuts = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : SIZE_MAX;

  std::size_t cuts = 0;
  std::vector<std::string> seeds;
  for (const auto& file : files) {
    const auto bytes = volley::io::read_file_bytes(file.string());
    if (!bytes.ok()) return std::fprintf(stderr, "%s\n", bytes.status().ToString().c_str()), 2;
    seeds.push_back(*bytes);
    const std::size_t step = bytes->size() / most_cuts + 1;
    for (std::size_t size = 0; size <= bytes->size(); size += step, ++cuts) {
      std::snprintf(g_input, sizeof g_input, "%s cut off after %zu bytes\n", file.filename().c_str(), size);
      run(bytes->substr(0, size));
    }
  }
  for (unsigned long i = 0; i < changed; ++i) {
    const std::size_t which = i % seeds.size();
    std::string bytes = seeds[which];
    std::snprintf(g_input, sizeof g_input, "%s with edits %lu\n", files[which].filename().c_str(), i + 1);
    bytes.resize(
        volley::test::edit(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size(), static_cast<unsigned>(i + 1)));
    run(bytes);
  }
  std::printf("%zu files cut off and %lu changed\n", cuts, changed);
  return 0;
}
