#include "apps/digits/run.h"

#include <filesystem>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "apps/digits/checkpoint.h"
#include "apps/digits/saved.h"
#include "apps/digits/testing.h"
#include "apps/digits/training.h"
#include "apps/volley/cpu_time.h"
#include "apps/volley/interrupt.h"
#include "io/output_path.h"

namespace volley::digits {
namespace {

// Measured by tests/bench/brian2/digits.py with 5 and 10 seconds of images (README.md).
constexpr const char* kBrian2 = "the published network of 400 neurons in Brian2's C++ code: 20 to 23 ms";

// One run: what its steps share.
class Run {
 public:
  Run(const Settings& settings, app::Console& console) : settings_(settings), console_(console) {}

  absl::StatusOr<app::ExitCode> carry_out();

 private:
  absl::Status prepare();
  absl::Status train_pass();
  absl::Status finish_pass();
  std::uint64_t pass() const { return now_.shown / settings_.train; }
  bool between_passes() const { return now_.shown % settings_.train == 0; }
  // What is done while images are shown: progress, and an end on a signal.
  std::function<absl::Status(std::uint64_t)> each(std::string what, std::uint64_t before, std::uint64_t all);

  const Settings& settings_;
  app::Console& console_;
  app::Interrupt interrupt_;
  images::DataSet data_;
  Checkpoint now_;
  bool resumed_ = false;
};

std::function<absl::Status(std::uint64_t)> Run::each(std::string what, std::uint64_t before, std::uint64_t all) {
  return [this, what = std::move(what), before, all](std::uint64_t done) -> absl::Status {
    if (interrupt_.came()) {
      return absl::CancelledError(settings_.checkpoint.empty()
                                      ? "interrupted"
                                      : "interrupted; the same command goes on from " + settings_.checkpoint);
    }
    if ((before + done) % 1000 == 0) {
      console_.progress(absl::StrFormat("%s: %d of %d images", what, before + done, all));
    }
    return absl::OkStatus();
  };
}

absl::Status Run::prepare() {
  if (!settings_.checkpoint.empty()) {
    if (absl::Status s = io::check_output(settings_.checkpoint, {}); !s.ok()) {
      return app::usage_error(s.message().data());
    }
  }
  if (!settings_.save.empty()) {
    if (absl::Status s = io::make_output_folder(settings_.save); !s.ok()) return app::usage_error(s.message().data());
  }
  auto data = images::load({settings_.data, settings_.fashion, settings_.train, settings_.test, settings_.held_out});
  if (!data.ok()) return data.status();
  data_ = *std::move(data);
  if (settings_.label > data_.train.size()) {
    return app::usage_error(absl::StrFormat("--label %d: there are %d training images; ask for fewer", settings_.label,
                                            data_.train.size()));
  }
  const auto pixels = static_cast<std::uint32_t>(data_.train.images.image_size());
  if (!settings_.checkpoint.empty() && std::filesystem::exists(settings_.checkpoint)) {
    auto checkpoint = read_checkpoint(settings_.checkpoint, settings_, pixels);
    if (!checkpoint.ok()) return checkpoint.status();
    now_ = *std::move(checkpoint);
    resumed_ = true;
    console_.say(absl::StrFormat("%s: goes on after %d images", settings_.checkpoint, now_.shown));
    return absl::OkStatus();
  }
  now_.state = beginning(settings_, pixels);
  if (settings_.load.empty()) return absl::OkStatus();
  auto loaded = load(settings_.load, settings_, pixels);
  if (!loaded.ok()) return loaded.status();
  now_ = {std::move(loaded->state), std::uint64_t{loaded->passes} * settings_.train};
  console_.say(absl::StrFormat("%s: %d passes are done", settings_.load, loaded->passes));
  return absl::OkStatus();
}

// To the end of the pass.
absl::Status Run::train_pass() {
  const auto number = static_cast<int>(pass()) + 1;
  StretchReport sum;
  const double begun = app::process_cpu_seconds();
  do {
    StretchReport stretch;
    const std::uint64_t before = now_.shown % settings_.train;
    if (absl::Status s = train_stretch(settings_, data_, now_.state, now_.shown, stretch,
                                       each(absl::StrFormat("pass %d", number), before, settings_.train));
        !s.ok()) {
      return s;
    }
    sum.images += stretch.images;
    sum.input_spikes += stretch.input_spikes;
    sum.output_spikes += stretch.output_spikes;
    if (!settings_.checkpoint.empty()) {
      if (absl::Status s = write_checkpoint(settings_.checkpoint, settings_, now_); !s.ok()) return s;
    }
  } while (!between_passes());
  const double seconds = app::process_cpu_seconds() - begun, images = static_cast<double>(sum.images);
  console_.progress("");
  console_.say(absl::StrFormat(
      "pass %d: %d images in %.0f s of CPU time, %.2f ms each (%s); %.0f input and %.1f output spikes an image", number,
      sum.images, seconds, 1000 * seconds / images, kBrian2, static_cast<double>(sum.input_spikes) / images,
      static_cast<double>(sum.output_spikes) / images));
  return absl::OkStatus();
}

// The network is kept and tested.
absl::Status Run::finish_pass() {
  if (!settings_.save.empty()) {
    if (absl::Status s = save(settings_.save, settings_, {now_.state, static_cast<std::uint32_t>(pass())}); !s.ok()) {
      return s;
    }
  }
  const auto tested = test(settings_, now_.state, data_, each("labels and test", 0, settings_.label + settings_.test));
  if (!tested.ok()) return tested.status();
  console_.data(absl::StrFormat(
      "%d neurons, %d passes over %d images: %.2f %% of %d %s images (%.2f %% by proportions; %.1f spikes each)\n",
      settings_.neurons, pass(), settings_.train, 100.0 * tested->right / tested->images, tested->images,
      settings_.held_out > 0 ? "held-out" : "test", 100.0 * tested->right_by_parts / tested->images,
      tested->spikes_per_image));
  if (!console_.flush()) return absl::UnavailableError("stdout is closed");
  return absl::OkStatus();
}

absl::StatusOr<app::ExitCode> Run::carry_out() {
  interrupt_.on_first([] {});
  if (absl::Status s = prepare(); !s.ok()) return s;
  // A run that was killed may have ended after a pass and before this.
  if (pass() >= settings_.passes || (resumed_ && between_passes() && now_.shown > 0)) {
    if (absl::Status s = finish_pass(); !s.ok()) return app::run_failed(s);
  }
  while (pass() < settings_.passes) {
    if (absl::Status s = train_pass(); !s.ok()) return app::run_failed(s);
    if (absl::Status s = finish_pass(); !s.ok()) return app::run_failed(s);
  }
  return app::ExitCode::kOk;
}

}  // namespace

absl::StatusOr<app::ExitCode> carry_out(const Settings& settings, app::Console& console) {
  return Run(settings, console).carry_out();
}

}  // namespace volley::digits
