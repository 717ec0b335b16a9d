// What every section of a description needs while it is read, and the fields of one map.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "engine/model.h"
#include "io/run_plan.h"
#include "io/yaml/expression.h"
#include "io/yaml/node.h"
#include "io/yaml/problems.h"
#include "io/yaml/writer.h"

namespace volley::io::yaml {

// A population or a source, as something that projections and probes refer to.
struct Endpoint {
  bool is_source = false;
  std::uint32_t size = 0;
  const ModelInfo* model = nullptr;  // null for sources and for populations with an unknown model
};

struct Reader {
  Problems& problems;
  const ModelCatalog& catalog;
  std::string directory;  // of the description; files are relative to it
  Scope parameters{};
  RunPlan plan{};
  Provenance provenance{};
  std::vector<std::string> endpoint_names{};  // in the order of declaration
  absl::flat_hash_map<std::string, Endpoint> endpoints{};
  absl::flat_hash_set<std::string> drive_names{};
  absl::flat_hash_map<std::string, int> projection_names{};  // and the last number put behind each
  bool parameters_known = true;                   // false: some of `parameters` stands for 1 because of a problem
  bool populations_complete = true;               // false: there are names that could not be read
  bool projections_complete = true;               // none was left out because of a problem
  std::uint64_t budget = std::uint64_t{1} << 27;  // elements that lists, files and products may still make

  // Keeps where `thing` stands (RunPlan::places).
  void remember(std::string thing, const Place& place);
  // Drops those that were remembered at several places. Call it at the end.
  void forget_shared_places();
  // Takes `amount` from the budget; false and a problem when it is used up.
  bool spend(std::uint64_t amount, const Place& place);
  // The endpoint called by the scalar `node`; nullptr and a problem with a suggestion if there is none.
  const Endpoint* endpoint(const Node& node);
  // `file` relative to the description.
  std::string path_of(std::string_view file) const;
  // Adds `file` with its hash to the inputs. False and a problem if it is not a readable regular file.
  bool add_input(const Node& file);
};

// The fields of a map whose keys the schema knows. Construction refuses nodes that are not maps and unknown keys.
class Fields {
 public:
  // `what` names the map in messages ("a projection").
  Fields(Reader& reader, const Node& node, std::string_view what, const std::vector<std::string>& known);

  bool is_map() const { return node_.is_map(); }
  const Node& node() const { return node_; }
  // nullptr if absent. A key without a value is a problem.
  const Node* find(std::string_view key) const;
  // The same, and a problem with the remedy if absent.
  const Node* need(std::string_view key, std::string_view remedy) const;
  // The one key of `kinds` that is there; a problem if there is none or more than one.
  std::optional<std::pair<std::string_view, const Node*>> one_of(std::initializer_list<std::string_view> kinds) const;

 private:
  Reader& reader_;
  const Node& node_;
  std::string what_;
  bool has_unknown_ = false;
};

}  // namespace volley::io::yaml
