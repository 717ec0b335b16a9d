#include <array>
#include <cmath>
#include <cstddef>

#include "engine/did_you_mean.h"
#include "io/edge_csv.h"
#include "io/yaml/sections.h"

namespace volley::io::yaml {
namespace {

constexpr std::uint64_t kLargestDegree = 0xFFFFFFFFu;

std::optional<Rule> read_rule_with_number(const Values& values, const Node& node) {
  const Fields fields(values.reader(), node, "rule",
                      {"fixed_indegree", "fixed_outdegree", "pairwise_bernoulli", "fixed_total"});
  const auto kind = fields.one_of({"fixed_indegree", "fixed_outdegree", "pairwise_bernoulli", "fixed_total"});
  if (!kind) return std::nullopt;
  const auto& [name, argument] = *kind;
  if (name == "pairwise_bernoulli") {
    const auto p = values.number(*argument, name, WantedUnit(""));
    if (!p) return std::nullopt;
    if (*p >= 0 && *p <= 1) return PairwiseBernoulli{*p};
    values.reader().problems.add(argument->place, "pairwise_bernoulli: " + format_number(*p) + ", must be from 0 to 1");
    return std::nullopt;
  }
  const bool is_total = name == "fixed_total";
  const auto count = values.count(*argument, name, 0, is_total ? ~std::uint64_t{0} : kLargestDegree);
  if (!count) return std::nullopt;
  if (is_total) return FixedTotal{*count};
  if (name == "fixed_indegree") return FixedIndegree{static_cast<std::uint32_t>(*count)};
  return FixedOutdegree{static_cast<std::uint32_t>(*count)};
}

std::optional<Edge> read_edge(const Values& values, const Node& row, const Endpoint& from, const Endpoint& to,
                              const WantedUnit& weight_unit) {
  if (!row.is_sequence() || row.children.size() != 4) {
    values.reader().problems.add(row.place, "edges: an edge is [source, target, weight, delay]");
    return std::nullopt;
  }
  const auto source = values.count(*row.children[0].value, "edges: source", 0, from.size - 1);
  const auto target = values.count(*row.children[1].value, "edges: target", 0, to.size - 1);
  const auto weight = values.number(*row.children[2].value, "edges: weight", weight_unit);
  const auto delay = values.duration(*row.children[3].value, "edges: delay");
  if (!source || !target || !weight || !delay) return std::nullopt;
  const auto narrow = static_cast<float>(*weight);
  if (!std::isfinite(narrow) || *delay <= Duration{0}) {
    values.reader().problems.add(row.place, "edges: the delay must be above 0 and the weight in the range of a float");
    return std::nullopt;
  }
  return Edge{static_cast<std::uint32_t>(*source), static_cast<std::uint32_t>(*target), narrow, *delay};
}

}  // namespace

std::optional<Rule> read_rule(const Values& values, const Node& node) {
  if (!node.is_scalar()) return read_rule_with_number(values, node);
  if (node.text == "all_to_all") return AllToAll{};
  if (node.text == "one_to_one") return OneToOne{};
  const std::array<std::string, 6> known = {"all_to_all",      "one_to_one",         "fixed_indegree",
                                            "fixed_outdegree", "pairwise_bernoulli", "fixed_total"};
  for (const std::string& name : known) {
    if (name != node.text) continue;
    values.reader().problems.add(node.place, "rule `" + name + "` needs a number: {" + name + ": ...}");
    return std::nullopt;
  }
  values.reader().problems.add(node.place, "unknown rule " + shown(node.text) + "; " + did_you_mean(node.text, known));
  return std::nullopt;
}

std::optional<Explicit> read_edges(const Values& values, const Node& node, const Endpoint& from, const Endpoint& to,
                                   const WantedUnit& weight_unit) {
  Reader& reader = values.reader();
  Explicit rule;
  if (node.is_map()) {
    const Fields fields(reader, node, "edges", {"file"});
    const Node* file = fields.need("file", "name a CSV file with the columns source,target,weight,delay_ms");
    if (file == nullptr || !reader.add_input(*file)) return std::nullopt;
    auto edges = read_edges_csv(reader.path_of(file->text), {from.size, to.size});
    if (!edges.ok()) {
      reader.problems.add(file->place, std::string(edges.status().message()));
      return std::nullopt;
    }
    if (!reader.spend(edges->size(), file->place)) return std::nullopt;
    return Explicit{*std::move(edges), file->text};
  }
  if (!node.is_sequence()) {
    reader.problems.add(node.place, "edges: must be a list of [source, target, weight, delay] or {file: ...}");
    return std::nullopt;
  }
  bool complete = true;
  for (const Node::Child& child : node.children) {
    const auto edge = read_edge(values, *child.value, from, to, weight_unit);
    if (edge) {
      rule.edges.push_back(*edge);
    } else {
      complete = false;
    }
    if (reader.problems.full()) return std::nullopt;
  }
  if (!complete) return std::nullopt;
  return rule;
}

}  // namespace volley::io::yaml
