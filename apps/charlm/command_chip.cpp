// `charlm chip`: the reservoir as Loihi's integers: what that costs in perplexity, energy and time.
#include <algorithm>

#include "absl/strings/str_format.h"
#include "apps/charlm/chip_model.h"
#include "apps/charlm/fair_protocol.h"
#include "apps/charlm/inputs.h"
#include "apps/charlm/lesson.h"
#include "apps/charlm/requests.h"
#include "apps/volley/values.h"
#include "hardware/chip_library.h"

namespace volley::charlm {
namespace {

// Costs are means over so many characters.
constexpr std::size_t kCostCharacters = 2000;

std::string cost_text(const ChipCost& cost) {
  const auto characters = static_cast<double>(cost.characters);
  std::string text = absl::StrFormat(
      "\n%s, %d of its cores, over %s characters of 10 steps\n  %.1f spikes and %.1f synaptic operations per "
      "character, inputs included\n",
      cost.placed.chip, cost.placed.ledger.cores_used, app::with_commas(cost.characters), cost.spikes,
      cost.synaptic_operations);
  for (const hardware::ChipEnergy& energy : cost.placed.energy) {
    absl::StrAppendFormat(&text, "  %-12s %s per character\n", energy.table,
                          app::short_energy(energy.total_pj / characters));
  }
  const auto each = [&](Duration whole) { return to_ms(whole) * 1e3 / characters; };
  absl::StrAppendFormat(&text, "  time (%s)  %.2f us per character simple", cost.placed.time_table, each(cost.simple));
  if (cost.mesh > Duration{0}) absl::StrAppendFormat(&text, ", %.2f us with the mesh", each(cost.mesh));
  absl::StrAppendFormat(&text, ", barriers included\n  worst roundings:");
  for (std::size_t i = 0; i < std::min<std::size_t>(cost.roundings.size(), 4); ++i) {
    const hardware::Rounding& r = cost.roundings[i];
    absl::StrAppendFormat(&text, "%s %s %s %.2g %%", i == 0 ? "" : ";", r.thing, r.parameter, 100 * r.relative_error);
  }
  return text + "\n";
}

}  // namespace

absl::StatusOr<app::ExitCode> carry_out(const ChipRequest& request, app::Console& console) {
  if (absl::Status s = check(request.choice); !s.ok()) return s;
  if (!request.choice.is_spiking()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("chip: model %s has no spikes, must be hybrid, counts, membrane or sparse; set `--model`",
                        request.choice.kind));
  }
  const bool bits_fit =
      !request.weight_bits || (*request.weight_bits >= 1 && *request.weight_bits <= 8 && *request.weight_bits != 7);
  if (!bits_fit) {
    return absl::InvalidArgumentError(
        absl::StrFormat("chip: %d weight bits, must be 1 to 6, or 8; set `--weight-bits`", *request.weight_bits));
  }
  const absl::StatusOr<Lesson> lesson = prepare_lesson(request.text, request.first, request.allow_leak, console);
  if (!lesson.ok()) return lesson.status();
  const absl::StatusOr<hardware::Chip> chip = hardware::shipped_chip("loihi");
  if (!chip.ok()) return chip.status();
  const Text& text = lesson->text;
  const Reservoir reservoir = reservoir_of(request.choice, text.vocabulary());
  const std::span<const Symbol> symbols = text.symbols;
  const absl::StatusOr<ChipCost> cost =
      cost_on_chip(reservoir, symbols.first(std::min(symbols.size(), kCostCharacters)), request.weight_bits,
                   request.placement, *chip);
  if (!cost.ok()) return cost.status();

  double perplexity[2];
  for (int form = 0; form < 2; ++form) {
    const char* name = form == 0 ? "exact" : "on the chip";
    const std::unique_ptr<FeatureStream> stream =
        form == 0 ? stream_of(reservoir) : chip_stream(reservoir, request.weight_bits);
    Ticker ticker(console.err_is_terminal());
    const absl::StatusOr<FairResult> result =
        train_fairly(*stream, symbols, text.vocabulary(), {{{columns_of(request.choice), 1.0}}, 1},
                     [&](double share, double so_far) {
                       if (ticker.due())
                         console.progress(absl::StrFormat("%s: %3.0f %%, perplexity %.2f", name, 100 * share, so_far));
                     });
    console.progress("");
    if (!result.ok()) return result.status();
    perplexity[form] = result->heads[0].perplexity;
    const auto characters = static_cast<double>(result->activity.characters);
    console.data(absl::StrFormat("%-12s perplexity %.3f, accuracy %.1f %%, %.1f spikes per character\n", name,
                                 perplexity[form], 100 * result->heads[0].accuracy,
                                 static_cast<double>(result->activity.spikes) / characters));
  }
  console.data(absl::StrFormat("gap          %+.3f (%+.1f %%), each with a readout trained on its own features\n",
                               perplexity[1] - perplexity[0], 100 * (perplexity[1] / perplexity[0] - 1)));
  console.data(cost_text(*cost));
  return app::ExitCode::kOk;
}

}  // namespace volley::charlm
