#include "engine/assembly.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/connect.h"
#include "engine/expected_memory.h"
#include "engine/poisson_stream.h"
#include "engine/resolve.h"
#include "engine/validate.h"
#include "engine/worker_team.h"

namespace volley {
namespace {

constexpr std::uint32_t kLargestSlice = 65'536;       // targets are 16-bit
constexpr std::uint32_t kSliceGrain = kPoissonBlock;  // so that no block of Poisson input is made twice

std::uint32_t slice_size(std::uint32_t population, const Options& options) {
  if (options.slice_size != 0) return std::min(options.slice_size, kLargestSlice);
  const std::uint32_t each = (population + options.threads - 1) / options.threads;
  const std::uint32_t grain = each >= kSliceGrain ? kSliceGrain : 1;
  return std::clamp((each + grain - 1) / grain * grain, 1u, kLargestSlice);
}

std::uint32_t position_of(const auto& specs, const std::string& name) {
  const auto found = std::find_if(specs.begin(), specs.end(), [&](const auto& spec) { return spec.name == name; });
  return static_cast<std::uint32_t>(found - specs.begin());
}

// Populations first, then sources.
std::uint32_t endpoint_of(const Network& network, const std::string& name) {
  const std::uint32_t population = position_of(network.populations, name);
  const auto populations = static_cast<std::uint32_t>(network.populations.size());
  return population < populations ? population : populations + position_of(network.sources, name);
}

std::uint32_t size_of(const Network& network, std::uint32_t endpoint) {
  const std::size_t populations = network.populations.size();
  return endpoint < populations ? network.populations[endpoint].size : network.sources[endpoint - populations].size;
}

// The words of a message, its numbers left out: "neuron 5 drew tau_m -1 ms" and "neuron 9 drew tau_m -3 ms" are of one
// kind.
std::string kind_of(std::string_view message) {
  std::string kind;
  const auto in_word = [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  for (std::size_t i = 0; i < message.size();) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(message[i]))) {
      // Signs belong to numbers.
      if (message[i] != '-' && message[i] != '+') kind += message[i];
      ++i;
      continue;
    }
    const bool is_number = i == 0 || !in_word(message[i - 1]);
    for (; i < message.size() && (in_word(message[i]) || (is_number && message[i] == '.')); ++i) {
      if (!is_number) kind += message[i];
    }
  }
  return kind;
}

// What went wrong with a thing (a population or a projection) in one of its slices.
struct Trouble {
  std::pair<bool, std::uint32_t> thing;  // is it a projection, and which
  absl::Status status;
};

// The first message of every thing and kind, in an order of theirs, so that all of it does not depend on the number of
// slices; the code of the first.
absl::Status joined(const std::vector<Trouble>& troubles) {
  std::map<std::pair<std::pair<bool, std::uint32_t>, std::string>, std::pair<std::string, absl::StatusCode>> first;
  for (const auto& [thing, status] : troubles) {
    if (status.ok()) continue;
    const std::string all{status.message().data(), status.message().size()};
    for (std::string& line : std::vector<std::string>(absl::StrSplit(all, '\n'))) {
      std::string kind = kind_of(line);
      first.try_emplace({thing, std::move(kind)}, std::move(line), status.code());
    }
  }
  if (first.empty()) return absl::OkStatus();
  std::vector<std::string> messages;
  for (auto& [key, entry] : first) messages.push_back(std::move(entry.first));
  return {first.begin()->second.second, absl::StrJoin(messages, "\n")};
}

// What becomes one SlicePart.
struct Plan {
  std::uint32_t population, first, count;
  unsigned worker;
  std::vector<ConnectRequest> requests;
  std::vector<SynapseGroup> groups;
  PlasticGroups learning;
  std::unique_ptr<Slice> slice;
};

std::vector<Plan> plan_slices(const Network& network, const ModelCatalog& models, const Options& options) {
  std::vector<Plan> plans;
  std::vector<std::uint64_t> neurons_of(options.threads);  // by worker: a slice goes to the one that has fewest
  for (std::uint32_t p = 0; p < network.populations.size(); ++p) {
    const PopulationSpec& population = network.populations[p];
    const std::uint32_t step = slice_size(population.size, options);
    for (std::uint32_t first = 0; first < population.size; first += step) {
      const std::uint32_t count = std::min(step, population.size - first);
      const auto worker = std::min_element(neurons_of.begin(), neurons_of.end());
      *worker += count;
      plans.push_back({p, first, count, static_cast<unsigned>(worker - neurons_of.begin()), {}, {}, {}, {}});
      if (step > population.size - first) break;  // first + step may not fit into 32 bits
    }
  }
  for (std::uint32_t j = 0; j < network.projections.size(); ++j) {
    const ProjectionSpec& spec = network.projections[j];
    const std::uint32_t source = endpoint_of(network, spec.source);
    const std::uint32_t target = position_of(network.populations, spec.target);
    const Port port = port_of(models.find(network.populations[target].model)->info(), spec.port);
    for (Plan& plan : plans) {
      if (plan.population != target) continue;
      plan.requests.push_back({&spec, j, PopulationId{source}, size_of(network, source), source == target,
                               network.populations[target].size, plan.first, plan.count, port, options.seed});
      plan.groups.emplace_back();
    }
  }
  for (Plan& plan : plans) plan.learning = PlasticGroups(plan.requests.size());
  return plans;
}

absl::StatusOr<std::unique_ptr<Slice>> make_slice(const Plan& plan, const Network& network, const ModelCatalog& models,
                                                  std::uint64_t seed) {
  const ModelType* model = models.find(network.populations[plan.population].model);
  const SliceRequest request =
      resolve_slice(network, PopulationId{plan.population}, model->info(), plan.first, plan.count, seed);
  const std::vector<std::string> problems = draw_problems(request, model->info());
  if (!problems.empty()) return absl::InvalidArgumentError(absl::StrJoin(problems, "\n"));
  return model->make_slice(request);
}

// Connects one projection into one slice, and makes it learn if it is to.
absl::Status make_synapses(Plan& plan, std::size_t r, const Network& network, const ModelCatalog& models) {
  const ConnectRequest& request = plan.requests[r];
  absl::StatusOr<SynapseGroup> group = connect(request);
  if (!group.ok()) return group.status();
  plan.groups[r] = std::move(*group);
  if (!request.spec->plasticity) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<PlasticSynapses>> synapses =
      make_plastic(request, network.populations[plan.population], models, plan.groups[r]);
  if (synapses.ok()) plan.learning.synapses[r] = *std::move(synapses);
  return synapses.status();
}

// Makes synapses and slices of all plans on all threads; a job is one projection into one slice, or one slice.
absl::Status make_all(std::vector<Plan>& plans, const Network& network, const ModelCatalog& models,
                      const Options& options) {
  struct Job {
    Plan* plan;
    std::size_t request;  // one past the last: the slice itself
  };
  std::vector<Job> jobs;
  for (Plan& plan : plans) {
    for (std::size_t r = 0; r <= plan.requests.size(); ++r) jobs.push_back({&plan, r});
  }
  std::vector<Trouble> troubles(jobs.size());
  std::atomic<std::size_t> next{0};
  WorkerTeam team(options.threads);
  team.run([&](unsigned) {
    for (std::size_t j = next.fetch_add(1); j < jobs.size(); j = next.fetch_add(1)) {
      Plan& plan = *jobs[j].plan;
      if (jobs[j].request < plan.requests.size()) {
        troubles[j] = {{true, plan.requests[jobs[j].request].projection},
                       make_synapses(plan, jobs[j].request, network, models)};
      } else {
        absl::StatusOr<std::unique_ptr<Slice>> slice = make_slice(plan, network, models, options.seed);
        troubles[j] = {{false, plan.population}, slice.status()};
        if (slice.ok()) plan.slice = std::move(*slice);
      }
    }
  });
  return joined(troubles);
}

struct Delays {
  Duration shortest_internal = Duration::max();
  Duration shortest_plastic = Duration::max();
  Duration longest{0};
};

Delays delays_of(const std::vector<Plan>& plans, const Network& network) {
  Delays delays;
  for (const Plan& plan : plans) {
    for (const SynapseGroup& group : plan.groups) {
      if (group.target.empty()) continue;
      Duration shortest = group.delay, longest = group.delay;
      if (!group.delay_step.empty()) {
        const auto [low, high] = std::minmax_element(group.delay_step.begin(), group.delay_step.end());
        shortest = *low * group.delay_resolution;
        longest = *high * group.delay_resolution;
      }
      delays.longest = std::max(delays.longest, longest);
      if (network.projections[group.projection].plasticity) {
        delays.shortest_plastic = std::min(delays.shortest_plastic, shortest);
      }
      if (index_of(group.source) < network.populations.size()) {
        delays.shortest_internal = std::min(delays.shortest_internal, shortest);
      }
    }
  }
  return delays;
}

// Tells the plan's synapses whose spikes modulate them.
void add_modulators(Plan& plan, const Network& network) {
  for (std::uint32_t g = 0; g < plan.groups.size(); ++g) {
    const auto& plasticity = network.projections[plan.groups[g].projection].plasticity;
    if (!plasticity) continue;
    for (const Modulator& modulator : plasticity->modulators) {
      plan.learning.modulators.push_back(
          {PopulationId{endpoint_of(network, modulator.source)}, g, modulator.strength, modulator.delay});
    }
  }
}

using Parts = std::vector<std::unique_ptr<SlicePart>>;

// The part that holds a neuron. Parts ascend by population and first neuron.
const SlicePart& part_of(const Parts& parts, PopulationId population, std::uint32_t neuron) {
  const auto after = std::upper_bound(
      parts.begin(), parts.end(), std::pair(population, neuron),
      [](const auto& wanted, const auto& part) { return wanted < std::pair(part->population, part->first); });
  return **std::prev(after);
}

std::vector<StateSampler> make_samplers(const Network& network, const ModelCatalog& models, const Parts& parts) {
  std::vector<StateSampler> samplers;
  for (std::uint32_t s = 0; s < network.state_probes.size(); ++s) {
    const StateProbe& probe = network.state_probes[s];
    const std::uint32_t population = position_of(network.populations, probe.population);
    const auto& variables = models.find(network.populations[population].model)->info().variables;
    const std::uint32_t variable = position_of(variables, probe.variable);
    std::vector<ProbePart> pieces;
    const std::size_t size = probe.neurons.empty() ? network.populations[population].size : probe.neurons.size();
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint32_t neuron = probe.neurons.empty() ? static_cast<std::uint32_t>(i) : probe.neurons[i];
      const SlicePart& part = part_of(parts, PopulationId{population}, neuron);
      if (pieces.empty() || pieces.back().slice != part.slice.get()) pieces.push_back({part.slice.get(), {}, i});
      pieces.back().neurons.push_back(neuron - part.first);
    }
    samplers.emplace_back(probe, s, variable, std::move(pieces));
  }
  return samplers;
}

// Which synapses there are is only known now.
absl::Status add_weight_samplers(Assembly& assembly) {
  const Network& network = assembly.network;
  std::vector<std::string> problems;
  for (const WeightProbe& probe : network.weight_probes) {
    const auto projection = static_cast<std::size_t>(
        std::find_if(network.projections.begin(), network.projections.end(),
                     [&](const ProjectionSpec& spec) { return projection_name(spec) == probe.projection; }) -
        network.projections.begin());
    const std::size_t number = network.state_probes.size() + assembly.weight_samplers.size();
    assembly.weight_samplers.emplace_back(probe, static_cast<std::uint32_t>(number), assembly.pieces_of(projection));
    if (std::string problem = assembly.weight_samplers.back().problem(); !problem.empty()) {
      problems.push_back(std::move(problem));
    }
  }
  return problems.empty() ? absl::OkStatus() : absl::InvalidArgumentError(absl::StrJoin(problems, "\n"));
}

}  // namespace

void SlicePart::advance(Window window) {
  const std::span<const Arrival> due = inbox.take(window);
  for (const Arrival& arrival : due) events_of_group[arrival.group] += arrival.end - arrival.begin;
  fired.clear();
  if (learning.any()) {
    advance_learning(learning, *slice, window, due, groups, fired);
    learning.fired(fired, first);
  } else {
    slice->advance(window, due, groups, fired);
  }
  spikes += fired.size();
  next_time = std::min(slice->next_event(), inbox.next_time());
}

MemoryReport Assembly::memory() const {
  MemoryReport report;
  for (const auto& part : parts) {
    for (const SynapseGroup& group : part->groups) {
      report.synapses += group.target.size();
      report.synapse_bytes += group.bytes();
    }
    report.synapse_bytes += part->learning.bytes();
  }
  return report;
}

std::vector<ProjectionWeights::Piece> Assembly::pieces_of(std::size_t projection) const {
  std::vector<ProjectionWeights::Piece> pieces;
  for (const auto& part : parts) {
    for (std::size_t g = 0; g < part->groups.size(); ++g) {
      if (part->groups[g].projection != projection) continue;
      pieces.push_back({part->first, &part->groups[g], part->learning.synapses[g].get()});
    }
  }
  return pieces;
}

absl::StatusOr<Assembly> assemble(Network network, const ModelCatalog& models, const Options& options) {
  std::vector<std::string> problems = problems_of(network, models);
  if (options.threads < 1 || options.threads > 1024) {
    problems.push_back("options: threads " + std::to_string(options.threads) + ", must be 1 to 1024; set `threads`");
  }
  if (problems.empty()) {
    std::string problem = memory_problem(network, available_memory());
    if (!problem.empty()) problems.push_back(std::move(problem));
  }
  if (!problems.empty()) return absl::InvalidArgumentError(absl::StrJoin(problems, "\n"));

  Assembly assembly;
  assembly.network = std::move(network);
  assembly.threads = options.threads;
  const Network& checked = assembly.network;
  std::vector<Plan> plans = plan_slices(checked, models, options);
  if (absl::Status s = make_all(plans, checked, models, options); !s.ok()) return s;

  const Delays delays = delays_of(plans, checked);
  assembly.shortest_delay = delays.shortest_internal;
  assembly.shortest_plastic = delays.shortest_plastic;
  const Duration width = std::min(delays.shortest_internal, Duration{1'000'000'000});
  // A source's spike of the window's end arrives a longest delay later. No more: buckets that are visited in turn are
  // as many as the cache has to hold.
  const Duration reach = delays.longest + assembly.window_length();
  const auto endpoints = static_cast<std::uint32_t>(checked.populations.size() + checked.sources.size());
  for (Plan& plan : plans) {
    add_modulators(plan, checked);
    assembly.parts.push_back(std::make_unique<SlicePart>(PopulationId{plan.population}, plan.first, plan.count,
                                                         std::move(plan.slice), std::move(plan.groups),
                                                         std::move(plan.learning), endpoints, width, reach));
    assembly.parts.back()->worker = plan.worker;
  }
  for (std::uint32_t s = 0; s < checked.sources.size(); ++s) {
    const auto id = static_cast<std::uint32_t>(checked.populations.size()) + s;
    assembly.sources.push_back(make_source(checked.sources[s], PopulationId{id}, s, options.seed));
  }
  for (const PopulationSpec& population : checked.populations) {
    std::vector<std::string>& names = assembly.variables_of.emplace_back();
    for (const VariableInfo& variable : models.find(population.model)->info().variables) names.push_back(variable.name);
  }
  assembly.samplers = make_samplers(checked, models, assembly.parts);
  if (absl::Status s = add_weight_samplers(assembly); !s.ok()) return s;
  return assembly;
}

}  // namespace volley
