#include "hardware/step_timer.h"

#include <utility>

namespace volley::hardware {

StepTimer::StepTimer(StepWorkBuilder builder, const Mesh& mesh, const std::optional<NetworkTiming>& network,
                     Duration barrier)
    : builder_(std::move(builder)),
      barrier_(barrier),
      geometry_(mesh),
      mesh_(network ? std::make_unique<MeshTimer>(mesh, *network) : nullptr) {}

void StepTimer::run_free(Duration hop_east_west, Duration hop_north_south) {
  free_.emplace(geometry_, hop_east_west, hop_north_south);
}

void StepTimer::on_step(std::uint64_t step, std::span<const std::uint32_t> senders) {
  const bool known = senders.empty() && idle_simple_;
  if (!known || free_ || listener_) builder_.build(senders, work_);

  const StepTime simple = known ? *idle_simple_ : simple_time(work_);
  if (senders.empty()) idle_simple_ = simple;
  times_.simple.push_back(simple.duration + barrier_);
  times_.simple_last_core.push_back(simple.last_core);

  messages_.clear();
  if (mesh_) {
    const MeshTime mesh = known ? *idle_mesh_ : mesh_->time(work_, listener_ ? &messages_ : nullptr);
    if (senders.empty()) idle_mesh_ = mesh;
    times_.mesh.push_back(mesh.duration + barrier_);
    times_.last_core.push_back(mesh.last_core);
    times_.busiest_tile.push_back(mesh.busiest_tile);
    times_.busiest_direction.push_back(mesh.busiest_direction);
    times_.busiest_messages.push_back(static_cast<std::uint32_t>(mesh.busiest_messages));
  }
  if (free_) free_->add(work_, barrier_);
  if (listener_) {
    listener_->on_work(step, senders, work_, messages_, (mesh_ ? times_.mesh : times_.simple).back());
  }
}

}  // namespace volley::hardware
