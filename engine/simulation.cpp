// The run loop. Three statements hold at every barrier, and everything else follows from them:
//  (a) no arrival is ever earlier than the window being opened, because a window is never longer than the shortest
//      delay of a population's projections, and sources produce their spikes before the window opens;
//  (b) between barriers a slice writes its own memory only, so hot code has no locks and no atomics;
//  (c) each neuron sees its arrivals in the one order (time, source, group), so results do not depend on the number of
//      slices, threads or runs, nor on where windows begin and end.
#include "engine/simulation.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <utility>

#include "absl/strings/str_format.h"
#include "engine/assembly.h"
#include "engine/connect.h"
#include "engine/inbox.h"
#include "engine/post_office.h"
#include "engine/probes.h"
#include "engine/resolve.h"
#include "engine/source.h"
#include "engine/team_pace.h"
#include "engine/worker_team.h"

namespace volley {
namespace {

// Samples gathered before observers get them.
constexpr std::size_t kSampleBatch = 4096;

}  // namespace

struct Simulation::Impl {
  explicit Impl(Assembly built)
      : assembly(std::move(built)), team(assembly.threads), source_spikes_by(assembly.network.sources.size()) {
    window_length = assembly.window_length();
  }

  Time earliest_event() const {
    Time earliest = kNever;
    for (const auto& part : assembly.parts) earliest = std::min(earliest, part->next_time);
    for (const auto& source : assembly.sources) earliest = std::min(earliest, source->next_time());
    if (!fired.empty() && assembly.shortest_delay != Duration::max())
      earliest = std::min(earliest, fired.front().at + assembly.shortest_delay);
    return earliest;
  }

  Time next_sample() const {
    Time next = kNever;
    for (const StateSampler& sampler : assembly.samplers) next = std::min(next, sampler.next_time());
    for (const WeightSampler& sampler : assembly.weight_samplers) next = std::min(next, sampler.next_time());
    return next;
  }

  absl::Status run(Duration duration);
  absl::Status for_each_plastic(std::string_view projection, const auto& visit);
  // The pieces of a projection, with what a spike would find that arrives now.
  std::vector<ProjectionWeights::Piece> settled(std::size_t projection) const {
    std::vector<ProjectionWeights::Piece> pieces = assembly.pieces_of(projection);
    for (const ProjectionWeights::Piece& piece : pieces) {
      if (piece.plastic != nullptr) piece.plastic->settle(now, *piece.group);
    }
    return pieces;
  }
  void run_window(Window window);
  void gather();
  void take_samples(Time at);
  absl::Status report(Window window, std::span<const Spike> spikes);

  Assembly assembly;
  WorkerTeam team;
  TeamPace pace;
  Duration window_length;
  Time now = kStart;
  std::atomic<bool> stop{false};
  std::vector<Observer*> observers;

  std::vector<Spike> fired;    // by populations in the last window, in canonical order; not yet filed
  std::vector<Spike> entered;  // from sources in the window at hand, in canonical order
  std::vector<Spike> joined;   // both, for observers; only where something entered
  std::vector<std::uint64_t> source_spikes_by;
  std::vector<TraceSample> samples;
  std::vector<std::vector<double>> sample_values;
};

// Calls visit(part, group, synapses) for all groups of a plastic projection.
absl::Status Simulation::Impl::for_each_plastic(std::string_view projection, const auto& visit) {
  const std::vector<ProjectionSpec>& all = assembly.network.projections;
  const auto spec =
      std::find_if(all.begin(), all.end(), [&](const ProjectionSpec& s) { return projection_name(s) == projection; });
  if (spec == all.end()) return absl::NotFoundError(absl::StrFormat("there is no projection %s", projection));
  if (!spec->plasticity) {
    return absl::FailedPreconditionError(
        absl::StrFormat("projection %s is not plastic; set its `plasticity`", projection));
  }
  for (const auto& part : assembly.parts) {
    for (std::size_t g = 0; g < part->groups.size(); ++g) {
      if (part->groups[g].projection != static_cast<std::uint32_t>(spec - all.begin())) continue;
      visit(*part, g, *part->learning.synapses[g]);
    }
  }
  return absl::OkStatus();
}

absl::Status Simulation::Impl::run(Duration duration) {
  if (duration < Duration{0}) {
    return absl::InvalidArgumentError(
        absl::StrFormat("run: duration %g ms, must be at least 0; set `duration`", to_ms(duration)));
  }
  if (duration > kEnd - now) {
    return absl::InvalidArgumentError(
        absl::StrFormat("run: duration %g ms from %g ms on, must end by %.0f ms (53 days); shorten `duration`",
                        to_ms(duration), to_ms(now), to_ms(kEnd)));
  }
  const Time end = now + duration;
  for (;;) {
    const Time begin = earliest_event();
    const Time sample_at = next_sample();
    if (std::min(begin, sample_at) >= end) break;
    if (sample_at < begin) {  // nothing happens before it: the closed form is read in silence
      take_samples(sample_at);
      if (samples.size() < kSampleBatch) continue;
      if (absl::Status s = report({sample_at, sample_at + Duration{1}}, {}); !s.ok()) return s;
    } else {
      Window window{begin, end - begin > window_length ? begin + window_length : end};
      const bool samples_end_it = sample_at < window.end;
      if (samples_end_it) window.end = sample_at + Duration{1};
      run_window(window);
      if (samples_end_it) take_samples(sample_at);
      now = window.end;
      if (absl::Status s = report(window, entered.empty() ? fired : joined); !s.ok()) return s;
    }
    if (stop.exchange(false, std::memory_order_relaxed)) return absl::CancelledError("the run was asked to stop");
  }
  const Time last = now;
  now = end;
  // Every slice hears of the time reached, also one that slept: its counters are then the same however it was cut.
  std::vector<Spike> none;
  for (const auto& part : assembly.parts) part->slice->advance({last, end}, {}, part->groups, none);
  return report({last, end}, {});
}

void Simulation::Impl::run_window(Window window) {
  entered.clear();
  for (const auto& source : assembly.sources) source->produce(window.end, entered);
  if (assembly.sources.size() > 1) std::sort(entered.begin(), entered.end());
  for (const Spike& spike : entered)
    ++source_spikes_by[index_of(spike.population) - assembly.network.populations.size()];

  const auto advance = [&](SlicePart& part) {
    part.inbox.open(window.begin);
    part.office.file(fired, part.inbox);
    part.office.file(entered, part.inbox);
    part.learning.modulated_by(entered);
    part.advance(window);
  };
  if (team.threads() == 1) {
    for (const auto& part : assembly.parts) advance(*part);
  } else {
    const TeamPace::Way way = pace.next();
    const auto started = std::chrono::steady_clock::now();
    if (way == TeamPace::Way::kAlone) {
      for (const auto& part : assembly.parts) advance(*part);
    } else {
      team.run([&](unsigned worker) {
        for (const auto& part : assembly.parts) {
          if (part->worker == worker) advance(*part);
        }
      });
    }
    pace.took(way, std::chrono::nanoseconds(std::chrono::steady_clock::now() - started).count());
  }
  gather();
}

// Joins what the slices fired in canonical order; a single slice's spikes are almost always in it already.
void Simulation::Impl::gather() {
  fired.clear();
  for (const auto& part : assembly.parts) fired.insert(fired.end(), part->fired.begin(), part->fired.end());
  if (!std::is_sorted(fired.begin(), fired.end())) std::sort(fired.begin(), fired.end());
  // At once: weights may be read before the next window is opened.
  for (const auto& part : assembly.parts) part->learning.modulated_by(fired);
  if (entered.empty()) return;
  joined.clear();
  std::merge(fired.begin(), fired.end(), entered.begin(), entered.end(), std::back_inserter(joined));
}

void Simulation::Impl::take_samples(Time at) {
  const auto take = [&](auto& sampler) {
    if (sampler.next_time() != at) return;
    if (sample_values.size() == samples.size()) sample_values.emplace_back();
    std::vector<double>& values = sample_values[samples.size()];
    sampler.sample(values);
    samples.push_back({sampler.probe(), at, values});
  };
  for (StateSampler& sampler : assembly.samplers) take(sampler);
  for (WeightSampler& sampler : assembly.weight_samplers) take(sampler);
  now = std::max(now, at + Duration{1});
}

absl::Status Simulation::Impl::report(Window window, std::span<const Spike> spikes) {
  const WindowReport what{window, spikes, samples};
  absl::Status status;
  for (Observer* observer : observers) {
    if (absl::Status s = observer->on_window(what); status.ok() && !s.ok()) status = s;
  }
  samples.clear();
  return status;
}

Simulation::Simulation(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;
Simulation::~Simulation() = default;

void Simulation::add_observer(Observer& observer) { impl_->observers.push_back(&observer); }
absl::Status Simulation::run(Duration duration) { return impl_->run(duration); }
void Simulation::request_stop() { impl_->stop.store(true, std::memory_order_relaxed); }
Time Simulation::now() const { return impl_->now; }
const Network& Simulation::network() const { return impl_->assembly.network; }
MemoryReport Simulation::memory() const { return impl_->assembly.memory(); }

void Simulation::for_each_synapse_group(const GroupVisitor& visit) const {
  for (const auto& part : impl_->assembly.parts) {
    part->learning.settle(impl_->now, part->groups);
    for (const SynapseGroup& group : part->groups) visit(part->population, part->first, group);
  }
}

void Simulation::for_each_synapse(std::size_t projection, const SynapseVisitor& visit) const {
  const std::vector<ProjectionWeights::Piece> pieces = impl_->settled(projection);
  for_each_in_order(pieces, [&](const ProjectionWeights::Piece& piece, std::uint32_t source, std::size_t position) {
    visit(synapse_of(piece, source, position));
  });
}

std::vector<std::vector<Synapse>> Simulation::probed_synapses() const {
  std::vector<std::vector<Synapse>> all;
  for (const WeightSampler& sampler : impl_->assembly.weight_samplers) all.push_back(sampler.synapses());
  return all;
}

absl::Status Simulation::modulate(std::string_view projection, double strength) {
  return impl_->for_each_plastic(
      projection, [&](SlicePart&, std::size_t, PlasticSynapses& synapses) { synapses.modulate(impl_->now, strength); });
}

absl::Status Simulation::freeze(std::string_view projection, bool frozen) {
  return impl_->for_each_plastic(projection, [&](SlicePart& part, std::size_t g, PlasticSynapses& synapses) {
    synapses.settle(impl_->now, part.groups[g]);
    synapses.freeze(frozen);
  });
}

std::vector<PopulationCounters> Simulation::counters() const {
  std::vector<PopulationCounters> all;
  const Network& network = impl_->assembly.network;
  for (const PopulationSpec& p : network.populations) all.push_back({p.name, p.size, false, {}});
  for (const auto& part : impl_->assembly.parts) {
    SliceCounters& sum = all[index_of(part->population)].counts;
    const SliceCounters own = part->slice->counters();
    sum.external_events += own.external_events;
    sum.neuron_updates += own.neuron_updates;
    sum.spikes += part->spikes;
    for (const std::uint64_t events : part->events_of_group) sum.synaptic_events += events;
  }
  for (std::size_t s = 0; s < network.sources.size(); ++s) {
    all.push_back({network.sources[s].name, network.sources[s].size, true, {}});
    all.back().counts.spikes = impl_->source_spikes_by[s];
  }
  return all;
}

std::vector<std::uint64_t> Simulation::projection_events() const {
  std::vector<std::uint64_t> events(impl_->assembly.network.projections.size());
  for (const auto& part : impl_->assembly.parts) {
    for (std::size_t g = 0; g < part->groups.size(); ++g)
      events[part->groups[g].projection] += part->events_of_group[g];
  }
  return events;
}

absl::StatusOr<std::vector<double>> Simulation::sample(std::string_view population, std::string_view variable) const {
  const auto& specs = network().populations;
  const auto spec = std::find_if(specs.begin(), specs.end(), [&](const auto& s) { return s.name == population; });
  if (spec == specs.end()) return absl::NotFoundError(absl::StrFormat("there is no population %s", population));
  const auto& variables = impl_->assembly.variables_of[static_cast<std::size_t>(spec - specs.begin())];
  const auto found = std::find(variables.begin(), variables.end(), variable);
  if (found == variables.end()) {
    return absl::NotFoundError(absl::StrFormat("model %s has no variable %s", spec->model, variable));
  }
  const Time at = std::max(kStart, now() - Duration{1});
  std::vector<double> values(spec->size);
  for (const auto& part : impl_->assembly.parts) {
    if (index_of(part->population) != static_cast<std::uint32_t>(spec - specs.begin())) continue;
    std::vector<std::uint32_t> neurons(part->size);
    std::iota(neurons.begin(), neurons.end(), 0u);
    part->slice->sample(static_cast<std::uint32_t>(found - variables.begin()), at, neurons,
                        std::span<double>(values).subspan(part->first, part->size));
  }
  return values;
}

absl::StatusOr<ProjectionWeights> Simulation::weights(std::size_t projection) {
  const Network& all = network();
  if (projection >= all.projections.size()) {
    return absl::InvalidArgumentError(absl::StrFormat("weights: projection %d, must be below %d, the number of them",
                                                      projection, all.projections.size()));
  }
  std::vector<ProjectionWeights::Piece> pieces = impl_->settled(projection);
  for (const ProjectionWeights::Piece& piece : pieces) {
    if (!piece.group->weight.empty() || piece.group->target.empty()) continue;
    return absl::FailedPreconditionError(absl::StrFormat(
        "projection %s: all its synapses share the weight %g, so that none can be changed by itself; draw the "
        "weights from a distribution or list them with the edges",
        projection_name(all.projections[projection]), piece.group->uniform_weight));
  }
  return ProjectionWeights(std::move(pieces));
}

absl::Status Simulation::feed(std::string_view source, std::span<const std::pair<Time, std::uint32_t>> spikes) {
  const auto& specs = network().sources;
  const auto found = std::find_if(specs.begin(), specs.end(), [&](const SourceSpec& s) { return s.name == source; });
  ListSource* const list =
      found == specs.end()
          ? nullptr
          : dynamic_cast<ListSource*>(impl_->assembly.sources[static_cast<std::size_t>(found - specs.begin())].get());
  if (list == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrFormat("feed: %s is no source that is a list of spikes; declare one", std::string(source)));
  }
  for (const auto& [at, neuron] : spikes) {
    if (at < now() || at >= kEnd || neuron >= found->size) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "feed: source %s: a spike of neuron %d at %g ms; neurons must be below %d and times from %g ms on, the time "
          "reached",
          found->name, neuron, to_ms(at), found->size, to_ms(now())));
    }
  }
  list->add(spikes);
  return absl::OkStatus();
}

absl::StatusOr<Simulation> build(Network network, const ModelCatalog& models, const Options& options) {
  absl::StatusOr<Assembly> assembly = assemble(std::move(network), models, options);
  if (!assembly.ok()) return assembly.status();
  return Simulation(std::make_unique<Simulation::Impl>(std::move(*assembly)));
}

}  // namespace volley
