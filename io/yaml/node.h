// A YAML document as a plain tree with the place of every node, safe for any input.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace volley::io::yaml {

// Where a node stands: in the description (1-based line and column, in bytes) or in an override of the command line.
struct Place {
  static constexpr std::int32_t kDescription = -1;
  std::int32_t origin = kDescription;  // or the position of the override
  std::int32_t line = 0;
  std::int32_t column = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct Node {
  enum class Kind : std::uint8_t { kNull, kScalar, kSequence, kMap };
  struct Child {
    const Node* key;  // a scalar; null in a sequence
    const Node* value;
  };

  Kind kind = Kind::kNull;
  bool quoted = false;
  std::uint32_t weight = 1;  // nodes in here, those behind an alias counted at every alias
  Place place;
  std::string text;             // of a scalar
  std::vector<Child> children;  // of a map or a sequence, in the order of the document

  bool is_null() const { return kind == Kind::kNull; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_map() const { return kind == Kind::kMap; }

  // The value of a map's key; nullptr if there is none or this is not a map.
  const Node* find(std::string_view key) const {
    if (!is_map()) return nullptr;
    for (const Child& child : children) {
      if (child.key->text == key) return child.value;
    }
    return nullptr;
  }
};

// Owns nodes; pointers stay valid as long as the document. Aliases share nodes, so a node is never changed once it has
// a parent. The graph has no cycles.
class Document {
 public:
  Node* add() { return &nodes_.emplace_back(); }

 private:
  std::deque<Node> nodes_;
};

}  // namespace volley::io::yaml
