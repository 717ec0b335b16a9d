// Arrows between folders point inward, as kMayInclude states: every #include of the tree is read, and a wrong
// one fails.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace volley::test {
namespace {

namespace fs = std::filesystem;

// What the files of a folder may include of ours.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"engine", {"engine"}},
    {"models", {"engine", "models"}},
    {"learning", {"engine", "learning"}},
    {"io", {"engine", "io"}},
    {"hardware", {"engine", "models", "hardware"}},
    {"apps", {"engine", "models", "learning", "io", "hardware", "apps"}},
};

struct Tree {
  std::size_t includes = 0;
  std::vector<std::string> wrong;  // "engine/a.h:3: includes models/b.h"
};

bool is_source(const fs::path& path) { return path.extension() == ".h" || path.extension() == ".cpp"; }

void read_file(const fs::path& root, const fs::path& path, const std::set<std::string>& allowed, Tree& tree) {
  static const std::regex kInclude(R"re(^\s*#\s*include\s*"([^"]+)")re");
  std::ifstream file(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    std::smatch match;
    if (!std::regex_search(line, match, kInclude)) continue;
    const std::string target = match[1];
    const std::string folder = target.substr(0, target.find('/'));
    const std::string where = fs::relative(path, root).string() + ":" + std::to_string(number) + ": includes " + target;
    // Libraries that are included with quotes (absl/...) are not ours.
    const bool ours = kMayInclude.contains(folder) || folder == "tests" || target.find('/') == std::string::npos;
    if (!ours) continue;
    ++tree.includes;
    if (target.find('/') == std::string::npos) {
      tree.wrong.push_back(where + ", must be named from the root of the tree");
    } else if (!allowed.contains(folder)) {
      tree.wrong.push_back(where);
    } else if (!fs::exists(root / target)) {
      tree.wrong.push_back(where + ", which does not exist");
    }
  }
}

Tree read_tree(const fs::path& root) {
  Tree tree;
  for (const auto& [folder, allowed] : kMayInclude) {
    if (!fs::exists(root / folder)) continue;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.is_regular_file() && is_source(entry.path())) read_file(root, entry.path(), allowed, tree);
    }
  }
  std::sort(tree.wrong.begin(), tree.wrong.end());
  return tree;
}

}  // namespace

TEST_CASE("no file includes against the arrows") {
  const Tree tree = read_tree(VOLLEY_SOURCE_DIR);
  CHECK(tree.includes > 200);
  for (const std::string& wrong : tree.wrong) FAIL_CHECK(wrong);
}

TEST_CASE("wrong arrows are found in a tree made up of them") {
  const TemporaryFolder folder;
  for (const auto& [name, allowed] : kMayInclude) fs::create_directories(fs::path(folder.path(name)) / "deep");
  folder.file("engine/time.h", "#include <chrono>\n#include \"absl/status/status.h\"\n");
  folder.file("engine/bad.cpp", "#include \"engine/time.h\"\n#include \"models/lif.h\"\n");
  folder.file("models/lif.h",
              "  #  include \"io/deep/bad.h\"\n#include \"engine/time.h\"\n// #include \"apps/no.h\"\n");
  folder.file("io/deep/bad.h", "#include \"hardware/chip.h\"\n#include \"engine/gone.h\"\n#include \"bad.h\"\n");
  folder.file("hardware/chip.h", "#include \"models/lif.h\"\n#include \"tests/support/main.h\"\n");
  folder.file("apps/main.cpp", "#include \"io/deep/bad.h\"\n#include \"hardware/chip.h\"\n#include \"models/lif.h\"\n");
  const Tree tree = read_tree(folder.path(""));
  CHECK(tree.wrong == std::vector<std::string>{
                          "engine/bad.cpp:2: includes models/lif.h",
                          "hardware/chip.h:2: includes tests/support/main.h",
                          "io/deep/bad.h:1: includes hardware/chip.h",
                          "io/deep/bad.h:2: includes engine/gone.h, which does not exist",
                          "io/deep/bad.h:3: includes bad.h, must be named from the root of the tree",
                          "models/lif.h:1: includes io/deep/bad.h",
                      });
  CHECK(tree.includes == 12);
}

}  // namespace volley::test
