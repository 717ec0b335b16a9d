#include "io/yaml/load.h"

#include <catch2/catch.hpp>
#include <string>

#include "io/yaml/overrides.h"

using namespace volley::io;
using namespace volley::io::yaml;

namespace {

struct Loaded {
  explicit Loaded(std::string_view text, Overrides changes = {})
      : overrides(std::move(changes)), problems("f.yaml", overrides) {
    root = load(text, Place::kDescription, document, problems);
    if (root != nullptr) root = apply_overrides(overrides, root, document, problems);
  }
  std::string error() const { return std::string(problems.status().message()); }
  // The scalar behind keys and positions, e.g. "a.0.b"; "?" if there is none.
  std::string at(std::string_view path) const {
    const Node* node = root;
    while (node != nullptr && !path.empty()) {
      const std::string key(path.substr(0, path.find('.')));
      path.remove_prefix(std::min(path.size(), key.size() + 1));
      if (node->is_sequence()) {
        const std::size_t i = std::stoul(key);
        node = i < node->children.size() ? node->children[i].value : nullptr;
      } else {
        node = node->find(key);
      }
    }
    return node == nullptr ? "?" : node->is_null() ? "~" : node->text;
  }

  Overrides overrides;
  Problems problems;
  Document document;
  const Node* root = nullptr;
};

}  // namespace

TEST_CASE("nodes know their line and column") {
  const Loaded file("a: 1\nb:\n  - [x, 'y']\n");
  REQUIRE(file.root != nullptr);
  CHECK(file.at("b.0.1") == "y");
  const Node* y = file.root->find("b")->children[0].value->children[1].value;
  CHECK(y->quoted);
  CHECK(y->place.line == 3);
  CHECK(y->place.column == 9);
}

TEST_CASE("merge keys give way to the map's own keys, whatever their order") {
  const Loaded file(
      "base: &b {p: 1, q: 2}\nmore: &m {q: 3, r: 4}\none:\n  <<: *b\n  p: 9\ntwo:\n  q: 8\n  <<: [*b, *m]\n");
  CHECK(file.error().empty());
  CHECK(file.at("one.p") == "9");
  CHECK(file.at("one.q") == "2");
  CHECK(file.at("two.q") == "8");
  CHECK(file.at("two.p") == "1");
  CHECK(file.at("two.r") == "4");
}

TEST_CASE("texts that cannot be trees are refused with their place") {
  CHECK(Loaded("a: [1, 2").error().find("f.yaml:") == 0);
  CHECK(Loaded("a: 1\na: 2\n").error() == "f.yaml:2:1: key `a` stands twice in this map; keep one");
  CHECK(Loaded("a: &x [*x]\n").error() == "f.yaml:1:8: an alias inside of what it names");
  CHECK(Loaded("a: *nobody\n").error().find("f.yaml:1:") == 0);
  CHECK(Loaded("? [1, 2]\n: 3\n").error() == "f.yaml:1:3: a key must be a word");
  CHECK(Loaded("a: !!int 3\n").error().find("f.yaml:1:4: tag ") == 0);
  CHECK(Loaded("a: 1\n---\nb: 2\n").error().find("a second document starts here") != std::string::npos);
  CHECK(Loaded("a: 1\n<<: 3\n").error() == "f.yaml:2:5: `<<` merges a map, or a list of maps, that an anchor names");
  CHECK(Loaded(std::string("a: 1\nb: \x04 2\n")).error() == "f.yaml:2:4: byte 4 is a control character; remove it");
  CHECK(Loaded(std::string("a: \xff\n")).error() == "f.yaml:1:4: byte 255 is not UTF-8; save the file as UTF-8");
  CHECK(Loaded("a: \xc3\xa4\n").error().empty());
  for (const char* bad : {"\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3"}) {
    CHECK(Loaded(std::string("a: ") + bad).root == nullptr);
  }
}

TEST_CASE("nesting, aliases and sizes are bounded") {
  CHECK(Loaded(std::string(5000, '[')).error().find("nested more than 64 levels deep") != std::string::npos);
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) laughs += (k ? ", *a" : "*a") + std::to_string(i - 1);
    laughs += "]\n";
  }
  CHECK(Loaded(laughs).error().find("more than 3000000 values, aliases expanded") != std::string::npos);
  CHECK(Loaded(std::string((16u << 20) + 1, ' ')).error().find("at most 16777216 are read") != std::string::npos);
}

TEST_CASE("merging cannot multiply without end") {
  std::string text = "m0: &m0 {";
  for (int i = 0; i < 1000; ++i) text += (i ? ", k" : "k") + std::to_string(i) + ": 1";
  text += "}\n";
  for (int i = 0; i < 5000; ++i) text += "n" + std::to_string(i) + ": {<<: *m0}\n";
  CHECK(Loaded(text).error().find("more than 3000000 values") != std::string::npos);
}

TEST_CASE("overrides replace values, leaving what shares an anchor alone") {
  const Loaded file("a: &x {p: 1, q: 2}\nb: *x\n", {{"b.p", "7"}});
  CHECK(file.error().empty());
  CHECK(file.at("a.p") == "1");
  CHECK(file.at("b.p") == "7");
  CHECK(file.at("b.q") == "2");
}

TEST_CASE("overrides reach into lists by position and by name, and through keys with dots") {
  const std::string text =
      "list:\n  - {name: first.one, w: 1}\n  - {w: 2}\npopulations: {l.1: {size: 3}, l: {size: 4}}\n";
  const Loaded file(text, {{"list.1.w", "5"}, {"list.first.one.w", "= 6"}, {"populations.l.1.size", "9"}});
  CHECK(file.error().empty());
  CHECK(file.at("list.1.w") == "5");
  CHECK(file.at("list.0.w") == "= 6");
  CHECK(file.root->find("populations")->find("l.1")->find("size")->text == "9");
  CHECK(file.at("populations.l.size") == "4");
}

TEST_CASE("overrides reach projections by the names that they are given for want of one") {
  const std::string text =
      "projections:\n"
      "  - {from: a, to: b.c, weight: {normal: {mean: 1, sd: 2}}}\n"
      "  - {from: [a, b], to: a, weight: 2}\n"
      "  - {name: own, from: [a, b], to: b, weight: 3}\n"
      "  - {from: x, to: y, weight: 4}\n"
      "  - {from: x, to: y, weight: 5}\n"
      "  - {name: z, from: c, to: d, weight: 6}\n";
  CHECK(Loaded(text, {{"projections.a_to_b.c.weight", "7"}}).at("projections.0.weight") == "7");
  CHECK(Loaded(text, {{"projections.a_to_b.c.weight.normal.sd", "7"}}).at("projections.0.weight.normal.sd") == "7");
  CHECK(
      Loaded(text, {{"projections.own.weight", "{normal: {mean: 8, sd: 1}}"}}).at("projections.2.weight.normal.mean") ==
      "8");
  const auto refused = [&](const std::string& name) {
    return Loaded(text, {{"projections." + name + ".weight", "7"}}).error();
  };
  CHECK(refused("b_to_a") ==
        "-s projections.b_to_a.weight: `b_to_a` is one of the 2 projections of `projections.1`; change them all by "
        "that position, or give this one an item of its own");
  CHECK(refused("own_b_to_b").find("`own_b_to_b` is one of the 2 projections of `projections.2`; ") !=
        std::string::npos);
  CHECK(refused("x_to_y").find("`x_to_y` is made by 2 items of `projections`; give the position of one, such as "
                               "`projections.3`, or a `name` to each") != std::string::npos);
  CHECK(refused("c_to_d").find("there is no item `c_to_d` in `projections`") != std::string::npos);
}

TEST_CASE("later overrides win, and values may be any YAML") {
  const Loaded file("a: 1\n", {{"a", "2"}, {"a", "{normal: {mean: 1, sd: 2}}"}, {"a.normal.sd", "3"}});
  CHECK(file.at("a.normal.sd") == "3");
}

TEST_CASE("overrides of what is not there are refused where the description gives the names") {
  CHECK(Loaded("parameters: {gain: 1}\n", {{"parameters.gian", "2"}}).error() ==
        "-s parameters.gian: there is no `gian` in `parameters`; did you mean `gain`?");
  CHECK(Loaded("parameters: {g: 1}\n", {{"g", "2"}}).error() == "-s g: unknown key `g`; did you mean `parameters.g`?");
  CHECK(Loaded("a: 1\n", {{"a.b", "2"}}).error() == "-s a.b: `a` is `1`, not a map: it has no `b`");
  CHECK(Loaded("a: [{name: left}]\n", {{"a.letf", "2"}}).error().find("did you mean `left`?") != std::string::npos);
  CHECK(Loaded("a: [1]\n", {{"a.1", "2"}}).error().find("a list of 1") != std::string::npos);
  CHECK(Loaded("a: 1\n", {{"a..b", "2"}}).error().find("empty part") != std::string::npos);
  CHECK(Loaded("a: 1\n", {{"a", "[1"}}).error().find("-s a: ") == 0);
  CHECK(Loaded("a: 1\n", {{"until", "2 s"}}).at("until") == "2 s");
}
