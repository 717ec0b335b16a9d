// Placements as text: made by hand, or kept from an earlier search.
#include <algorithm>

#include "hardware/place.h"
#include "hardware/yaml_walk.h"

namespace volley::hardware {
namespace {

constexpr std::uint32_t kNone = 0xffff'ffff;

class PlacementReader : public YamlWalk {
 public:
  using YamlWalk::YamlWalk;

  Placement read(const YAML::Node& root, std::string_view path, const Wiring& wiring, const Chip& chip) {
    Placement placement{.method = std::string(path), .core_of = {}};
    if (!root.IsMap() || !root["placement"] || !root["placement"].IsMap()) {
      problem(root,
              "a placement is a mapping with `placement`, which maps every population to runs of cores; see "
              "hardware/README.md");
      return placement;
    }
    allow_keys(root, {"chip", "placement"});
    if (const YAML::Node name = root["chip"]; name && !name.IsScalar()) {
      problem(name, absl::StrCat("`chip` is not a scalar, must be ", chip.name,
                                 ", the name of the chip; write the name, or leave it out"));
    } else if (name && name.Scalar() != chip.name) {
      problem(name, absl::StrCat("a placement for chip ", name.Scalar(), ", but --chip is ", chip.name,
                                 "; give --chip ", name.Scalar()));
    }
    const YAML::Node all = root["placement"];
    std::vector<std::string_view> names;
    for (std::size_t p = 0; p < wiring.populations.size() && wiring.first_sender[p] < wiring.neurons; ++p) {
      names.push_back(wiring.populations[p]);
    }
    allow_keys(all, names);
    for (std::size_t p = 0; p < names.size(); ++p) {
      const std::uint32_t size = wiring.first_sender[p + 1] - wiring.first_sender[p];
      const YAML::Node runs = all[std::string(names[p])];
      if (!runs) {
        problem(all, absl::StrCat("population ", std::string(names[p]), " has no place; add it"));
        continue;
      }
      placement.core_of.push_back(population(runs, names[p], size, chip));
    }
    return placement;
  }

 private:
  std::vector<std::uint16_t> population(const YAML::Node& runs, std::string_view name, std::uint32_t size,
                                        const Chip& chip) {
    std::vector<std::uint32_t> core_of(size, kNone);
    if (!runs.IsSequence()) {
      problem(runs, absl::StrCat("population ", std::string(name), " must be a list of [first neuron, count, core]"));
      return {};
    }
    bool good = true;
    for (const YAML::Node& run : runs) good = place(run, name, chip, core_of) && good;
    const auto missing = std::find(core_of.begin(), core_of.end(), kNone);
    if (good && missing != core_of.end()) {
      problem(runs, absl::StrCat("population ", std::string(name), ": neuron ", missing - core_of.begin(),
                                 " has no core; extend a run or add one"));
    }
    return {core_of.begin(), core_of.end()};
  }

  bool place(const YAML::Node& run, std::string_view name, const Chip& chip, std::vector<std::uint32_t>& core_of) {
    if (!run.IsSequence() || run.size() != 3) {
      problem(run, "a run is [first neuron, count, core]");
      return false;
    }
    const auto first = count(run[0], "first neuron", 0, core_of.empty() ? 0 : core_of.size() - 1);
    if (!first) return false;
    const auto length = count(run[1], "count", 1, core_of.size() - *first);
    const auto core = count(run[2], "core", 0, chip.mesh.core_count() - 1);
    if (!length || !core) return false;
    for (std::uint64_t n = *first; n < *first + *length; ++n) {
      if (core_of[n] != kNone) {
        problem(run, absl::StrCat("population ", std::string(name), ": neuron ", n, " is on core ", core_of[n],
                                  " already; give every neuron one place"));
        return false;
      }
      core_of[n] = static_cast<std::uint32_t>(*core);
    }
    return true;
  }
};

}  // namespace

absl::StatusOr<Placement> parse_placement(std::string_view yaml, std::string_view path, const Wiring& wiring,
                                          const Chip& chip) {
  const auto root = load_yaml_text(yaml, path);
  if (!root.ok()) return root.status();
  try {
    PlacementReader reader(path);
    Placement placement = reader.read(*root, path, wiring, chip);
    if (absl::Status status = reader.status(); !status.ok()) return status;
    return placement;
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(std::string(path), ": ", error.what()));
  }
}

std::string placement_yaml(const Placement& placement, const Wiring& wiring, std::string_view chip) {
  YAML::Emitter out;
  out << YAML::Comment("method: " + placement.method + "; runs of [first neuron, count, core]");
  out << YAML::BeginMap << YAML::Key << "chip" << YAML::Value << std::string(chip) << YAML::Key << "placement"
      << YAML::Value << YAML::BeginMap;
  for (std::size_t p = 0; p < placement.core_of.size(); ++p) {
    const auto& cores = placement.core_of[p];
    out << YAML::Key << wiring.populations[p] << YAML::Value << YAML::BeginSeq;
    for (std::size_t first = 0; first < cores.size();) {
      std::size_t end = first;
      while (end < cores.size() && cores[end] == cores[first]) ++end;
      out << YAML::Flow << YAML::BeginSeq << first << end - first << cores[first] << YAML::EndSeq;
      first = end;
    }
    out << YAML::EndSeq;
  }
  out << YAML::EndMap << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace volley::hardware
