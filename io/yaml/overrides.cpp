#include "io/yaml/overrides.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/did_you_mean.h"
#include "io/yaml/generated_names.h"
#include "io/yaml/load.h"

namespace volley::io::yaml {
namespace {

// Maps whose keys are the description's own names, not the schema's.
constexpr std::array<std::string_view, 4> kNamedByUser = {"parameters", "populations", "sources", "drives"};

class Override {
 public:
  Override(std::string_view path, Place place, const Node* value, Document& document, Problems& problems)
      : path_(path), place_(place), value_(value), document_(document), problems_(problems) {}

  // A copy of `node` in which the value at `rest` is replaced; nullptr after a problem.
  const Node* into(const Node* node, std::string_view rest) {
    if (rest.empty()) return value_;
    if (node->is_sequence()) return into_sequence(node, rest);
    if (!node->is_map() && !node->is_null()) {
      return fail(quoted_parent(rest) + " is " + shown(node->text) + ", not a map: it has no " + shown(rest));
    }
    return into_map(node, rest);
  }

 private:
  const Node* fail(std::string message) {
    problems_.add(place_, std::move(message));
    return nullptr;
  }

  // The part of the path in front of `rest`.
  std::string_view parent(std::string_view rest) const {
    const std::size_t length = path_.size() - rest.size();
    return path_.substr(0, length == 0 ? 0 : length - 1);
  }
  std::string quoted_parent(std::string_view rest) const {
    return parent(rest).empty() ? std::string("the description") : shown(parent(rest));
  }

  static std::string_view after(std::string_view rest, std::size_t key) {
    return key == rest.size() ? std::string_view{} : rest.substr(key + 1);
  }

  const Node* into_map(const Node* node, std::string_view rest) {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < node->children.size(); ++i) {
      const std::string& key = node->children[i].key->text;
      const bool fits = !key.empty() && rest.starts_with(key) && (rest.size() == key.size() || rest[key.size()] == '.');
      if (fits && (!best || key.size() > node->children[*best].key->text.size())) best = i;
    }
    if (!best) return into_new_key(node, rest);
    const Node* changed = into(node->children[*best].value, after(rest, node->children[*best].key->text.size()));
    if (changed == nullptr) return nullptr;
    Node* copy = copy_of(node);
    copy->children[*best].value = changed;
    return copy;
  }

  const Node* into_new_key(const Node* node, std::string_view rest) {
    const std::string_view key = rest.substr(0, rest.find('.'));
    if (std::find(kNamedByUser.begin(), kNamedByUser.end(), parent(rest)) != kNamedByUser.end()) {
      return unknown(node, rest, key);
    }
    if (const Node* parameters = node->find("parameters"); parent(rest).empty() && parameters != nullptr) {
      if (parameters->find(key) != nullptr) {
        return fail("unknown key " + shown(key) + "; did you mean `parameters." + std::string(key) + "`?");
      }
    }
    const Node* added = into(new_node(Node::Kind::kNull), after(rest, key.size()));
    if (added == nullptr) return nullptr;
    Node* copy = copy_of(node);
    copy->kind = Node::Kind::kMap;
    Node* key_node = new_node(Node::Kind::kScalar);
    key_node->text = std::string(key);
    copy->children.push_back({key_node, added});
    return copy;
  }

  const Node* unknown(const Node* node, std::string_view rest, std::string_view key) {
    std::vector<std::string> known;
    for (const Node::Child& child : node->children) known.push_back(child.key->text);
    return fail("there is no " + shown(key) + " in " + quoted_parent(rest) + "; " +
                (known.empty() ? "it is empty, so add the key to the description first" : did_you_mean(key, known)));
  }

  const Node* into_sequence(const Node* node, std::string_view rest) {
    std::optional<Item> item = item_at(node, rest);
    if (!item && parent(rest) == "projections") {
      const std::vector<Generated> makers = makers_of(*node, rest);
      if (makers.size() == 1 && makers[0].pairs == 1) item = Item{makers[0].position, makers[0].name.size()};
      if (!item && !makers.empty()) return fail(shared_name(makers));
    }
    if (!item) return no_item(node, rest);
    const Node* changed = into(node->children[item->position].value, after(rest, item->key_length));
    if (changed == nullptr) return nullptr;
    Node* copy = copy_of(node);
    copy->children[item->position].value = changed;
    return copy;
  }

  struct Item {
    std::size_t position;
    std::size_t key_length;  // of what addresses it in the path
  };

  // By name, or by a number from 0.
  static std::optional<Item> item_at(const Node* node, std::string_view rest) {
    for (std::size_t i = 0; i < node->children.size(); ++i) {
      const Node* name = node->children[i].value->find("name");
      if (name == nullptr || !name->is_scalar() || name->text.empty() || !rest.starts_with(name->text)) continue;
      if (rest.size() == name->text.size() || rest[name->text.size()] == '.') return Item{i, name->text.size()};
    }
    const std::string_view key = rest.substr(0, rest.find('.'));
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
    if (error != std::errc{} || end != key.data() + key.size() || index >= node->children.size()) return std::nullopt;
    return Item{index, key.size()};
  }

  // Why a generated name cannot be addressed, and what can.
  static std::string shared_name(const std::vector<Generated>& makers) {
    const std::string first = "projections." + std::to_string(makers[0].position);
    if (makers.size() > 1) {
      return shown(makers[0].name) + " is made by " + std::to_string(makers.size()) +
             " items of `projections`; give the position of one, such as `" + first + "`, or a `name` to each";
    }
    return shown(makers[0].name) + " is one of the " + std::to_string(makers[0].pairs) + " projections of `" + first +
           "`; change them all by that position, or give this one an item of its own";
  }

  const Node* no_item(const Node* node, std::string_view rest) {
    std::vector<std::string> known;
    for (const Node::Child& child : node->children) {
      const Node* name = child.value->find("name");
      if (name != nullptr && name->is_scalar()) known.push_back(name->text);
    }
    const std::string_view key = rest.substr(0, rest.find('.'));
    std::string message = "there is no item " + shown(key) + " in " + quoted_parent(rest) + ", a list of " +
                          std::to_string(node->children.size()) + "; give its position from 0 or its `name`";
    if (const auto closest = closest_word(key, known)) message += "; did you mean `" + *closest + "`?";
    return fail(std::move(message));
  }

  Node* copy_of(const Node* node) {
    Node* copy = document_.add();
    *copy = *node;
    return copy;
  }
  Node* new_node(Node::Kind kind) {
    Node* node = document_.add();
    node->kind = kind;
    node->place = place_;
    return node;
  }

  std::string_view path_;
  Place place_;
  const Node* value_;
  Document& document_;
  Problems& problems_;
};

}  // namespace

const Node* apply_overrides(const Overrides& overrides, const Node* root, Document& document, Problems& problems) {
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    const std::string& path = overrides[i].first;
    const std::string& text = overrides[i].second;
    const Place place{static_cast<std::int32_t>(i), 1, 1};
    const auto is_part_empty = [&] {
      return path.empty() || path.front() == '.' || path.back() == '.' || path.find("..") != std::string::npos;
    };
    if (is_part_empty()) {
      problems.add(place, "the key is empty or has an empty part; write `-s part.part=value`");
      continue;
    }
    const Node* value = load(text, place.origin, document, problems);
    if (value == nullptr) continue;
    const Node* changed = Override(path, place, value, document, problems).into(root, path);
    if (changed != nullptr) root = changed;
  }
  return root;
}

}  // namespace volley::io::yaml
