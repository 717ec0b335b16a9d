// `charlm bench`: the clocked and the event-driven form of one reservoir, at several firing rates.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "apps/charlm/features.h"
#include "apps/charlm/inputs.h"
#include "apps/charlm/requests.h"
#include "apps/volley/cpu_time.h"
#include "engine/elementary.h"

namespace volley::charlm {
namespace {

// The same leak per character and the same potentials at rest with another number of ticks.
void refine(Reservoir& reservoir, std::uint32_t ticks) {
  const double leak = exp_portable(log_portable(reservoir.leak) * reservoir.ticks / ticks);
  for (double& drive : reservoir.drive) drive *= (1 - leak) / (1 - reservoir.leak);
  reservoir.leak = leak;
  reservoir.ticks = ticks;
}

struct Form {
  Activity activity;
  double seconds = 0;
};

// Calls visit for every character, besides timing the run.
absl::StatusOr<Form> run(Reservoir reservoir, const char* model, std::span<const std::uint32_t> rows,
                         const CharacterVisitor& visit) {
  reservoir.model = model;
  const double started = app::thread_cpu_seconds();
  const absl::StatusOr<Activity> activity = run_reservoir(reservoir, rows, 0, visit);
  if (!activity.ok()) return activity.status();
  return Form{*activity, app::thread_cpu_seconds() - started};
}

}  // namespace

absl::StatusOr<app::ExitCode> carry_out(const BenchRequest& request, app::Console& console) {
  absl::StatusOr<Text> text = text_for(request.text, console);
  if (!text.ok()) return text.status();
  if (request.characters < 1 || request.neurons < 1 || request.neurons > 20'000 || request.ticks < 1 ||
      request.ticks > 1000) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "bench: %d characters, %d neurons, %d ticks, must be at least 1, 1 to 20000, and 1 to 1000; set "
        "`--characters`, `--neurons`, `--ticks`",
        request.characters, request.neurons, request.ticks));
  }
  const std::size_t characters = std::min(request.characters, text->size());
  const std::vector<std::uint32_t> rows(text->symbols.begin(),
                                        text->symbols.begin() + static_cast<std::ptrdiff_t>(characters));
  console.data(
      absl::StrFormat("%d neurons, %d characters of %s, %d ticks each; CPU time per character\n"
                      "%8s %8s %12s %12s %12s %9s  %s\n",
                      request.neurons, characters, request.text, request.ticks, "input x", "fire %", "clocked us",
                      "events us", "updates/char", "faster", "spikes, potentials"));
  bool same = true;
  for (const double scale : {2.0, 1.0, 0.5, 0.35, 0.25, 0.2, 0.15, 0.1, 0.05}) {
    Reservoir reservoir = fair_reservoir(text->vocabulary(), request.neurons, request.seed, scale, true);
    if (request.ticks != reservoir.ticks) refine(reservoir, request.ticks);
    // The clocked form's potentials and counts are kept for a while and compared as the event-driven form comes along.
    std::vector<std::uint32_t> counts;
    std::vector<double> potentials;
    std::uint64_t different = 0;
    double worst = 0;
    const auto keep = [&](const CharacterState& s) {
      counts.insert(counts.end(), s.spikes.begin(), s.spikes.end());
      potentials.insert(potentials.end(), s.potential.begin(), s.potential.end());
      return absl::OkStatus();
    };
    const auto compare = [&](const CharacterState& s) {
      for (std::size_t i = 0; i < s.spikes.size(); ++i) {
        const std::size_t at = s.index * s.spikes.size() + i;
        different += s.spikes[i] != counts[at] ? 1 : 0;
        worst = std::max(worst, std::fabs(s.potential[i] - potentials[at]));
      }
      return absl::OkStatus();
    };
    if (absl::Status s = run(reservoir, "lif_tick", rows, keep).status(); !s.ok()) return s;
    if (absl::Status s = run(reservoir, "lif_tick_events", rows, compare).status(); !s.ok()) return s;
    // Timed apart, each with nothing but the engine to do; the better of two runs.
    const auto nothing = [](const CharacterState&) { return absl::OkStatus(); };
    double seconds[2] = {1e300, 1e300};
    Form form[2];
    for (int repeat = 0; repeat < 2; ++repeat) {
      for (int f = 0; f < 2; ++f) {
        absl::StatusOr<Form> ran = run(reservoir, f == 0 ? "lif_tick" : "lif_tick_events", rows, nothing);
        if (!ran.ok()) return ran.status();
        form[f] = *ran;
        seconds[f] = std::min(seconds[f], ran->seconds);
      }
    }
    const double each = 1e6 / static_cast<double>(characters);
    const double firing =
        static_cast<double>(form[0].activity.spikes) / static_cast<double>(form[0].activity.neuron_updates);
    const bool agree = different == 0 && worst < 1e-9;
    same = same && agree;
    console.data(absl::StrFormat("%8g %8.3f %12.2f %12.2f %12.1f %9s  %s, within %.1e\n", scale, 100 * firing,
                                 seconds[0] * each, seconds[1] * each,
                                 static_cast<double>(form[1].activity.neuron_updates) / static_cast<double>(characters),
                                 seconds[0] <= seconds[1] ? "clocked" : "events",
                                 different == 0 ? "the same" : absl::StrFormat("%d counts differ", different), worst));
  }
  if (same) return app::ExitCode::kOk;
  console.error("the two forms differ");
  return app::ExitCode::kDifferent;
}

}  // namespace volley::charlm
