#include "apps/charlm/fair_protocol.h"

#include <algorithm>
#include <utility>

#include "apps/volley/cpu_time.h"
#include "engine/elementary.h"

namespace volley::charlm {
namespace {

struct Tally {
  double loss = 0;
  std::uint64_t scored = 0, right = 0;

  void add(std::span<const double> p, Symbol next) {
    loss -= log_portable(p[next] + 1e-300);
    right += std::max_element(p.begin(), p.end()) - p.begin() == next ? 1 : 0;
    ++scored;
  }
  double perplexity() const { return scored == 0 ? 0.0 : exp_portable(loss / static_cast<double>(scored)); }
  double accuracy() const { return scored == 0 ? 0.0 : static_cast<double>(right) / static_cast<double>(scored); }
};

absl::StatusOr<Standard> standard_of(const FeatureStream& stream, std::span<const Symbol> train) {
  Standard standard(stream.columns());
  const std::size_t last = std::min(train.size(), kStandardLast);
  const std::size_t first = std::min(kStandardFirst, last / 2);
  const auto visit = [&](std::size_t index, std::span<const double> row) {
    if (index >= first) standard.add(row);
    return absl::OkStatus();
  };
  const absl::StatusOr<Activity> activity = stream.run(train.first(last), visit);
  if (!activity.ok()) return activity.status();
  return standard;
}

}  // namespace

absl::StatusOr<FairResult> train_fairly(const FeatureStream& stream, std::span<const Symbol> symbols,
                                        std::size_t vocabulary, const FairPlan& plan, const FairProgress& progress) {
  const double started = app::thread_cpu_seconds();
  const std::size_t split = split_of(symbols.size());
  absl::StatusOr<Standard> standard = standard_of(stream, symbols.first(split));
  if (!standard.ok()) return standard.status();
  FairResult result;
  for (const HeadPlan& head : plan.heads) {
    result.heads.emplace_back();
    result.heads.back().readout = std::make_unique<SoftmaxReadout>(*standard, head.columns, vocabulary);
  }
  const std::size_t lessons = split - 1;  // targets 1 .. split - 1
  const double all = static_cast<double>(lessons) * plan.epochs;
  const std::size_t judged = lessons - std::max<std::size_t>(lessons / 20, 1);
  std::vector<Tally> training(plan.heads.size()), testing(plan.heads.size());
  for (unsigned epoch = 0; epoch < plan.epochs; ++epoch) {
    const bool last = epoch + 1 == plan.epochs;
    for (Tally& tally : training) tally = {};
    Tally recent;
    const auto visit = [&](std::size_t index, std::span<const double> row) {
      const Symbol next = symbols[index + 1];
      const double done = static_cast<double>(epoch) * static_cast<double>(lessons) + static_cast<double>(index);
      for (std::size_t h = 0; h < plan.heads.size(); ++h) {
        SoftmaxReadout& readout = *result.heads[h].readout;
        const std::span<const double> p = readout.predict(row);
        if (index < lessons) {
          readout.learn(next, plan.heads[h].rate * (1 + (kLastRate - 1) * done / all));
          if (index >= judged) training[h].add(p, next);
          if (h == 0) recent.add(p, next);
        } else {
          testing[h].add(p, next);
        }
      }
      if (progress && index < lessons && index % 10'000 == 9'999) {
        progress(done / all, recent.perplexity());
        recent = {};
      }
      return absl::OkStatus();
    };
    // The state is never reset, so that the last epoch runs on into the test part.
    const std::size_t length = last ? symbols.size() - 1 : lessons;
    const absl::StatusOr<Activity> activity = stream.run(symbols.first(length), visit);
    if (!activity.ok()) return activity.status();
    if (last) result.activity = *activity;
  }
  for (std::size_t h = 0; h < plan.heads.size(); ++h) {
    result.heads[h].perplexity = testing[h].perplexity();
    result.heads[h].accuracy = testing[h].accuracy();
    result.heads[h].training_perplexity = training[h].perplexity();
  }
  result.seconds = app::thread_cpu_seconds() - started;
  return result;
}

}  // namespace volley::charlm
