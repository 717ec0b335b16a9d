// Times every step of a run on a chip: what the step takes, which core was last, which link was busiest.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "hardware/free_running.h"
#include "hardware/mesh_timer.h"
#include "hardware/step_observer.h"
#include "hardware/step_work_builder.h"

namespace volley::hardware {

// By step; times include the barrier. The mesh's columns are empty when it was not simulated.
struct StepTimes {
  std::vector<Duration> simple;
  std::vector<std::uint32_t> simple_last_core;
  std::vector<Duration> mesh;
  std::vector<std::uint32_t> last_core;
  std::vector<std::uint32_t> busiest_tile;
  std::vector<Direction> busiest_direction;
  std::vector<std::uint32_t> busiest_messages;
};

// Sees every step's work and, with a mesh, when every message was sent and handled.
class WorkListener {
 public:
  virtual ~WorkListener() = default;
  // `messages`: one entry per message of `work`, empty without a mesh. `duration`: of the step with its barrier.
  virtual void on_work(std::uint64_t step, std::span<const std::uint32_t> senders, const StepWork& work,
                       std::span<const MessageTimes> messages, Duration duration) = 0;
};

class StepTimer final : public StepListener {
 public:
  // `network` empty: it is not simulated. `barrier`: per step.
  StepTimer(StepWorkBuilder builder, const Mesh& mesh, const std::optional<NetworkTiming>& network, Duration barrier);

  // Also runs the chip without its barrier. Call before the run.
  void run_free(Duration hop_east_west, Duration hop_north_south);
  // Must outlive the timer. Call before the run.
  void set_listener(WorkListener& listener) { listener_ = &listener; }

  void on_step(std::uint64_t step, std::span<const std::uint32_t> senders) override;

  const StepTimes& times() const { return times_; }
  const FreeRunning* free_running() const { return free_ ? &*free_ : nullptr; }

 private:
  StepWorkBuilder builder_;
  Duration barrier_;
  Mesh geometry_;
  std::unique_ptr<MeshTimer> mesh_;
  std::optional<FreeRunning> free_;
  WorkListener* listener_ = nullptr;
  StepWork work_;
  std::vector<MessageTimes> messages_;
  std::optional<StepTime> idle_simple_;  // of a step in which nobody fires
  std::optional<MeshTime> idle_mesh_;
  StepTimes times_;
};

}  // namespace volley::hardware
