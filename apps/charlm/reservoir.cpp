#include "apps/charlm/reservoir.h"

#include <algorithm>
#include <utility>

#include "models/catalog.h"

namespace volley::charlm {
namespace {

Explicit edges_of(std::span<const double> table, std::uint32_t rows, std::uint32_t columns, Duration delay) {
  Explicit explicit_edges;
  for (std::uint32_t r = 0; r < rows; ++r) {
    for (std::uint32_t c = 0; c < columns; ++c) {
      const double weight = table[std::size_t{r} * columns + c];
      if (weight != 0) explicit_edges.edges.push_back({r, c, static_cast<float>(weight), delay});
    }
  }
  return explicit_edges;
}

// What single precision leaves out.
std::vector<double> remainders(std::span<const double> values) {
  std::vector<double> rest;
  rest.reserve(values.size());
  for (const double value : values) rest.push_back(value - static_cast<double>(static_cast<float>(value)));
  return rest;
}

std::vector<double> transposed(std::span<const double> square, std::uint32_t n) {
  std::vector<double> result(square.size());
  for (std::uint32_t i = 0; i < n; ++i) {
    for (std::uint32_t j = 0; j < n; ++j) result[std::size_t{j} * n + i] = square[std::size_t{i} * n + j];
  }
  return result;
}

Time onset(const Reservoir& reservoir, std::size_t character) {
  return kStart + (static_cast<std::int64_t>(character) * reservoir.ticks + 1) * kTick;
}

SourceSpec list_source(std::string name, std::uint32_t size) {
  SourceSpec source;
  source.name = std::move(name);
  source.size = size;
  source.kind = SpikeListSource{};
  return source;
}

std::vector<std::pair<Time, std::uint32_t>>& spikes_of(SourceSpec& source) {
  return std::get<SpikeListSource>(source.kind).spikes;
}

ProjectionSpec from(const std::string& source, const std::string& port, const std::string& name) {
  ProjectionSpec projection;
  projection.name = name;
  projection.source = source;
  projection.target = "reservoir";
  projection.port = port;
  return projection;
}

// Cuts the run into characters: counts spikes between two samples of the potentials, and hands both on.
class CharacterTap final : public Observer {
 public:
  CharacterTap(const Reservoir& reservoir, std::size_t characters, std::size_t reset_every,
               const CharacterVisitor& visit)
      : visit_(visit), characters_(characters), reset_every_(reset_every) {
    counts_.assign(reservoir.neurons, 0);
    fan_out_.assign(reservoir.neurons, 0);
    for (std::uint32_t i = 0; i < reservoir.neurons; ++i) {
      for (std::uint32_t j = 0; j < reservoir.neurons; ++j)
        fan_out_[j] += reservoir.recurrent[std::size_t{i} * reservoir.neurons + j] != 0 ? 1 : 0;
    }
    activity_.ticks = characters * reservoir.ticks;
  }

  absl::Status on_window(const WindowReport& report) override {
    std::size_t next = 0;
    for (const TraceSample& sample : report.samples) {
      while (next < report.spikes.size() && report.spikes[next].at < sample.at) count(report.spikes[next++]);
      if (index_ < characters_) {
        if (absl::Status s = visit_({index_, counts_, sample.values}); !s.ok()) return s;
      }
      ++index_;
      std::fill(counts_.begin(), counts_.end(), 0u);
      ends_in_reset_ = index_ == characters_ || (reset_every_ != 0 && index_ % reset_every_ == 0);
      reset_at_ = sample.at;
    }
    for (; next < report.spikes.size(); ++next) count(report.spikes[next]);
    return absl::OkStatus();
  }

  const Activity& activity() const { return activity_; }

 private:
  void count(const Spike& spike) {
    if (index_of(spike.population) != 0) {
      activity_.onsets += index_of(spike.population) == 1 ? 1 : 0;
      return;
    }
    if (ends_in_reset_ && spike.at == reset_at_) return;
    ++counts_[spike.neuron];
    ++activity_.spikes;
    activity_.synaptic_events += fan_out_[spike.neuron];
  }

  const CharacterVisitor& visit_;
  std::size_t characters_, reset_every_;
  std::vector<std::uint32_t> counts_, fan_out_;
  std::size_t index_ = 0;  // of the character that lasts
  bool ends_in_reset_ = false;
  Time reset_at_ = kStart;
  Activity activity_;
};

}  // namespace

Network reservoir_network(const Reservoir& reservoir, std::span<const std::uint32_t> rows, std::size_t reset_every) {
  Network network;
  network.name = "charlm";
  network.populations = {{"reservoir", reservoir.model, reservoir.neurons, {}, {}}};
  network.populations[0].parameters = {
      {"leak", reservoir.leak}, {"threshold", reservoir.threshold}, {"dt", to_ms(kTick)}};

  network.sources = {list_source("characters", reservoir.rows()), list_source("resets", 1)};
  auto& onsets = spikes_of(network.sources[0]);
  onsets.reserve(rows.size());
  for (std::size_t c = 0; c < rows.size(); ++c) {
    onsets.emplace_back(onset(reservoir, c), rows[c]);
    if (c != 0 && reset_every != 0 && c % reset_every == 0)
      spikes_of(network.sources[1]).emplace_back(onset(reservoir, c), 0);
  }

  ProjectionSpec recurrent = from("reservoir", "in", "recurrent");
  recurrent.rule =
      edges_of(transposed(reservoir.recurrent, reservoir.neurons), reservoir.neurons, reservoir.neurons, kTick);
  ProjectionSpec drive = from("characters", "drive", "drive");
  drive.rule = edges_of(reservoir.drive, reservoir.rows(), reservoir.neurons, Duration{0});
  ProjectionSpec rest = from("characters", "drive", "drive_rest");
  rest.rule = edges_of(remainders(reservoir.drive), reservoir.rows(), reservoir.neurons, Duration{0});
  ProjectionSpec clear = from("characters", "clear", "clear");
  ProjectionSpec reset = from("resets", "reset", "reset");
  clear.rule = reset.rule = AllToAll{};
  clear.weight = reset.weight = Constant{1};
  network.projections = {std::move(recurrent), std::move(drive), std::move(rest), std::move(clear), std::move(reset)};

  StateProbe potentials;
  potentials.population = "reservoir";
  potentials.variable = "v";
  potentials.start = kStart + reservoir.ticks * kTick;
  potentials.interval = reservoir.ticks * kTick;
  network.state_probes = {potentials};
  return network;
}

absl::StatusOr<Activity> run_reservoir(const Reservoir& reservoir, std::span<const std::uint32_t> rows,
                                       std::size_t reset_every, const CharacterVisitor& visit) {
  return run_by_characters(reservoir_network(reservoir, rows, reset_every), reservoir, rows.size(), reset_every, visit);
}

absl::StatusOr<Activity> run_by_characters(Network network, const Reservoir& reservoir, std::size_t characters,
                                           std::size_t reset_every, const CharacterVisitor& visit) {
  absl::StatusOr<Simulation> simulation = build(std::move(network), standard_models());
  if (!simulation.ok()) return simulation.status();
  CharacterTap tap(reservoir, characters, reset_every, visit);
  simulation->add_observer(tap);
  const auto ticks = static_cast<std::int64_t>(characters) * reservoir.ticks;
  if (absl::Status s = simulation->run(ticks * kTick + Duration{1}); !s.ok()) return s;
  Activity activity = tap.activity();
  activity.characters = characters;
  activity.neuron_updates = simulation->counters()[0].counts.neuron_updates;
  return activity;
}

}  // namespace volley::charlm
