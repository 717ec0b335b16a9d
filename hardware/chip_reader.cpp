// Reads a chip's file; the schema is in README.md.
#include <utility>

#include "hardware/chip_words.h"
#include "hardware/yaml_walk.h"

namespace volley::hardware {
namespace {

// Bounds that keep every product of sizes within 32 bits and every core within 16.
constexpr std::uint64_t kMostCores = 65'535;
constexpr std::uint64_t kMostOfAnything = std::uint64_t{1} << 48;
// Networks of more would need more memory than they are worth.
constexpr std::uint64_t kMostSubnets = 16, kLongestBuffer = 1024;
// A picosecond, below which times are 0.
constexpr double kShortestClockNs = 0.001;

template <class E, std::size_t N>
std::string choices_of(const Names<E, N>& names) {
  std::vector<std::string_view> words;
  for (const auto& [value, word] : names) words.push_back(word);
  return joined(words);
}

class ChipReader : public YamlWalk {
 public:
  using YamlWalk::YamlWalk;

  Chip chip(const YAML::Node& root);

 private:
  void read_mesh(const YAML::Node& node, Mesh& mesh);
  void read_tiles(const YAML::Node& list, Mesh& mesh);
  void read_limits(const YAML::Node& node, Limits& limits);
  void read_tables(const YAML::Node& root, Chip& chip);
  CoefficientTable table(const YAML::Node& node);
  Coefficient coefficient(const YAML::Node& node);
  void read_value(const YAML::Node& node, Coefficient& read);

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

  // {value: ..., class: ..., source: ...} under `key`; `decode` reads the value and reports what is wrong with it.
  // Empty when the key is missing, the value is the word unset, or something is wrong.
  template <class T, class Decode>
  std::optional<Known<T>> known(const YAML::Node& parent, std::string_view key, const Decode& decode) {
    const YAML::Node node = parent[std::string(key)];
    if (!node) return std::nullopt;
    if (!node.IsMap()) {
      problem(node, absl::StrCat("`", std::string(key), "` must be {value: ..., class: ..., source: ...}"));
      return std::nullopt;
    }
    allow_keys(node, {"value", "class", "source"});
    Known<T> read;
    read.evidence = word(node, "class", kEvidenceNames).value_or(Evidence::kAssumed);
    read.source = text(node, "source", "where the value comes from");
    const YAML::Node value = node["value"];
    if (!value) {
      problem(node, absl::StrCat("`", std::string(key), "` has no `value`; give one, or the word unset"));
      return std::nullopt;
    }
    if (value.IsScalar() && value.Scalar() == "unset") return std::nullopt;
    std::optional<T> decoded = decode(value);
    if (!decoded) return std::nullopt;
    read.value = *std::move(decoded);
    return read;
  }
};

Chip ChipReader::chip(const YAML::Node& root) {
  Chip chip;
  if (!root.IsMap()) {
    problem(root, "a chip is a mapping with `chip`, `title`, `mesh` and `tables`; see hardware/README.md");
    return chip;
  }
  allow_keys(root, {"chip", "title", "mesh", "limits", "tables"});
  chip.name = text(root, "chip", "the chip's name");
  chip.title = text(root, "title", "one line about the chip");
  if (const YAML::Node mesh = root["mesh"]; mesh && mesh.IsMap()) {
    read_mesh(mesh, chip.mesh);
  } else {
    problem(mesh ? mesh : root,
            "`mesh` must be a mapping with `width`, `height`, `cores_per_tile`, `class` and `source`");
  }
  if (const YAML::Node limits = root["limits"]) read_limits(limits, chip.limits);
  read_tables(root, chip);
  return chip;
}

void ChipReader::read_mesh(const YAML::Node& node, Mesh& mesh) {
  allow_keys(node, {"width", "height", "cores_per_tile", "class", "source", "tiles", "clock_ns", "subnets",
                    "receive_buffer", "end_of_step"});
  mesh.evidence = word(node, "class", kEvidenceNames).value_or(Evidence::kAssumed);
  mesh.source = text(node, "source", "where the geometry comes from");
  bool sized = true;
  for (const auto& [key, into] : {std::pair{"width", &mesh.width}, std::pair{"height", &mesh.height},
                                  std::pair{"cores_per_tile", &mesh.cores_per_tile}}) {
    const YAML::Node value = node[key];
    std::optional<std::uint64_t> read;
    if (value) {
      read = count(value, key, 1, kMostCores);
    } else {
      problem(node, absl::StrCat("`", key, "` is missing; give a number of at least 1"));
    }
    sized = sized && read;
    if (read) *into = static_cast<std::uint32_t>(*read);
  }
  const std::uint64_t cores = std::uint64_t{mesh.width} * mesh.height * mesh.cores_per_tile;
  if (sized && cores > kMostCores) {
    problem(node, absl::StrCat(mesh.width, " x ", mesh.height, " tiles of ", mesh.cores_per_tile, " cores are ", cores,
                               " cores, must be at most ", kMostCores, "; describe one chip, not a board"));
    sized = false;
  }
  if (const YAML::Node tiles = node["tiles"]; tiles && sized) read_tiles(tiles, mesh);
  mesh.clock_ns = known<double>(node, "clock_ns", [&](const YAML::Node& value) -> std::optional<double> {
    double number = 0;
    if (value.IsScalar() && YAML::convert<double>::decode(value, number) && number >= kShortestClockNs &&
        number <= largest_value(Measure::kTimeNs)) {
      return number;
    }
    problem(value, absl::StrCat("`clock_ns` is ", value.IsScalar() ? value.Scalar() : "not a scalar",
                                ", must be a number from ", kShortestClockNs, " to ", largest_value(Measure::kTimeNs),
                                ", or the word unset"));
    return std::nullopt;
  });
  const auto small_count = [&](std::string_view key, std::uint64_t most) {
    return known<std::uint32_t>(node, key, [&](const YAML::Node& value) -> std::optional<std::uint32_t> {
      const auto read = count(value, key, 1, most);
      return read ? std::optional(static_cast<std::uint32_t>(*read)) : std::nullopt;
    });
  };
  mesh.subnets = small_count("subnets", kMostSubnets);
  mesh.receive_buffer = small_count("receive_buffer", kLongestBuffer);
  mesh.end_of_step = known<EndOfStep>(node, "end_of_step", [&](const YAML::Node& value) -> std::optional<EndOfStep> {
    for (const auto& [choice, name] : kEndOfStepNames) {
      if (value.IsScalar() && value.Scalar() == name) return choice;
    }
    problem(value, absl::StrCat("`end_of_step` must be one of ", choices_of(kEndOfStepNames)));
    return std::nullopt;
  });
}

// [[x, y], ...] in the order of the tiles' numbers: every place of the mesh exactly once.
void ChipReader::read_tiles(const YAML::Node& list, Mesh& mesh) {
  if (!list.IsSequence() || list.size() != mesh.tile_count()) {
    problem(list, absl::StrCat("`tiles` has ", list.IsSequence() ? list.size() : 0, " places, must have ",
                               mesh.tile_count(), " for ", mesh.width, " x ", mesh.height,
                               " tiles, each as [x, y]; leave it out to number tiles down the columns"));
    return;
  }
  std::vector<int> tile_at(mesh.tile_count(), -1);
  std::vector<Position> places;
  for (std::size_t tile = 0; tile < list.size(); ++tile) {
    const YAML::Node place = list[tile];
    if (!place.IsSequence() || place.size() != 2) {
      problem(place, absl::StrCat("tile ", tile, " must be at [x, y]"));
      continue;
    }
    const auto x = count(place[0], "x", 0, mesh.width - 1), y = count(place[1], "y", 0, mesh.height - 1);
    if (!x || !y) continue;
    int& other = tile_at[*x * mesh.height + *y];
    if (other >= 0) {
      problem(place, absl::StrCat("tiles ", other, " and ", tile, " overlap at [", *x, ", ", *y,
                                  "]; give every tile a place of its own"));
      continue;
    }
    other = static_cast<int>(tile);
    places.push_back({static_cast<std::uint32_t>(*x), static_cast<std::uint32_t>(*y)});
  }
  if (places.size() == mesh.tile_count()) mesh.tiles = std::move(places);
}

void ChipReader::read_limits(const YAML::Node& node, Limits& limits) {
  if (!node.IsMap()) {
    problem(node, "`limits` must be a mapping; see hardware/README.md");
    return;
  }
  std::vector<std::string_view> names;
  for (const NumberField& field : kNumberFields) names.push_back(field.name);
  for (const NumbersField& field : kNumbersFields) names.push_back(field.name);
  names.push_back(kNeuronModels);
  allow_keys(node, names);
  for (const NumberField& field : kNumberFields) {
    const std::uint64_t least = field.member == &Limits::compartments ? 1 : 0;
    limits.*field.member = known<std::uint64_t>(
        node, field.name, [&](const YAML::Node& value) { return count(value, field.name, least, kMostOfAnything); });
  }
  for (const NumbersField& field : kNumbersFields) {
    using List = std::vector<std::uint32_t>;
    limits.*field.member = known<List>(node, field.name, [&](const YAML::Node& value) -> std::optional<List> {
      List list;
      for (const YAML::Node& entry : value) {
        const auto read = count(entry, field.name, 0, 32);
        if (!read) return std::nullopt;
        if (!list.empty() && *read <= list.back()) {
          problem(entry, absl::StrCat("`", std::string(field.name), "` has ", *read, " after ", list.back(),
                                      ", must ascend; sort the list"));
          return std::nullopt;
        }
        list.push_back(static_cast<std::uint32_t>(*read));
      }
      if (!list.empty()) return list;
      problem(value, absl::StrCat("`", std::string(field.name), "` must be a list of at least one number of bits"));
      return std::nullopt;
    });
  }
  using Words = std::vector<std::string>;
  limits.neuron_models = known<Words>(node, kNeuronModels, [&](const YAML::Node& value) -> std::optional<Words> {
    Words words;
    for (const YAML::Node& entry : value) {
      if (entry.IsScalar()) words.push_back(entry.Scalar());
    }
    if (value.IsSequence() && !words.empty() && words.size() == value.size()) return words;
    problem(value, "`neuron_models` must be a list of names of models; volley list models has them");
    return std::nullopt;
  });
}

void ChipReader::read_tables(const YAML::Node& root, Chip& chip) {
  const YAML::Node tables = root["tables"];
  if (!tables || !tables.IsSequence() || tables.size() == 0) {
    problem(tables ? tables : root, "`tables` must be a list of at least one coefficient table");
    return;
  }
  for (const YAML::Node& node : tables) {
    CoefficientTable read = table(node);
    if (!read.name.empty() && chip.table(read.name) != nullptr) {
      problem(node, absl::StrCat("table `", read.name, "` is given twice; rename or remove one"));
    }
    chip.tables.push_back(std::move(read));
  }
}

CoefficientTable ChipReader::table(const YAML::Node& node) {
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
    for (const Coefficient& other : table.coefficients) {
      if (other.event != read.event || other.measure != read.measure || other.tiles != read.tiles) continue;
      const bool band = !other.bound.empty() && !read.bound.empty() && other.bound != read.bound;
      if (band) continue;
      problem(entry, absl::StrCat("`", read.event, "` has two values of ", std::string(name_of(read.measure)),
                                  read.tiles ? absl::StrCat(" for ", *read.tiles, " tiles") : "",
                                  "; remove one, or make them the minimum and the maximum of a band"));
    }
    table.coefficients.push_back(std::move(read));
  }
  return table;
}

Coefficient ChipReader::coefficient(const YAML::Node& node) {
  Coefficient read;
  if (!node.IsMap()) {
    problem(node, "a coefficient is a mapping with `event`, `unit`, a value, `class` and `source`");
    return read;
  }
  allow_keys(node, {"event", "unit", "tiles", "energy_pj", "time_ns", "power_mw", "bound", "class", "source"});
  read.event = text(node, "event", "what is counted");
  if (!read.event.empty() && std::find(kEvents.begin(), kEvents.end(), read.event) == kEvents.end()) {
    problem(node["event"], absl::StrCat("event `", read.event, "` is unknown; choose one of ", joined(kEvents)));
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
  if (const YAML::Node tiles = node["tiles"]) {
    if (const auto number = count(tiles, "tiles", 1, kMostCores)) read.tiles = static_cast<std::uint32_t>(*number);
    if (read.event != "barrier") problem(tiles, "`tiles` is only for the event barrier; remove it");
  }
  read_value(node, read);
  return read;
}

void ChipReader::read_value(const YAML::Node& node, Coefficient& read) {
  int given = 0;
  for (const auto& [measure, key] : kMeasureNames) {
    const YAML::Node value = node[std::string(key)];
    if (!value) continue;
    ++given;
    read.measure = measure;
    if (value.IsScalar() && value.Scalar() == "unset") continue;
    double number = 0;
    if (!value.IsScalar() || !YAML::convert<double>::decode(value, number) ||
        !(number >= 0 && number <= largest_value(measure))) {
      problem(value, absl::StrCat("`", std::string(key), "` is ", value.IsScalar() ? value.Scalar() : "not a scalar",
                                  ", must be a number from 0 to ", largest_value(measure),
                                  ", or the word unset when nobody knows it"));
      continue;
    }
    read.value = number;
  }
  if (given != 1) {
    problem(node, absl::StrCat(given, " values given, must be exactly one of ", choices_of(kMeasureNames),
                               "; the unit is part of the key"));
  }
}

}  // namespace

absl::StatusOr<Chip> parse_chip(std::string_view yaml, std::string_view path) {
  const auto root = load_yaml_text(yaml, path);
  if (!root.ok()) return root.status();
  try {
    ChipReader reader(path);
    Chip chip = reader.chip(*root);
    if (absl::Status status = reader.status(); !status.ok()) return status;
    return chip;
  } catch (const YAML::Exception& error) {  // a key that is no text, above all
    return absl::InvalidArgumentError(absl::StrCat(std::string(path), ": ", error.what()));
  }
}

}  // namespace volley::hardware
