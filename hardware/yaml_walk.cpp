#include "hardware/yaml_walk.h"

#include <algorithm>

namespace volley::hardware {
namespace {

std::string position(const YAML::Mark& mark) {
  return absl::StrCat(std::max(mark.line, 0) + 1, ":", std::max(mark.column, 0) + 1, ": ");
}

}  // namespace

absl::Status YamlWalk::status() const {
  return problems_.empty() ? absl::OkStatus() : absl::InvalidArgumentError(absl::StrJoin(problems_, "\n"));
}

void YamlWalk::problem(const YAML::Node& node, std::string_view message) {
  problems_.push_back(absl::StrCat(path_, ":", position(node.Mark()), std::string(message)));
}

std::string YamlWalk::text(const YAML::Node& node, const char* key, std::string_view what) {
  const YAML::Node value = node[key];
  if (value && value.IsScalar() && !value.Scalar().empty()) return value.Scalar();
  problem(value ? value : node, absl::StrCat("`", key, "` is missing; give ", std::string(what)));
  return {};
}

std::optional<std::uint64_t> YamlWalk::count(const YAML::Node& value, std::string_view name, std::uint64_t low,
                                             std::uint64_t high) {
  const std::string written = value.IsScalar() ? value.Scalar() : "not a scalar";
  std::uint64_t number = 0;
  // yaml-cpp would read -1 as 2^64 - 1.
  const bool negative = written.starts_with("-");
  if (!negative && value.IsScalar() && YAML::convert<std::uint64_t>::decode(value, number) && number >= low &&
      number <= high) {
    return number;
  }
  problem(value,
          absl::StrCat("`", std::string(name), "` is ", written, ", must be a whole number from ", low, " to ", high));
  return std::nullopt;
}

absl::StatusOr<YAML::Node> load_yaml_text(std::string_view yaml, std::string_view path) {
  try {
    return YAML::Load(std::string(yaml));
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(std::string(path), ":", position(error.mark), error.msg));
  }
}

}  // namespace volley::hardware
