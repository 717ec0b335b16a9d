#include "io/yaml_network.h"

#include <charconv>
#include <filesystem>
#include <utility>

#include "io/file_bytes.h"
#include "io/sha256.h"
#include "io/yaml/load.h"
#include "io/yaml/overrides.h"
#include "io/yaml/rest_problems.h"
#include "io/yaml/sections.h"
#include "io/yaml/writer.h"

namespace volley::io {
namespace yaml {
namespace {

// Keys that begin so hold anchors for the rest of the description and are otherwise ignored.
constexpr std::string_view kFreeKey = "x-";

void read_version(Reader& reader, const Fields& fields) {
  const Node* version = fields.need("volley", "begin the description with `volley: 1`, the version of the schema");
  if (version == nullptr || (version->is_scalar() && version->text == "1")) return;
  reader.problems.add(version->place, "schema version " + shown(version->text) + " is not known; this is version 1");
}

void read_seed(Reader& reader, const Node& node) {
  const std::string& text = node.text;
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (node.is_scalar() && error == std::errc{} && end == text.data() + text.size()) {
    reader.plan.seed = seed;
  } else {
    reader.problems.add(node.place, "seed: " + shown(text) + ", must be a whole number from 0 to 18446744073709551615");
  }
}

void read_until(Reader& reader, const Node& node) {
  const auto until = Values(reader, reader.parameters).duration(node, "until");
  if (!until) return;
  reader.plan.until = *until;
  if (*until == Duration{0}) reader.problems.add(node.place, "until: must be above 0; leave it out to give it later");
}

void record_all_populations(Network& network) {
  for (const PopulationSpec& population : network.populations) network.spike_probes.push_back({population.name, {}});
}

void read_description(Reader& reader, const Node& root, const std::string& path) {
  std::vector<std::string> keys = {"volley",  "name",   "seed",        "until",  "parameters", "populations",
                                   "sources", "drives", "projections", "probes", "readout"};
  for (const Node::Child& child : root.children) {
    if (child.key != nullptr && child.key->text.starts_with(kFreeKey)) keys.push_back(child.key->text);
  }
  const Fields fields(reader, root, "the description", keys);
  if (!fields.is_map()) return;
  read_version(reader, fields);
  reader.plan.network.name = std::filesystem::path(path).stem().string();
  if (const Node* name = fields.find("name"); name != nullptr && check_name(reader, *name)) {
    reader.plan.network.name = name->text;
  }
  if (const Node* seed = fields.find("seed")) read_seed(reader, *seed);
  if (const Node* parameters = fields.find("parameters")) read_parameters(reader, *parameters);
  if (const Node* until = fields.find("until")) read_until(reader, *until);
  const Node* populations = fields.need("populations", "name at least one population");
  if (populations != nullptr) read_populations(reader, *populations);
  if (const Node* sources = fields.find("sources")) read_sources(reader, *sources);
  if (const Node* drives = fields.find("drives")) read_drives(reader, *drives);
  if (const Node* projections = fields.find("projections")) read_projections(reader, *projections);
  const Node* probes = fields.find("probes");
  probes != nullptr ? read_probes(reader, *probes) : record_all_populations(reader.plan.network);
  if (const Node* readout = fields.find("readout")) read_readout(reader, *readout);
}

}  // namespace
}  // namespace yaml

absl::StatusOr<RunPlan> parse_yaml_network(std::string_view text, const std::string& path, const Overrides& overrides,
                                           const ModelCatalog& catalog) {
  yaml::Problems problems(path, overrides);
  yaml::Document document;
  const yaml::Node* root = yaml::load(text, yaml::Place::kDescription, document, problems);
  if (root == nullptr) return problems.status();
  root = yaml::apply_overrides(overrides, root, document, problems);
  yaml::Reader reader{problems, catalog, std::filesystem::path(path).parent_path().string()};
  reader.plan.inputs.push_back({path, sha256_bytes(text)});
  yaml::read_description(reader, *root, path);
  reader.forget_shared_places();
  if (!problems.empty()) {
    const std::string rest = yaml::problems_of_the_rest(reader);
    if (rest.empty()) return problems.status();
    return absl::InvalidArgumentError(std::string(problems.status().message()) + "\n" + rest);
  }
  reader.plan.resolved = yaml::write_description(reader.plan, catalog, reader.provenance);
  return std::move(reader.plan);
}

absl::StatusOr<RunPlan> read_yaml_network(const std::string& path, const Overrides& overrides,
                                          const ModelCatalog& catalog) {
  const absl::StatusOr<std::string> text = read_file_bytes(path);
  if (!text.ok()) return text.status();
  return parse_yaml_network(*text, path, overrides, catalog);
}

std::string resolved_yaml(const RunPlan& plan, const ModelCatalog& catalog) {
  return yaml::write_description(plan, catalog, {});
}

}  // namespace volley::io
