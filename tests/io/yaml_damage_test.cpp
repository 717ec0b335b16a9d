// Damaged descriptions: every one is an error or a plan, and neither takes long nor much memory.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "io/yaml_network.h"
#include "tests/support/full_catalog.h"

namespace {

using namespace volley;

struct Example {
  std::string path;
  std::string text;
};

std::vector<Example> examples() {
  std::vector<Example> all;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(VOLLEY_SOURCE_DIR) + "/apps/examples")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.push_back({entry.path().string(), {std::istreambuf_iterator<char>(file), {}}});
  }
  std::sort(all.begin(), all.end(), [](const Example& a, const Example& b) { return a.path < b.path; });
  return all;
}

// What follows the comment at the head, so that damage goes where it can matter.
std::string_view body(const Example& example) {
  return std::string_view(example.text).substr(example.text.find("volley: 1"));
}

// True if it is a plan. A plan's resolved form must read back to the same network.
bool survives(std::string_view text, const ModelCatalog& models) {
  const auto plan = io::parse_yaml_network(text, "damaged.yaml", {}, models);
  if (!plan.ok()) {
    if (plan.status().code() != absl::StatusCode::kInvalidArgument || plan.status().message().empty()) {
      CAPTURE(text, plan.status().ToString());
      FAIL("an error without a message, or of the wrong kind");
    }
    return false;
  }
  const auto again = io::parse_yaml_network(plan->resolved, "damaged.yaml", {}, models);
  if (!again.ok() || !(again->network == plan->network)) {
    CAPTURE(text, plan->resolved, again.status().message());
    FAIL("the resolved description does not read back");
  }
  return true;
}

void damage(std::string& text, std::mt19937& random) {
  static const std::string kBytes = "0123456789.:-,[]{}&*!|>'\"%@`#\n \t=+/^()~<?eEinfNaNxyz\x04\xff";
  const auto position = [&] { return random() % (text.size() + 1); };
  switch (random() % 6) {
    case 0:
      if (!text.empty()) text[random() % text.size()] = kBytes[random() % kBytes.size()];
      break;
    case 1:
      text.insert(position(), 1, kBytes[random() % kBytes.size()]);
      break;
    case 2:
      text.erase(position(), 1 + random() % 8);
      break;
    case 3:
      text.insert(position(), text.substr(position(), random() % 64));
      break;
    case 4:
      text.insert(position(), std::to_string(random()) + std::to_string(random()));
      break;
    default:
      text.insert(position(), 1 + random() % 40, kBytes[random() % kBytes.size()]);
      break;
  }
}

}  // namespace

TEST_CASE("every truncation of an example is an error or a plan") {
  const ModelCatalog models = test::full_catalog();
  for (const Example& example : examples()) {
    const std::string_view text = body(example);
    int plans = 0;
    for (std::size_t n = 0; n <= text.size(); ++n) plans += survives(text.substr(0, n), models);
    CAPTURE(example.path);
    CHECK(plans > 0);  // the whole of it at least
  }
}

TEST_CASE("thousands of random mutations of the examples are errors or plans") {
  const ModelCatalog models = test::full_catalog();
  const std::vector<Example> all = examples();
  std::mt19937 random(20260);
  int plans = 0, errors = 0;
  for (int i = 0; i < 4000; ++i) {
    std::string text(body(all[static_cast<std::size_t>(i) % all.size()]));
    for (unsigned k = 1 + random() % 4; k > 0; --k) damage(text, random);
    survives(text, models) ? ++plans : ++errors;
  }
  CHECK(plans > 50);
  CHECK(errors > 500);
}
