#include <limits>

#include "io/csv_column.h"
#include "io/yaml/sections.h"

namespace volley::io::yaml {
namespace {

constexpr std::uint64_t kMostWindows = 100'000'000;

std::optional<std::vector<std::uint32_t>> labels_in_file(const Values& values, const Fields& readout, const Node& node,
                                                         std::uint32_t size) {
  Reader& reader = values.reader();
  const Fields fields(reader, node, "labels", {"file", "column"});
  const Node* file = fields.need("file", "name a CSV file");
  const Node* column = fields.need("column", "name the column of the file, by its header");
  const Node* windows = readout.need("windows", "say how many labels the file has");
  if (file == nullptr || column == nullptr || windows == nullptr || !reader.add_input(*file)) return std::nullopt;
  const auto name = values.word(*column, "column");
  const auto count = values.count(*windows, "windows", 1, kMostWindows);
  if (!name || !count || !reader.spend(*count, node.place)) return std::nullopt;
  const auto list = read_csv_column(reader.path_of(file->text), *name, *count);
  if (!list.ok()) {
    reader.problems.add(file->place, std::string(list.status().message()));
    return std::nullopt;
  }
  std::vector<std::uint32_t> labels;
  for (const double label : *list) {
    if (!(label >= 0 && label < size && label == static_cast<std::uint32_t>(label))) {
      reader.problems.add(file->place, "label " + format_number(label) +
                                           ", must be a neuron of the readout, from 0 to " + std::to_string(size - 1));
      return std::nullopt;
    }
    labels.push_back(static_cast<std::uint32_t>(label));
  }
  return labels;
}

std::optional<std::vector<std::uint32_t>> read_labels(const Values& values, const Fields& readout, const Node& node,
                                                      std::uint32_t size) {
  if (node.is_map()) return labels_in_file(values, readout, node, size);
  Reader& reader = values.reader();
  if (!node.is_sequence() || node.children.empty()) {
    reader.problems.add(node.place,
                        "labels: must be a list of neurons, one per window, or {file: x.csv, column: label}");
    return std::nullopt;
  }
  if (const Node* windows = readout.find("windows")) {
    if (!values.count(*windows, "windows", node.children.size(), node.children.size())) return std::nullopt;
  }
  std::vector<std::uint32_t> labels;
  for (const Node::Child& child : node.children) {
    const auto label = values.count(*child.value, "label", 0, size - 1);
    if (!label) return std::nullopt;
    labels.push_back(static_cast<std::uint32_t>(*label));
  }
  return labels;
}

}  // namespace

void read_readout(Reader& reader, const Node& section) {
  const Fields fields(reader, section, "the readout", {"population", "start", "window", "windows", "labels"});
  if (!fields.is_map()) return;
  const Values values(reader, reader.parameters);
  const Node* name = fields.need("population", "name the population whose neurons are the answers");
  const Node* window = fields.need("window", "give the time for one answer, such as 50 ms");
  const Node* labels = fields.need("labels", "list the right neuron of every window");
  if (name == nullptr || window == nullptr || labels == nullptr) return;
  const Endpoint* population = reader.endpoint(*name);
  if (population == nullptr) return;
  if (population->is_source) {
    reader.problems.add(name->place, shown(name->text) + " is a source; a readout is a population");
    return;
  }
  if (population->size == 0) return;  // reported where it was declared
  Readout readout{.population = name->text, .start = kStart, .window = {}, .labels = {}};
  const auto length = values.duration(*window, "window");
  if (length && *length <= Duration{0}) {
    reader.problems.add(window->place, "window: must be above 0");
    return;
  }
  const Node* start = fields.find("start");
  const auto begin = start == nullptr ? std::optional(kStart) : values.time(*start, "start");
  auto right = read_labels(values, fields, *labels, population->size);
  if (!length || !begin || !right) return;
  readout.window = *length;
  readout.start = *begin;
  readout.labels = *std::move(right);
  reader.plan.readout = std::move(readout);
}

}  // namespace volley::io::yaml
