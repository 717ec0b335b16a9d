#include "engine/expected_memory.h"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"
#include "engine/connect.h"

namespace volley {
namespace {

constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();

std::optional<std::uint64_t> number_in(const char* path) {
  std::uint64_t number = 0;
  if (std::ifstream file(path); file >> number) return number;
  return std::nullopt;
}

// MemAvailable and SwapFree of /proc/meminfo, which counts in KiB.
std::uint64_t left_in_system() {
  std::ifstream file("/proc/meminfo");
  std::optional<std::uint64_t> available;
  std::uint64_t kib = 0, swap = 0;
  for (std::string name, rest; file >> name >> kib && std::getline(file, rest);) {
    if (name == "MemAvailable:") available = kib << 10;
    if (name == "SwapFree:") swap = kib << 10;
  }
  return available ? *available + swap : kUnknown;
}

std::uint64_t left_in_control_group() {
  const auto most = number_in("/sys/fs/cgroup/memory.max");  // a word where there is no limit
  const auto taken = number_in("/sys/fs/cgroup/memory.current");
  return most && taken ? *most - std::min(*most, *taken) : kUnknown;
}

double synapses_of(const ProjectionSpec& spec, double sources, double targets) {
  struct Count {
    double sources, targets;
    double operator()(const AllToAll&) const { return sources * targets; }
    double operator()(const OneToOne&) const { return targets; }
    double operator()(const FixedIndegree& rule) const { return rule.indegree * targets; }
    double operator()(const FixedOutdegree& rule) const { return rule.outdegree * sources; }
    double operator()(const PairwiseBernoulli& rule) const { return rule.probability * sources * targets; }
    double operator()(const FixedTotal& rule) const { return static_cast<double>(rule.count); }
    double operator()(const Explicit&) const { return 0; }  // they are in memory already
  };
  return std::visit(Count{sources, targets}, spec.rule);
}

}  // namespace

std::uint64_t available_memory() {
  std::uint64_t bytes = std::min(left_in_system(), left_in_control_group());
  rlimit limit = {};
  if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    bytes = std::min<std::uint64_t>(bytes, limit.rlim_cur);
  }
  return bytes;
}

std::string memory_problem(const Network& network, std::uint64_t available) {
  double all = 0, most = 0;
  std::string culprit, remedy;
  const auto add = [&](const std::string& thing, double count, const char* what, double bytes_each,
                       const char* change) {
    const double bytes = count * bytes_each;
    all += bytes;
    if (bytes <= most) return;
    most = bytes;
    culprit = absl::StrFormat("%s: its %.4g %s take at least %.3g GB", thing, count, what, bytes / 1e9);
    remedy = change;
  };
  std::map<std::string, double> sizes;
  for (const PopulationSpec& p : network.populations) {
    sizes[p.name] = p.size;
    add("population " + p.name, p.size, "neurons", 8, "lower `size`");
  }
  for (const SourceSpec& s : network.sources) sizes[s.name] = s.size;
  for (const ProjectionSpec& j : network.projections) {
    const bool one_weight = std::holds_alternative<Constant>(j.weight) && !j.plasticity;
    const bool one_delay = std::holds_alternative<Constant>(j.delay_ms);
    add("projection " + projection_name(j), synapses_of(j, sizes[j.source], sizes[j.target]), "synapses",
        2 + (one_weight ? 0 : 4) + (one_delay ? 0 : 2), "lower the numbers of its rule, or sizes");
  }
  if (all <= static_cast<double>(available)) return "";
  return absl::StrFormat("%s (the network %.3g GB), must be at most the %.3g GB of memory that are free; %s", culprit,
                         all / 1e9, static_cast<double>(available) / 1e9, remedy);
}

}  // namespace volley
