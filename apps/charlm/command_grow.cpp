#include "absl/strings/str_format.h"
#include "apps/charlm/inputs.h"
#include "apps/charlm/lesson.h"
#include "apps/charlm/requests.h"
#include "apps/volley/values.h"
#include "io/file_bytes.h"
#include "io/output_path.h"

namespace volley::charlm {

absl::StatusOr<app::ExitCode> carry_out(const GrowRequest& request, app::Console& console) {
  if (absl::Status s = check_new_files({{"--save", request.save}}, request.text); !s.ok()) return s;
  const absl::StatusOr<Lesson> lesson = prepare_lesson(request.text, request.first, request.allow_leak, console);
  if (!lesson.ok()) return lesson.status();
  absl::StatusOr<GrowthResult> result =
      grow_and_train(lesson->text, request.plan, [&](const std::string& line) { console.say(line); });
  if (!result.ok()) return result.status();
  std::string report = absl::StrFormat("contexts of %d, beginnings of words of %d, grown after %d\n",
                                       request.plan.order, request.plan.words, request.plan.seen);
  for (std::size_t r = 0; r < result->rounds.size(); ++r) {
    const GrowthRound& round = result->rounds[r];
    absl::StrAppendFormat(&report, "layer %2d %10s neurons grown, %10s in all, %7.1f CPU s\n", r + 2,
                          app::with_commas(round.grown), app::with_commas(round.neurons), round.seconds);
  }
  for (std::size_t e = 0; e < result->perplexities.size(); ++e) {
    absl::StrAppendFormat(&report, "epoch %2d test perplexity %.3f\n", e + 1, result->perplexities[e]);
  }
  absl::StrAppendFormat(&report,
                        "perplexity %.3f, accuracy %.1f %% on %s test characters; %.3f on the training part\n"
                        "%s neurons; per character %.2f spikes, %.0f synaptic events, %.0f readout operations\n"
                        "%.1f CPU s in all\n",
                        result->perplexities.back(), 100 * result->accuracy,
                        app::with_commas(lesson->text.size() - lesson->split), result->training_perplexity,
                        app::with_commas(result->model.network.neurons().size()), result->spikes,
                        result->synaptic_events, result->readout_operations, result->seconds);
  console.data(report);
  if (request.save.empty()) return app::ExitCode::kOk;
  const GrowthPlan& plan = request.plan;
  result->model.origin = origin_of(*lesson, absl::StrFormat("order %d, words %d, seen %d, epochs %d, rate %g",
                                                            plan.order, plan.words, plan.seen, plan.epochs, plan.rate));
  if (absl::Status s = io::write_file_bytes(io::output_target(request.save), file_bytes(result->model)); !s.ok())
    return s;
  return app::ExitCode::kOk;
}

}  // namespace volley::charlm
