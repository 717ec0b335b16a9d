#include "io/yaml/load.h"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <istream>
#include <streambuf>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"

namespace volley::io::yaml {
namespace {

constexpr std::size_t kMostBytes = 16u << 20;
constexpr std::size_t kDeepest = 64;
constexpr std::uint64_t kMostNodes = 3'000'000;

// Thrown through yaml-cpp's parser to stop it, and caught in load().
struct Stop : std::exception {
  Stop(Place p, std::string m) : place(p), message(std::move(m)) {}
  Place place;
  std::string message;
};

// Reads a string_view without a copy.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // setg() wants it so; input buffers are never written
    setg(begin, begin, begin + text.size());
  }
};

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::int32_t origin, Document& document, Problems& problems)
      : origin_(origin), document_(document), problems_(problems) {}

  const Node* root() const { return root_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { finish(make(Node::Kind::kNull, mark), anchor); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Node* named = anchor < anchors_.size() ? anchors_[anchor] : nullptr;
    if (named == nullptr) throw Stop(place_of(mark), "an alias inside of what it names");
    place(named);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    Node* node = make(Node::Kind::kScalar, mark);
    node->text = value;
    node->quoted = tag == "!";
    finish(node, anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::kSequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node* node;
    YAML::anchor_t anchor;
    const Node* key = nullptr;  // waits for its value
    std::vector<Node::Child> merged{};
  };

  Place place_of(const YAML::Mark& mark) const { return {origin_, mark.line + 1, mark.column + 1}; }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    problems_.add(place_of(mark), "tag " + shown(tag) + ": tags are not used; remove it");
  }

  Node* make(Node::Kind kind, const YAML::Mark& mark) {
    if (++made_ > kMostNodes) too_large(place_of(mark));
    Node* node = document_.add();
    node->kind = kind;
    node->place = place_of(mark);
    return node;
  }

  [[noreturn]] static void too_large(const Place& place) {
    throw Stop(place, "more than " + std::to_string(kMostNodes) +
                          " values, aliases expanded; put long lists into CSV files (`file: ...`)");
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_tag(mark, tag);
    if (open_.size() == kDeepest) {
      throw Stop(place_of(mark), "nested more than " + std::to_string(kDeepest) + " levels deep");
    }
    open_.push_back({make(kind, mark), anchor});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    if (done.node->is_map()) settle_keys(done);
    std::uint64_t weight = 1;
    for (const Node::Child& child : done.node->children) weight += child.value->weight;
    if (weight > kMostNodes) too_large(done.node->place);
    done.node->weight = static_cast<std::uint32_t>(weight);
    finish(done.node, done.anchor);
  }

  void finish(Node* node, YAML::anchor_t anchor) {
    if (anchor != 0) {
      if (anchors_.size() <= anchor) anchors_.resize(anchor + 1);
      anchors_[anchor] = node;
    }
    place(node);
  }

  // Puts a finished node where the document has it.
  void place(const Node* node) {
    if (open_.empty()) {
      root_ = node;
      return;
    }
    Open& parent = open_.back();
    if (!parent.node->is_map()) {
      parent.node->children.push_back({nullptr, node});
    } else if (parent.key == nullptr) {
      if (!node->is_scalar()) throw Stop(node->place, "a key must be a word");
      parent.key = node;
    } else {
      if (parent.key->text == "<<" && !parent.key->quoted) {
        merge(parent, node);
      } else {
        parent.node->children.push_back({parent.key, node});
      }
      parent.key = nullptr;
    }
  }

  void merge(Open& into, const Node* value) {
    const auto add = [&](const Node* map) {
      if (!map->is_map()) {
        problems_.add(value->place, "`<<` merges a map, or a list of maps, that an anchor names");
        return;
      }
      into.merged.insert(into.merged.end(), map->children.begin(), map->children.end());
      if (into.merged.size() > kMostNodes) too_large(value->place);
    };
    if (!value->is_sequence()) return add(value);
    for (const Node::Child& child : value->children) add(child.value);
  }

  // Refuses keys that stand twice, then adds the merged ones that the map does not have itself.
  void settle_keys(Open& map) {
    absl::flat_hash_set<std::string> seen;
    std::vector<Node::Child> kept;
    kept.reserve(map.node->children.size());
    for (const Node::Child& child : map.node->children) {
      if (seen.insert(child.key->text).second) {
        kept.push_back(child);
      } else {
        problems_.add(child.key->place, "key " + shown(child.key->text) + " stands twice in this map; keep one");
      }
    }
    for (const Node::Child& child : map.merged) {
      if (seen.insert(child.key->text).second) kept.push_back(child);
    }
    made_ += map.merged.size();
    if (made_ > kMostNodes) too_large(map.node->place);
    map.node->children = std::move(kept);
  }

  std::int32_t origin_;
  Document& document_;
  Problems& problems_;
  const Node* root_ = nullptr;
  std::vector<Open> open_;
  std::vector<const Node*> anchors_;
  std::uint64_t made_ = 0;
};

// Length of the well-formed UTF-8 character at the front of `text`, 0 if there is none (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead < 0xF0) {
    const bool allowed = (lead != 0xE0 || byte(1) >= 0xA0) && (lead != 0xED || byte(1) < 0xA0);
    return allowed && tail(1) && tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    const bool allowed = (lead != 0xF0 || byte(1) >= 0x90) && (lead != 0xF4 || byte(1) < 0x90);
    return allowed && tail(1) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

// yaml-cpp stops silently at byte 4 and accepts any encoding, so what is not plain text is refused before it looks.
bool is_plain_text(std::string_view text, std::int32_t origin, Problems& problems) {
  Place place{origin, 1, 1};
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t length = utf8_length(text.substr(i));
    const bool control = (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
    if (length == 0 || control) {
      problems.add(place, control ? "byte " + std::to_string(c) + " is a control character; remove it"
                                  : "byte " + std::to_string(c) + " is not UTF-8; save the file as UTF-8");
      return false;
    }
    place.column += static_cast<std::int32_t>(length);
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    }
    i += length;
  }
  return true;
}

}  // namespace

const Node* load(std::string_view text, std::int32_t origin, Document& document, Problems& problems) {
  if (text.size() > kMostBytes) {
    problems.add({origin, 1, 1}, "the text has " + std::to_string(text.size()) + " bytes, at most " +
                                     std::to_string(kMostBytes) + " are read; put long lists into CSV files");
    return nullptr;
  }
  if (!is_plain_text(text, origin, problems)) return nullptr;
  ViewBuffer buffer(text);
  std::istream stream(&buffer);
  TreeBuilder builder(origin, document, problems);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      Node* nothing = document.add();
      nothing->place = {origin, 1, 1};
      return nothing;
    }
    TreeBuilder second(origin, document, problems);
    if (parser.HandleNextDocument(second)) {
      const Place place = second.root() != nullptr ? second.root()->place : Place{origin, 1, 1};
      problems.add(place, "a second document starts here; a description is one document");
      return nullptr;
    }
    return builder.root();
  } catch (const Stop& stop) {
    problems.add(stop.place, stop.message);
  } catch (const YAML::Exception& error) {
    problems.add({origin, std::max(error.mark.line + 1, 1), std::max(error.mark.column + 1, 1)}, error.msg);
  } catch (const std::exception& error) {
    problems.add({origin, 1, 1}, std::string("the YAML parser gave up: ") + error.what());
  }
  return nullptr;
}

}  // namespace volley::io::yaml
