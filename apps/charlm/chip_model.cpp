#include "apps/charlm/chip_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/catalog.h"

namespace volley::charlm {
namespace {

absl::StatusOr<hardware::Quantised> integers_of(const Reservoir& reservoir, std::span<const Symbol> symbols,
                                                std::optional<int> weight_bits) {
  return hardware::quantise(chip_form(reservoir, symbols), standard_models(),
                            {.step = kTick, .weight_bits = weight_bits, .seed = 1});
}

class ChipStream final : public FeatureStream {
 public:
  ChipStream(Reservoir reservoir, std::optional<int> weight_bits)
      : reservoir_(std::move(reservoir)), weight_bits_(weight_bits) {}

  std::size_t columns() const override { return 2 * std::size_t{reservoir_.neurons}; }
  std::uint64_t dense_operations() const override { return 0; }
  absl::StatusOr<Activity> run(std::span<const Symbol> symbols, const FeatureVisitor& visit) const override {
    absl::StatusOr<hardware::Quantised> integers = integers_of(reservoir_, symbols, weight_bits_);
    if (!integers.ok()) return integers.status();
    std::vector<double> row(columns());
    const auto each = [&](const CharacterState& state) {
      std::copy(state.spikes.begin(), state.spikes.end(), row.begin());
      std::copy(state.potential.begin(), state.potential.end(), row.begin() + reservoir_.neurons);
      return visit(state.index, row);
    };
    return run_by_characters(std::move(integers->network), reservoir_, symbols.size(), 0, each);
  }

 private:
  Reservoir reservoir_;
  std::optional<int> weight_bits_;
};

}  // namespace

Network chip_form(const Reservoir& reservoir, std::span<const Symbol> symbols) {
  const std::vector<std::uint32_t> rows(symbols.begin(), symbols.end());
  Network network = reservoir_network(reservoir, rows, 0);
  // From one spike at a character's onset to one a tick earlier than each of its ticks, which travels a tick.
  SpikeListSource list;
  list.spikes.reserve(symbols.size() * reservoir.ticks);
  for (std::size_t c = 0; c < symbols.size(); ++c) {
    for (std::uint32_t tick = 0; tick < reservoir.ticks; ++tick) {
      const auto number = static_cast<std::int64_t>(c) * reservoir.ticks + tick;
      list.spikes.emplace_back(kStart + number * kTick, rows[c]);
    }
  }
  network.sources.resize(1);
  network.sources[0].kind = std::move(list);
  network.projections.resize(2);  // recurrent and drive
  for (ProjectionSpec& projection : network.projections) {
    projection.port.clear();
    for (Edge& edge : std::get<Explicit>(projection.rule).edges) edge.delay = kTick;
  }
  // The refractory period ends between the tick after the crossing and the next one; rounded to ticks it is one.
  network.populations[0].model = "lif_delta";
  network.populations[0].parameters = {{"tau_m", -to_ms(kTick) / std::log(reservoir.leak)},
                                       {"v_threshold", reservoir.threshold},
                                       {"v_reset", 0.0},
                                       {"t_ref", 1.4 * to_ms(kTick)}};
  return network;
}

std::unique_ptr<FeatureStream> chip_stream(Reservoir reservoir, std::optional<int> weight_bits) {
  return std::make_unique<ChipStream>(std::move(reservoir), weight_bits);
}

absl::StatusOr<ChipCost> cost_on_chip(const Reservoir& reservoir, std::span<const Symbol> symbols,
                                      std::optional<int> weight_bits, const std::string& placement,
                                      const hardware::Chip& chip) {
  absl::StatusOr<hardware::Quantised> integers = integers_of(reservoir, symbols, weight_bits);
  if (!integers.ok()) return integers.status();
  ChipCost cost;
  cost.characters = symbols.size();
  cost.roundings = std::move(integers->roundings);
  app::PlacedRequest request;
  request.chip = &chip;
  request.step = integers->step;
  request.placement = placement;
  request.required = true;
  std::unique_ptr<app::PlacedRun> run;
  const Time end = kStart + static_cast<std::int64_t>(symbols.size()) * reservoir.ticks * kTick;
  {
    absl::StatusOr<Simulation> simulation = build(std::move(integers->network), standard_models());
    if (!simulation.ok()) return simulation.status();
    std::string why_unplaced;
    absl::StatusOr<std::unique_ptr<app::PlacedRun>> prepared =
        app::PlacedRun::prepare(*simulation, request, why_unplaced);
    if (!prepared.ok()) return prepared.status();
    run = *std::move(prepared);
    simulation->add_observer(run->observer());
    if (absl::Status s = simulation->run(end - kStart); !s.ok()) return s;
    absl::StatusOr<app::PlacedResult> placed = run->finish(end);
    if (!placed.ok()) return placed.status();
    cost.placed = *std::move(placed);
  }
  const hardware::LedgerWindow total = cost.placed.ledger.total();
  for (const hardware::PartCounts& part : total.parts) {
    cost.synaptic_operations += static_cast<double>(part.synaptic_operations) / static_cast<double>(symbols.size());
    cost.spikes += static_cast<double>(part.spikes) / static_cast<double>(symbols.size());
  }
  for (const Duration step : cost.placed.times.simple) cost.simple += step;
  for (const Duration step : cost.placed.times.mesh) cost.mesh += step;
  return cost;
}

}  // namespace volley::charlm
