// loihi_vectors DIR: runs every conformance case of a folder laid out like data/loihi/vectors through the engine, uncut
// and cut into slices of two neurons on two threads, and checks its tables T1 to T3. One line per case: pass, or the
// first difference or missing row; then the totals. A folder with a MANIFEST.csv must have all cases that it names, and
// the tables. Exit code 0 when everything passes, 1 when something does not, 2 for a wrong call.

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string>

#include "tests/support/loihi_case.h"
#include "tests/support/loihi_tables.h"

namespace {

using namespace volley::test;

// "" or what is wrong.
std::string check_case(const std::string& folder, const std::string& name, std::string& remark) {
  const LoihiCase c = read_loihi_case(folder, name);
  remark = std::to_string(c.neurons) + " neurons, " + std::to_string(c.steps) + " steps, " +
           std::to_string(c.trace.size()) + " rows" + (c.sha256.empty() ? "" : ", hash of the full trace");
  for (const std::string& key : c.ignored) remark += ", ignored: " + key;
  if (std::string d = first_difference(c, run_loihi_case(c, {})); !d.empty()) return d;
  const std::string cut = first_difference(c, run_loihi_case(c, {.seed = 1, .threads = 2, .slice_size = 2}));
  return cut.empty() ? "" : "in slices of two: " + cut;
}

// Those with a description, and those that the manifest names.
std::set<std::string> case_names(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") names.insert(entry.path().stem().string());
  }
  std::ifstream manifest(folder + "/MANIFEST.csv");
  std::string line;
  std::getline(manifest, line);
  while (std::getline(manifest, line)) {
    if (const std::string name = line.substr(0, line.find(',')); !name.empty() && name != "\r") names.insert(name);
  }
  return names;
}

int run(const std::string& folder) {
  int passed = 0, failed = 0;
  const auto report = [&](const std::string& name, const std::function<std::string(std::string&)>& check) {
    std::string remark, problem;
    try {
      problem = check(remark);
    } catch (const std::exception& e) {
      problem = e.what();
    }
    ++(problem.empty() ? passed : failed);
    if (problem.empty()) {
      std::printf("%s: pass%s%s%s\n", name.c_str(), remark.empty() ? "" : " (", remark.c_str(),
                  remark.empty() ? "" : ")");
    } else {
      std::printf("%s: FAIL: %s\n", name.c_str(), problem.c_str());
    }
  };
  const bool is_whole = std::filesystem::exists(folder + "/MANIFEST.csv");
  for (const std::string& name : case_names(folder)) {
    report(name, [&](std::string& remark) { return check_case(folder, name, remark); });
  }
  const std::pair<const char*, std::string (*)(const std::string&)> tables[] = {
      {"T1_decay", check_decay_table}, {"T2_weights", check_weight_table}, {"T3_wrap_edges", check_wrap_table}};
  for (const auto& [name, check] : tables) {
    const std::string path = folder + "/" + name + ".csv";
    const bool there = std::filesystem::exists(path);
    if (!there && !is_whole) continue;
    report(name, [&, check = check](std::string&) { return there ? check(path) : "the table is missing"; });
  }
  if (passed + failed == 0) {
    std::fprintf(stderr, "%s: holds neither cases (*.json) nor tables (T1_decay.csv ...)\n", folder.c_str());
    return 1;
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    std::fprintf(stderr, "usage: loihi_vectors DIR, where DIR holds <case>.json, <case>_trace.csv, ...\n");
    return 2;
  }
  try {
    return run(argv[1]);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
