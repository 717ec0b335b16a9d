#include "hardware/chip.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace volley::hardware {
namespace {

template <class E, std::size_t N>
using Names = std::array<std::pair<E, std::string_view>, N>;

constexpr Names<Evidence, 5> kEvidenceNames{{{Evidence::kPublished, "published"},
                                             {Evidence::kMeasured, "measured"},
                                             {Evidence::kSecondary, "secondary"},
                                             {Evidence::kFitted, "fitted"},
                                             {Evidence::kAssumed, "assumed"}}};
constexpr Names<Measure, 3> kMeasureNames{
    {{Measure::kEnergyPj, "energy_pj"}, {Measure::kTimeNs, "time_ns"}, {Measure::kPowerMw, "power_mw"}}};
constexpr Names<Unit, 6> kUnitNames{{{Unit::kSynapse, "synapse"},
                                     {Unit::kNeuron, "neuron"},
                                     {Unit::kRouter, "router"},
                                     {Unit::kLearning, "learning"},
                                     {Unit::kBarrier, "barrier"},
                                     {Unit::kChip, "chip"}}};

constexpr std::array<std::string_view, 11> kEvents{"synaptic_operation",
                                                   "neuron_update_active",
                                                   "neuron_update_inactive",
                                                   "spike",
                                                   "hop_east_west",
                                                   "hop_north_south",
                                                   "learning_update",
                                                   "barrier",
                                                   "barrier_1_tile",
                                                   "barrier_32_tiles",
                                                   "chip_static"};

template <class E, std::size_t N>
std::string_view name_in(const Names<E, N>& names, E value) {
  return std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.first == value; })->second;
}

template <class E, std::size_t N>
std::string choices_of(const Names<E, N>& names) {
  return absl::StrJoin(
      names, ", ", [](std::string* out, const auto& entry) { out->append(entry.second.data(), entry.second.size()); });
}

// Collects problems while it walks the document, so that one reading reports all of them.
class ChipReader {
 public:
  explicit ChipReader(std::string_view path) : path_(path) {}

  Chip chip(const YAML::Node& root) {
    Chip chip;
    if (!root.IsMap()) {
      problem(root, "a chip is a mapping with `chip`, `title` and `tables`; see hardware/README.md");
      return chip;
    }
    allow_keys(root, {"chip", "title", "tables"});
    chip.name = text(root, "chip", "the chip's name");
    chip.title = text(root, "title", "one line about the chip");
    const YAML::Node tables = root["tables"];
    if (!tables || !tables.IsSequence() || tables.size() == 0) {
      problem(tables ? tables : root, "`tables` must be a list of at least one coefficient table");
      return chip;
    }
    for (const YAML::Node& node : tables) {
      CoefficientTable read = table(node);
      if (chip.table(read.name) != nullptr && !read.name.empty()) {
        problem(node, absl::StrCat("table `", read.name, "` is given twice; rename or remove one"));
      }
      chip.tables.push_back(std::move(read));
    }
    return chip;
  }

  const std::vector<std::string>& problems() const { return problems_; }

 private:
  CoefficientTable table(const YAML::Node& node) {
    CoefficientTable table;
    if (!node.IsMap()) {
      problem(node, "a table is a mapping with `name`, `title`, `basis` and `coefficients`");
      return table;
    }
    allow_keys(node, {"name", "title", "basis", "coefficients"});
    table.name = text(node, "name", "the table's name");
    table.title = text(node, "title", "one line about the table");
    table.basis = text(node, "basis", "what its values have in common");
    const YAML::Node list = node["coefficients"];
    if (!list || !list.IsSequence()) {
      problem(list ? list : node, "`coefficients` must be a list");
      return table;
    }
    for (const YAML::Node& entry : list) {
      Coefficient read = coefficient(entry);
      if (table.find(read.event, read.measure) != nullptr) {
        problem(entry, absl::StrCat("`", read.event, "` has two values of ", std::string(name_of(read.measure)),
                                    "; remove one"));
      }
      table.coefficients.push_back(std::move(read));
    }
    return table;
  }

  Coefficient coefficient(const YAML::Node& node) {
    Coefficient read;
    if (!node.IsMap()) {
      problem(node, "a coefficient is a mapping with `event`, `unit`, a value, `class` and `source`");
      return read;
    }
    allow_keys(node, {"event", "unit", "energy_pj", "time_ns", "power_mw", "bound", "class", "source"});
    read.event = text(node, "event", "what is counted");
    if (!read.event.empty() && std::find(kEvents.begin(), kEvents.end(), read.event) == kEvents.end()) {
      problem(node["event"], absl::StrCat("event `", read.event, "` is unknown; choose one of ",
                                          absl::StrJoin(kEvents, ", ", [](std::string* out, std::string_view event) {
                                            out->append(event.data(), event.size());
                                          })));
    }
    read.unit = word(node, "unit", kUnitNames).value_or(Unit::kChip);
    read.evidence = word(node, "class", kEvidenceNames).value_or(Evidence::kAssumed);
    read.source = text(node, "source", "where the value comes from");
    if (node["bound"]) {
      read.bound = text(node, "bound", "minimum or maximum");
      if (read.bound != "minimum" && read.bound != "maximum") {
        problem(node["bound"], absl::StrCat("bound `", read.bound, "` must be minimum or maximum; else leave it out"));
      }
    }
    read_value(node, read);
    return read;
  }

  void read_value(const YAML::Node& node, Coefficient& read) {
    int given = 0;
    for (const auto& [measure, key] : kMeasureNames) {
      const YAML::Node value = node[std::string(key)];
      if (!value) continue;
      ++given;
      read.measure = measure;
      if (value.IsScalar() && value.Scalar() == "unset") continue;
      double number = 0;
      if (!value.IsScalar() || !YAML::convert<double>::decode(value, number) || !std::isfinite(number) || number < 0) {
        problem(value, absl::StrCat("`", std::string(key), "` is ", value.IsScalar() ? value.Scalar() : "not a scalar",
                                    ", must be a number of at least 0, or the word unset when nobody knows it"));
        continue;
      }
      read.value = number;
    }
    if (given != 1) {
      problem(node, absl::StrCat(given, " values given, must be exactly one of ", choices_of(kMeasureNames)));
    }
  }

  std::string text(const YAML::Node& node, const char* key, std::string_view what) {
    const YAML::Node value = node[key];
    if (value && value.IsScalar() && !value.Scalar().empty()) return value.Scalar();
    problem(value ? value : node, absl::StrCat("`", key, "` is missing; give ", std::string(what)));
    return {};
  }

  template <class E, std::size_t N>
  std::optional<E> word(const YAML::Node& node, const char* key, const Names<E, N>& names) {
    const std::string value = text(node, key, absl::StrCat("one of ", choices_of(names)));
    if (value.empty()) return std::nullopt;
    for (const auto& [choice, name] : names) {
      if (value == name) return choice;
    }
    problem(node[key], absl::StrCat("`", key, "` is `", value, "`, must be one of ", choices_of(names)));
    return std::nullopt;
  }

  void allow_keys(const YAML::Node& node, std::initializer_list<std::string_view> allowed) {
    for (const auto& entry : node) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
      if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
        problem(entry.first, absl::StrCat("unknown key `", key, "`; known: ",
                                          absl::StrJoin(allowed, ", ", [](std::string* out, std::string_view name) {
                                            out->append(name.data(), name.size());
                                          })));
      }
    }
  }

  void problem(const YAML::Node& node, std::string_view message) {
    const YAML::Mark mark = node.Mark();
    problems_.push_back(absl::StrCat(path_, ":", std::max(mark.line, 0) + 1, ":", std::max(mark.column, 0) + 1, ": ",
                                     std::string(message)));
  }

  std::string path_;
  std::vector<std::string> problems_;
};

}  // namespace

std::string_view name_of(Evidence evidence) { return name_in(kEvidenceNames, evidence); }
std::string_view name_of(Measure measure) { return name_in(kMeasureNames, measure); }
std::string_view name_of(Unit unit) { return name_in(kUnitNames, unit); }

std::string_view symbol_of(Measure measure) {
  switch (measure) {
    case Measure::kEnergyPj:
      return "pJ";
    case Measure::kTimeNs:
      return "ns";
    case Measure::kPowerMw:
      return "mW";
  }
  return {};
}

std::vector<std::string_view> event_names() { return {kEvents.begin(), kEvents.end()}; }

const Coefficient* CoefficientTable::find(std::string_view event, Measure measure) const {
  const auto found = std::find_if(coefficients.begin(), coefficients.end(), [&](const Coefficient& entry) {
    return entry.event == event && entry.measure == measure;
  });
  return found == coefficients.end() ? nullptr : &*found;
}

const CoefficientTable* Chip::table(std::string_view wanted) const {
  if (tables.empty()) return nullptr;
  if (wanted.empty()) return &tables.front();
  const auto found =
      std::find_if(tables.begin(), tables.end(), [&](const CoefficientTable& entry) { return entry.name == wanted; });
  return found == tables.end() ? nullptr : &*found;
}

absl::StatusOr<Chip> parse_chip(std::string_view yaml, std::string_view path) {
  try {
    const YAML::Node root = YAML::Load(std::string(yaml));
    ChipReader reader(path);
    Chip chip = reader.chip(root);
    if (!reader.problems().empty()) return absl::InvalidArgumentError(absl::StrJoin(reader.problems(), "\n"));
    return chip;
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(std::string(path), ":", std::max(error.mark.line, 0) + 1, ":",
                                                   std::max(error.mark.column, 0) + 1, ": ", error.msg));
  }
}

}  // namespace volley::hardware
