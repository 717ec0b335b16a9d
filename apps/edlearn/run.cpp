#include "apps/edlearn/run.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/edlearn/export.h"
#include "apps/edlearn/figures.h"
#include "apps/edlearn/rate_form.h"
#include "apps/edlearn/report.h"
#include "apps/edlearn/saved.h"
#include "apps/edlearn/source_form.h"
#include "apps/edlearn/spiking_form.h"
#include "apps/edlearn/training.h"
#include "apps/volley/interrupt.h"
#include "apps/volley/same_settings.h"
#include "io/output_path.h"

namespace volley::edlearn {
namespace {

using Clock = std::chrono::steady_clock;

// One run: what its steps share.
class Run {
 public:
  Run(const Settings& settings, app::Console& console) : settings_(settings), console_(console) {}

  absl::StatusOr<app::ExitCode> carry_out();

 private:
  absl::Status prepare();
  absl::Status restore();
  absl::Status epoch_done(const Learner& learner);
  absl::Status draw(const std::string& state, bool over);
  absl::Status test_on_chip();
  Watcher watcher();
  SpikingForm* spiking() { return dynamic_cast<SpikingForm*>(learner_.get()); }

  const Settings& settings_;
  app::Console& console_;
  app::Interrupt interrupt_;
  DataSet data_;
  std::unique_ptr<Learner> learner_;
  std::vector<Epoch> history_;
  Shown shown_;
  Clock::time_point next_ = Clock::now(), next_figure_ = Clock::now();
};

absl::Status Run::prepare() {
  for (const std::string& path : {settings_.save, settings_.checkpoint}) {
    if (path.empty()) continue;
    if (absl::Status s = io::check_output(path, {}); !s.ok()) return app::usage_error(s.message().data());
  }
  for (const std::string& folder : {settings_.save_fig, settings_.export_network}) {
    if (folder.empty()) continue;
    if (absl::Status s = io::make_output_folder(folder); !s.ok()) return app::usage_error(s.message().data());
  }
  auto data = load_data(settings_);
  if (!data.ok()) return data.status();
  data_ = *std::move(data);
  auto learner = make_learner(settings_, data_);
  if (!learner.ok()) return learner.status();
  learner_ = *std::move(learner);
  return restore();
}

absl::Status Run::restore() {
  const Shape shape = shape_of(settings_, data_);
  const auto take = [&](const std::string& path) -> absl::StatusOr<Saved> {
    auto saved = read_saved(path);
    if (!saved.ok()) return saved;
    if (absl::Status s = check_shape(path, saved->weights.shape, shape); !s.ok()) return s;
    if (absl::Status s = check_gains(path, saved->weights, settings_); !s.ok()) return s;
    return saved;
  };
  if (!settings_.load.empty()) {
    auto saved = take(settings_.load);
    if (!saved.ok()) return saved.status();
    learner_->set_weights(saved->weights);
  }
  if (settings_.checkpoint.empty() || !std::filesystem::exists(settings_.checkpoint)) return absl::OkStatus();
  auto saved = take(settings_.checkpoint);
  if (!saved.ok()) return saved.status();
  if (absl::Status s = app::check_same_settings(settings_.checkpoint, saved->settings, settings_line(settings_));
      !s.ok())
    return s;
  learner_->set_weights(saved->weights);
  history_ = std::move(saved->history);
  if (history_.size() > settings_.epochs) {
    return absl::InvalidArgumentError(absl::StrFormat("%s holds %d epochs, this run asks for %d; ask for more",
                                                      settings_.checkpoint, history_.size(), settings_.epochs));
  }
  console_.say(absl::StrFormat("going on from %s after epoch %d", settings_.checkpoint, history_.size()));
  return absl::OkStatus();
}

absl::Status Run::draw(const std::string& state, bool over) {
  if (settings_.save_fig.empty()) return absl::OkStatus();
  return write_figures(settings_.save_fig, title_of(settings_), state, history_, settings_.epochs, learner_->activity(),
                       data_.train.images.columns, shown_, over);
}

absl::Status Run::epoch_done(const Learner& learner) {
  if (!settings_.checkpoint.empty()) {
    if (absl::Status s = write_saved(settings_.checkpoint, {settings_line(settings_), learner.weights(), history_});
        !s.ok()) {
      return s;
    }
  }
  console_.data(epoch_line(history_.size(), history_.back(), settings_));
  if (settings_.verbose) console_.data(layer_report(learner.weights()));
  console_.flush();
  return draw(absl::StrFormat("after epoch %d", history_.size()), false);
}

Watcher Run::watcher() {
  Watcher watcher;
  watcher.stop = [this] { return interrupt_.came(); };
  watcher.image = [this](std::uint32_t epoch, std::uint32_t image, std::uint32_t label, const Answer& answer,
                         double accuracy, const Learner&) -> absl::Status {
    shown_ = {label, answer.label};
    const Clock::time_point now = Clock::now();
    const bool figure = settings_.viz && now >= next_figure_, line = console_.err_is_terminal() && now >= next_;
    if (!figure && !line) return absl::OkStatus();
    const std::string state = absl::StrFormat("epoch %d: %d of %d images, %.1f %% right so far", epoch + 1, image,
                                              settings_.train, 100 * accuracy);
    if (line) {
      next_ = now + std::chrono::milliseconds(200);
      console_.progress(state);
    }
    if (!figure) return absl::OkStatus();
    next_figure_ = now + std::chrono::seconds(2);
    return draw(state, false);
  };
  watcher.tested = [this](std::uint32_t label, const Answer& answer) { shown_ = {label, answer.label}; };
  watcher.epoch = [this](const Learner& learner) { return epoch_done(learner); };
  return watcher;
}

absl::Status Run::test_on_chip() {
  SpikingForm chip = SpikingForm(settings_, shape_of(settings_, data_), 1);
  chip.set_weights(learner_->weights());
  chip.put_on_chip();
  Epoch exact, integer;
  const std::uint32_t epoch = settings_.epochs == 0 ? 0 : settings_.epochs - 1;
  if (absl::Status s = evaluate(settings_, data_, epoch, *learner_, watcher(), exact); !s.ok()) return s;
  if (absl::Status s = evaluate(settings_, data_, epoch, chip, watcher(), integer); !s.ok()) return s;
  console_.data(chip_report(exact, integer, chip.roundings(), settings_));
  return absl::OkStatus();
}

absl::StatusOr<app::ExitCode> Run::carry_out() {
  interrupt_.on_first([] {});
  if (absl::Status s = prepare(); !s.ok()) return s;
  console_.data(header(settings_));
  for (std::size_t e = 0; e < history_.size(); ++e) console_.data(epoch_line(e + 1, history_[e], settings_));
  if (!console_.flush()) return absl::UnavailableError("stdout is closed");
  if (absl::Status s = train(settings_, data_, *learner_, watcher(), history_); !s.ok()) return app::run_failed(s);
  if (settings_.epochs == 0) {
    Epoch tested;
    if (absl::Status s = evaluate(settings_, data_, 0, *learner_, watcher(), tested); !s.ok())
      return app::run_failed(s);
    console_.data(tested_line(tested, settings_));
  } else {
    console_.data(summary(history_, settings_));
    if (const SpikingForm* form = spiking()) console_.data(work_report(form->work()));
  }
  if (!settings_.save.empty()) {
    if (absl::Status s = write_saved(settings_.save, {settings_line(settings_), learner_->weights(), history_});
        !s.ok()) {
      return app::run_failed(s);
    }
  }
  if (!settings_.chip.empty()) {
    if (absl::Status s = test_on_chip(); !s.ok()) return app::run_failed(s);
  }
  if (!settings_.export_network.empty()) {
    auto images = test_images(settings_, static_cast<std::uint32_t>(data_.test.size()), 0);
    images.resize(settings_.export_images);
    if (absl::Status s = export_network(settings_.export_network, settings_, learner_->weights(), data_, images,
                                        spiking()->period());
        !s.ok()) {
      return app::run_failed(s);
    }
    console_.say(absl::StrCat("wrote ", settings_.export_network, "/network.yaml; volley run it"));
  }
  if (settings_.baselines) console_.data(baselines_report(settings_, data_));
  if (absl::Status s = draw("finished", true); !s.ok()) return app::run_failed(s);
  return app::ExitCode::kOk;
}

}  // namespace

Shape shape_of(const Settings& settings, const DataSet& data) {
  const auto pixels = static_cast<std::uint32_t>(data.train.images.image_size());
  return {.pixels = pixels + (settings.ami > 0 ? 1 : 0), .hidden = settings.hidden};
}

absl::StatusOr<std::unique_ptr<Learner>> make_learner(const Settings& settings, const DataSet& data) {
  const Shape shape = shape_of(settings, data);
  if (settings.form == Form::kSource) return std::make_unique<SourceForm>(settings, shape);
  if (settings.form == Form::kRate) return std::make_unique<RateForm>(settings, shape);
  double sum = 0;
  for (const std::uint8_t p : data.train.images.pixels) sum += p;
  const double brightness = sum / 255 / static_cast<double>(data.train.size());
  if (!(brightness > 0)) return absl::InvalidArgumentError("all training images are black; give others");
  return std::make_unique<SpikingForm>(settings, shape, brightness);
}

absl::StatusOr<app::ExitCode> carry_out(const Settings& settings, app::Console& console) {
  return Run(settings, console).carry_out();
}

}  // namespace volley::edlearn
