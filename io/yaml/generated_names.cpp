#include "io/yaml/generated_names.h"

#include <utility>

namespace volley::io::yaml {
namespace {

constexpr std::size_t kMostPairs = 65536;

// What is no name is left out.
std::vector<std::string_view> names_in(const Node* node) {
  std::vector<std::string_view> names;
  if (node == nullptr) return names;
  if (node->is_scalar()) names.push_back(node->text);
  for (const Node::Child& child : node->children) {
    if (node->is_sequence() && child.value->is_scalar()) names.push_back(child.value->text);
  }
  return names;
}

bool begins(std::string_view path, const std::string& name) {
  return path.starts_with(name) && (path.size() == name.size() || path[name.size()] == '.');
}

}  // namespace

std::vector<Generated> makers_of(const Node& projections, std::string_view path) {
  std::vector<Generated> makers;
  std::size_t compared = 0;
  for (std::size_t i = 0; i < projections.children.size(); ++i) {
    const Node& item = *projections.children[i].value;
    const Node* name = item.find("name");
    const std::vector<std::string_view> sources = names_in(item.find("from")), targets = names_in(item.find("to"));
    const std::size_t pairs = sources.size() * targets.size();
    if (name != nullptr && pairs == 1) continue;  // it has the name that was given
    const std::string front = name != nullptr ? name->text + "_" : "";
    for (const std::string_view target : targets) {
      for (const std::string_view source : sources) {
        if (++compared > kMostPairs) return makers;
        std::string made = front + std::string(source) + "_to_" + std::string(target);
        if (begins(path, made)) makers.push_back({i, pairs, std::move(made)});
      }
    }
  }
  return makers;
}

}  // namespace volley::io::yaml
