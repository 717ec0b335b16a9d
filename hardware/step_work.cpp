#include "hardware/step_work.h"

#include <algorithm>

namespace volley::hardware {

StepTime simple_time(const StepWork& work) {
  std::vector<Duration> generating(work.cores()), processing(work.cores());
  for (std::size_t core = 0; core < work.cores(); ++core) {
    generating[core] = work.tail[core];
    processing[core] += work.waiting_at(core);
    for (const Message& message : work.of(core)) {
      generating[core] += message.generation;
      processing[message.destination] += message.processing;
    }
  }
  StepTime result;
  for (std::size_t core = 0; core < work.cores(); ++core) {
    const Duration busy = std::max(generating[core], processing[core]);
    if (busy > result.duration) result = {busy, static_cast<std::uint32_t>(core)};
  }
  return result;
}

}  // namespace volley::hardware
