#include "io/yaml/reader.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/did_you_mean.h"
#include "io/sha256.h"

namespace volley::io::yaml {

void Reader::remember(std::string thing, const Place& place) {
  const std::string text = problems.text_of(place);
  const auto [found, added] = plan.places.emplace(std::move(thing), text);
  if (!added && found->second != text) found->second.clear();
}

void Reader::forget_shared_places() {
  std::erase_if(plan.places, [](const auto& entry) { return entry.second.empty(); });
}

bool Reader::spend(std::uint64_t amount, const Place& place) {
  if (amount <= budget) {
    budget -= amount;
    return true;
  }
  problems.add(place,
               "the description asks for more than 134,217,728 listed or derived values in all; make lists, files "
               "or populations smaller, or draw the values (`{normal: ...}`)");
  return false;
}

const Endpoint* Reader::endpoint(const Node& node) {
  if (!node.is_scalar()) {
    problems.add(node.place, "must be the name of a population or a source");
    return nullptr;
  }
  const auto found = endpoints.find(node.text);
  if (found != endpoints.end()) return &found->second;
  if (!problems.full() && populations_complete) {
    problems.add(node.place, "there is no population or source " + shown(node.text) + "; " +
                                 did_you_mean(node.text, endpoint_names));
  }
  return nullptr;
}

std::string Reader::path_of(std::string_view file) const {
  const std::filesystem::path path(file);
  return path.is_absolute() || directory.empty() ? path.string() : (std::filesystem::path(directory) / path).string();
}

bool Reader::add_input(const Node& file) {
  if (!file.is_scalar() || file.text.empty() || file.text.size() > 4096) {
    problems.add(file.place, "must be the path of a file");
    return false;
  }
  const std::string path = path_of(file.text);
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    problems.add_unreadable(file.place,
                            "there is no regular file " + shown(path) + "; paths are relative to the description");
    return false;
  }
  if (std::any_of(plan.inputs.begin(), plan.inputs.end(), [&](const InputFile& i) { return i.path == path; }))
    return true;
  absl::StatusOr<std::string> hash = sha256_file(path);
  if (!hash.ok()) {
    problems.add_unreadable(file.place, std::string(hash.status().message()));
    return false;
  }
  plan.inputs.push_back({path, *std::move(hash)});
  return true;
}

Fields::Fields(Reader& reader, const Node& node, std::string_view what, const std::vector<std::string>& keys)
    : reader_(reader), node_(node), what_(what) {
  if (!node.is_map()) {
    reader.problems.add(node.place, what_ + " must be a map; " + did_you_mean("", keys));
    return;
  }
  for (const Node::Child& child : node.children) {
    if (reader.problems.full()) return;
    if (std::find(keys.begin(), keys.end(), child.key->text) != keys.end()) continue;
    has_unknown_ = true;
    std::string message = "unknown key " + shown(child.key->text) + " in " + what_;
    const std::string remedy = did_you_mean(child.key->text, keys);
    reader.problems.add(child.key->place, remedy.empty() ? message : message + "; " + remedy);
  }
}

const Node* Fields::find(std::string_view key) const {
  for (const Node::Child& child : node_.children) {
    if (child.key == nullptr || child.key->text != key) continue;
    if (!child.value->is_null()) return child.value;
    reader_.problems.add(child.key->place, "`" + std::string(key) + "` has no value; give one or remove the key");
  }
  return nullptr;
}

const Node* Fields::need(std::string_view key, std::string_view remedy) const {
  const Node* value = find(key);
  if (value == nullptr && node_.is_map() && node_.find(key) == nullptr) {
    reader_.problems.add(node_.place, what_ + " has no `" + std::string(key) + "`; " + std::string(remedy));
  }
  return value;
}

std::optional<std::pair<std::string_view, const Node*>> Fields::one_of(
    std::initializer_list<std::string_view> kinds) const {
  std::optional<std::pair<std::string_view, const Node*>> chosen;
  std::string list;
  for (const std::string_view kind : kinds) {
    list += (list.empty() ? "`" : ", `") + std::string(kind) + "`";
    const Node* value = node_.find(kind);
    if (value == nullptr) continue;
    if (chosen) {
      reader_.problems.add(value->place, what_ + " has both `" + std::string(chosen->first) + "` and `" +
                                             std::string(kind) + "`; keep one");
      return std::nullopt;
    }
    chosen.emplace(kind, value);
  }
  // An unknown key is most likely the one that is missing here, and has been reported.
  if (!chosen && node_.is_map() && !has_unknown_) reader_.problems.add(node_.place, what_ + " needs one of " + list);
  if (chosen && chosen->second->is_null()) {
    find(chosen->first);
    return std::nullopt;
  }
  return chosen;
}

}  // namespace volley::io::yaml
