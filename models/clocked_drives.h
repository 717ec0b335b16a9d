// The drives of one slice of a clocked population: currents, noise and Poisson input, cut to ticks.
//
// A tick k at t_k = k dt moves the state over (t_{k-1}, t_k]. It sees the currents that are valid at t_{k-1} (a step at
// exactly t_{k-1} included), and the Poisson events in (t_{k-1}, t_k]. Every value is a pure function of the drive, the
// neuron's index in its population and the time, so that neither slices nor skipped ticks can show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "engine/model.h"
#include "engine/poisson_stream.h"
#include "engine/random.h"
#include "engine/time.h"

namespace volley {

// "No tick": later than every tick.
inline constexpr std::int64_t kNoTick = std::numeric_limits<std::int64_t>::max();

// The first tick k >= 1 with k dt >= at; kNoTick for kNever.
constexpr std::int64_t tick_at_or_after(Time at, Duration dt) {
  if (at == kNever) return kNoTick;
  const std::int64_t ps = at.time_since_epoch().count();
  const std::int64_t k = ps / dt.count() + (ps % dt.count() > 0);
  return k < 1 ? 1 : k;
}

// Not thread safe. Ticks are asked for in ascending order.
class ClockedDrives {
 public:
  ClockedDrives(const SliceRequest& request, Duration dt);

  // Prepares the currents of tick k; read them with shared_current() and current_of_each().
  void set_tick(std::int64_t k);
  // The current of all neurons, when current_of_each() is empty.
  double shared_current() const { return shared_; }
  // One current per neuron of the slice, or empty.
  std::span<const double> current_of_each() const { return each_; }

  // Calls deposit(port, neuron, weight) for every Poisson event up to and including `t` not handed out yet, and returns
  // their number. Events of one neuron come drive by drive, in time order within a drive.
  template <class Deposit>
  std::uint64_t take_events(Time t, Deposit deposit);

  // Whether currents change at ticks without end.
  bool noisy() const { return !noise_.empty(); }
  // The first tick later than `k` at which a current changes or a Poisson event is due (a lower bound); kNoTick if
  // none.
  std::int64_t next_tick(std::int64_t k) const;

 private:
  struct Stepped {  // a CurrentDrive
    std::span<const Step> steps;
    std::size_t next = 0;  // the first step that is not valid yet
    double value = 0;
  };
  struct Noise {
    NoiseDrive drive;
    StreamKey key;
    std::int64_t interval_number = -1;
    std::vector<double> value;  // of each neuron in [begin, end)
  };
  struct Current {  // in the order of the drives
    std::uint32_t begin, end;
    bool is_noise;
    std::size_t index;  // into stepped_ or noise_
  };
  struct Poisson {
    Port port;
    double weight;
    std::uint32_t begin, end;  // slice-local
    struct Block {
      PoissonBlock events;
      std::int64_t first;  // slice-local index of the block's neuron 0; may be negative
    };
    std::vector<Block> blocks;
  };

  void add_poisson(const SliceDrive& drive, const PoissonDrive& kind, const SliceRequest& request);
  bool advance_steps(Time at);
  bool redraw_noise(Time at);
  void sum_currents();
  void find_next_event();

  Duration dt_;
  std::uint32_t first_, count_;
  std::vector<Stepped> stepped_;
  std::vector<Noise> noise_;
  std::vector<Current> currents_;
  bool per_neuron_ = false;
  double shared_ = 0;
  std::vector<double> each_;
  std::vector<Poisson> poisson_;
  Time next_event_ = kNever;
};

template <class Deposit>
std::uint64_t ClockedDrives::take_events(Time t, Deposit deposit) {
  if (next_event_ > t) return 0;
  const std::int64_t last_ps = t.time_since_epoch().count();
  std::uint64_t taken = 0;
  for (Poisson& drive : poisson_) {
    for (Poisson::Block& block : drive.blocks) {
      while (block.events.next_time() <= t) {
        const std::span<const std::int64_t> at = block.events.at();
        const std::span<const std::uint16_t> neuron = block.events.neuron();
        std::size_t e = 0;
        for (; e < at.size() && at[e] <= last_ps; ++e) {
          const std::int64_t target = block.first + neuron[e];
          if (target < drive.begin || target >= drive.end) continue;  // another slice's
          deposit(drive.port, static_cast<std::uint32_t>(target), drive.weight);
          ++taken;
        }
        block.events.consume(e);
      }
    }
  }
  find_next_event();
  return taken;
}

}  // namespace volley
