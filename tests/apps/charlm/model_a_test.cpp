#include "apps/charlm/model_a.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "apps/charlm/window_readout.h"
#include "tests/support/shared_data.h"

namespace volley::charlm {
namespace {

// The recurrence as it stands in the header, in double precision and without the engine: potentials after every tick.
struct LoopOverTicks {
  explicit LoopOverTicks(const ModelA& m) : model(m), v(m.neurons), count(m.neurons) {}

  void character(Symbol c) {
    std::fill(count.begin(), count.end(), 0u);
    const std::size_t n = model.neurons;
    for (int tick = 0; tick < 10; ++tick) {
      std::vector<double> next(n);
      for (std::size_t i = 0; i < n; ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < n; ++j) {
          if (v[j] > 1) sum += model.recurrent[i * n + j];
        }
        next[i] = v[i] > 1 ? 0 : 0.9 * v[i] + model.input[c * n + i] + 0.3 * sum;
        count[i] += v[i] > 1 ? 1 : 0;
      }
      v = next;
    }
  }

  const ModelA& model;
  std::vector<double> v;
  std::vector<std::uint32_t> count;
};

TEST_CASE("the reservoir of the engine computes the published recurrence") {
  const ModelA model = draw_model_a(26, 200, Readings::kHybrid, 42);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t c = 0; c < 60; ++c) rows.push_back((c * c + 3 * c) % 26);
  LoopOverTicks loop(model);
  std::uint64_t spikes = 0;
  double worst = 0;
  const auto compare = [&](const CharacterState& state) {
    if (state.index % 20 == 0) std::fill(loop.v.begin(), loop.v.end(), 0.0);
    loop.character(static_cast<Symbol>(rows[state.index]));
    for (std::size_t i = 0; i < 200; ++i) {
      if (state.spikes[i] != loop.count[i]) return absl::InternalError("spikes differ");
      worst = std::max(worst, std::fabs(state.potential[i] - loop.v[i]));
      spikes += loop.count[i];
    }
    return absl::OkStatus();
  };
  const absl::StatusOr<Activity> activity = run_reservoir(model.reservoir(), rows, 20, compare);
  REQUIRE(activity.ok());
  CHECK(spikes > 5000);
  CHECK(activity->spikes == spikes);
  CHECK(worst < 1e-7);  // synapses are single precision
  CHECK(worst > 0);
}

// The count of the source's own program with seed 42 on its own corpus: ../shared/spec/charlm.md, "Corpus of the
// headline experiment". 741 test windows.
TEST_CASE("the headline experiment's test windows hold 2,242,025 spikes and 44,959,300 synaptic events") {
  const auto path = test::shared_data("text/snnlm_corpus.txt");
  if (!path) return;
  const absl::StatusOr<Text> text = read_text(*path);
  REQUIRE(text.ok());
  REQUIRE(text->vocabulary() == 26);
  const absl::StatusOr<Windows> windows = make_windows(*text, 20, *path);
  REQUIRE(windows.ok());
  const std::vector<std::size_t> tested = every(1, windows->train, windows->start.size());
  REQUIRE(tested.size() == 741);

  const ModelA model = draw_model_a(26, 200, Readings::kHybrid, 42);
  const auto states = read_windows(model.reservoir(), rows_of(*text, *windows, tested), 20);
  REQUIRE(states.ok());
  CHECK(states->spikes_of_first == 3084);
  CHECK(states->activity.spikes == 2242025);
  CHECK(states->activity.synaptic_events == 44959300);

  SECTION("and the three readouts have the published perplexities 16.42, 9.84 and 9.90") {
    const std::vector<std::size_t> trained = every(5, 0, windows->train);
    const auto trained_states = read_windows(model.reservoir(), rows_of(*text, *windows, trained), 20);
    REQUIRE(trained_states.ok());
    for (const auto& [readings, published] :
         {std::pair{Readings::kSpikes, 16.42}, {Readings::kMembrane, 9.84}, {Readings::kHybrid, 9.90}}) {
      WindowReadout readout(draw_model_a(26, 200, readings, 42).readout, 26);
      readout.train(features_of(*trained_states, readings), targets_of(*text, *windows, trained), 0.1, 5);
      const WindowScore score = readout.test(features_of(*states, readings), targets_of(*text, *windows, tested), 741);
      CHECK(score.perplexity == Approx(published).margin(0.005));
    }
  }
}

}  // namespace
}  // namespace volley::charlm
