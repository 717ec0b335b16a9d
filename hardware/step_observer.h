// Cuts a run into the chip's algorithmic steps: every step's spikes go, once the step is over, to whoever listens.
//
// Step s holds the spikes of [s dt, (s + 1) dt). An integer run fires at multiples of its step; an exact run fires at
// any time and is binned, as a chip that had computed the same spikes would have sent them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/observer.h"
#include "hardware/axons.h"

namespace volley::hardware {

class StepListener {
 public:
  virtual ~StepListener() = default;
  // `senders` (AxonTable) fired in this step, ascending; one that fired several times comes several times. Steps come
  // in order, none is left out.
  virtual void on_step(std::uint64_t step, std::span<const std::uint32_t> senders) = 0;
};

class StepObserver final : public Observer {
 public:
  // The table must outlive the observer. REQUIRES: step > 0.
  StepObserver(const AxonTable& table, Duration step) : table_(table), step_(step) {}

  // Listeners are called in the order in which they were added, and must outlive the observer.
  void add(StepListener& listener) { listeners_.push_back(&listener); }

  absl::Status on_window(const WindowReport& report) override;

  // Ends every step that begins before `end`, the last one early if `end` lies inside it. Call once, after the run.
  void finish(Time end);

 private:
  void close_step();

  const AxonTable& table_;
  Duration step_;
  std::vector<StepListener*> listeners_;
  std::uint64_t current_ = 0;  // step that is being collected
  std::vector<std::uint32_t> senders_;
};

}  // namespace volley::hardware
