// The chip without its global barrier: a core goes on to its next step as soon as it has done its own work and has
// handled every message that this step sends it. Reported beside the barriered time, never instead of it.
//
// Service times are those of the step's work; a message takes `hop` for every hop and the network is never full, so
// that the difference to the barriered time is the barrier's alone: `barriered()` is the same model with a barrier.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/time.h"
#include "hardware/mesh.h"
#include "hardware/step_work.h"

namespace volley::hardware {

class FreeRunning {
 public:
  FreeRunning(const Mesh& mesh, Duration hop_east_west, Duration hop_north_south)
      : mesh_(mesh),
        across_(hop_east_west),
        along_(hop_north_south),
        ready_(mesh.core_count()),
        handled_(mesh.core_count()) {}

  // Adds a step. `barrier`: what the barrier at its end costs the barriered time.
  // REQUIRES: work.cores() <= mesh.core_count().
  void add(const StepWork& work, Duration barrier);

  // From the first step's begin until the last core is done.
  Duration free() const;
  Duration barriered() const { return barriered_; }

 private:
  struct Arrival {
    Duration at;
    std::uint32_t order;  // in the step's work: the rank of messages that arrive at once
    Duration processing;
  };
  Duration travel(std::uint32_t from, std::uint32_t to) const;
  // Moves every core through the step, from `begin[core]`; afterwards `begin` is when each core may go on.
  void move(const StepWork& work, std::vector<Duration>& begin, std::vector<Duration>& handled);

  Mesh mesh_;
  Duration across_, along_;
  std::vector<Duration> ready_;    // by core: begin of its next step
  std::vector<Duration> handled_;  // by core: its receiver has no more messages from then on
  Duration barriered_{0};
  std::vector<std::vector<Arrival>> arriving_;  // by core; kept for its memory
  std::vector<Duration> begin_, done_, started_;
};

}  // namespace volley::hardware
