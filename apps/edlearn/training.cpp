#include "apps/edlearn/training.h"

#include "apps/volley/cpu_time.h"
#include "apps/volley/status.h"

namespace volley::edlearn {
namespace {

absl::Status stopped() { return absl::CancelledError("interrupted; what was finished is kept"); }

absl::Status train_epoch(const Settings& settings, const DataSet& data, std::uint32_t epoch, Learner& learner,
                         const Watcher& watcher, Epoch& out) {
  const std::uint64_t seen = std::uint64_t{epoch} * settings.train;
  const auto order = training_images(settings, static_cast<std::uint32_t>(data.train.size()), epoch);
  const double begun = app::process_cpu_seconds();
  if (absl::Status s = learner.begin(seen); !s.ok()) return s;
  std::uint32_t right = 0, shown = 0;
  double error = 0;
  for (const std::uint32_t i : order) {
    const std::uint32_t label = data.train.labels[i];
    const auto answer = learner.train(data.train.images.image(i), label, seen + shown);
    if (!answer.ok()) return answer.status();
    right += answer->label == label;
    error += answer->error(label);
    ++shown;
    if (watcher.image) {
      const double accuracy = static_cast<double>(right) / shown;
      if (absl::Status s = watcher.image(epoch, shown, label, *answer, accuracy, learner); !s.ok()) return s;
    }
    if (watcher.stop && watcher.stop()) return stopped();
  }
  out.train_accuracy = static_cast<double>(right) / shown;
  out.train_error = error / shown;
  out.train_seconds = app::process_cpu_seconds() - begun;
  return absl::OkStatus();
}

}  // namespace

absl::Status evaluate(const Settings& settings, const DataSet& data, std::uint32_t epoch, Learner& learner,
                      const Watcher& watcher, Epoch& out) {
  const auto order = test_images(settings, static_cast<std::uint32_t>(data.test.size()), epoch);
  const double begun = app::process_cpu_seconds();
  if (absl::Status s = learner.begin(std::uint64_t{epoch} * settings.train + settings.train); !s.ok()) return s;
  std::uint32_t right = 0;
  double error = 0;
  for (const std::uint32_t i : order) {
    const auto answer = learner.test(data.test.images.image(i), i);
    if (!answer.ok()) return answer.status();
    right += answer->label == data.test.labels[i];
    error += answer->error(data.test.labels[i]);
    if (watcher.tested) watcher.tested(data.test.labels[i], *answer);
    if (watcher.stop && watcher.stop()) return stopped();
  }
  out.test_accuracy = static_cast<double>(right) / static_cast<double>(order.size());
  out.test_error = error / static_cast<double>(order.size());
  out.test_seconds = app::process_cpu_seconds() - begun;
  return absl::OkStatus();
}

absl::Status train(const Settings& settings, const DataSet& data, Learner& learner, const Watcher& watcher,
                   std::vector<Epoch>& history) {
  while (history.size() < settings.epochs) {
    const auto epoch = static_cast<std::uint32_t>(history.size());
    Epoch now;
    if (absl::Status s = train_epoch(settings, data, epoch, learner, watcher, now); !s.ok()) return s;
    if (absl::Status s = evaluate(settings, data, epoch, learner, watcher, now); !s.ok()) return s;
    history.push_back(now);
    if (!watcher.epoch) continue;
    if (absl::Status s = watcher.epoch(learner); !s.ok()) return s;
  }
  return absl::OkStatus();
}

}  // namespace volley::edlearn
