#include "hardware/step_observer.h"

#include <algorithm>

namespace volley::hardware {

absl::Status StepObserver::on_window(const WindowReport& report) {
  for (const Spike& spike : report.spikes) {
    const Duration since = spike.at - kStart;
    const auto step = since.count() == 0 ? 0 : static_cast<std::uint64_t>((since - Duration{1}) / step_);
    while (current_ < step) close_step();
    senders_.push_back(table_.sender(spike.population, spike.neuron));
  }
  return absl::OkStatus();
}

void StepObserver::finish(Time end) {
  while (kStart + static_cast<std::int64_t>(current_) * step_ < end) close_step();
}

void StepObserver::close_step() {
  std::sort(senders_.begin(), senders_.end());
  for (StepListener* listener : listeners_) listener->on_step(current_, senders_);
  senders_.clear();
  ++current_;
}

}  // namespace volley::hardware
