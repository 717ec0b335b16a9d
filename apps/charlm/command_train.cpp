#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/charlm/cost.h"
#include "apps/charlm/fair_protocol.h"
#include "apps/charlm/inputs.h"
#include "apps/charlm/lesson.h"
#include "apps/charlm/requests.h"
#include "apps/volley/values.h"
#include "io/file_bytes.h"
#include "io/output_path.h"

namespace volley::charlm {
namespace {

absl::Status check_training(const TrainRequest& request) {
  if (absl::Status s = check(request.choice); !s.ok()) return s;
  if (!(request.rate > 0 && request.rate <= 100)) {  // not a number fails, too
    return absl::InvalidArgumentError(
        absl::StrFormat("train: rate %g, must be above 0 and at most 100; set `--rate`", request.rate));
  }
  if (request.epochs < 1 || request.epochs > 1000) {
    return absl::InvalidArgumentError(
        absl::StrFormat("train: %d epochs, must be 1 to 1000; set `--epochs`", request.epochs));
  }
  return absl::OkStatus();
}

std::string described(const ModelChoice& choice) {
  if (choice.is_ngram()) return absl::StrFormat("%d-gram", choice.order);
  return absl::StrFormat("%s, %d neurons, seed %d%s", choice.kind, choice.neurons, choice.seed,
                         choice.is_spiking() && !choice.recurrent ? ", no recurrence" : "");
}

absl::StatusOr<LanguageModel> train_ngrams(const TrainRequest& request, const Lesson& lesson, app::Console& console) {
  const std::span<const Symbol> train = std::span(lesson.text.symbols).first(lesson.split);
  std::string report;
  for (const auto& [name, smoothing] :
       {std::pair{"add-one", Smoothing::kAddOne}, {"Kneser-Ney", Smoothing::kKneserNey}}) {
    const NGram ngram(train, lesson.text.vocabulary(), request.choice.order, smoothing);
    absl::StrAppendFormat(&report, "%-12s perplexity %.3f, %s entries\n", name,
                          perplexity(ngram, lesson.text.symbols, lesson.split, lesson.text.size()),
                          app::with_commas(ngram.entries()));
  }
  console.data(report);
  return LanguageModel{request.choice, lesson.text.alphabet, nullptr, {train.begin(), train.end()}};
}

std::string shown_energy(const std::optional<double>& picojoules) {
  return picojoules ? app::short_energy(*picojoules) : "-";
}

absl::StatusOr<std::string> report_of(const ModelChoice& choice, const Lesson& lesson, const HeadResult& head,
                                      const FairResult& result, const FeatureStream& stream) {
  const double outputs = static_cast<double>((columns_of(choice).count + 1) * lesson.text.vocabulary());
  const Work work = work_of(result.activity, choice.neurons, static_cast<double>(stream.dense_operations()), outputs);
  std::string report = absl::StrFormat(
      "perplexity %.3f, accuracy %.1f %% on %s test characters; %.3f on the end of the training part\n"
      "%.1f CPU s\n\nper character\n",
      head.perplexity, 100 * head.accuracy, app::with_commas(lesson.text.size() - lesson.split),
      head.training_perplexity, result.seconds);
  if (choice.is_spiking()) {
    absl::StrAppendFormat(&report,
                          "  spikes             %10.1f   (%.2f %% of the neurons in a tick)\n"
                          "  synaptic events    %10.1f\n  input events       %10.1f\n  neuron updates     %10.1f\n",
                          work.spikes, 100 * work.firing, work.synaptic_events, work.input_events, work.neuron_updates);
  } else {
    absl::StrAppendFormat(&report, "  network operations %10.1f\n", work.dense_operations);
  }
  absl::StrAppendFormat(&report, "  readout operations %10.1f\n\n%-12s %-10s %12s %12s\n", work.readout_operations,
                        "energy by", "class", "network", "readout");
  const absl::StatusOr<std::vector<EnergyOfCharacter>> energies = energy_of(work, choice.neurons, 10);
  if (!energies.ok()) return energies.status();
  for (const EnergyOfCharacter& e : *energies) {
    absl::StrAppendFormat(&report, "%-12s %-10s %12s %12s\n", e.set, e.evidence, shown_energy(e.network_pj),
                          shown_energy(e.readout_pj));
  }
  absl::StrAppend(&report,
                  "(davies2018 and fitted: the network on Loihi; its readout beside it, in 45 nm arithmetic)\n");
  return report;
}

}  // namespace

absl::StatusOr<app::ExitCode> carry_out(const TrainRequest& request, app::Console& console) {
  if (absl::Status s = check_training(request); !s.ok()) return s;
  if (absl::Status s = check_new_files({{"--save", request.save}}, request.text); !s.ok()) return s;
  absl::StatusOr<Lesson> lesson = prepare_lesson(request.text, request.first, request.allow_leak, console);
  if (!lesson.ok()) return lesson.status();
  console.data(absl::StrFormat("%s on %s: %s characters, %d symbols, %s to train on\n", described(request.choice),
                               request.text, app::with_commas(lesson->text.size()), lesson->text.vocabulary(),
                               app::with_commas(lesson->split)));
  LanguageModel model;
  if (request.choice.is_ngram()) {
    absl::StatusOr<LanguageModel> made = train_ngrams(request, *lesson, console);
    if (!made.ok()) return made.status();
    model = std::move(*made);
  } else {
    const std::unique_ptr<FeatureStream> stream = stream_of(request.choice, lesson->text.vocabulary());
    Ticker ticker(console.err_is_terminal());
    const FairPlan plan{{{columns_of(request.choice), request.rate}}, request.epochs};
    absl::StatusOr<FairResult> result = train_fairly(
        *stream, lesson->text.symbols, lesson->text.vocabulary(), plan, [&](double share, double perplexity) {
          if (!ticker.due()) return;
          console.progress(absl::StrFormat("%3.0f %%, perplexity %.2f", 100 * share, perplexity));
        });
    console.progress("");
    if (!result.ok()) return app::run_failed(result.status());
    const absl::StatusOr<std::string> report = report_of(request.choice, *lesson, result->heads[0], *result, *stream);
    if (!report.ok()) return report.status();
    console.data(*report);
    if (const double reached = result->heads[0].perplexity; reached > static_cast<double>(lesson->text.vocabulary())) {
      console.warn(absl::StrFormat(
          "perplexity %.1f is worse than a guess among %d symbols; set a smaller `--rate`, or give a longer text",
          reached, lesson->text.vocabulary()));
    }
    model = {request.choice, lesson->text.alphabet, std::move(result->heads[0].readout), {}};
  }
  if (request.save.empty()) return app::ExitCode::kOk;
  model.origin = origin_of(*lesson, request.choice.is_ngram()
                                        ? std::string("counted")
                                        : absl::StrFormat("epochs %d, rate %g", request.epochs, request.rate));
  if (absl::Status s = io::write_file_bytes(io::output_target(request.save), file_bytes(model)); !s.ok()) return s;
  return app::ExitCode::kOk;
}

}  // namespace volley::charlm
