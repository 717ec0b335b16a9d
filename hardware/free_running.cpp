#include "hardware/free_running.h"

#include <algorithm>

namespace volley::hardware {

Duration FreeRunning::travel(std::uint32_t from, std::uint32_t to) const {
  const Hops hops = mesh_.hops(from, to);
  return hops.east_west * across_ + hops.north_south * along_;
}

void FreeRunning::move(const StepWork& work, std::vector<Duration>& begin, std::vector<Duration>& handled) {
  started_ = begin;
  arriving_.resize(mesh_.core_count());
  for (auto& arrivals : arriving_) arrivals.clear();
  std::uint32_t order = 0;
  for (std::uint32_t core = 0; core < work.cores(); ++core) {
    Duration now = begin[core];
    for (const Message& message : work.of(core)) {
      now += message.generation;
      arriving_[message.destination].push_back({now + travel(core, message.destination), order++, message.processing});
    }
    begin[core] = now + work.tail[core];
  }
  for (std::uint32_t core = 0; core < work.cores(); ++core) {
    auto& arrivals = arriving_[core];
    handled[core] = std::max(handled[core], started_[core]) + work.waiting_at(core);
    std::sort(arrivals.begin(), arrivals.end(),
              [](const Arrival& a, const Arrival& b) { return a.at != b.at ? a.at < b.at : a.order < b.order; });
    for (const Arrival& arrival : arrivals) handled[core] = std::max(handled[core], arrival.at) + arrival.processing;
    begin[core] = std::max(begin[core], handled[core]);
  }
}

void FreeRunning::add(const StepWork& work, Duration barrier) {
  move(work, ready_, handled_);
  begin_.assign(mesh_.core_count(), Duration{0});
  done_.assign(mesh_.core_count(), Duration{0});
  move(work, begin_, done_);
  barriered_ += *std::max_element(begin_.begin(), begin_.end()) + barrier;
}

Duration FreeRunning::free() const { return *std::max_element(ready_.begin(), ready_.end()); }

}  // namespace volley::hardware
