// A timed run as a trace that ui.perfetto.dev and chrome://tracing open: tiles are processes, a core's neurons and its
// receiver are threads, spikes are flows from the one to the other, power is a counter.
//
// The format is the Trace Event Format of Chromium (times in microseconds of chip time).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "hardware/mesh.h"
#include "hardware/step_timer.h"

namespace volley::app {

// Written while the run goes on, into `path`.part, which becomes `path` in finish(); without it nothing is left behind.
class Timeline final : public hardware::WorkListener {
 public:
  // Messages beyond `most_messages` are left out, step by whole step; steps and counters go on.
  // InvalidArgument when the file cannot be created.
  static absl::StatusOr<std::unique_ptr<Timeline>> create(const std::string& path, const hardware::Mesh& mesh,
                                                          std::uint64_t most_messages);
  ~Timeline() override;

  void on_work(std::uint64_t step, std::span<const std::uint32_t> senders, const hardware::StepWork& work,
               std::span<const hardware::MessageTimes> messages, Duration duration) override;

  // `step_energy_pj`: of every step; the counter shows it over the step's time. Errors: what the system said.
  absl::Status finish(const std::vector<double>& step_energy_pj);

  std::uint64_t messages_written() const { return messages_; }
  std::uint64_t messages_left_out() const { return left_out_; }

 private:
  class File;
  Timeline(std::unique_ptr<File> file, const hardware::Mesh& mesh, std::uint64_t most_messages);
  void name_core(std::uint32_t core);

  std::unique_ptr<File> file_;
  hardware::Mesh mesh_;
  std::uint64_t most_messages_;
  std::uint64_t messages_ = 0, left_out_ = 0;
  Duration now_{0};
  std::vector<Duration> step_begin_, step_duration_;
  std::vector<bool> core_named_, tile_named_;
};

}  // namespace volley::app
