// The clocked and the event-driven form of the reservoir's neurons are the same network.
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "apps/charlm/features.h"

namespace volley::charlm {
namespace {

struct Run {
  std::vector<std::uint32_t> counts;
  std::vector<double> potentials;
  Activity activity;
};

Run run(Reservoir reservoir, const std::string& model, std::size_t characters, std::size_t reset_every) {
  reservoir.model = model;
  std::vector<std::uint32_t> rows;
  for (std::size_t c = 0; c < characters; ++c) rows.push_back(static_cast<std::uint32_t>((c * c * c + 7 * c) % 31));
  Run result;
  const auto visit = [&](const CharacterState& state) {
    result.counts.insert(result.counts.end(), state.spikes.begin(), state.spikes.end());
    result.potentials.insert(result.potentials.end(), state.potential.begin(), state.potential.end());
    return absl::OkStatus();
  };
  const auto activity = run_reservoir(reservoir, rows, reset_every, visit);
  REQUIRE(activity.ok());
  result.activity = *activity;
  return result;
}

TEST_CASE("events and ticks give the same spikes, and potentials within 1e-9") {
  struct Case {
    double input_scale, leak;
    bool recurrent;
    std::size_t reset_every;
  };
  for (const Case& c : {Case{1, 0.9, true, 0},
                        {0.25, 0.9, true, 0},
                        {1, 0.9, false, 20},
                        {0.1, 1, true, 7},
                        {2, 0.5, true, 0},
                        {1.5, 0, true, 0}}) {
    CAPTURE(c.input_scale, c.leak, c.recurrent);
    Reservoir reservoir = fair_reservoir(31, 120, 7, c.input_scale, c.recurrent);
    reservoir.leak = c.leak;
    const Run clocked = run(reservoir, "lif_tick", 300, c.reset_every);
    const Run events = run(reservoir, "lif_tick_events", 300, c.reset_every);
    CHECK(clocked.activity.spikes > 100);
    CHECK(clocked.counts == events.counts);
    CHECK(clocked.activity.synaptic_events == events.activity.synaptic_events);
    double worst = 0;
    for (std::size_t i = 0; i < clocked.potentials.size(); ++i)
      worst = std::max(worst, std::fabs(clocked.potentials[i] - events.potentials[i]));
    CHECK(worst < 1e-9);
  }
}

TEST_CASE("events update fewer neurons where few fire") {
  const Reservoir sparse = fair_reservoir(31, 120, 7, 0.1, true);
  const Run clocked = run(sparse, "lif_tick", 300, 0), events = run(sparse, "lif_tick_events", 300, 0);
  CHECK(clocked.activity.neuron_updates == 120 * 3000);
  CHECK(events.activity.neuron_updates < clocked.activity.neuron_updates / 4);
  CHECK(events.activity.neuron_updates > 0);
}

}  // namespace
}  // namespace volley::charlm
