// Reads YAML and collects problems while it walks, so that one reading reports all of them, each as
// "path:line:column: message; remedy". Base of the readers of chips and of placements.
#pragma once

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/did_you_mean.h"

namespace volley::hardware {

template <class Range>
std::string joined(const Range& names) {
  return absl::StrJoin(names, ", ", [](std::string* out, std::string_view name) { out->append(name); });
}

class YamlWalk {
 public:
  explicit YamlWalk(std::string_view path) : path_(path) {}

  // OK, or InvalidArgument with all problems, one per line.
  absl::Status status() const;

 protected:
  void problem(const YAML::Node& node, std::string_view message);
  // A text that must not be empty; "" and a problem when it is. `what`: what to give.
  std::string text(const YAML::Node& node, const char* key, std::string_view what);
  // A whole number within [low, high].
  std::optional<std::uint64_t> count(const YAML::Node& value, std::string_view name, std::uint64_t low,
                                     std::uint64_t high);
  // A problem for every key that is not one of `allowed`, and for every key given a second time.
  template <class Keys>
  void allow_keys(const YAML::Node& node, const Keys& allowed) {
    std::vector<std::string> seen;
    for (const auto& entry : node) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
      bool known = false;
      for (const std::string_view name : allowed) known = known || key == name;
      if (!known) {
        problem(entry.first,
                absl::StrCat("unknown key `", key, "`; ",
                             did_you_mean(key, std::vector<std::string>(std::begin(allowed), std::end(allowed)))));
      }
      if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
        problem(entry.first, absl::StrCat("`", key, "` is given twice; remove one"));
      }
      seen.push_back(key);
    }
  }
  void allow_keys(const YAML::Node& node, std::initializer_list<std::string_view> allowed) {
    allow_keys<std::initializer_list<std::string_view>>(node, allowed);
  }

 private:
  std::string path_;
  std::vector<std::string> problems_;
};

// The document in `yaml`, which a reader then walks; InvalidArgument for text that is no YAML.
absl::StatusOr<YAML::Node> load_yaml_text(std::string_view yaml, std::string_view path);

}  // namespace volley::hardware
